/** What the algorithm asks of a server. */

import type { SequenceSet } from "../../values/sequence_set.ts";
import type { MailboxMessage } from "../message/message.ts";
import type { FlagRow } from "./flag_digests.ts";

/** What the client knows, for a server that can tell what has changed since (RFC 7162 3.2.5). */
export interface SinceWhen {
  uidValidity: number;
  modSeq: bigint;
  /** UIDs below this one are known. */
  uidNext: number;
}

/** A mailbox that was opened. */
export interface Opened {
  exists: number;
  /** UIDVALIDITY; undefined where the server does not say it, or says 0. */
  uidValidity: number | undefined;
  /** UIDNEXT; undefined where the server does not say it. */
  uidNext: number | undefined;
  /** Highest modification sequence; undefined where it has none. */
  modSeq: bigint | undefined;
  mailboxId: string | undefined;
  /** Whether the answer tells what has changed and gone since: QRESYNC. */
  since: { changed: readonly FlagRow[]; vanished: SequenceSet } | undefined;
}

/** A mailbox of a server. */
export interface SyncSource {
  /** Opens it for reading; where `since` is given and the server can, the answer tells what happened since. */
  open(since: SinceWhen | undefined): Promise<Opened>;
  /** Whether QRESYNC is in force: the server remembers what has gone. */
  readonly remembers: boolean;
  /** UIDs that are there, from one on up to another; to the last where that is undefined. */
  uids(from: number, to: number | undefined): Promise<SequenceSet>;
  /** UID of the first message received on a day or later; undefined when there is none. */
  firstSince(day: string): Promise<number | undefined>;
  /** Flags of messages, from UID 1 up to one; only of those that changed since, where that is given. */
  flags(to: number, changedSince: bigint | undefined): Promise<readonly FlagRow[]>;
}

/** Fetches messages; `uids` may name some that are not there. */
export type FetchMessages = (uids: SequenceSet) => Promise<MailboxMessage[]>;
