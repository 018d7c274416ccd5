/** A command that answers in rows: a promise of all of them, or an async iterable. */

import { LimitError } from "../base/errors.ts";
import type { SequenceSet } from "../values/sequence_set.ts";
import { Command } from "./handle.ts";

/** Who is told how much waits in a {@linkcode RowCommand}. */
export interface RowKeeper {
  /** So many more octets of rows wait than before. */
  changed(change: number): void;
  /** Rows were taken, so that reading can go on. */
  released(): void;
}

/**
 * A command that answers in rows. Awaiting it gives all of them as an array; iterating it gives each as it arrives, and
 * while the loop body is busy the server is held back. Leaving the loop early discards the rest in the
 * background. Other commands may be called inside the loop: rows are then kept in memory, up to `maxBuffered`, until
 * the loop gets to them.
 */
export class RowCommand<Row> extends Command<Row[]> implements AsyncIterable<Row> {
  /** Name of the class, as promises have it. */
  override readonly [Symbol.toStringTag]: string = "RowCommand";
  #mode: "undecided" | "collect" | "stream" | "drain" = "undecided";
  /** A loop takes or has taken the rows. */
  #iterated = false;
  #rows: Row[] = [];
  #sizes: number[] = [];
  #first = 0;
  #held = 0;
  #ended: { error?: unknown } | undefined;
  /** Calls of `next` that were made before there was anything to give, in order. */
  #waiting: PromiseWithResolvers<IteratorResult<Row, undefined>>[] = [];
  /**
   * With `vanished: true`: UIDs of messages that are gone, as far as the server has named them; all of them when the rows have
   * come. Undefined when it named none.
   */
  get vanished(): SequenceSet | undefined {
    return this.#vanished;
  }
  #vanished: SequenceSet | undefined;
  readonly #signal: AbortSignal | undefined;
  #keeper: RowKeeper | undefined;

  /** Makes a handle that nothing settles yet. The signal ends a loop also over rows that have come already. */
  constructor(signal?: AbortSignal) {
    super();
    this.#signal = signal;
  }

  /** Waits for all rows. */
  override then<A = Row[], B = never>(
    fulfilled?: ((value: Row[]) => A | PromiseLike<A>) | null,
    rejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    if (this.#iterated) {
      const taken = super.then<Row[]>(() => {
        throw new TypeError("The rows were taken by a loop: there are none left to await");
      });
      return taken.then(fulfilled, rejected);
    }
    if (this.#mode === "undecided") {
      this.#mode = "collect";
      this.#sizes = [];
      this.#hold(-this.#held);
      this.#keeper?.released();
    }
    return super.then(fulfilled, rejected);
  }

  /** Gives the rows as they arrive; can be called once, before the rows are awaited. */
  [Symbol.asyncIterator](): AsyncIterator<Row, undefined> {
    if (this.#mode !== "undecided") throw new TypeError("The rows are being awaited or iterated already");
    this.#mode = "stream";
    this.#iterated = true;
    // The promise has these rows already.
    if (this.#ended !== undefined) this.#rows = this.#rows.slice();
    return {
      next: () => this.#next(),
      return: () => {
        this.drain();
        return Promise.resolve({ done: true, value: undefined });
      },
    };
  }

  /**
   * Whether all rows are kept for who awaits them.
   *
   * @internal
   */
  get isCollecting(): boolean {
    return this.#mode === "collect";
  }

  /**
   * Bytes of rows that wait for a reader who may take any time.
   *
   * @internal
   */
  get held(): number {
    return this.#held;
  }

  /**
   * Who is to be told how much waits; nobody at first.
   *
   * @internal
   */
  set keeper(keeper: RowKeeper | undefined) {
    this.#keeper = keeper;
    if (this.#held > 0) keeper?.changed(this.#held);
  }

  #hold(change: number): void {
    if (change === 0) return;
    this.#held += change;
    this.#keeper?.changed(change);
  }

  /**
   * Takes a row from the session. `size` is what it counts for.
   *
   * @internal
   */
  push(row: Row, size: number, limit: number): void {
    if (this.#waiting.length > 0) {
      this.#waiting.shift()!.resolve({ done: false, value: row });
    } else if (this.#mode === "collect") {
      if (this.#rows.length >= limit) throw new LimitError(`More rows than maxItems, ${limit}`);
      this.#rows.push(row);
    } else if (this.#mode !== "drain") {
      this.#rows.push(row);
      this.#sizes.push(size);
      this.#hold(size);
    }
  }

  /**
   * Takes UIDs of messages that are gone.
   *
   * @internal
   */
  lacks(uids: SequenceSet): void {
    this.#vanished = this.#vanished?.union(uids) ?? uids;
  }

  /**
   * Drops what is held and what is still to come.
   *
   * @internal
   */
  drain(): void {
    this.#mode = "drain";
    this.#rows = [];
    this.#sizes = [];
    this.#hold(-this.#held);
    this.#keeper?.released();
  }

  /**
   * All rows have come.
   *
   * @internal
   */
  finish(): void {
    this.#end({});
    // An iterator that is still reading keeps its rows; the promise then holds none.
    this.succeed(this.#mode === "stream" || this.#mode === "drain" ? [] : this.#rows);
  }

  /** @internal */
  override fail(reason: unknown): void {
    this.#end({ error: reason });
    super.fail(reason);
  }

  #end(ended: { error?: unknown }): void {
    if (this.#ended !== undefined) return;
    this.#ended = ended;
    for (const waiting of this.#waiting.splice(0)) {
      // An iterator throws once and is then at its end.
      if ("error" in this.#ended) {
        waiting.reject(this.#ended.error);
        this.#ended = {};
      } else {
        waiting.resolve({ done: true, value: undefined });
      }
    }
  }

  #next(): Promise<IteratorResult<Row, undefined>> {
    if (this.#signal?.aborted && this.#mode !== "drain") {
      this.drain();
      this.#ended = {};
      return Promise.reject(this.#signal.reason);
    }
    if (this.#first < this.#rows.length) {
      const row = this.#rows[this.#first]!;
      this.#rows[this.#first] = undefined as Row;
      this.#hold(-this.#sizes[this.#first]!);
      this.#first++;
      if (this.#first === this.#rows.length) {
        this.#rows = [];
        this.#sizes = [];
        this.#first = 0;
        this.#keeper?.released();
      } else if (this.#first % 64 === 0) {
        this.#keeper?.released();
      }
      return Promise.resolve({ done: false, value: row });
    }
    if (this.#mode === "drain" || this.#ended !== undefined) {
      const ended = this.#ended;
      if (ended !== undefined && "error" in ended) {
        // An iterator throws once and is then at its end.
        this.#ended = {};
        return Promise.reject(ended.error);
      }
      return Promise.resolve({ done: true, value: undefined });
    }
    const waiting = Promise.withResolvers<IteratorResult<Row, undefined>>();
    // The reader may have lost interest (an abandoned race); that is no unhandled rejection.
    waiting.promise.catch(() => {});
    this.#waiting.push(waiting);
    return waiting.promise;
  }
}
