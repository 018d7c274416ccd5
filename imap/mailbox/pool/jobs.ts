/** Work on a connection that is begun again when the connection is lost. */

import type { Clock } from "../../base/clock.ts";
import { ImapError, StateError } from "../../base/errors.ts";
import type { CommandSpec } from "../../codec/spec.ts";
import { FateUnknownError } from "../errors.ts";
import { Backoff, isPassing } from "./backoff.ts";
import { withFrames } from "../../base/frames.ts";
import { abortableSleep } from "./gate.ts";
import type { Lease } from "./line.ts";
import { placed } from "./place.ts";
import { closedError, type Pool, type Want } from "./pool.ts";

/** Runs work on the connections of a pool. */
export class Jobs {
  /** The connections. */
  readonly pool: Pool;
  /** Timers and times. */
  readonly clock: Clock;
  /** Chance, for waits. */
  readonly random: () => number;
  /** Whose connections they are, for errors. */
  readonly account: string;
  readonly #patience: number;

  /**
   * @param pool The connections.
   * @param clock Timers and times.
   * @param patience For how many milliseconds a job is begun again.
   * @param random Chance, for waits.
   * @param account Whose connections they are.
   */
  constructor(pool: Pool, clock: Clock, patience: number, random: () => number, account: string) {
    this.pool = pool;
    this.clock = clock;
    this.random = random;
    this.account = account;
    this.#patience = patience;
  }

  /**
   * Runs a job that may run again: one that only reads, or whose effect is the same twice. It is begun again after errors that pass,
   * for as long as patience lasts.
   *
   * @throws The last error; the signal's reason.
   */
  async run<T>(want: Want, job: (lease: Lease) => Promise<T>): Promise<T> {
    const { clock, pool } = this;
    const call = new Error();
    const until = clock.monotonic() + this.#patience;
    const backoff = new Backoff(this.random);
    const failed = (error: unknown) => {
      const shown = withFrames(error, call);
      // What a caller's signal was aborted with is the caller's.
      if (error === want.signal?.reason) return shown;
      return placed(shown, this.account, want.mailbox ?? want.about, want.to);
    };
    for (;;) {
      try {
        return await this.once(want, job);
      } catch (error) {
        // A command that came too late was refused for what its connection was doing.
        if (pool.closed.aborted && error instanceof StateError) throw failed(closedError());
        if (!isPassing(error) || pool.closed.aborted || want.signal?.aborted) throw failed(error);
        // While there is a connection, it is the command that was refused; the pool waits before it makes another one.
        const wait = await pool.retryInMsNow() || (pool.state === "online" ? backoff.failed(error) : 0);
        if (clock.monotonic() + wait > until) throw failed(error);
        await abortableSleep(clock, wait, want.signal, pool.closed).catch((reason) => {
          // What the next try says is an error of this call.
          if (!pool.closed.aborted) throw reason;
        });
      }
    }
  }

  /**
   * Runs a job around one command: again where the command table says that it may be sent once more, and otherwise as one that must
   * not run twice.
   *
   * @throws {FateUnknownError} When it is not known whether it was carried out.
   */
  async command<T>(
    want: Want,
    { name, retry }: CommandSpec,
    job: (lease: Lease) => Promise<T>,
  ): Promise<T> {
    const isSafe = retry === "yes" || (retry === "uid" && name.startsWith("UID "));
    return isSafe ? await this.run(want, job) : await this.unsafe(want, name, job);
  }

  /**
   * Runs a job that must not run twice. Connecting is tried again, and what the server has refused for now; what was underway when the
   * connection was lost is not.
   *
   * @throws {FateUnknownError} When it is not known whether it was carried out.
   */
  async unsafe<T>(want: Want, command: string, job: (lease: Lease) => Promise<T>): Promise<T> {
    return await this.run(want, async (lease) => {
      try {
        return await job(lease);
      } catch (error) {
        if (!(error instanceof ImapError) || !lease.client.closed || error instanceof StateError) throw error;
        const { text, reason } = error;
        throw new FateUnknownError(command, { text, reason, cause: error });
      }
    });
  }

  /** Runs a job once. It waits for a connection like any other. */
  async once<T>(want: Want, job: (lease: Lease) => Promise<T>): Promise<T> {
    using lease = await this.pool.acquire(want);
    const result = await job(lease);
    this.pool.worked();
    return result;
  }
}
