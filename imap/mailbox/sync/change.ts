/** What a consumer of changes is told. */

import type { SequenceSet } from "../../values/sequence_set.ts";
import type { MailboxMessage } from "../message/message.ts";
import type { Cursor } from "./cursor.ts";

/**
 * Why a cursor is of no use any more.
 *
 * - `uidvalidity`: the mailbox has another UIDVALIDITY, so that all UIDs mean something else
 * - `uidnext`: UIDNEXT is lower than it was: the server has lost messages and will give their UIDs to others (GMX, after a restore)
 * - `modseq`: the modification sequence is lower than it was: changes of flags would be missed
 * - `messages`: there are more messages with known UIDs than were told, and the server does not say which: it has said of some that
 *   they are gone, and shows them again
 * - `mailbox`: the cursor is of a mailbox with another name, and nothing proves that it is the same
 */
export type ResetReason = "uidvalidity" | "uidnext" | "modseq" | "messages" | "mailbox";

/** A change in a mailbox, or how far they were told. */
export type Change =
  | {
    /** A message has come. */
    type: "new";
    /** The message. */
    message: MailboxMessage;
  }
  | {
    /** A message has (perhaps) other flags than before; what it has now is told, so that it may be told twice. */
    type: "flags";
    /** UID of the message. */
    uid: number;
    /** UIDVALIDITY of the mailbox. */
    uidValidity: number;
    /** All its flags and keywords. */
    flags: readonly string[];
  }
  | {
    /** Messages are not there any more. There may be UIDs among them that never were. */
    type: "gone";
    /** Their UIDs. */
    uids: SequenceSet;
    /** UIDVALIDITY of the mailbox. */
    uidValidity: number;
  }
  | {
    /** What was reported about the mailbox before is not valid any more. The messages that are in it now are not reported as new. */
    type: "reset";
    /** Why. */
    reason: ResetReason;
    /** How far the consumer had come. */
    previous: Cursor;
    /** What is in the mailbox now: forget what you know, and take over these. */
    uids: SequenceSet;
    /** UIDVALIDITY of the mailbox now. */
    uidValidity: number;
  }
  | {
    /** Everything before this was told: store it together with what you made of that, and begin here the next time. */
    type: "checkpoint";
    /** How far you have come. */
    cursor: Cursor;
  };

/** Where to begin without a cursor: with the next message, with all of them, or with the first one received on a day. */
export type StartFrom = "now" | "all" | { since: string };
