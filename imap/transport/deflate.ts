/**
 * A connection whose octets travel compressed: COMPRESS=DEFLATE, RFC 4978, on the decompressor that web runtimes have.
 * Their compressors cannot be told to send what they hold, so this side sends stored blocks (RFC 1951 3.2.4): valid, five
 * octets longer for each write, and nothing is lost, since a client says little and is told much.
 */

import { type Clock, systemClock, type Timer } from "../base/clock.ts";
import type { Transport } from "./transport.ts";

/**
 * Octets that the decompressor is given at a time. Deflate expands 1,032 times at most, so what a hostile server can make wait here
 * at once is about 4 MiB; the limits on lines and literals hold for the rest.
 */
const step = 4096;

/** Turns of the event loop after which a decompressor that has given nothing wants more, or has no more. */
const patience = 16;

/** Longest stored block, RFC 1951 3.2.4. */
const longestBlock = 0xffff;

/**
 * Compresses a connection, after the OK to COMPRESS.
 *
 * @param transport The connection; it is used up.
 * @param clock Whose turns are waited for.
 * @returns The connection, compressed both ways.
 * @throws {TypeError} In a runtime without `DecompressionStream("deflate-raw")`.
 */
export function deflateTransport(transport: Transport, clock: Clock = systemClock): Transport {
  return new DeflateTransport(transport, clock);
}

class DeflateTransport implements Transport {
  readonly secure: boolean;
  readonly local?: boolean;
  readonly #clock: Clock;
  readonly #transport: Transport;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  readonly #inflated: ReadableStreamDefaultReader<Uint8Array>;
  /** A read of what is decompressed; it stays for the next call when nothing came of it. */
  #decompressed: Promise<ReadableStreamReadResult<Uint8Array>> | undefined;
  /** Octets on their way into the decompressor. */
  #feeding: Promise<"fed" | "ended"> | undefined;
  #rest: Uint8Array = new Uint8Array(0);
  /** Whether more is probably decompressed already, so that nothing need be fed for it. */
  #full = false;

  constructor(transport: Transport, clock: Clock) {
    this.#clock = clock;
    this.secure = transport.secure;
    if (transport.local !== undefined) this.local = transport.local;
    this.#transport = transport;
    const { readable, writable } = new DecompressionStream("deflate-raw");
    this.#inflated = readable.getReader() as ReadableStreamDefaultReader<Uint8Array>;
    this.#writer = writable.getWriter();
  }

  /** One step of octets; workerd's decompressor takes all it is given, so it is given no more than is asked for. */
  async #feed(): Promise<"fed" | "ended"> {
    const buffer = new Uint8Array(step);
    const count = await this.#transport.read(buffer);
    if (count === null) return "ended";
    await this.#writer.write(buffer.subarray(0, count));
    return "fed";
  }

  /** What is decompressed by now: workerd gives it some turns of its loop after the write. */
  async #settled(): Promise<ReadableStreamReadResult<Uint8Array> | undefined> {
    for (let turn = 0; turn < patience; turn++) {
      // Stopped when it was not needed: pieces that are there already come without a turn of the loop, so the timers of
      // a long run of them would all wait at once, and workerd allows 10,000.
      let timer: Timer | undefined;
      const turned = new Promise<undefined>((resolve) => {
        timer = this.#clock.setTimeout(() => resolve(undefined), 0);
      });
      try {
        const next = await Promise.race([this.#decompressed!, turned]);
        if (next !== undefined) return next;
      } finally {
        this.#clock.clearTimeout(timer);
      }
    }
    return undefined;
  }

  #take(next: ReadableStreamReadResult<Uint8Array>): boolean {
    this.#decompressed = undefined;
    if (next.done) return false;
    this.#rest = next.value;
    // workerd gives 4,096 octets at a time, others 16,384 or more: a full piece is seldom the last one.
    this.#full = next.value.length % 4096 === 0;
    return true;
  }

  async read(into: Uint8Array): Promise<number | null> {
    while (this.#rest.length === 0) {
      this.#decompressed ??= this.#inflated.read();
      const more = this.#full ? await this.#settled() : undefined;
      this.#full = false;
      if (more !== undefined) {
        if (!this.#take(more)) return null;
        continue;
      }
      this.#feeding ??= this.#feed();
      this.#feeding.catch(() => {});
      // The decompressed first: what came before the end is read before the end.
      const first = await Promise.race([this.#decompressed, this.#feeding]);
      if (first === "fed") this.#feeding = undefined;
      const next = typeof first === "string" ? await this.#settled() : first;
      if (next === undefined) {
        if (first === "ended") return null;
        continue;
      }
      if (!this.#take(next)) return null;
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

  check(): void {
    this.#transport.check?.();
  }

  close(): Promise<void> | void {
    this.#inflated.cancel().catch(() => {});
    return this.#transport.close();
  }
}
