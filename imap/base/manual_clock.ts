/** A clock whose time passes only when it is told to: deadlines of minutes, tested in no time. */

import { type Clock, sleep, systemClock, type Timer } from "./clock.ts";

interface Waiting {
  due: number;
  callback: () => void;
}

/** How often everything that is ready may run before time goes on: chains of promises and streams take a few turns. */
const turns = 4;

/**
 * A clock that a test moves. Give the same one to the client and to the embedded server, and both live in its time.
 *
 * A timer of 0 ms fires by itself, since no time has to pass for it.
 *
 * @example
 * ```ts
 * import { connect } from "@postern/postern/imap";
 * import { ManualClock, startServer } from "@postern/postern/testing";
 * import { assertRejects } from "@std/assert";
 *
 * const clock = new ManualClock();
 * await using server = await startServer({ clock, faults: [{ on: "NOOP", delay: 3_600_000 }] });
 * const auth = { user: "alice", pass: "alice-pw" };
 * await using client = await connect({ transport: server.connect(), auth, clock });
 * const silent = assertRejects(() => client.noop(), Error, "silent for 120000 ms");
 * await clock.advance(120_000);
 * await silent;
 * await clock.advance(3_600_000);
 * ```
 */
export class ManualClock implements Clock {
  readonly #start: number;
  readonly #waiting: Set<Waiting> = new Set();
  #passed = 0;

  /**
   * Starts a clock that does not run.
   *
   * @param start The time of day at first, in milliseconds since 1970. Midnight of 1 January 2026, UTC, when left out.
   */
  constructor(start: number = Date.UTC(2026, 0, 1)) {
    this.#start = start;
  }

  /** Calls back when the time has been moved so far, or soon when it is 0 ms. */
  setTimeout(callback: () => void, milliseconds: number): Timer {
    const waiting: Waiting = { due: this.#passed + Math.max(0, milliseconds), callback };
    this.#waiting.add(waiting);
    if (!(milliseconds > 0)) {
      systemClock.setTimeout(() => {
        if (this.#waiting.delete(waiting)) callback();
      }, 0);
    }
    return waiting;
  }

  /** Stops a timer. */
  clearTimeout(timer: Timer | undefined): void {
    if (timer !== undefined) this.#waiting.delete(timer as Waiting);
  }

  /** The time of day, in milliseconds since 1970. */
  now(): number {
    return this.#start + this.#passed;
  }

  /** Milliseconds that have passed since the clock was made. */
  monotonic(): number {
    return this.#passed;
  }

  /** How many timers are set: a connection that was closed must leave none. */
  get timers(): number {
    return this.#waiting.size;
  }

  /**
   * Lets time pass. Timers fire in the order in which they are due, each at its own time, and what follows from one runs
   * before the next fires: also a timer that it sets.
   *
   * @param milliseconds How much time, 0 or more.
   * @throws {RangeError} For a number that is negative or NaN.
   */
  async advance(milliseconds: number): Promise<void> {
    if (typeof milliseconds !== "number") throw new TypeError("Time passes by a number of milliseconds");
    if (!(milliseconds >= 0)) throw new RangeError(`Time passes forward, not by ${milliseconds} ms`);
    const until = this.#passed + milliseconds;
    await settle();
    for (let next = this.#next(until); next !== undefined; next = this.#next(until)) {
      this.#waiting.delete(next);
      this.#passed = Math.max(this.#passed, next.due);
      next.callback();
      await settle();
    }
    this.#passed = Math.max(this.#passed, until);
    await settle();
  }

  #next(until: number): Waiting | undefined {
    let next: Waiting | undefined;
    // Of two that are due at once, the one that was set first.
    for (const waiting of this.#waiting) {
      if (waiting.due <= until && (next === undefined || waiting.due < next.due)) next = waiting;
    }
    return next;
  }
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await sleep(systemClock, 0);
}
