/**
 * Commands as callers hold them: a handle that is a promise, and for rows an async iterable as well; and what
 * the generated methods say about each command.
 */

import { LimitError, ProtocolError } from "./errors.ts";
import { isCode } from "./codes.ts";
import { checkMilliseconds } from "./limits.ts";
import type { Code, Response, TaggedResponse } from "./_gen/types.ts";

/** What every call that talks to the server takes. */
export interface CallOptions {
  /**
   * Gives the call up; it then rejects with the signal's reason. A command that was not sent is taken back, one that was
   * sent is finished in the background and its answer discarded, one whose literal is underway costs the connection.
   */
  signal?: AbortSignal | undefined;
  /** Milliseconds after which the call is given up with a {@linkcode TimeoutError}, in the same way. */
  timeout?: number | undefined;
}

/** States of a connection, RFC 9051 section 3. */
export type ConnectionState = "nonauth" | "auth" | "selected" | "logout";

/** How a command gets along with others on the same connection; the words of the table's `flow` cell. */
export type Flow = "free" | "mailbox" | "sequence" | "renumbers" | "barrier" | "literal" | "sasl" | "idle";

/** A change of the connection's state. */
export type Effect = "deselect" | "selected" | "auth" | "nonauth" | "logout" | "forget-capabilities";

/** A response or code that answers a command. */
export interface CollectSpec {
  /** Name of the response, or of the code. */
  readonly name: string;
  /** A response code. */
  readonly code?: true;
  /** How many: exactly one, at most one, any number. */
  readonly count: "1" | "?" | "*";
  /** How it is told from an unsolicited one. */
  readonly by?: "set" | "mailbox" | "tag";
}

/** What the session must know about a command; one constant for each row of the table. */
export interface CommandSpec {
  /** The command as it is sent, `UID FETCH` for instance. */
  readonly name: string;
  /** States in which it may be sent. */
  readonly states: readonly ConnectionState[];
  /** Capabilities, one of which the server must offer; empty: none needed. */
  readonly needs: readonly string[];
  /** What answers it. */
  readonly collects: readonly CollectSpec[];
  /** How it gets along with others. */
  readonly flow: readonly Flow[];
  /** Numbers in its arguments and answers are UIDs. */
  readonly uid: boolean;
  /** Arguments that must not be shown. */
  readonly secrets: readonly string[];
  /** What sending it, OK and NO change. */
  readonly after: {
    readonly send?: readonly Effect[];
    readonly ok?: readonly Effect[];
    readonly no?: readonly Effect[];
  };
}

/** The answer to one command, as far as the command's row of the table claims it. */
export class Collected {
  readonly #command: string;
  readonly #responses = new Map<string, Response[]>();
  readonly #codes = new Map<string, Code>();
  #count = 0;
  /** The tagged response. */
  tagged!: TaggedResponse;

  /** Starts with nothing. */
  constructor(command: string) {
    this.#command = command;
  }

  /** Adds a response. */
  add(response: Response, limit: number): void {
    if (++this.#count > limit) {
      throw new LimitError(`${this.#command}: more responses than maxItems, ${limit}`);
    }
    const list = this.#responses.get(response.type);
    if (list === undefined) this.#responses.set(response.type, [response]);
    else list.push(response);
  }

  /** Adds a code. */
  addCode(code: Code): void {
    this.#codes.set(code.name, code);
  }

  /** Forgets everything: it turned out to belong to another mailbox. */
  clear(): void {
    this.#responses.clear();
    this.#codes.clear();
    this.#count = 0;
  }

  /** All responses of a name. */
  all<T extends Response>(name: T["type"]): T[] {
    return (this.#responses.get(name) ?? []) as T[];
  }

  /** The last response of a name; a server that says something twice means the second. */
  last<T extends Response>(name: T["type"]): T | undefined {
    return this.#responses.get(name)?.at(-1) as T | undefined;
  }

  /** The last response of a name that a server must send. */
  one<T extends Response>(name: T["type"]): T {
    const response = this.last<T>(name);
    if (response === undefined) {
      throw new ProtocolError(`${this.#command}: the server said OK without the ${name} response`, {
        command: this.#command,
      });
    }
    return response;
  }

  /** A code of an untagged or the tagged response. */
  code<T extends Code>(name: T["name"]): T | undefined {
    const untagged = this.#codes.get(name);
    return this.taggedCode<T>(name) ?? (isCode(untagged, name) ? untagged as Code as T : undefined);
  }

  /** The code of the tagged response. */
  taggedCode<T extends Code>(name: T["name"]): T | undefined {
    const { code } = this.tagged;
    return isCode(code, name) ? code as Code as T : undefined;
  }
}

/**
 * A command underway: a promise of its result. A rejection that nobody looks at is not reported as
 * unhandled, so a handle may be dropped.
 */
export class Command<T> implements Promise<T> {
  /** Name of the class, as promises have it. */
  readonly [Symbol.toStringTag]: string = "Command";
  readonly #promise: Promise<T>;
  // Not of T: a handle may then stand where one of a wider result is wanted, as with promises.
  #resolve!: (value: never) => void;
  #reject!: (reason: unknown) => void;

  /** Makes a handle that nothing settles yet. */
  constructor() {
    this.#promise = new Promise<T>((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.#promise.catch(() => {});
  }

  /** Waits for the result. */
  then<A = T, B = never>(
    fulfilled?: ((value: T) => A | PromiseLike<A>) | null,
    rejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.#promise.then(fulfilled, rejected);
  }

  /** Waits for a failure. */
  catch<B = never>(rejected?: ((reason: unknown) => B | PromiseLike<B>) | null): Promise<T | B> {
    return this.then(undefined, rejected);
  }

  /** Waits for the end, either way. */
  finally(done?: (() => void) | null): Promise<T> {
    return this.then().finally(done);
  }

  /**
   * Settles the handle; the session's business.
   *
   * @internal
   */
  succeed(value: T): void {
    this.#resolve(value as never);
  }

  /**
   * Settles the handle; the session's business.
   *
   * @internal
   */
  fail(reason: unknown): void {
    this.#reject(reason);
  }
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
  #rows: Row[] = [];
  #sizes: number[] = [];
  #first = 0;
  #held = 0;
  #ended: { error?: unknown } | undefined;
  #waiting: PromiseWithResolvers<IteratorResult<Row, undefined>> | undefined;
  readonly #signal: AbortSignal | undefined;
  /** Told when rows were taken, so that reading can go on. */
  #released: () => void = () => {};

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
    if (this.#mode === "undecided") {
      this.#mode = "collect";
      this.#held = 0;
      this.#sizes = [];
      this.#released();
    }
    return super.then(fulfilled, rejected);
  }

  /** Gives the rows as they arrive; can be called once, before the rows are awaited. */
  [Symbol.asyncIterator](): AsyncIterator<Row, undefined> {
    if (this.#mode !== "undecided") throw new TypeError("The rows are being awaited or iterated already");
    this.#mode = "stream";
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
   * Bytes of rows that wait for a reader who may take any time.
   *
   * @internal
   */
  get held(): number {
    return this.#held;
  }

  /**
   * Who is to be told when rows were taken.
   *
   * @internal
   */
  set released(released: () => void) {
    this.#released = released;
  }

  /**
   * Takes a row from the session. `size` is what it counts for.
   *
   * @internal
   */
  push(row: Row, size: number, limit: number): void {
    if (this.#waiting !== undefined) {
      const waiting = this.#waiting;
      this.#waiting = undefined;
      waiting.resolve({ done: false, value: row });
    } else if (this.#mode === "collect") {
      if (this.#rows.length >= limit) throw new LimitError(`More rows than maxItems, ${limit}`);
      this.#rows.push(row);
    } else if (this.#mode !== "drain") {
      this.#rows.push(row);
      this.#sizes.push(size);
      this.#held += size;
    }
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
    this.#held = 0;
    this.#released();
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
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting === undefined) return;
    if ("error" in ended) waiting.reject(ended.error);
    else waiting.resolve({ done: true, value: undefined });
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
      this.#held -= this.#sizes[this.#first]!;
      this.#first++;
      if (this.#first === this.#rows.length) {
        this.#rows = [];
        this.#sizes = [];
        this.#first = 0;
        this.#released();
      } else if (this.#first % 64 === 0) {
        this.#released();
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
    if (this.#waiting !== undefined) {
      return Promise.reject(new TypeError("The previous next() of this iterator has not settled"));
    }
    this.#waiting = Promise.withResolvers();
    return this.#waiting.promise;
  }
}

/**
 * Joins the two ways of giving a call up into one callback.
 *
 * @param options The call's options.
 * @param giveUp Called at most once, with the reason.
 * @param late Makes the reason for a deadline that passed.
 * @returns Stops watching.
 */
export function watchCall(
  options: CallOptions,
  giveUp: (reason: unknown) => void,
  late: (milliseconds: number) => unknown,
): () => void {
  const { signal, timeout } = options;
  let timer: ReturnType<typeof setTimeout> | undefined;
  if (timeout !== undefined) {
    checkMilliseconds("timeout", timeout);
    timer = setTimeout(() => giveUp(late(timeout)), timeout);
  }
  const abort = () => giveUp(signal!.reason);
  signal?.addEventListener("abort", abort, { once: true });
  return () => {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  };
}
