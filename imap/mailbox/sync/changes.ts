/** From what has changed to what the consumer is told. */

import { ImapError } from "../../base/errors.ts";
import type { FetchResponse } from "../../codec/_gen/types.ts";
import type { FetchItem } from "../../values/fetch_item.ts";
import { SequenceSet } from "../../values/sequence_set.ts";
import type { Core } from "../core.ts";
import { messageItems, messagesOf } from "../listing.ts";
import type { MailboxMessage } from "../message/message.ts";
import { isPassing } from "../pool/backoff.ts";
import type { Lease } from "../pool/line.ts";
import { piecesOf, setOf } from "../uids.ts";
import { present } from "../verbs/bulk.ts";
import type { Change, StartFrom } from "./change.ts";
import { ClientSource } from "./client_source.ts";
import { type Cursor, type Known, readCursor } from "./cursor.ts";
import type { Ledger } from "./ledger.ts";
import { isLater, type Look, look } from "./look.ts";

/** How changes are told. */
export interface ChangesOptions {
  /** Where to begin without a cursor. `"now"` when left out: what is there already is not told. */
  from?: StartFrom | undefined;
  /**
   * Without modification sequences (CONDSTORE): milliseconds after which the flags of all messages are looked at again; 0 looks each
   * time. Half an hour when left out: for 100,000 messages it takes some four megabytes.
   */
  flagsEvery?: number | undefined;
  /** Messages that are fetched, and told before the next checkpoint, at once. 200 when left out. */
  batch?: number | undefined;
  /** Gives up. */
  signal?: AbortSignal | undefined;
}

/** The same with what holds where nothing was said. */
export interface SyncOptions {
  from: StartFrom;
  flagsEvery: number;
  batch: number;
  signal: AbortSignal | undefined;
}

/** Checks the options and fills in what was left out. */
export function syncOptions(
  { from = "now", flagsEvery = 30 * 60_000, batch = 200, signal }: ChangesOptions,
): SyncOptions {
  if (from !== "now" && from !== "all" && typeof from?.since !== "string") {
    throw new TypeError('"from" must be "now", "all" or { since: "2026-11-01" }');
  }
  if (!(Number.isInteger(flagsEvery) && flagsEvery >= 0)) {
    throw new RangeError('"flagsEvery" must be milliseconds, 0 or more');
  }
  if (!(Number.isInteger(batch) && batch >= 1)) throw new RangeError('"batch" must be a positive integer');
  return { from, flagsEvery, batch, signal };
}

/** One mailbox whose changes are told. */
export class Sync {
  readonly #core: Core;
  readonly #mailbox: string;
  readonly #options: SyncOptions;
  /** How far the consumer has come; undefined before the first checkpoint. */
  known: Known | undefined;
  #told: string | undefined;

  constructor(core: Core, mailbox: string, cursor: Cursor | undefined, options: SyncOptions) {
    this.#core = core;
    this.#mailbox = mailbox;
    this.#options = options;
    this.known = cursor === undefined ? undefined : readCursor(cursor);
    this.#told = cursor === undefined ? undefined : JSON.stringify(cursor);
  }

  /**
   * Whether a look may find something: asks STATUS, which shares a connection with others. It says nothing of flags where there are no
   * modification sequences.
   */
  async mayHaveChanged(): Promise<boolean> {
    const { known } = this;
    const { signal, flagsEvery } = this.#options;
    if (known === undefined) return true;
    const { cursor, modSeq, seen, count } = known;
    if (modSeq === undefined && isLater(this.#core.jobs.clock.now(), cursor.flagsAt, flagsEvery)) return true;
    return await this.#core.jobs.run({ about: this.#mailbox, signal }, async ({ client, line }) => {
      // Of the selected mailbox Dovecot says what the session knows, be it out of date; EXAMINE does not take more time.
      if (line.mailbox === this.#mailbox) return true;
      const hasModSeq = client.capabilities?.has("CONDSTORE") || client.capabilities?.has("QRESYNC");
      const asked = client.status(
        this.#mailbox,
        ["MESSAGES", "UIDNEXT", "UIDVALIDITY", ...(hasModSeq ? ["HIGHESTMODSEQ" as const] : [])],
        { signal },
      );
      const status = await asked.catch((error) => {
        // A look finds out whether the mailbox is gone, or the server has no STATUS for it.
        if (!(error instanceof ImapError) || isPassing(error) || client.closed) throw error;
        return undefined;
      });
      if (status === undefined) return true;
      // A copy: what the server left out is undefined.
      const { uidValidity, uidNext, highestModSeq, messages } = { ...status };
      return cursor.mailbox !== this.#mailbox || uidValidity !== cursor.uidValidity ||
        uidNext !== cursor.uidNext || (highestModSeq || undefined) !== modSeq ||
        (count !== undefined && messages !== count) ||
        (seen === undefined && modSeq === undefined);
    });
  }

  /**
   * Looks once, and tells everything that has changed. No connection is held while the consumer works.
   *
   * @param flagsNow Look at flags, whenever they were looked at last.
   */
  async *step(flagsNow = false): AsyncGenerator<Change, undefined> {
    const found = await this.#look(flagsNow);
    yield* this.tell(found);
    return undefined;
  }

  /**
   * Looks on a connection that is held already.
   *
   * @param lease Nobody shares it.
   */
  async lookOn(lease: Lease, flagsNow: boolean): Promise<Look> {
    const { from, flagsEvery, batch, signal } = this.#options;
    const source = new ClientSource(lease, this.#mailbox, signal);
    return await look(source, this.known, {
      mailbox: this.#mailbox,
      from,
      now: this.#core.jobs.clock.now(),
      flagsEvery: flagsNow ? 0 : flagsEvery,
      batch,
    });
  }

  /** Tells what was found: flags and what is gone first, then what is new, with a checkpoint after each part. */
  async *tell(found: Look): AsyncGenerator<Change, undefined> {
    const { reset, gone, flags, fresh, ledger, uidNext } = found;
    const { uidValidity } = ledger;
    if (reset !== undefined) {
      yield {
        type: "reset",
        reason: reset.reason,
        previous: this.known!.cursor,
        uids: reset.uids,
        uidValidity,
      };
    }
    if (!gone.isEmpty) yield { type: "gone", uids: gone, uidValidity };
    for (const row of flags) yield { type: "flags", uid: row.uid, uidValidity, flags: row.flags };
    if (reset !== undefined || !gone.isEmpty || flags.length > 0) yield* this.#checkpoint(ledger);
    let since = 0;
    for (const uids of piecesOf(fresh, this.#options.batch)) {
      let messages: MailboxMessage[] | undefined;
      try {
        messages = await this.#fetch(uids, found.isExact, uidValidity);
      } catch (error) {
        // A loop that goes on after this is told nothing twice.
        yield* this.#checkpoint(ledger);
        throw error;
      }
      // The mailbox is another one by now: the next look tells so.
      if (messages === undefined) return undefined;
      for (const message of messages) yield { type: "new", message };
      // Counted is what was there when it was looked at: what has gone since is named by the next look.
      ledger.told(messages, uids.ranges.at(-1)![1] + 1, uids.count);
      since += messages.length;
      // Where the cursor holds many ranges of UIDs, it is not written for every few messages.
      if (since === 0 || since < (ledger.seen?.uids.ranges.length ?? 0) / 100) continue;
      since = 0;
      yield* this.#checkpoint(ledger);
    }
    ledger.told([], uidNext, 0);
    ledger.count ??= found.exists;
    yield* this.#checkpoint(ledger);
    return undefined;
  }

  async #look(flagsNow: boolean): Promise<Look> {
    const { signal } = this.#options;
    return await this.#core.jobs.run(
      { mailbox: this.#mailbox, exclusive: true, signal },
      (lease) => this.lookOn(lease, flagsNow),
    );
  }

  /** A checkpoint that says nothing new is left out. */
  *#checkpoint(ledger: Ledger): Generator<Change> {
    const { cursor, modSeq, seen, count, digests } = ledger;
    this.known = { cursor, modSeq, seen, count, digests: digests?.copy() };
    const text = JSON.stringify(cursor);
    if (text === this.#told) return;
    this.#told = text;
    yield { type: "checkpoint", cursor };
  }

  /**
   * Fetches messages. One whose structure cannot be fetched must not stop all others: it is fetched alone, and then without
   * it.
   */
  async #fetch(
    uids: SequenceSet,
    isExact: boolean,
    uidValidity: number,
  ): Promise<MailboxMessage[] | undefined> {
    const { signal } = this.#options;
    const { reader } = this.#core;
    const place = { mailbox: this.#mailbox, uidValidity };
    return await this.#core.jobs.run({ mailbox: this.#mailbox, signal }, async (lease) => {
      const { client, selection } = lease;
      if (selection.uidValidity !== uidValidity) return undefined;
      const fetch = async (set: SequenceSet, items: readonly FetchItem[]): Promise<MailboxMessage[]> => {
        const rows: FetchResponse[] = await client.uidFetch(set, [...items], { signal }).asSent();
        return messagesOf(rows, place, reader).filter(({ uid }) => set.contains(uid));
      };
      // A range is asked beside: which of its UIDs there are shows which row was too damaged to say whose it is.
      const there = isExact ? Promise.resolve(uids) : present(lease, uids, signal);
      there.catch(() => {});
      const messages = await fetch(uids, messageItems(client)).catch((error) => {
        if (isFatal(error)) throw error;
        return [] as MailboxMessage[];
      });
      const got = setOf(messages.map(({ uid }) => uid));
      for (const uid of (await there).difference(got).values(uids.count)) {
        const one = SequenceSet.from(uid);
        const whole = await fetch(one, messageItems(client)).catch((error) => {
          if (isFatal(error)) throw error;
          return [] as MailboxMessage[];
        });
        messages.push(...(whole.length > 0 ? whole : await fetch(one, plainItems)));
      }
      return messages.sort((a, b) => a.uid - b.uid);
    });
  }
}

/** What is asked of a message that cannot be fetched otherwise. */
const plainItems: readonly FetchItem[] = ["UID", "FLAGS", "INTERNALDATE", "RFC822.SIZE"];

/** Whether another FETCH is of no use: the connection is gone, or the caller is. */
function isFatal(error: unknown): boolean {
  return !(error instanceof ImapError) || isPassing(error) || error.name === "StateError" ||
    error.name === "ProtocolError";
}
