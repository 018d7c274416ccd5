/**
 * A connection whose octets travel compressed: COMPRESS=DEFLATE, RFC 4978, on the decompressor that web runtimes have.
 * Their compressors cannot be told to send what they hold, so this side sends stored blocks (RFC 1951 3.2.4): valid, five
 * octets longer for each write, and nothing is lost, since a client says little and is told much.
 */

import type { Transport } from "./transport.ts";

/**
 * Octets that the decompressor is given at a time. Deflate expands 1,032 times at most, so what a hostile server can make wait here
 * at once is about 4 MiB; the limits on lines and literals hold for the rest.
 */
const step = 4096;

/** Longest stored block, RFC 1951 3.2.4. */
const longestBlock = 0xffff;

/**
 * Compresses a connection, after the OK to COMPRESS.
 *
 * @param transport The connection; it is used up.
 * @returns The connection, compressed both ways.
 * @throws {TypeError} In a runtime without `DecompressionStream("deflate-raw")`.
 */
export function deflateTransport(transport: Transport): Transport {
  return new DeflateTransport(transport);
}

class DeflateTransport implements Transport {
  readonly secure: boolean;
  readonly #transport: Transport;
  readonly #inflated: ReadableStreamDefaultReader<Uint8Array>;
  /** Settles when the peer has ended the stream and all of it is decompressed, or the connection broke. */
  readonly #ended: Promise<null>;
  #rest: Uint8Array = new Uint8Array(0);

  constructor(transport: Transport) {
    this.secure = transport.secure;
    this.#transport = transport;
    const { readable, writable } = new DecompressionStream("deflate-raw");
    this.#inflated = readable.getReader() as ReadableStreamDefaultReader<Uint8Array>;
    this.#ended = this.#pump(writable.getWriter());
    this.#ended.catch(() => {});
  }

  async #pump(writer: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>): Promise<null> {
    writer.closed.catch(() => {});
    for (;;) {
      const buffer = new Uint8Array(step);
      const count = await this.#transport.read(buffer);
      if (count === null) return null;
      // Settles when it is decompressed and there is room for more.
      await writer.write(buffer.subarray(0, count));
      await writer.ready;
    }
  }

  async read(into: Uint8Array): Promise<number | null> {
    while (this.#rest.length === 0) {
      // The chunk first: what was decompressed before the end is read before the end.
      const next = await Promise.race([this.#inflated.read(), this.#ended]);
      if (next === null || next.done) return null;
      this.#rest = next.value;
    }
    const count = Math.min(this.#rest.length, into.length);
    into.set(this.#rest.subarray(0, count));
    this.#rest = this.#rest.subarray(count);
    return count;
  }

  // BFINAL 0, BTYPE 00, LEN, NLEN, then the octets.
  async write(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; at += longestBlock) {
      const block = bytes.subarray(at, at + longestBlock);
      const stored = new Uint8Array(block.length + 5);
      const head = new DataView(stored.buffer);
      head.setUint16(1, block.length, true);
      head.setUint16(3, ~block.length & 0xffff, true);
      stored.set(block, 5);
      await this.#transport.write(stored);
    }
  }

  close(): Promise<void> | void {
    this.#inflated.cancel().catch(() => {});
    return this.#transport.close();
  }
}
