// Pieces of a message, kept until the last of them is there: offsets into one buffer are what the parser works on.

import { Source } from "./source.ts";
import { octetsFor, wrongType } from "../text/given.ts";

/** Collects the pieces. */
export class Feed {
  #bytes: Uint8Array = new Uint8Array(0);
  #size = 0;
  #texts: string[] | null = null;

  /**
   * Adds a piece.
   *
   * @param piece bytes, copied at once; or text
   */
  add(piece: Uint8Array | string): void {
    if (typeof piece === "string") {
      if (this.#texts === null) this.#texts = this.#size === 0 ? [] : [this.#source().text(0, this.#size)];
      this.#texts.push(piece);
      return;
    }
    octetsFor("a stream of a message", piece);
    if (this.#texts !== null) {
      this.#texts.push(Source.fromBytes(piece).text(0, piece.length));
      return;
    }
    const size = this.#size + piece.length;
    if (size > this.#bytes.length) {
      // Twice the room each time, so that small pieces cost no more than large ones.
      const wider = new Uint8Array(Math.max(size, this.#bytes.length * 2, 1024));
      wider.set(this.#bytes.subarray(0, this.#size));
      this.#bytes = wider;
    }
    this.#bytes.set(piece, this.#size);
    this.#size = size;
  }

  /** Octets that were added. */
  get size(): number {
    return this.#size;
  }

  /** The octets that were added, in the room that the next ones are put into. */
  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#size);
  }

  #source(): Source {
    return Source.fromBytes(this.bytes());
  }

  /** What has been added, for the parser. */
  source(): Source {
    return this.#texts === null ? this.#source() : Source.fromText(this.#texts.join(""));
  }
}

/**
 * The pieces of a stream. Who stops early reads no more of it.
 *
 * @param of the function that takes it, for the error
 * @param stream the stream
 * @throws {TypeError} when it is not one
 */
export async function* piecesOf<T>(
  of: string,
  stream: ReadableStream<T> | AsyncIterable<T>,
): AsyncGenerator<T, void, undefined> {
  if (typeof stream === "object" && stream !== null) {
    if (Symbol.asyncIterator in stream) return yield* stream;
    if ("getReader" in stream) {
      // Not every engine iterates over streams.
      const reader = (stream as ReadableStream<T>).getReader();
      try {
        for (let item = await reader.read(); !item.done; item = await reader.read()) yield item.value;
      } finally {
        await reader.cancel();
      }
      return;
    }
  }
  throw wrongType(of, "a stream or pieces", stream);
}
