/** The codec without I/O: octets to responses and back. */

import { LimitError, ProtocolError } from "../base/errors.ts";
import { checkLimits, type Limits } from "../base/limits.ts";
import { checkNames, kindOf } from "../base/option_names.ts";
import { isOctets } from "../wire/literal_input.ts";
import { DecodeError } from "../wire/decode_error.ts";
import type { DroppedFrame, Frame } from "../wire/frame.ts";
import { Framer } from "../wire/framer.ts";
import type { KnownNames } from "../values/known_names.ts";
import { Raw } from "../values/raw.ts";
import { Reader, type ReadMode } from "../wire/reader.ts";
import { withoutExtraSpaces } from "../wire/spaces.ts";
import { Writer } from "../wire/writer.ts";
import { readResponse } from "./_gen/decode.ts";
import { writeResponse } from "./_gen/encode_response.ts";
import type { Response as GrammarResponse } from "./_gen/types.ts";

/** What the server sent is not a response of any kind. */
export interface InvalidResponse {
  /** Tells it from responses. */
  type: "INVALID";
  /** The octets. */
  raw: Raw;
  /** Why it could not be read. */
  error: string;
}

/** Names of tolerated deviations, on responses that have any. */
export interface Deviations {
  /** The deviations' names, as the grammar declares them. */
  quirks?: readonly string[] | undefined;
}

/** Everything a server can say. */
export type ServerResponse = (GrammarResponse | InvalidResponse) & Deviations;

/** How to decode. */
export interface DecodeOptions {
  /** Mailbox names are UTF-8 and not modified UTF-7: after ENABLE of IMAP4rev2 or UTF8=ACCEPT. */
  utf8?: boolean | undefined;
  /** Throw for every deviation from the grammar instead of tolerating it. */
  strict?: boolean | undefined;
  /** Bounds on what is decoded. */
  limits?: Partial<Limits> | undefined;
}

/**
 * Decodes frame after frame; one per connection, because it keeps its reader.
 *
 * @internal
 */
export class Decoder {
  readonly #reader: Reader;
  readonly #mode: ReadMode;

  /** Makes a decoder. */
  constructor(options: { limits: Limits; names?: KnownNames | undefined } & Omit<DecodeOptions, "limits">) {
    this.#reader = new Reader(options.limits.maxDepth);
    this.#mode = { utf8: options.utf8 ?? false, strict: options.strict ?? false, names: options.names };
  }

  /** Whether mailbox names are UTF-8. */
  get utf8(): boolean {
    return this.#mode.utf8;
  }

  /** Changes how mailbox names are read from here on. */
  set utf8(utf8: boolean) {
    this.#mode.utf8 = utf8;
  }

  /** Whether something of the frame before was not as the grammar has it. */
  get troubled(): boolean {
    return this.#reader.recoveries > 0 || this.#reader.quirks.length > 0;
  }

  /** Decodes a frame. Never throws, unless it is strict. */
  decode(frame: Frame): ServerResponse {
    if (frame.continues === true) {
      const error = "goes on with the response before it";
      if (this.#mode.strict) throw new DecodeError("a response", 0, error);
      return { type: "INVALID", raw: new Raw(frame.text.slice(), frame.literals), error };
    }
    const response = this.#read(frame);
    // Rows first: they come by the thousand.
    if (response.type === "FETCH" && this.#reader.recoveries === 0) return response;
    const lost = this.#lost(response);
    if (lost === 0) return response;
    const respaced = withoutExtraSpaces(frame.text);
    if (respaced === undefined) return response;
    const again = this.#read({ ...frame, text: respaced.text, line: undefined });
    if (this.#lost(again) >= lost) return response;
    again.quirks = [...new Set([...again.quirks ?? [], ...respaced.quirks])];
    return again;
  }

  /** How much of the response just read could not be read: what spaces may be the reason of. */
  #lost(response: ServerResponse): number {
    if (this.#mode.strict) return 0;
    if (response.type === "INVALID") return Infinity;
    // Two spaces before a name, or after it, make it run to the end of the line.
    const unknown = response.type === "UNKNOWN" || ("text" in response && /^ +\[/.test(response.text)) ||
      this.#reader.quirks.includes("unquoted-name");
    return this.#reader.recoveries + (unknown ? 1 : 0);
  }

  #read(frame: Frame): ServerResponse {
    const reader = this.#reader;
    reader.reset(frame, this.#mode);
    try {
      const response = readResponse(reader) as ServerResponse;
      // Nothing of what was sent is dropped: what no rule reads to its end is kept whole.
      reader.finish();
      if (reader.quirks.length > 0 || frame.quirks !== undefined) {
        response.quirks = [...frame.quirks ?? [], ...reader.quirks];
        if (this.#mode.strict && frame.quirks !== undefined) {
          throw new DecodeError(`no deviation (${frame.quirks.join(", ")})`, 0, "");
        }
      }
      return response;
    } catch (error) {
      if (this.#mode.strict || !(error instanceof DecodeError)) throw error;
      return { type: "INVALID", raw: new Raw(frame.text.slice(), frame.literals), error: error.message };
    }
  }
}

/**
 * Decodes one whole response.
 *
 * RFC 9051 section 7.
 *
 * @param bytes The response with its literals and its final line end, as it is on the wire.
 * @param options How to decode.
 * @returns The response; one that cannot be read at all has the type `"INVALID"`.
 * @throws {ProtocolError} When the bytes are not exactly one response.
 * @throws {LimitError} When the response exceeds a limit.
 * @throws {DecodeError} With `strict`, when the response deviates from the grammar.
 *
 * @example
 * ```ts
 * import { decodeResponse } from "@postern/postern/imap";
 * import { assertEquals } from "@std/assert";
 *
 * const response = decodeResponse(new TextEncoder().encode("* 23 EXISTS\r\n"));
 * if (response.type === "EXISTS") assertEquals(response.count, 23);
 * ```
 */
export function decodeResponse(bytes: Uint8Array, options: DecodeOptions = {}): ServerResponse {
  if (!isOctets(bytes)) {
    throw new TypeError(`decodeResponse(): bytes must be a Uint8Array, not ${kindOf(bytes)}`);
  }
  checkNames("decodeResponse(): options", options, optionNames);
  const limits = checkLimits(options.limits);
  const framer = new Framer({ limits, onDrop: refuse, room: 0 });
  // Nothing is written there, nor handed out.
  framer.adopt(bytes);
  const frame = framer.next();
  if (frame === undefined) throw new ProtocolError("The response is not complete");
  if (framer.buffered > 0) throw new ProtocolError("More than one response");
  return new Decoder({ ...options, limits }).decode(frame);
}

/**
 * Decodes a stream of responses.
 *
 * @param readable The octets that a server sends, cut anywhere.
 * @param options How to decode. `utf8` can be changed on the way by passing an object and setting it.
 * @returns The responses in order. The stream is cancelled when the loop is left, or when they are disposed of.
 * @throws {ProtocolError} When the stream ends inside a response or its framing cannot be trusted.
 * @throws {LimitError} When a response exceeds a limit.
 *
 * @example
 * ```ts
 * import { responses } from "@postern/postern/imap";
 *
 * const stream = new Blob(["* OK ready\r\n* 1 EXISTS\r\n"]).stream();
 * for await (const response of responses(stream)) console.log(response.type);
 * ```
 */
export function responses(
  readable: ReadableStream<Uint8Array>,
  options: DecodeOptions = {},
): AsyncIterableIterator<ServerResponse, void, void> & AsyncDisposable {
  if (typeof readable?.getReader !== "function") {
    throw new TypeError(`responses(): readable must be a ReadableStream, not ${kindOf(readable)}`);
  }
  checkNames("responses(): options", options, optionNames);
  return new ResponseIterator(readable, options);
}

/** The names of {@linkcode DecodeOptions}. */
const optionNames = ["utf8", "strict", "limits"];

const DONE: IteratorReturnResult<undefined> = { done: true, value: undefined };

/** Written out because an async generator takes as long to hand over a response as it takes to decode a small one. */
class ResponseIterator implements AsyncIterableIterator<ServerResponse, void, void>, AsyncDisposable {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #options: DecodeOptions;
  readonly #framer: Framer;
  readonly #decoder: Decoder;
  /** What of the last chunk is not in the framer yet. */
  #chunk: Uint8Array | undefined;
  /** The call before, while it waits for the stream. */
  #waiting: Promise<unknown> | undefined;
  #ended = false;

  constructor(readable: ReadableStream<Uint8Array>, options: DecodeOptions) {
    const limits = checkLimits(options.limits);
    this.#options = options;
    this.#framer = new Framer({ limits, onDrop: refuse });
    this.#decoder = new Decoder({ ...options, limits });
    this.#reader = readable.getReader();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<ServerResponse, void>> {
    if (this.#waiting === undefined) {
      try {
        const response = this.#ended ? undefined : this.#take();
        if (response !== undefined) return Promise.resolve({ done: false, value: response });
      } catch (error) {
        return this.#end().then(() => Promise.reject(error));
      }
      if (this.#ended) return Promise.resolve(DONE);
    }
    const read = () => this.#read();
    const result = this.#waiting === undefined ? read() : this.#waiting.then(read, read);
    const clear = () => {
      if (this.#waiting === result) this.#waiting = undefined;
    };
    this.#waiting = result;
    result.then(clear, clear);
    return result;
  }

  /** Does not wait for a call of `next` that waits: the stream may never say anything again. */
  return(): Promise<IteratorReturnResult<void>> {
    return this.#end();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#end();
  }

  async #read(): Promise<IteratorResult<ServerResponse, void>> {
    try {
      while (!this.#ended) {
        const response = this.#take();
        if (response !== undefined) return { done: false, value: response };
        const { done, value } = await this.#reader.read();
        if (!done) this.#chunk = value;
        else if (this.#ended || !this.#framer.partial) return await this.#end();
        else throw new ProtocolError("The stream ended in the middle of a response");
      }
      return DONE;
    } catch (error) {
      await this.#end();
      throw error;
    }
  }

  /** The next response in what has arrived. */
  #take(): ServerResponse | undefined {
    for (;;) {
      const frame = this.#framer.next();
      if (frame !== undefined) {
        this.#decoder.utf8 = this.#options.utf8 ?? false;
        return this.#decoder.decode(frame);
      }
      const chunk = this.#chunk;
      if (chunk === undefined) return undefined;
      const count = this.#framer.take(chunk);
      this.#chunk = count < chunk.length ? chunk.subarray(count) : undefined;
    }
  }

  async #end(): Promise<IteratorReturnResult<void>> {
    if (!this.#ended) {
      this.#ended = true;
      this.#chunk = undefined;
      await this.#reader.cancel().catch(() => {});
      this.#reader.releaseLock();
    }
    return DONE;
  }
}

/**
 * Encodes a response as a server sends it.
 *
 * @param response The response.
 * @param options Whether mailbox names are written in UTF-8.
 * @returns The octets with literals and the final line end.
 * @throws {RangeError} When a value cannot be written.
 *
 * @example
 * ```ts
 * import { encodeResponse } from "@postern/postern/imap";
 * import { assertEquals } from "@std/assert";
 *
 * const bytes = encodeResponse({ type: "EXISTS", count: 23 });
 * assertEquals(new TextDecoder().decode(bytes), "* 23 EXISTS\r\n");
 * ```
 */
export function encodeResponse(response: GrammarResponse, options: { utf8?: boolean } = {}): Uint8Array {
  if (typeof response !== "object" || response === null) {
    throw new TypeError(`encodeResponse(): response must be an object with a type, not ${kindOf(response)}`);
  }
  const writer = new Writer({ response: true, utf8: options.utf8 ?? false });
  writeResponse(writer, response);
  return writer.endResponse();
}

function refuse(dropped: DroppedFrame): void {
  throw new LimitError(`A response exceeds ${dropped.limit}: ${dropped.size}`);
}
