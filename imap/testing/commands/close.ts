/** CLOSE and UNSELECT (RFC 9051 6.4.1 and 6.4.2). */

import type { CloseRequest, UnselectRequest } from "../_gen/request.ts";
import type { Reply } from "../protocol/reply.ts";
import { may } from "../protocol/rights.ts";
import type { Session } from "../protocol/session.ts";
import { isDeleted } from "./expunge.ts";

/** CLOSE removes what is marked as deleted, and tells nobody here. */
export function close(session: Session, request: CloseRequest | UnselectRequest): Reply {
  const { mailbox, readOnly } = session.selected;
  session.deselect();
  if (request.name === "CLOSE" && !readOnly && may(session, mailbox, "e")) {
    mailbox.expunge(mailbox.messages.filter(isDeleted));
  }
  return { status: "OK", text: `${request.name} completed` };
}
