/**
 * A few connections for everything that an account does.
 *
 * Who reads the same mailbox shares a connection; a connection changes its mailbox only while nobody uses it. Before somebody who
 * waits for news is asked to leave a connection, another one is made, up to the number that is allowed.
 */

import { onAbort } from "../../base/abort.ts";
import type { Clock, Timer } from "../../base/clock.ts";
import { type ImapError, StateError } from "../../base/errors.ts";
import type { ImapClient } from "../../client/client.ts";
import type { AccountEvent, AccountState } from "../account_events.ts";
import { type Backoff, isPassing } from "./backoff.ts";
import { Lease, Line } from "./line.ts";

/** What a connection is wanted for. */
export interface Want {
  /** The mailbox that is to be selected; undefined: none in particular. */
  mailbox?: string | undefined;
  /** The mailbox that it is about, which is not to be selected; for errors. */
  about?: string | undefined;
  /** Where messages of the mailbox go; for errors. */
  to?: string | undefined;
  /** Select it for writing. */
  write?: boolean | undefined;
  /** Do not share the connection, and let the caller select. */
  exclusive?: boolean | undefined;
  /** It is enough that there is a connection: nothing is asked of it. */
  bare?: boolean | undefined;
  /** Gives up waiting. */
  signal?: AbortSignal | undefined;
}

/** What the pool is told. */
export interface PoolOptions {
  readonly clock: Clock;
  /** How many connections there may be. */
  readonly most: number;
  readonly backoff: Backoff;
  /** Connects and logs in. */
  readonly open: (signal: AbortSignal) => Promise<ImapClient>;
  readonly onState: ((event: AccountEvent) => void) | undefined;
}

interface Waiting {
  readonly want: Want;
  readonly got: PromiseWithResolvers<Lease>;
}

/** A connection that lasted so long did not fail because there are too many of them. Field: EmailEngine's 5 minutes. */
const longLived = 5 * 60_000;
/** A connection that nobody used for so long is asked whether it lives: routers forget connections after five minutes. */
const doubtful = 4 * 60_000;
/** How long it may take to say so, in milliseconds. */
const probe = 10_000;
/** Another try with credentials that were refused may lock the account. */
const longPause = 60_000;

/** The connections of an account. */
export class Pool {
  readonly #options: PoolOptions;
  readonly #lines = new Set<Line>();
  readonly #waiting: Waiting[] = [];
  readonly #closing = new AbortController();
  /** Connections that are being made, or whose end is being looked into. */
  #opening = 0;
  #lastId = 0;
  /** Before this time, by the monotonic clock, nobody connects. */
  #notBefore = 0;
  #timer: Timer | undefined;
  #dropped: Promise<void> = Promise.resolve();

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  /** What the account is doing. */
  get state(): AccountState {
    if (this.#closing.signal.aborted) return "closed";
    if (this.#alive() > 0) return "online";
    return this.retryInMs > 0 ? "waiting" : "connecting";
  }

  /** Milliseconds until the next connection may be made; 0 when now. */
  get retryInMs(): number {
    return Math.max(0, this.#notBefore - this.#options.clock.monotonic());
  }

  /** The same, when it has been found out why connections have ended that have. */
  async retryInMsNow(): Promise<number> {
    this.#match();
    await this.#dropped;
    return this.retryInMs;
  }

  /** Aborted when the account is closed. */
  get closed(): AbortSignal {
    return this.#closing.signal;
  }

  /**
   * Waits for a connection.
   *
   * @throws What kept it from being made; what the server said of the mailbox; the signal's reason.
   */
  acquire(want: Want): Promise<Lease> {
    const { signal } = want;
    if (this.#closing.signal.aborted) return Promise.reject(closedError());
    if (signal?.aborted) return Promise.reject(signal.reason);
    const got = Promise.withResolvers<Lease>();
    const waiting = { want, got };
    const stopped = Promise.withResolvers<never>();
    stopped.promise.catch(() => {});
    const unlisten = onAbort(signal, (reason) => {
      const at = this.#waiting.indexOf(waiting);
      if (at >= 0) this.#waiting.splice(at, 1);
      got.reject(reason);
      stopped.reject(reason);
    });
    this.#waiting.push(waiting);
    this.#match();
    return got.promise.then(async (lease) => {
      const { line } = lease;
      try {
        if (!want.bare) await Promise.race([line.ready, stopped.promise]);
        signal?.throwIfAborted();
        return lease;
      } catch (error) {
        // Who comes next must not take a mailbox for selected that is being selected.
        if (signal?.aborted && line.leases.size === 1) line.mailbox = undefined;
        lease.release();
        throw error;
      }
    }).finally(unlisten);
  }

  /** Something was finished: what fails next fails for the first time. */
  worked(): void {
    this.#options.backoff.reset();
  }

  /** A lease is not exclusive any more. */
  share(lease: Lease): void {
    lease.exclusive = false;
    this.#match();
  }

  /** Logs out on all connections; waiting calls get an error. */
  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort(closedError());
    this.#options.clock.clearTimeout(this.#timer);
    for (const { got } of this.#waiting.splice(0)) got.reject(closedError());
    const lines = [...this.#lines];
    this.#lines.clear();
    await Promise.all(lines.map(({ client }) => client.logout()));
    this.#tell({ type: "closed" });
  }

  #alive(): number {
    let count = 0;
    for (const { client } of this.#lines) if (!client.closed) count++;
    return count;
  }

  #match(): void {
    if (this.closed.aborted) return;
    for (const line of this.#lines) {
      if (line.client.closed && line.leases.size === 0) this.#dropped = this.#drop(line);
    }
    for (const waiting of [...this.#waiting]) {
      const line = this.#lineFor(waiting.want);
      if (line === undefined) continue;
      this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
      waiting.got.resolve(this.#grant(line, waiting.want));
    }
    const room = this.#options.most - this.#lines.size - this.#opening;
    const wanted = Math.min(this.#waiting.length - this.#opening, room);
    const early = this.retryInMs;
    if (wanted > 0 && early > 0) this.#later(early);
    else for (let i = 0; i < wanted; i++) void this.#open();
    if (this.#waiting.length > this.#opening) this.#ask();
    // What says goodbye is held by its deadline.
    for (const line of this.#lines) line.hold(line.leases.size > 0);
  }

  /** Asks those who only wait for news to make room. */
  #ask(): void {
    let wanted = this.#waiting.length - this.#opening;
    for (const line of [...this.#lines]) {
      if (wanted <= 0) return;
      if (line.client.closed || line.leases.size === 0) continue;
      line.contended = true;
      wanted--;
      if (!line.isPreemptible) continue;
      for (const { onWanted } of [...line.leases]) onWanted!();
    }
  }

  #later(milliseconds: number): void {
    const { clock } = this.#options;
    clock.clearTimeout(this.#timer);
    this.#timer = clock.setTimeout(() => this.#match(), milliseconds);
  }

  #lineFor(want: Want): Line | undefined {
    const lines = [...this.#lines].filter((line) => !line.client.closed && !line.isExclusive);
    const fits = (line: Line) => line.mailbox === want.mailbox && (!want.write || line.writable);
    const idle = lines.filter((line) => line.leases.size === 0);
    if (want.exclusive) return idle.find(fits) ?? idle[0];
    if (want.mailbox === undefined) return idle[0] ?? lines[0];
    return lines.find((line) => fits(line) && !line.contended) ?? idle.find(fits) ?? idle[0];
  }

  #grant(line: Line, want: Want): Lease {
    const lease = new Lease(line, want.exclusive === true, () => this.#released(lease));
    const { exclusive, mailbox, write = false } = want;
    let probes = false;
    if (line.leases.size === 0) {
      line.contended = false;
      probes = this.#options.clock.monotonic() - line.used > doubtful;
      // What opens a mailbox goes in one write with what a new connection begins with, and is answered after it.
      line.ready = probes ? probed(line) : exclusive ? Promise.resolve() : line.settled;
    }
    line.leases.add(lease);
    if (!exclusive && mailbox !== undefined && (line.mailbox !== mailbox || (write && !line.writable))) {
      const select = () => line.select(mailbox, write);
      line.ready = probes ? line.ready.then(select) : select();
      // Others who read it share the connection from now on, and wait for the same.
      line.mailbox = mailbox;
      line.writable = write;
      lease.isFresh = true;
    }
    line.ready.catch(() => {});
    return lease;
  }

  #released(lease: Lease): void {
    const { line } = lease;
    line.leases.delete(lease);
    line.used = this.#options.clock.monotonic();
    this.#match();
  }

  /** A connection has ended. */
  async #drop(line: Line): Promise<void> {
    const { clock, backoff } = this.#options;
    this.#lines.delete(line);
    this.#opening++;
    // A command that cannot be sent any more says why.
    const error = line.failure ?? await line.client.noop().then(
      () => undefined,
      (error: unknown) => (error as ImapError).cause ?? error,
    );
    const isOld = clock.monotonic() - line.since >= longLived;
    if (isOld) backoff.reset();
    this.#offline(line.id, error, isOld && (error as ImapError)?.retryAfterMs === undefined);
    this.#opening--;
    this.#match();
  }

  async #open(): Promise<void> {
    const { clock, open } = this.#options;
    const id = ++this.#lastId;
    const started = clock.monotonic();
    this.#opening++;
    this.#tell({ type: "connecting", connection: id });
    try {
      const client = await open(this.closed);
      if (this.closed.aborted) return void client.logout();
      const now = clock.monotonic();
      this.#lines.add(new Line(id, client, now));
      this.#tell({ type: "online", connection: id, tookMs: now - started });
    } catch (error) {
      if (this.closed.aborted) return;
      this.#offline(id, error, false);
      // Who can be served by another connection goes on waiting for it.
      if (this.#alive() === 0) { for (const { got } of this.#waiting.splice(0)) got.reject(error); }
    } finally {
      this.#opening--;
      this.#match();
    }
  }

  #offline(connection: number, error: unknown, atOnce: boolean): void {
    const { clock, backoff } = this.#options;
    const own = atOnce ? 0 : backoff.failed(error);
    const wait = error === undefined || isPassing(error) ? own : Math.max(own, longPause);
    this.#notBefore = Math.max(this.#notBefore, clock.monotonic() + wait);
    this.#tell({ type: "offline", connection, error, retryInMs: wait });
  }

  #tell(event: AccountEvent): void {
    try {
      this.#options.onState?.(event);
    } catch {
      // A log that cannot be written must not cost the connection.
    }
  }
}

/** A connection that a router has dropped stays silent: it is closed, and the waiting calls get an error at once. */
async function probed(line: Line): Promise<void> {
  try {
    await line.client.noop({ timeout: probe });
  } catch (error) {
    // What the client says later is that it was closed, which would not be worth another try.
    line.failure = error;
    line.client.close();
    throw error;
  }
}

/** What calls of a closed account end with. */
export function closedError(): ImapError {
  return new StateError("The account is closed");
}
