/**
 * What has changed in a mailbox since a cursor was made. Here are the decisions; `source` asks the server, and the caller tells the
 * consumer.
 *
 * The mailbox is opened with EXAMINE (RFC 9051 6.3.3), which tells UIDVALIDITY, UIDNEXT, the number of messages and, with CONDSTORE,
 * the highest modification sequence. What the cursor says is held against that:
 *
 * 1. Another UIDVALIDITY, a lower UIDNEXT or a lower modification sequence: one reset, with what is there now. UIDs may mean other
 *    messages (RFC 9051 2.3.1.1), and reporting them all as new would report a whole mailbox twice.
 * 2. With QRESYNC the answer to EXAMINE names the UIDs that are gone and the messages whose flags have changed (RFC 7162 3.2.5). Those
 *    with UIDs from the cursor's UIDNEXT on are left out: they are told as new, or never were told. The cursor has the number of
 *    messages: when that less what is gone, and what is new, is not the number of messages now, UID SEARCH names what is left. What is
 *    gone is what is not there, whatever the server said; and where there are more than were told, one reset.
 * 3. With CONDSTORE alone, flags come from FETCH with CHANGEDSINCE (RFC 7162 3.1.4.1). What is gone shows in the number of messages:
 *    when it is the number of UIDs that the cursor knows and of the new ones, nothing is gone; otherwise UID SEARCH names what is left.
 * 4. With neither, the same holds for what is gone. Flags of all messages are fetched when that is due, and told for those blocks of
 *    messages whose digest is another one.
 * 5. New are the UIDs from the cursor's UIDNEXT up to the one before the mailbox's UIDNEXT (RFC 9051 2.3.1.1: UIDs ascend). The range is
 *    closed: `n:*` always has the last message in it, be it an old one (RFC 9051 section 9, `seq-range`). Where the server does not say
 *    UIDNEXT, it is one more than the highest UID, and its going back says nothing.
 *
 * The new cursor has the modification sequence from the answer to EXAMINE and not a later one: what changes while all this is being
 * told is told the next time, perhaps again.
 */

import { CapabilityError } from "../../base/errors.ts";
import { SequenceSet } from "../../values/sequence_set.ts";
import { common } from "../uids.ts";
import type { ResetReason, StartFrom } from "./change.ts";
import type { Known } from "./cursor.ts";
import { FlagDigests, type FlagRow } from "./flag_digests.ts";
import { Ledger } from "./ledger.ts";
import type { Opened, SyncSource } from "./source.ts";
import { cellsOf, type SeenUids, uidsOf } from "./uid_set.ts";

/** What has changed. */
export interface Look {
  /** Why the cursor is of no use; then nothing else is told. */
  reset: { reason: ResetReason; uids: SequenceSet } | undefined;
  /** UIDs that are gone. */
  gone: SequenceSet;
  /** Messages with other flags. */
  flags: readonly FlagRow[];
  /** UIDs of new messages; where they were not asked for, a range that holds them. */
  fresh: SequenceSet;
  /** Whether they were asked for. */
  isExact: boolean;
  /** UIDNEXT of the mailbox: when the new messages are told, everything below it is. */
  uidNext: number;
  /** How many messages the server says there are; undefined where it says none. */
  exists: number | undefined;
  /** What the consumer knows when it has been told all this but the new messages. */
  ledger: Ledger;
}

/** How to look. */
export interface LookOptions {
  /** The mailbox's name. */
  mailbox: string;
  /** Where to begin without a cursor. */
  from: StartFrom;
  /** The time of day, in milliseconds since 1970. */
  now: number;
  /** Without modification sequences: milliseconds after which flags are looked at again; 0 looks now. */
  flagsEvery: number;
  /** A range of new UIDs up to this size is taken as it is; of a larger one the UIDs are asked for. */
  batch: number;
}

/**
 * Finds out what has changed.
 *
 * @param source The mailbox.
 * @param known How far the consumer has come.
 * @throws {CapabilityError} When the server gives the mailbox no UIDVALIDITY.
 */
export async function look(
  source: SyncSource,
  known: Known | undefined,
  options: LookOptions,
): Promise<Look> {
  const cursor = known?.cursor;
  const opened = await source.open(
    known?.modSeq === undefined || cursor === undefined
      ? undefined
      : { uidValidity: cursor.uidValidity, modSeq: known.modSeq, uidNext: cursor.uidNext },
  );
  const { uidValidity } = opened;
  if (uidValidity === undefined) {
    throw new CapabilityError(
      "The server gives this mailbox no UIDVALIDITY: its UIDs are valid for one session only",
    );
  }
  const at = { ...opened, uidValidity, uidNext: opened.uidNext ?? await nextUid(source, opened, known) };
  if (known === undefined) return await begin(source, at, options);
  const reason = resetReason(known, opened, options.mailbox);
  if (reason !== undefined) return await reset(source, at, reason, options);
  return at.since === undefined
    ? await compare(source, known, at, options)
    : await compareToTold(source, known, at, options, at.since);
}

interface At extends Opened {
  uidValidity: number;
  uidNext: number;
}

/** Number of messages; undefined where 0 may mean that the server has not said it. */
function countOf({ exists, uidNext }: At): number | undefined {
  return exists > 0 || uidNext <= 1 ? exists : undefined;
}

/**
 * The number that belongs to the modification sequence is that of the answer to EXAMINE. What has gone between that and a search is
 * named by the next look, and is not to be taken off twice.
 */
function atLeast(ledger: Ledger, count: number): void {
  if (ledger.seen === undefined) ledger.count = Math.max(ledger.count ?? 0, count);
}

function nothingNew(at: At): Omit<Look, "ledger"> {
  return {
    reset: undefined,
    gone: SequenceSet.empty,
    flags: [],
    fresh: SequenceSet.empty,
    isExact: true,
    uidNext: at.uidNext,
    exists: countOf(at),
  };
}

async function reset(source: SyncSource, at: At, reason: ResetReason, options: LookOptions): Promise<Look> {
  const uids = await allUids(source, at);
  const ledger = await ledgerOf(source, at, uids, options);
  atLeast(ledger, at.exists);
  return { ...nothingNew(at), reset: { reason, uids }, ledger };
}

function resetReason({ cursor, modSeq }: Known, opened: Opened, mailbox: string): ResetReason | undefined {
  if (cursor.mailbox !== mailbox) {
    const isSame = cursor.mailboxId !== undefined && cursor.mailboxId === opened.mailboxId;
    if (!isSame) return "mailbox";
  }
  if (cursor.uidValidity !== opened.uidValidity) return "uidvalidity";
  if (opened.uidNext !== undefined && opened.uidNext < cursor.uidNext) return "uidnext";
  if (modSeq !== undefined && opened.modSeq !== undefined && opened.modSeq < modSeq) return "modseq";
  return undefined;
}

/** The UID after the highest one, where nobody says it. A UID that was told stays told when its message is gone. */
async function nextUid(source: SyncSource, { exists }: Opened, known: Known | undefined): Promise<number> {
  const least = known?.cursor.uidNext ?? 1;
  if (exists === 0) return least;
  const uids = await source.uids(least, undefined);
  return uids.isEmpty ? least : Math.max(least, uids.ranges.at(-1)![1] + 1);
}

async function allUids(source: SyncSource, { uidNext }: At): Promise<SequenceSet> {
  // Not even of a mailbox that is said to be empty: a server that leaves EXISTS out would have its messages forgotten.
  return uidNext <= 1 ? SequenceSet.empty : await source.uids(1, uidNext - 1);
}

/** Without a cursor. */
async function begin(source: SyncSource, at: At, options: LookOptions): Promise<Look> {
  const { from } = options;
  const first = from === "all"
    ? 1
    : from === "now"
    ? at.uidNext
    : await source.firstSince(from.since) ?? at.uidNext;
  const needsUids = first < at.uidNext || !source.remembers;
  const all = needsUids ? await allUids(source, at) : SequenceSet.empty;
  const before = first <= 1 ? SequenceSet.empty : common(all, SequenceSet.from([[1, first - 1]]));
  const fresh = all.difference(before);
  const ledger = await ledgerOf(source, { ...at, uidNext: first }, before, options);
  if (needsUids) atLeast(ledger, at.exists - fresh.count);
  else ledger.count = countOf(at);
  return { ...nothingNew(at), fresh, ledger };
}

/** What a consumer knows after these messages and their flags were reported. */
async function ledgerOf(
  source: SyncSource,
  at: At,
  seen: SequenceSet,
  options: LookOptions,
): Promise<Ledger> {
  const { mailboxId, uidValidity, uidNext, modSeq } = at;
  const needsDigests = modSeq === undefined;
  return new Ledger({
    mailbox: options.mailbox,
    mailboxId,
    uidValidity,
    uidNext,
    modSeq,
    seen: source.remembers && modSeq !== undefined ? undefined : { uids: seen, shift: 0 },
    count: seen.count,
    digests: needsDigests
      ? FlagDigests.of(seen, seen.isEmpty ? [] : within(await source.flags(uidNext - 1, undefined), seen))
      : undefined,
    flagsAt: needsDigests ? options.now : undefined,
  });
}

function within(rows: readonly FlagRow[], uids: SequenceSet): FlagRow[] {
  return rows.filter(({ uid }) => uids.contains(uid));
}

/** What a consumer knows who was told of no new message yet. */
function ledgerFor({ cursor: { uidNext }, count }: Known, at: At, { mailbox }: LookOptions): Ledger {
  const { mailboxId, uidValidity, modSeq } = at;
  const nothing = { seen: undefined, digests: undefined, flagsAt: undefined };
  return new Ledger({ mailbox, mailboxId, uidValidity, uidNext, modSeq, count, ...nothing });
}

function rangeOf(from: number, to: number): SequenceSet {
  return from > to ? SequenceSet.empty : SequenceSet.from([[from, to]]);
}

/** With a cursor that still holds, and a server that has told what has changed since. */
async function compareToTold(
  source: SyncSource,
  known: Known,
  at: At,
  options: LookOptions,
  { changed, vanished }: NonNullable<Opened["since"]>,
): Promise<Look> {
  const { cursor: { uidNext }, count } = known;
  const ledger = ledgerFor(known, at, options);
  const told = rangeOf(1, uidNext - 1);
  let gone = common(common(vanished, told), known.seen?.uids ?? told);
  const range = rangeOf(uidNext, at.uidNext - 1);
  const more = count === undefined ? undefined : at.exists - count + gone.count;
  // Where the numbers agree, all UIDs of the range are there; otherwise some of them may have come and gone.
  const isExact = range.count > options.batch ||
    (!range.isEmpty && more !== undefined && more !== range.count);
  const fresh = isExact ? await source.uids(uidNext, at.uidNext - 1) : range;
  if (count !== undefined && more !== fresh.count) {
    // Some servers name UIDs that never were, which is allowed; and that some are gone which are there, which is not.
    const now = told.isEmpty ? told : await source.uids(1, uidNext - 1);
    if (now.count > count) return await reset(source, at, "messages", options);
    gone = now.count < count - gone.count ? (known.seen?.uids ?? told).difference(now) : gone.difference(now);
    ledger.count = now.count;
    atLeast(ledger, at.exists - fresh.count);
  } else if (count !== undefined) ledger.count = count - gone.count;
  const flags = changed.filter(({ uid }) => uid < uidNext && !gone.contains(uid));
  return { ...nothingNew(at), gone, flags, fresh, isExact, ledger };
}

/** With a cursor that still holds, and a server that is asked what has changed since. */
async function compare(source: SyncSource, known: Known, at: At, options: LookOptions): Promise<Look> {
  const { cursor } = known;
  const last = cursor.uidNext - 1;
  const range = rangeOf(cursor.uidNext, at.uidNext - 1);
  const ledger = ledgerFor(known, at, options);
  const [fresh, changed] = await Promise.all([
    range.isEmpty ? range : source.uids(cursor.uidNext, at.uidNext - 1),
    changedSince(source, known, at),
  ]);
  const isDue = at.modSeq === undefined
    ? isLater(options.now, cursor.flagsAt, options.flagsEvery)
    : known.modSeq === undefined;
  const rows = isDue && last >= 1 ? await source.flags(last, undefined) : undefined;
  const { left, count, gone, missed } = await whatIsLeft(source, known, at, fresh, rows);
  const seen = left.uids;
  ledger.seen = source.remembers && at.modSeq !== undefined ? undefined : left;
  ledger.count = count;
  const there = rows === undefined ? [] : within(rows, seen);
  const flags = rows === undefined
    ? changed.filter(({ uid }) => uid <= last && seen.contains(uid))
    : known.digests === undefined
    ? there
    : known.digests.changed(there);
  if (at.modSeq === undefined) {
    ledger.digests = rows === undefined
      ? known.digests?.copy() ?? FlagDigests.unknown(seen)
      : FlagDigests.of(seen, there);
    ledger.flagsAt = rows === undefined ? cursor.flagsAt : options.now;
  }
  const news = fresh.union(missed);
  atLeast(ledger, at.exists - news.count);
  return { ...nothingNew(at), gone, flags, fresh: news, ledger };
}

/** Whether so many milliseconds have gone since some time. A clock that was set back knows nothing of what was after it. */
export function isLater(now: number, since: number | undefined, period: number): boolean {
  return since === undefined || since > now || now - since >= period;
}

async function changedSince(
  source: SyncSource,
  { cursor, modSeq }: Known,
  at: At,
): Promise<readonly FlagRow[]> {
  if (modSeq === undefined || at.modSeq === undefined || at.modSeq === modSeq || cursor.uidNext <= 1) {
    return [];
  }
  return await source.flags(cursor.uidNext - 1, modSeq);
}

/** Which of the messages that were told are there, which are gone, and which of those below the cursor's UIDNEXT were not told. */
async function whatIsLeft(
  source: SyncSource,
  { cursor, seen, count = 0 }: Known,
  { exists }: At,
  fresh: SequenceSet,
  rows: readonly FlagRow[] | undefined,
): Promise<{ left: SeenUids; count: number; gone: SequenceSet; missed: SequenceSet }> {
  const last = cursor.uidNext - 1;
  const none = SequenceSet.empty;
  if (last < 1) return { left: { uids: none, shift: 0 }, count: 0, gone: none, missed: none };
  if (seen !== undefined && exists === count + fresh.count && rows === undefined) {
    return { left: seen, count, gone: none, missed: none };
  }
  const now = rows === undefined
    ? await source.uids(1, last)
    : rows.length === 0
    ? SequenceSet.empty
    : SequenceSet.from(rows.map(({ uid }) => uid));
  // A cursor of a server that remembered what has gone does not know what was there: all that is not.
  const before = seen?.uids ?? rangeOf(1, last);
  const left = common(now, before);
  return {
    left: { uids: left, shift: 0 },
    count: left.count,
    gone: seen === undefined || seen.shift === 0
      ? before.difference(now)
      : goneOfCells(seen, left, last, count - left.count),
    // What is there and was never told: the server did not show it when its turn came. Better late than never.
    missed: now.difference(before),
  };
}

/** Which UIDs are gone of cells that each had one or more: all of the cells that have none, where that is as many as are gone. */
function goneOfCells({ uids, shift }: SeenUids, left: SequenceSet, last: number, gone: number): SequenceSet {
  if (gone <= 0) return SequenceSet.empty;
  const empty = cellsOf(uids, shift).difference(cellsOf(left, shift));
  return empty.count === gone ? uidsOf(empty, shift, last) : uids.difference(left);
}
