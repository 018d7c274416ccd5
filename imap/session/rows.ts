/** A command that answers in rows: a promise of all of them, or an async iterable. */

import { LimitError } from "../base/errors.ts";
import type { FetchResponse } from "../codec/_gen/types.ts";
import { bodiesOf, FetchBody, type OpenBody } from "./body.ts";
import { guard, sections } from "./promised.ts";
import type { SequenceSet } from "../values/sequence_set.ts";
import { type CallerOf, Command } from "./handle.ts";

/** Who is told how much waits in a {@linkcode RowCommand}. */
export interface RowKeeper {
  /** So many more octets of rows wait than before. */
  changed(change: number): void;
  /** Rows were taken, so that reading can go on. */
  released(): void;
  /** Bodies are wanted while they come. */
  streams(): void;
}

/**
 * A command that answers in rows. Awaiting it gives all of them as an array; iterating it gives each as it arrives, and
 * while the loop body is busy the server is held back. Leaving the loop early discards the rest in the
 * background. Other commands may be called inside the loop: rows are then kept in memory, up to `maxBuffered`, until
 * the loop gets to them. `bodies()` gives the octets of large sections as streams, and holds none of them.
 *
 * @example
 * ```ts
 * import { connect } from "@postern/postern/imap/core";
 * import { startServer } from "@postern/postern/testing";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await startServer({ mailboxes: { INBOX: ["Subject: hello\r\n\r\nworld\r\n"] } });
 * await using client = await connect({ transport: server.connect(), auth: { user: "alice", pass: "alice-pw" } });
 *
 * await client.examine("INBOX");
 * const all = await client.uidFetch("1:*", ["FLAGS"]);
 * for await (const row of client.uidFetch("1:*", ["ENVELOPE"])) assertEquals(row.envelope.subject, "hello");
 * assertEquals(all.map(({ uid }) => uid), [1]);
 * ```
 */
export class RowCommand<Row> extends Command<Row[]> implements AsyncIterable<Row> {
  /** Name of the class, as promises have it. */
  override readonly [Symbol.toStringTag]: string = "RowCommand";
  #mode: "undecided" | "collect" | "stream" | "drain" = "undecided";
  /** Fields that each row must hold. */
  #promised = 0;
  /** A loop takes or has taken the rows. */
  #iterated = false;
  /** In place of rows, their bodies are wanted. */
  #bodies = false;
  /** The body that was given last: it is open until the next one is asked for. */
  #body: FetchBody | undefined;
  /** The body that is underway. */
  #open: OpenBody | undefined;
  /** How many sections of the row underway were given. */
  #given = 0;
  #rows: (Row | FetchBody)[] = [];
  #sizes: number[] = [];
  #first = 0;
  #held = 0;
  #ended: { error?: unknown } | undefined;
  /** Calls of `next` that were made before there was anything to give, in order. */
  #waiting: PromiseWithResolvers<IteratorResult<Row | FetchBody, undefined>>[] = [];
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
  constructor(caller?: CallerOf) {
    super(caller);
    this.#signal = caller?.signal;
  }

  /** Waits for all rows. */
  override then<A = Row[], B = never>(
    fulfilled?: ((value: Row[]) => A | PromiseLike<A>) | null,
    rejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    if (this.#iterated) {
      const taken = super.then<Row[]>(() => {
        throw new TypeError("The rows were read by a loop: there are none left to await");
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
    this.#iterate();
    return this.#iterator<Row>();
  }

  #iterator<Value>(): AsyncIterableIterator<Value, undefined> {
    return {
      next: () => this.#next() as Promise<IteratorResult<Value, undefined>>,
      return: () => {
        this.drain();
        return Promise.resolve({ done: true, value: undefined });
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  /**
   * Gives the rows as the server sent them: what was asked for may be undefined. Without it, an item that a row does not hold, or that
   * the server damaged, is an error when it is read. To be called before the rows are awaited or iterated.
   *
   * @returns The same command.
   *
   * @example
   * ```ts
   * import type { ImapClient } from "@postern/postern/imap";
   *
   * async function subjects(client: ImapClient): Promise<string[]> {
   *   const rows = await client.uidFetch("1:*", ["ENVELOPE"]).asSent();
   *   return rows.map(({ envelope }) => envelope === undefined ? "(damaged)" : envelope.subject ?? "");
   * }
   * ```
   */
  asSent(): RowCommand<FetchResponse> {
    this.#promised = 0;
    return this as unknown as RowCommand<FetchResponse>;
  }

  /**
   * Says which fields the rows must hold.
   *
   * @internal
   */
  set promised(fields: number) {
    this.#promised = fields;
  }

  #iterate(): void {
    if (this.#mode !== "undecided") throw new TypeError("The rows are being awaited or iterated already");
    this.observe();
    this.#mode = "stream";
    this.#iterated = true;
    // The promise has these rows already.
    if (this.#ended !== undefined) this.#rows = this.#rows.slice();
  }

  /**
   * Gives the octets that FETCH asks for (`BODY[...]`, `BINARY[...]`, `RFC822`) as streams, one section of one message after the
   * other, as they arrive: messages of any size pass through, and while nobody reads the server is held back. A body can be read
   * until the loop goes on; what of it was not read is skipped. Can be called once, before the rows are awaited or iterated.
   *
   * While other commands wait for the connection, up to `maxBuffered` bytes of a body that nobody reads are kept in memory.
   *
   * @returns The bodies.
   * @throws {TypeError} When the rows are being awaited or iterated already.
   *
   * @example
   * ```ts
   * import type { ImapClient } from "@postern/postern/imap";
   *
   * async function save(client: ImapClient, uid: number, to: WritableStream<Uint8Array>): Promise<void> {
   *   for await (const body of client.uidFetch(uid, ["BODY.PEEK[]"]).bodies()) await body.stream.pipeTo(to);
   * }
   * ```
   */
  bodies(): AsyncIterableIterator<FetchBody, undefined> {
    this.#iterate();
    this.#bodies = true;
    this.#keeper?.streams();
    const rows = this.#rows as Row[];
    this.#rows = [];
    this.#sizes = [];
    this.#hold(-this.#held);
    for (const row of rows) {
      for (const body of bodiesOf(row as FetchResponse, 0)) this.#put(body, body.size ?? 0);
    }
    return this.#iterator<FetchBody>();
  }

  /**
   * Whether bodies are wanted while they come.
   *
   * @internal
   */
  get givesBodies(): boolean {
    return this.#bodies;
  }

  /**
   * A body begins to come, of a row of which this has come so far; the last section is the body's.
   *
   * @internal
   */
  begin(row: FetchResponse, open: OpenBody, size: number): void {
    const before = { ...row, sections: row.sections.slice(0, -1) };
    for (const body of bodiesOf(before, this.#given)) this.#put(body, body.size ?? 0);
    this.#given = row.sections.length;
    this.#open = open;
    if (this.#mode === "drain") return open.skip();
    this.#put(new FetchBody(row, row.sections.at(-1)!, open, size), 0);
  }

  /**
   * The row is complete of which bodies have come.
   *
   * @internal
   */
  ended(): void {
    this.#given = 0;
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
   * Who is to be told how much waits; at first there is none.
   *
   * @internal
   */
  set keeper(keeper: RowKeeper | undefined) {
    this.#keeper = keeper;
    if (this.#bodies) keeper?.streams();
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
    // A loop that takes bodies takes what there is of them.
    const promised = this.#bodies ? this.#promised & ~sections : this.#promised;
    if (promised !== 0) guard(row as FetchResponse, promised);
    if (this.#bodies) {
      for (const body of bodiesOf(row as FetchResponse, this.#given)) this.#put(body, body.size ?? 0);
    } else if (this.#mode === "collect") {
      if (this.#rows.length >= limit) throw new LimitError(`More rows than maxItems, ${limit}`);
      this.#rows.push(row);
    } else {
      this.#put(row, size);
    }
  }

  #put(value: Row | FetchBody, size: number): void {
    if (this.#waiting.length > 0) {
      this.#waiting.shift()!.resolve({ done: false, value });
      if (this.#bodies) this.#gave(value as FetchBody);
    } else if (this.#mode !== "drain") {
      this.#rows.push(value);
      this.#sizes.push(size);
      this.#hold(size);
    }
  }

  #gave(body: FetchBody): void {
    // The next one was asked for already.
    if (this.#waiting.length > 0) body.skip();
    else this.#body = body;
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
    this.#open?.skip();
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
    this.succeed(this.#mode === "stream" || this.#mode === "drain" ? [] : this.#rows as Row[]);
  }

  /** @internal */
  override fail(reason: unknown): void {
    this.#open?.fail(reason);
    this.#end({ error: reason });
    super.fail(reason);
  }

  #end(ended: { error?: unknown }): void {
    if (this.#ended !== undefined) return;
    this.#ended = ended;
    for (const waiting of this.#waiting.splice(0)) {
      // An iterator throws once and is then at its end.
      if ("error" in this.#ended) {
        // The reader may have gone (an abandoned race); that is not an unhandled rejection.
        waiting.promise.catch(() => {});
        waiting.reject(this.#ended.error);
        this.#ended = {};
      } else {
        waiting.resolve({ done: true, value: undefined });
      }
    }
  }

  #next(): Promise<IteratorResult<Row | FetchBody, undefined>> {
    this.#body?.skip();
    this.#body = undefined;
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
      if (this.#bodies) this.#gave(row as FetchBody);
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
    const waiting = Promise.withResolvers<IteratorResult<Row | FetchBody, undefined>>();
    this.#waiting.push(waiting);
    return waiting.promise;
  }
}
