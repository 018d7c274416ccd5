/** Lines and counted octets out of a transport: what `readline` and `read` of a socket's file are in Python. */

import type { Transport } from "../transport/transport.ts";
import { error } from "./errors.ts";

const LF = 10;
const ROOM = 64 * 1024;
/** Room that an announced size gets at once. */
const MOST_AT_ONCE = 64 * 1024 * 1024;

/** Reads one transport, no more of it than the transport gives at once. */
export class LineReader {
  readonly #transport: Transport;
  readonly #maxLine: number;
  #buffer: Uint8Array = new Uint8Array(ROOM);
  #start = 0;
  #end = 0;

  /**
   * @param transport What is read.
   * @param maxLine Octets of the longest line.
   */
  constructor(transport: Transport, maxLine: number) {
    this.#transport = transport;
    this.#maxLine = maxLine;
  }

  /** Octets that were received and not taken yet. */
  get buffered(): number {
    return this.#end - this.#start;
  }

  /**
   * Reads a line with its end, or what there is when the stream ends.
   *
   * @throws {error} When the line is longer than the limit.
   */
  async readline(): Promise<Uint8Array> {
    let searched = this.#start;
    for (;;) {
      const found = this.#buffer.subarray(0, this.#end).indexOf(LF, searched);
      if (found >= 0) return this.#take(found + 1 - this.#start);
      if (this.buffered > this.#maxLine) throw new error(`got more than ${this.#maxLine} bytes`);
      const ahead = this.buffered;
      if (!await this.#fill()) return this.#take(this.buffered);
      searched = this.#start + ahead;
    }
  }

  /** Reads so many octets, fewer only when the stream ends. */
  async read(size: number): Promise<Uint8Array> {
    if (!Number.isInteger(size)) throw new TypeError("size must be a number of octets");
    if (size <= this.buffered) return this.#take(size);
    let octets = new Uint8Array(Math.min(size, MOST_AT_ONCE));
    let length = this.buffered;
    octets.set(this.#take(length));
    while (length < size) {
      if (length === octets.length) {
        // What was received decides about more room, not what was announced.
        const larger = new Uint8Array(Math.min(size, 2 * length));
        larger.set(octets);
        octets = larger;
      }
      const count = await this.#read(octets.subarray(length));
      if (count === null) return octets.slice(0, length);
      length += count;
    }
    return octets;
  }

  /** Of a transport of the caller's own: taken as they are, its counts would make endless work. */
  async #read(into: Uint8Array): Promise<number | null> {
    const count = await this.#transport.read(into);
    if (count === null || Number.isInteger(count) && count > 0 && count <= into.length) return count;
    throw new TypeError("the transport gave something else than the octets that it has read");
  }

  #take(count: number): Uint8Array {
    const octets = this.#buffer.slice(this.#start, this.#start + count);
    this.#start += count;
    return octets;
  }

  async #fill(): Promise<boolean> {
    if (this.#start === this.#end) this.#start = this.#end = 0;
    if (this.#end === this.#buffer.length) {
      // Twice the room when it is all in use: what was received decides, not what was announced.
      const larger = this.buffered > this.#buffer.length / 2 ? this.#buffer.length * 2 : this.#buffer.length;
      const moved = new Uint8Array(larger);
      moved.set(this.#buffer.subarray(this.#start, this.#end));
      this.#buffer = moved;
      this.#end -= this.#start;
      this.#start = 0;
    }
    const count = await this.#read(this.#buffer.subarray(this.#end));
    if (count === null) return false;
    this.#end += count;
    return true;
  }
}
