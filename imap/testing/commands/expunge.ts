/** EXPUNGE (RFC 9051 6.4.3) and UID EXPUNGE (6.4.9). */

import type { ExpungeRequest, UidExpungeRequest } from "../_gen/request.ts";
import type { Reply } from "../protocol/reply.ts";
import { demand } from "../protocol/rights.ts";
import { highestModSeqCode, type Session } from "../protocol/session.ts";
import type { StoredMessage } from "../store/message.ts";
import { messagesOf, writable } from "./numbers.ts";

/** Removes what is marked as deleted. The EXPUNGE responses follow with all other news. */
export function expunge(session: Session, _request: ExpungeRequest): Reply {
  return remove(session, writable(session).messages);
}

/** Removes those of the given messages that are marked as deleted. */
export function uidExpunge(session: Session, { set }: UidExpungeRequest): Reply {
  writable(session);
  return remove(session, messagesOf(session, set, true).map(({ message }) => message));
}

function remove(session: Session, candidates: readonly StoredMessage[]): Reply {
  const { mailbox } = session.selected;
  demand(session, mailbox, "e");
  const gone = mailbox.expunge(candidates.filter(isDeleted));
  // RFC 7162 3.2.7: so that the client knows how far it is after the VANISHED response.
  const code = gone.length > 0 && session.qresync ? highestModSeqCode(mailbox.highestModSeq) : undefined;
  return { status: "OK", code, text: "EXPUNGE completed" };
}

/** Whether a message is marked as deleted. */
export function isDeleted(message: StoredMessage): boolean {
  return message.flags.has("\\Deleted");
}
