/** What a client is told that comes back to a mailbox it knows (RFC 7162 3.2.5 and 3.2.6). */

import { SequenceSet } from "../../values/sequence_set.ts";
import type { Qresync, SeqMatch } from "../../codec/_gen/types.ts";
import { Refusal } from "../protocol/reply.ts";
import type { Session } from "../protocol/session.ts";
import type { Mailbox } from "../store/mailbox.ts";
import type { View } from "../store/view.ts";

/** `* VANISHED (EARLIER)` and FETCH for what happened since the client last looked. */
export function resynchronize(session: Session, view: View, { modSeq, known, match }: Qresync): void {
  const { mailbox } = view;
  const uids = known ?? everUsed(mailbox);
  const matched = match === undefined ? 0 : lastMatch(view, match);
  sendVanished(session, mailbox, uids, modSeq, matched);
  view.messages.forEach((message, index) => {
    if (message.modSeq > modSeq && uids.contains(message.uid)) {
      session.send(session.flagsResponse(index + 1, message, true));
    }
  });
}

/** Refuses sets that the syntax of the parameter has not: `*` and `$` (RFC 7162 section 7). */
export function checkQresync({ known, match }: Qresync): void {
  for (const set of [known, match?.numbers, match?.uids]) {
    if (set?.isOpen || set?.isSaved) throw new Refusal("BAD", "QRESYNC takes sets of numbers only");
  }
}

/** `* VANISHED (EARLIER)` with the UIDs of the set, above `above`, whose messages left after `modSeq`. */
export function sendVanished(
  session: Session,
  mailbox: Mailbox,
  set: SequenceSet,
  modSeq: bigint,
  above: number = 0,
): void {
  const wanted = set.intersection(everUsed(mailbox));
  const left = mailbox.history.since(modSeq);
  // What is no longer remembered is told as if everything in the set had been asked for (RFC 7162 3.2.6).
  const vanished = left === undefined
    ? wanted.difference(SequenceSet.from(mailbox.messages.map(({ uid }) => uid)))
    : wanted.intersection(SequenceSet.from(left));
  const uids = above === 0 ? vanished : vanished.difference([[1, above]]);
  if (!uids.isEmpty) session.send({ type: "VANISHED", earlier: true, uids, other: [] });
}

/** All UIDs that the mailbox has given away so far. */
function everUsed(mailbox: Mailbox): SequenceSet {
  return mailbox.uidNext === 1 ? SequenceSet.empty : SequenceSet.from([[1, mailbox.uidNext - 1]]);
}

/** The UID of the last pair, in order, that still holds: up to there the client knows what is gone. */
function lastMatch(view: View, { numbers, uids }: SeqMatch): number {
  const count = view.messages.length;
  if (count === 0) return 0;
  const known = uids.resolve(view.mailbox.uidNext).inOrder(Infinity);
  let last = 0;
  for (const number of numbers.resolve(count).inOrder(Infinity)) {
    const { value: uid, done } = known.next();
    if (done || view.messages[number - 1]?.uid !== uid) break;
    last = uid;
  }
  return last;
}
