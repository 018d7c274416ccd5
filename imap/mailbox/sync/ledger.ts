/** What a consumer has been told so far, from which its cursors are made. */

import { SequenceSet } from "../../values/sequence_set.ts";
import type { Cursor } from "./cursor.ts";
import type { FlagDigests, FlagRow } from "./flag_digests.ts";
import { packUids } from "./uid_set.ts";

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
  seen: SequenceSet | undefined;
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
    this.digests = state.digests;
    this.flagsAt = state.flagsAt;
  }

  /** Messages were told as new, and there are no others below a UID. */
  told(messages: readonly FlagRow[], uidNext: number): void {
    this.uidNext = Math.max(this.uidNext, uidNext);
    if (this.seen !== undefined && messages.length > 0) {
      this.seen = this.seen.union(SequenceSet.from(messages.map(({ uid }) => uid)));
    }
    for (const message of messages) this.digests?.add(message);
  }

  /** How far the consumer has come. */
  get cursor(): Cursor {
    const { mailbox, mailboxId, uidValidity, uidNext, modSeq, seen, digests, flagsAt } = this;
    return {
      v: 1,
      mailbox,
      ...(mailboxId === undefined || mailboxId.length > longestId ? {} : { mailboxId }),
      uidValidity,
      uidNext,
      ...(modSeq === undefined ? {} : { modSeq: modSeq.toString() }),
      ...(seen === undefined ? {} : { seen: packUids(seen) }),
      ...(digests === undefined || seen === undefined ? {} : { flags: digests.pack(seen) }),
      ...(digests === undefined || flagsAt === undefined ? {} : { flagsAt }),
    };
  }
}
