/** A command underway, as its caller holds it. */

import { ImapError } from "../base/errors.ts";
import type { Failure, Unobserved } from "./unobserved.ts";

/** Whose call it is. */
export interface CallerOf {
  /** Gets the failure when it is not observed. */
  readonly unobserved: Unobserved;
  /** The caller's own; what it was given up for is not a failure. */
  readonly signal?: AbortSignal | undefined;
}

/** Errors that have the frames of a caller already: of a lost connection there may be one for several. */
const placed = /* @__PURE__ */ new WeakSet<Error>();

/**
 * A command underway: a promise of its result. Several may be underway before the first is awaited. A failure that nobody has looked at
 * (`await`, `then`, `catch`, `finally`, a loop) when the connection ends, or when the handle is garbage, is reported as an unhandled
 * rejection; not so the end of the connection where this side wanted it or something else was told of it, and what the caller's own
 * signal gave up. The error has the stack of the call.
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
 * // Both are underway before either is answered.
 * const [inbox, drafts] = await Promise.allSettled([
 *   client.status("INBOX", ["MESSAGES"]),
 *   client.status("No such mailbox", ["MESSAGES"]),
 * ]);
 * assertEquals([inbox.status, drafts.status], ["fulfilled", "rejected"]);
 * ```
 */
export class Command<T> implements Promise<T> {
  /** Name of the class, as promises have it. */
  readonly [Symbol.toStringTag]: string = "Command";
  readonly #promise: Promise<T>;
  // Not of T: a handle may then be used where one of a wider result is wanted, as with promises.
  #resolve!: (value: never) => void;
  #reject!: (reason: unknown) => void;

  readonly #caller: CallerOf | undefined;
  /** Where the call was made: it takes microseconds, and a text is made of it only when the call fails. */
  readonly #call: Error | undefined;
  #observed = false;
  #failure: Failure | undefined;

  /**
   * Makes a handle that nothing settles yet.
   *
   * @param caller Whose call it is; left out for what the client calls itself.
   */
  constructor(caller?: CallerOf) {
    this.#caller = caller;
    if (caller !== undefined) this.#call = new Error();
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
    this.observe();
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
   * Whether the result is observed.
   *
   * @internal
   */
  get isObserved(): boolean {
    return this.#observed;
  }

  /**
   * The result is observed.
   *
   * @internal
   */
  observe(): void {
    this.#observed = true;
    if (this.#failure !== undefined) this.#caller?.unobserved.observed(this.#failure);
    this.#failure = undefined;
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
    if (this.#call !== undefined && reason !== this.#caller?.signal?.reason) place(reason, this.#call);
    this.#reject(reason);
    const { unobserved, signal } = this.#caller ?? {};
    if (this.#observed || unobserved === undefined || (signal?.aborted && signal.reason === reason)) return;
    this.#failure = unobserved.add(this, reason);
  }
}

/**
 * Gives an error the frames of the call: what it was made in says nothing to the caller.
 *
 * @param error What the call ends with.
 * @param call Where it was made.
 * @param again Also when it has those of another call: of one that this call made.
 * @returns The error.
 */
export function place<T>(error: T, call: Error, again = false): T {
  if (!(error instanceof Error) || (placed.has(error) && !again)) return error;
  placed.add(error);
  const frames = call.stack?.split("\n").filter((line) => !line.startsWith("Error")).join("\n");
  // Of an error of the program's own stream, where it was made is kept; it may be frozen.
  const head = error instanceof ImapError ? `${error.name}: ${error.message}` : error.stack;
  Reflect.set(error, "stack", `${head}\n${frames}`);
  return error;
}
