/** From the sets of commands to messages. */

import type { SequenceSet } from "../../values/sequence_set.ts";
import { plainCode, Refusal } from "../protocol/reply.ts";
import type { Session } from "../protocol/session.ts";
import type { StoredMessage } from "../store/message.ts";

/** A message with its number in the session's view. */
export interface Numbered {
  readonly seq: number;
  readonly message: StoredMessage;
}

/**
 * The messages that a set names, ascending.
 *
 * UIDs that do not exist are passed over (RFC 9051 6.4.9); a message number that does not exist is an error of the
 * client. An expunged message that the session still counts is among them: its data can still be read.
 */
export function messagesOf(session: Session, set: SequenceSet, uid: boolean): Numbered[] {
  const view = session.selected;
  const numbered = (from: number, to: number): Numbered[] =>
    view.messages.slice(from, to).map((message, index) => ({ seq: from + index + 1, message }));
  if (set.isSaved) {
    session.require("SEARCHRES");
    return numbered(0, view.messages.length).filter(({ message }) => session.saved.has(message));
  }
  const count = view.messages.length;
  if (count === 0) {
    if (uid) return [];
    // RFC 9051 section 9, seq-number: also "*".
    throw new Refusal(session.server.behaviour.missingNumber ?? "BAD", "The mailbox is empty");
  }
  const resolved = set.resolve(uid ? view.maxUid : count);
  if (uid) {
    return resolved.ranges.flatMap(([from, to]) => numbered(view.indexOfUid(from), view.indexOfUid(to + 1)));
  }
  return resolved.ranges.flatMap(([from, to]) => {
    if (to > count) {
      throw new Refusal(session.server.behaviour.missingNumber ?? "BAD", `There is no message ${to}`);
    }
    return numbered(from - 1, to);
  });
}

/** The selected mailbox, for a command that changes it. */
export function writable(session: Session): Session["selected"] {
  if (session.selected.readOnly) {
    throw new Refusal("NO", "The mailbox is open for reading only", plainCode("CANNOT"));
  }
  return session.selected;
}
