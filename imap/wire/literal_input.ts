/**
 * What a caller gives to be sent as a literal, taken over at the call. A command may wait for its turn, and whatever the
 * caller does with a buffer meanwhile, exactly as many octets must come as were announced: what is too much would be
 * read as commands, and what is too little would swallow the next one.
 */

import { kindOf } from "../base/option_names.ts";

/** Octets of known number that are sent as they come: a message that nobody wants to hold in memory. */
export interface LiteralSource {
  /** How many octets the stream gives; exactly so many are announced, so exactly so many must come. */
  readonly size: number;
  /** The octets. */
  readonly stream: ReadableStream<Uint8Array>;
  /** Whether NUL may be among them: they go as literal8 (RFC 3516), and only to a server with BINARY. */
  readonly binary?: boolean | undefined;
}

/** What is asked for its octets when they are needed, such as a `Blob` or a `File`. */
export interface BlobLike {
  /** How many octets there are. */
  readonly size: number;
  /** Gives them. */
  stream(): ReadableStream<Uint8Array>;
}

/** What can be given where a literal is sent: octets, text (sent as UTF-8), a `Blob`, or a stream of known size. */
export type LiteralInput = Uint8Array | string | LiteralSource | BlobLike;

/** Whether a value is a Uint8Array, also one of another realm, which `instanceof` does not know. */
export function isOctets(value: unknown): value is Uint8Array {
  return ArrayBuffer.isView(value) && Object.prototype.toString.call(value) === "[object Uint8Array]";
}

/**
 * Octets that nobody else can change, grow or transfer.
 *
 * @param value A Uint8Array.
 * @param what What it is, for the error.
 * @returns A copy.
 * @throws {TypeError} For anything else, and when its buffer was transferred.
 */
export function ownOctets(value: unknown, what: string): Uint8Array<ArrayBuffer> {
  if (!isOctets(value)) throw new TypeError(`${what} must be a Uint8Array, not ${kindOf(value)}`);
  // A transferred buffer looks like no octets at all, and the message would be lost with an OK.
  if ((value.buffer as { detached?: boolean }).detached) {
    throw new TypeError(`${what} has a buffer that was transferred`);
  }
  return new Uint8Array(value);
}

/**
 * Takes over what is to be sent.
 *
 * @param value Octets, or a stream of known size.
 * @returns A copy of the octets, or the source with its size as it is now.
 * @throws {TypeError} When it is neither, or the stream is in use.
 * @throws {RangeError} When the size is not a number of octets.
 */
export function ownLiteral(value: unknown): Uint8Array<ArrayBuffer> | LiteralSource {
  if (typeof value !== "object" || value === null || !("stream" in value)) {
    return ownOctets(value, "what is sent as a literal, when it is not text, a Blob or { size, stream },");
  }
  const { size, binary } = value as { size?: unknown; binary?: boolean };
  const stream = typeof value.stream === "function" ? value.stream() as unknown : value.stream;
  if (typeof size !== "number" || !Number.isSafeInteger(size) || size < 0) {
    throw new RangeError(`the size of a stream must be its number of octets, not ${String(size)}`);
  }
  const readable = stream as ReadableStream<Uint8Array> | null | undefined;
  if (typeof readable?.[Symbol.asyncIterator] !== "function") {
    throw new TypeError(`the stream of a literal must be a ReadableStream, not ${kindOf(stream)}`);
  }
  if (readable.locked) throw new TypeError("the stream of a literal is in use");
  return { size, stream: readable, binary };
}
