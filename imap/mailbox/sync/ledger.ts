/** What a consumer has been told so far, from which its cursors are made. */

import { SequenceSet } from "../../values/sequence_set.ts";
import type { Cursor } from "./cursor.ts";
import type { FlagDigests, FlagRow } from "./flag_digests.ts";
import { packSeen, type SeenUids } from "./uid_set.ts";

/** Longest identifier of a mailbox that a cursor holds: with it, a cursor is to stay below 300 octets. */
const longestId = 64;

/** What has been reported to a consumer about a mailbox. */
export class Ledger {
  readonly mailbox: string;
  readonly mailboxId: string | undefined;
  readonly uidValidity: number;
  /** Every message with a lower UID was told. */
  uidNext: number;
  readonly modSeq: bigint | undefined;
  /** UIDs that are there, as far as told; undefined where the server remembers what has gone. */
  seen: SeenUids | undefined;
  /** How many messages there are below `uidNext`; undefined where nobody knows. */
  count: number | undefined;
  /** What tells changed flags; undefined where modification sequences do. */
  digests: FlagDigests | undefined;
  /** When flags were looked at last. */
  flagsAt: number | undefined;

  constructor(state: Omit<Ledger, "cursor" | "told">) {
    this.mailbox = state.mailbox;
    this.mailboxId = state.mailboxId;
    this.uidValidity = state.uidValidity;
    this.uidNext = state.uidNext;
    this.modSeq = state.modSeq;
    this.seen = state.seen;
    this.count = state.count;
    this.digests = state.digests;
    this.flagsAt = state.flagsAt;
  }

  /**
   * Messages were told as new, and there are no others below a UID.
   *
   * @param count How many there were when the mailbox was looked at; some of them may be gone, or cannot be fetched.
   */
  told(messages: readonly FlagRow[], uidNext: number, count: number): void {
    this.uidNext = Math.max(this.uidNext, uidNext);
    const { seen } = this;
    if (seen !== undefined && messages.length > 0) {
      this.seen = { ...seen, uids: seen.uids.union(SequenceSet.from(messages.map(({ uid }) => uid))) };
    }
    // Where UIDs are kept, those that were told are what is counted.
    if (this.count !== undefined) this.count += seen === undefined ? count : messages.length;
    for (const message of messages) this.digests?.add(message);
  }

  /** How far the consumer has come. */
  get cursor(): Cursor {
    const { mailbox, mailboxId, uidValidity, uidNext, modSeq, count, digests, flagsAt } = this;
    const seen = this.seen === undefined ? undefined : packSeen(this.seen, count ?? 0, uidNext - 1);
    return {
      v: 1,
      mailbox,
      ...(mailboxId === undefined || mailboxId.length > longestId ? {} : { mailboxId }),
      uidValidity,
      uidNext,
      ...(modSeq === undefined ? {} : { modSeq: modSeq.toString() }),
      ...(count === undefined || seen?.shift === 0 ? {} : { messages: count }),
      ...(seen === undefined ? {} : { seen: seen.text }),
      ...(digests === undefined || seen === undefined ? {} : { flags: digests.pack(seen.uids) }),
      ...(digests === undefined || flagsAt === undefined ? {} : { flagsAt }),
    };
  }
}
