/** Which messages a verb is about. */

import { kindOf } from "../../base/option_names.ts";
import type { SequenceSet } from "../../values/sequence_set.ts";
import { findUids } from "../listing.ts";
import { MailboxMessage } from "../message/message.ts";
import { readMessageId } from "../message_id.ts";
import type { Lease } from "../pool/line.ts";
import type { MessageQuery } from "../query.ts";
import { SequenceSet as Uids } from "../../values/sequence_set.ts";
import { setOf } from "../uids.ts";

/** One message: itself, its `id`, or its UID in the mailbox as it is now. */
export type MessageRef = MailboxMessage | string | number;

/** Messages: one, several, a set of UIDs, or what a query finds when the verb begins. */
export type MessagesInput = MessageRef | Iterable<MessageRef> | SequenceSet | MessageQuery;

/** Messages by UID. */
export interface Targets {
  uids: SequenceSet;
  /** Of identifiers, UIDs that belong to an earlier state of the mailbox. */
  stale: SequenceSet;
}

/**
 * Finds out which UIDs are meant.
 *
 * @throws {RangeError} For an identifier of another mailbox, or what is not one.
 */
export async function targetsOf(
  lease: Lease,
  mailbox: string,
  input: MessagesInput,
  signal: AbortSignal | undefined,
): Promise<Targets> {
  if (input instanceof Uids) {
    return {
      uids: input.isOpen || input.isSaved ? await findUids(lease, { uid: input }, signal) : input,
      stale: Uids.empty,
    };
  }
  if (
    typeof input === "object" && input !== null && !(input instanceof MailboxMessage) &&
    !(Symbol.iterator in input)
  ) {
    return { uids: await findUids(lease, input, signal), stale: Uids.empty };
  }
  const refs = typeof input === "object" && input !== null && Symbol.iterator in input ? input : [input];
  const uids: number[] = [];
  const stale: number[] = [];
  for (const ref of refs as Iterable<MessageRef>) {
    if (typeof ref === "number") {
      uids.push(ref);
      continue;
    }
    if (typeof ref !== "string" && typeof ref?.id !== "string") {
      throw new TypeError(`a message is given by itself, its id or its UID, not ${kindOf(ref)}`);
    }
    const place = readMessageId(typeof ref === "string" ? ref : ref.id);
    if (place.mailbox !== mailbox) {
      throw new RangeError(
        `A message of ${JSON.stringify(place.mailbox)} is not in ${JSON.stringify(mailbox)}`,
      );
    }
    (place.uidValidity === lease.selection.uidValidity ? uids : stale).push(place.uid);
  }
  return { uids: setOf(uids), stale: setOf(stale) };
}
