// What the rooms of this package ask of a message. They work on this interface and not on the class, so that class Message
// can be made of them: message.ts imports the rooms, and none of them imports message.ts.

import type { MessageDefect } from "../errors.ts";
import type { HeaderValue, Policy } from "../policy.ts";
import type { ParamValue } from "../params/rfc2231.ts";
import type { HeaderBlock, Range, Span } from "../parse/source.ts";
import type { Charset } from "../charset.ts";
import type { Field } from "./fields.ts";
import type { ParamList } from "../params/param_list.ts";

/** The members of a message that functions outside of its class call. A subclass may override them, as in Python. */
export interface MessageModel {
  readonly policy: Policy;
  defects: MessageDefect[];
  preamble: string | null;
  epilogue: string | null;
  has(name: string): boolean;
  get(name: string): HeaderValue | null;
  append(name: string, value: HeaderValue): void;
  set(name: string, value: HeaderValue): void;
  delete(name: string): void;
  replaceHeader(name: string, value: HeaderValue): void;
  addHeader(name: string, value: string | null, params?: Record<string, ParamValue | null>): void;
  setRaw(name: string, value: HeaderValue): void;
  rawItems(): Iterable<[name: string, value: HeaderValue]>;
  getContentType(): string;
  getDefaultType(): string;
  getContentCharset<T>(fallback: T): string | T;
  getParam(param: string, options?: { header?: string; unquote?: boolean }): ParamValue | null;
  getParams(options?: { header?: string; unquote?: boolean }): [name: string, value: ParamValue][] | null;
  setParam(param: string, value: ParamValue, options?: { header?: string; requote?: boolean }): void;
  delParam(param: string): void;
  getBoundary(): string | null;
  setBoundary(boundary: string): void;
  getPayload(): unknown;
  setPayload(payload: string, charset?: Charset | string | null): void;
  setCharset(charset: Charset | string | null): void;
  isMultipart(): boolean;
  getUnixfrom(): string | null;
}

/** What the parser, the generators and the functions of this room reach of a message beside its public members. */
export interface MessageInternals {
  /** A new message of class Message itself. */
  make(policy: Policy): MessageModel;
  /** Headers that were parsed and not changed since, else null. Others may have been added after them. */
  block(message: MessageModel): HeaderBlock | null;
  /** Headers that were parsed, whatever has changed since. */
  origin(message: MessageModel): HeaderBlock | null;
  /** The fields in order; not to be changed. */
  fields(message: MessageModel): readonly Field[];
  /** Headers added after that block. */
  added(message: MessageModel): [name: string, value: HeaderValue][];
  /** Gives a new message its headers, uncut. */
  setBlock(message: MessageModel, block: HeaderBlock): void;
  /** Puts the value in place of every field of that name. */
  replaceAll(message: MessageModel, name: string, value: string): void;
  /** Range of a payload that was parsed and not replaced since, else null. */
  range(message: MessageModel): Range | null;
  /** Gives a message its text payload, undecoded. */
  setRange(message: MessageModel, range: Range): void;
  /** Where the message was found, whatever has changed since; null for one that was not parsed. */
  span(message: MessageModel): Span | null;
  /** Notes where a message was found. */
  setSpan(message: MessageModel, span: Span): void;
  /** The bytes of a payload that was parsed and not replaced since, when there are such bytes. */
  bytes(message: MessageModel): Uint8Array | null;
  /** What the payload is: parts, text, nothing or something else. */
  payloadKind(message: MessageModel): "parts" | "text" | "none" | "other";
  /** The payload as it is stored, escaped bytes and all. */
  payload(message: MessageModel): unknown;
  /** Replaces the payload and nothing else. */
  setPayload(message: MessageModel, payload: unknown): void;
  /** Notes the charset of the body and nothing else. */
  setCharset(message: MessageModel, charset: Charset | null): void;
  /** The parameters of a header with their quotes, null when there is no such header; read once. */
  params(message: MessageModel, header: string): ParamList | null;
  /** The parameters read last. */
  lastParams(message: MessageModel): ParamList | null;
  /** Text before the first boundary as a range, when it is one. */
  preambleRange(message: MessageModel): Range | null;
  /** Gives a message the text before its first boundary. */
  setPreamble(message: MessageModel, range: Range): void;
  /** Gives a message the text after its last boundary. */
  setEpilogue(message: MessageModel, range: Range): void;
  /** Text after the last boundary as a range, when it is one. */
  epilogueRange(message: MessageModel): Range | null;
  /** Adds a defect that is made when it is asked for: each captures the stack, which takes 10 microseconds. */
  addDefect(message: MessageModel, make: () => MessageDefect): void;
  /** Hands a defect to the policy of the message. */
  handleDefect(message: MessageModel, defect: MessageDefect): void;
  /** Calls a function that encodes the body and says so in the headers. */
  encodeWith(message: MessageModel, encoding: ReturnType<Charset["getBodyEncoding"]>): void;
  /** Uses another policy for a while. */
  setPolicy(message: MessageModel, policy: Policy): void;
}

/** Friend access to class Message, which provides it. */
export let internals: MessageInternals;

/** Called once, by class Message. */
export function provideInternals(provided: MessageInternals): void {
  internals = provided;
}
