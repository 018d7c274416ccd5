/**
 * Turns pushed chunks into pulled reads, for runtimes that call back with data. `pause` and `resume` reach the
 * socket, so that a reader that stops reading stops the sender.
 */

/** More than this many bytes unread pause the source: four reads of the framer's receive buffer. */
const highWater = 1024 * 1024;

const nothing = new Uint8Array(0);

/** Who reads: what came goes into its buffer, or to it as it is where there is none. */
interface Waiting {
  into: Uint8Array | undefined;
  resolve: (got: number | Uint8Array | null) => void;
  reject: (error: unknown) => void;
}

/** A queue with one reader. */
export class ChunkQueue {
  readonly #pause: () => void;
  readonly #resume: () => void;
  readonly #free: ((chunk: Uint8Array) => void) | undefined;
  #chunks: Uint8Array[] = [];
  #first = 0;
  #offset = 0;
  #size = 0;
  #paused = false;
  #ended = false;
  #error: unknown;
  #waiting: Waiting | undefined;

  /**
   * Makes a queue in front of a source that can pause.
   *
   * @param free Is told of each chunk that was copied to its end, at which nobody looks any more.
   */
  constructor(
    pause: () => void = () => {},
    resume: () => void = () => {},
    free?: (chunk: Uint8Array) => void,
  ) {
    this.#pause = pause;
    this.#resume = resume;
    this.#free = free;
  }

  /** Whether the source should hold back. */
  get full(): boolean {
    return this.#size > highWater;
  }

  /** Takes a chunk, which must not be written to afterwards. */
  push(chunk: Uint8Array): void {
    if (chunk.length === 0 || this.#ended) return;
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    this.#serve();
    if (this.full && !this.#paused) {
      this.#paused = true;
      this.#pause();
    }
  }

  /** Takes a chunk that will be written to afterwards: into the buffer of the reader that waits, or as a copy. */
  lend(chunk: Uint8Array): void {
    const waiting = this.#waiting;
    const into = waiting?.into;
    // Who waits has taken everything, and the end has not come.
    if (into === undefined) return this.push(new Uint8Array(chunk));
    this.#waiting = undefined;
    const count = Math.min(chunk.length, into.length);
    into.set(chunk.subarray(0, count));
    this.push(new Uint8Array(chunk.subarray(count)));
    waiting!.resolve(count);
  }

  /** No more chunks will come; with an error, reads fail once what came before is read. */
  end(error?: unknown): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#error = error;
    this.#serve();
  }

  /** Reads what is there, or waits for it. */
  read(into: Uint8Array): Promise<number | null> {
    return this.#wait(into);
  }

  /** Gives the next chunk as it is, or waits for it. */
  take(): Promise<Uint8Array | null> {
    return this.#wait();
  }

  #wait<T>(into?: Uint8Array): Promise<T> {
    if (this.#waiting !== undefined) return Promise.reject(new TypeError("A read is underway already"));
    return new Promise((resolve, reject) => {
      this.#waiting = { into, resolve: resolve as Waiting["resolve"], reject };
      this.#serve();
    });
  }

  #serve(): void {
    const waiting = this.#waiting;
    if (waiting === undefined) return;
    if (this.#size > 0) {
      this.#waiting = undefined;
      waiting.resolve(waiting.into === undefined ? this.#next() : this.#take(waiting.into));
      if (this.#paused && this.#size < highWater / 2) {
        this.#paused = false;
        this.#resume();
      }
    } else if (this.#ended) {
      this.#waiting = undefined;
      if (this.#error === undefined) waiting.resolve(null);
      else waiting.reject(this.#error);
    }
  }

  #take(into: Uint8Array): number {
    let taken = 0;
    while (taken < into.length) {
      const chunk = this.#chunks[this.#first];
      if (chunk === undefined) break;
      const count = Math.min(chunk.length - this.#offset, into.length - taken);
      into.set(chunk.subarray(this.#offset, this.#offset + count), taken);
      taken += count;
      this.#offset += count;
      if (this.#offset === chunk.length) {
        this.#advance();
        this.#free?.(chunk);
      }
    }
    this.#took(taken);
    return taken;
  }

  /** The first chunk, or what is left of it. */
  #next(): Uint8Array {
    const chunk = this.#chunks[this.#first]!.subarray(this.#offset);
    this.#advance();
    this.#took(chunk.length);
    return chunk;
  }

  #advance(): void {
    this.#chunks[this.#first++] = nothing;
    this.#offset = 0;
  }

  #took(count: number): void {
    // Dropping read chunks one by one from the front would move the whole array each time.
    if (this.#first === this.#chunks.length) {
      this.#chunks = [];
      this.#first = 0;
    } else if (this.#first > 64) {
      this.#chunks = this.#chunks.slice(this.#first);
      this.#first = 0;
    }
    this.#size -= count;
  }
}
