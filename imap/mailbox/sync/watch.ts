/**
 * Changes without end.
 *
 * A round is: look (`look.ts`), tell, and look again, until a look finds nothing; then wait with IDLE on the connection of that look, with
 * an ear on it from before the look began. So nothing falls between looking and waiting, whatever the server tells when. Whatever it
 * says while it is waited for, only a look counts: events have no UIDs, come twice, or get lost.
 *
 * A look comes at the latest after each `renew` milliseconds, since servers forget to tell; the answer to DONE before it proves that the
 * connection lives (RFC 2177 asks for a new IDLE within 29 minutes; routers forget connections sooner).
 *
 * Each failure is reported as `offline`, and after a while the loop begins again from the last checkpoint; an error that a later attempt cannot solve is thrown.
 */

import { AuthError, CommandError, ImapError } from "../../base/errors.ts";
import type { Core } from "../core.ts";
import { Backoff, isPassing } from "../pool/backoff.ts";
import { abortableSleep } from "../pool/gate.ts";
import { placed } from "../pool/place.ts";
import type { ImapClient } from "../../client/client.ts";
import type { Lease } from "../pool/line.ts";
import type { ImapEvent } from "../../session/events.ts";
import type { Bell } from "./bells.ts";
import type { Change } from "./change.ts";
import { type ChangesOptions, Sync, syncOptions } from "./changes.ts";
import type { Cursor } from "./cursor.ts";
import type { Look } from "./look.ts";
import { type Outcome, waitForNews } from "./news.ts";
import { withFrames } from "../../base/frames.ts";

/** How a mailbox is watched. */
export interface WatchOptions extends ChangesOptions {
  /** Where to go on; undefined: see `from`. */
  cursor?: Cursor | undefined;
  /** Milliseconds between two questions where the server cannot tell by itself. One minute when left out. */
  poll?: number | undefined;
  /** Milliseconds after which a server that has told nothing is asked. Four and a half minutes when left out. */
  renew?: number | undefined;
  /** Ends the watch: the loop is then simply over, within two seconds. */
  signal?: AbortSignal | undefined;
}

/** A change, or how the connection is. */
export type WatchEvent =
  | Change
  | {
    /** The server cannot be reached, or refuses for now. The watch goes on. */
    type: "offline";
    /** Why. */
    error: unknown;
    /** Milliseconds until the next try. */
    retryInMs: number;
  }
  | {
    /** The server can be reached again. */
    type: "online";
  };

/** A command that is refused so often in a row, and not only for now, is refused permanently. */
const refusals = 3;
/** With more messages, news of a flag are not a reason to fetch the flags of all of them before it is time. */
const fewMessages = 2_000;
/** After an event that meant nothing, the next look waits; so long at most. */
const longestQuiet = 30_000;

/**
 * Tells changes until the signal or the account ends it.
 *
 * @param call Where it was asked for: not every runtime knows that of a loop that has waited.
 */
export async function* watchMailbox(
  core: Core,
  mailbox: string,
  options: WatchOptions,
  call: Error,
): AsyncGenerator<WatchEvent, undefined> {
  const { cursor, poll = 60_000, renew = 4.5 * 60_000 } = options;
  for (const [name, value] of Object.entries({ poll, renew })) {
    if (!(Number.isInteger(value) && value > 0)) throw new RangeError(`"${name}" must be a positive integer`);
  }
  const { pool, clock, random } = core.jobs;
  const signal = options.signal === undefined ? pool.closed : AbortSignal.any([options.signal, pool.closed]);
  const sync = new Sync(core, mailbox, cursor, syncOptions({ ...options, signal }));
  const watcher = new Watcher(core, mailbox, sync, { poll, renew, signal });
  const backoff = new Backoff(random);
  let offline = false;
  let refused = 0;
  try {
    while (!signal.aborted) {
      try {
        const found = await watcher.next(offline);
        if (found === undefined) continue;
        if (offline) yield { type: "online" };
        offline = false;
        refused = 0;
        backoff.reset();
        yield* sync.tell(found);
      } catch (error) {
        if (signal.aborted) break;
        placed(error, core.jobs.account, mailbox);
        if (
          !isPassing(error) && (!(error instanceof ImapError) || ++refused >= refusals || isForGood(error))
        ) {
          throw withFrames(error, call);
        }
        const retryInMs = await pool.retryInMsNow() || backoff.failed(error);
        offline = true;
        watcher.lookNext();
        yield { type: "offline", error, retryInMs };
        await abortableSleep(clock, retryInMs, signal).catch(() => {});
      }
    }
    return undefined;
  } finally {
    watcher.leave();
  }
}

/** Trying again is of no use: credentials, certificates, a mailbox that is not there. */
function isForGood(error: ImapError): boolean {
  if (error instanceof AuthError || error.reason !== undefined) return true;
  if (error.name === "CapabilityError") return true;
  return error instanceof CommandError &&
    /^(?:NONEXISTENT|NOPERM|CANNOT|TRYCREATE)$/.test(error.code?.name ?? "");
}

interface HowToWait {
  poll: number;
  renew: number;
  signal: AbortSignal;
}

/** Finds out when there is something to tell. */
class Watcher {
  readonly #core: Core;
  readonly #mailbox: string;
  readonly #sync: Sync;
  readonly #how: HowToWait;
  /** A look is due: at first, after an error, after changes, after news. */
  #isDue = true;
  #flagsNow = false;
  #idleFails = false;
  #mayWait = false;
  /** What wakes it while others wait with IDLE. */
  #bell: Bell | undefined;
  /** When it was last found out whether something has changed, by the monotonic clock. */
  #asked = 0;
  /** The last look found nothing but another modification sequence, as a server may say each time. */
  #isHollow = false;
  /** Looks in a row that found nothing although there were news. */
  #empty = 0;

  constructor(core: Core, mailbox: string, sync: Sync, how: HowToWait) {
    this.#core = core;
    this.#mailbox = mailbox;
    this.#sync = sync;
    this.#how = how;
  }

  /** Nothing is known of the server any more. */
  lookNext(): void {
    this.#isDue = true;
  }

  /**
   * Looks, and where nothing is found waits. Gives what is to be told; undefined when it is time to look again.
   *
   * @param wasOffline Give what was found, be it nothing: that the server was reached is news.
   */
  async next(wasOffline: boolean): Promise<Look | undefined> {
    const { signal } = this.#how;
    const { pool, clock } = this.#core.jobs;
    if (this.#isHollow) await this.#pause();
    this.#isHollow = false;
    if (!this.#isDue && !await this.#sleep()) return undefined;
    if (this.#bell !== undefined) this.#bell.rung = undefined;
    this.#asked = clock.monotonic();
    const lease = await pool.acquire({ mailbox: this.#mailbox, exclusive: true, signal });
    // From before the mailbox is opened: what is told while it is looked at is news, too.
    const events = lease.client.events();
    let handed = false;
    try {
      const found = await this.#sync.lookOn(
        lease,
        this.#flagsNow && (lease.line.selection?.exists ?? 0) <= fewMessages,
      );
      pool.worked();
      this.#flagsNow = false;
      if (wasOffline || hasSomething(found, this.#sync)) {
        this.#isDue = true;
        this.#isHollow = !wasOffline && !tellsSomething(found);
        if (!this.#isHollow) this.#empty = 0;
        return found;
      }
      if (!this.#mayIdle(lease.client)) {
        this.#isDue = false;
        return found;
      }
      handed = true;
      await this.#wait(lease, events);
      return undefined;
    } finally {
      if (!handed) {
        void events.return?.();
        lease.release();
      }
    }
  }

  /** Waits where others have the right to IDLE. Gives whether a look may find something. */
  async #sleep(): Promise<boolean> {
    const { signal, poll, renew } = this.#how;
    const { jobs: { clock }, bells } = this.#core;
    const bell = this.#bell ??= bells.add(this.#mailbox);
    await bell.wait(clock, poll, signal);
    const isRecent = clock.monotonic() - this.#asked < renew;
    // Where the server tells by itself it is asked as seldom as with IDLE.
    const { rung } = bell;
    if (rung === undefined && isRecent && bells.hears(this.#mailbox)) return false;
    // What the server has told is not asked once more: a look finds out as fast, and some servers' STATUS is out of date.
    if (rung === "told") {
      await this.#pause();
      return true;
    }
    bell.rung = undefined;
    this.#asked = clock.monotonic();
    return await this.#sync.mayHaveChanged();
  }

  async #wait(lease: Lease, events: AsyncIterator<ImapEvent, undefined>): Promise<void> {
    const { jobs: { pool, clock }, bells } = this.#core;
    const { renew: period, signal } = this.#how;
    const { client } = lease;
    let waits = false;
    try {
      await bells.ask(lease.line, this.#mailbox, signal);
      waits = true;
      const outcome = await waitForNews(lease, events, {
        clock,
        period,
        signal,
        share: () => pool.share(lease),
        listen: (more) => bells.listen(client, this.#mailbox, more),
      });
      if (outcome === "news" || outcome === "flags") bells.ring(this.#mailbox, "told");
      await this.#after(outcome);
    } catch (error) {
      // A server that offers IDLE and refuses it is asked from time to time.
      if (!(error instanceof CommandError) || isPassing(error)) throw error;
      this.#idleFails = true;
      this.leave();
    } finally {
      if (!waits) {
        void events.return?.();
        lease.release();
      }
    }
  }

  async #after(outcome: Outcome): Promise<void> {
    this.#isDue = true;
    this.#flagsNow = outcome === "flags";
    if (outcome === "news" || outcome === "flags") await this.#pause();
  }

  /** News that a look finds nothing of: a server that says them each time is not asked without a pause. */
  async #pause(): Promise<void> {
    if (this.#empty++ < 2) return;
    const quiet = Math.min(longestQuiet, 250 * 2 ** Math.min(this.#empty, 10));
    await abortableSleep(this.#core.jobs.clock, quiet, this.#how.signal);
  }

  /**
   * One connection is left to others; a watch that begins later asks from time to time. The right to wait stays with who has it: passed on
   * whenever a connection is wanted, it would go round among those who watch, and connections with it.
   */
  #mayIdle(client: ImapClient): boolean {
    if (this.#mayWait) return true;
    const has = client.capabilities?.has("IDLE") || client.enabled.has("IMAP4REV2");
    if (!has || this.#idleFails || this.#core.idlers >= Math.max(1, this.#core.connections - 1)) return false;
    this.leave();
    this.#core.idlers++;
    return this.#mayWait = true;
  }

  /** Leaves the right to wait to others. */
  leave(): void {
    if (this.#mayWait) this.#core.idlers--;
    this.#mayWait = false;
    if (this.#bell !== undefined) this.#core.bells.remove(this.#bell);
    this.#bell = undefined;
  }
}

/** Whether there is something to tell beside a cursor. */
function tellsSomething({ reset, gone, flags, fresh }: Look): boolean {
  return reset !== undefined || !gone.isEmpty || flags.length > 0 || !fresh.isEmpty;
}

/** Whether there is something to tell, or at least a cursor that is not known yet. */
function hasSomething(found: Look, { known }: Sync): boolean {
  const { ledger } = found;
  return tellsSomething(found) || known === undefined ||
    known.cursor.uidNext !== ledger.uidNext || known.modSeq !== ledger.modSeq ||
    known.count !== ledger.count ||
    known.cursor.flagsAt !== ledger.flagsAt;
}
