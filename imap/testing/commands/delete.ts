/** DELETE (RFC 9051 6.3.5). */

import type { DeleteRequest } from "../_gen/request.ts";
import type { Reply } from "../protocol/reply.ts";
import { demand } from "../protocol/rights.ts";
import type { Session } from "../protocol/session.ts";

/** Deletes a mailbox with its messages. */
export function deleteMailbox(session: Session, request: DeleteRequest): Reply {
  const mailbox = session.account.get(request.mailbox);
  if (mailbox !== undefined) demand(session, mailbox, "x");
  session.account.delete(request.mailbox);
  return { status: "OK", text: "DELETE completed" };
}
