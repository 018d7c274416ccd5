/** RENAME (RFC 9051 6.3.6). */

import type { RenameRequest } from "../_gen/request.ts";
import type { Reply } from "../protocol/reply.ts";
import { demand, demandRoom } from "../protocol/rights.ts";
import type { Session } from "../protocol/session.ts";
import { canonicalName } from "../store/names.ts";
import { announceName } from "./list.ts";

/** RFC 9051 6.3.6. */
export function rename(session: Session, request: RenameRequest): Reply {
  const old = session.account.get(request.mailbox);
  if (old !== undefined) demand(session, old, "x");
  demandRoom(session, request.newName);
  session.account.rename(request.mailbox, request.newName);
  const renamed = session.account.get(request.newName);
  const fromInbox = canonicalName(request.mailbox) === "INBOX";
  if (session.rev2 && renamed !== undefined && !fromInbox) announceName(session, renamed, request.mailbox);
  return { status: "OK", text: "RENAME completed" };
}
