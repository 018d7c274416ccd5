// What the rooms of this package ask of a message. They work on this interface and not on the class, so that class Message
// can be made of them: message.ts imports the rooms, and none of them imports message.ts.

import { EmailError, type MessageDefect } from "../errors.ts";
import type { HeaderValue, Policy } from "../policy.ts";
import type { ParamValue } from "../params/rfc2231.ts";
import type { Charset } from "../charset.ts";
import type { ParamList } from "../params/param_list.ts";
import type { Entity } from "./entity.ts";

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
  /** Whether a value is a message. */
  is(value: unknown): value is MessageModel;
  /** What a message holds. */
  entity(message: MessageModel): Entity;
  /** A message of what was found; its parts become messages too. */
  around(entity: Entity): MessageModel;
  /** A new message of class Message itself. */
  make(policy: Policy): MessageModel;
  /** Notes the charset of the body and nothing else. */
  setCharset(message: MessageModel, charset: Charset | null): void;
  /** The parameters of a header with their quotes, null when there is no such header; read once. */
  params(message: MessageModel, header: string): ParamList | null;
  /** The parameters read last. */
  lastParams(message: MessageModel): ParamList | null;
  /** Hands a defect to the policy of the message; made when it is asked for, where the policy only records it. */
  note(message: MessageModel, make: () => MessageDefect): void;
  /** Calls a function that encodes the body and says so in the headers. */
  encodeWith(message: MessageModel, encoding: ReturnType<Charset["getBodyEncoding"]>): void;
  /** Uses another policy for a while. */
  setPolicy(message: MessageModel, policy: Policy): void;
}

/** Friend access to class Message, which provides it; undefined in programs without that class. */
export let internals: MessageInternals;

/** Called once, by class Message. */
export function provideInternals(provided: MessageInternals): true {
  internals = provided;
  return true;
}

/** What a message holds. */
export function entityOf(message: MessageModel): Entity {
  return internals.entity(message);
}

/** Whether a value is a message. Without class Message nothing is one. */
export function isMessage(value: unknown): value is MessageModel {
  return internals !== undefined && internals.is(value);
}

/**
 * The message of what was found, always the same one.
 *
 * @throws {EmailError} in a bundle that was made without class Message
 */
export function messageAround(entity: Entity): MessageModel {
  if (entity.message !== null) return entity.message;
  if (internals === undefined) {
    throw new EmailError("this bundle has no class Message: call messageOf(mail) in place of mail.message");
  }
  return internals.around(entity);
}
