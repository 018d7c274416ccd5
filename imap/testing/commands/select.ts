/** SELECT and EXAMINE (RFC 9051 6.3.2 and 6.3.3). */

import type { ExamineRequest, SelectRequest } from "../_gen/request.ts";
import { condition, plainCode, Refusal, type Reply } from "../protocol/reply.ts";
import { changeable, reach, rightsOn } from "../protocol/rights.ts";
import type { Session } from "../protocol/session.ts";
import { View } from "../store/view.ts";
import { announceName } from "./list.ts";
import { checkQresync, resynchronize } from "./resync.ts";

/** Opens a mailbox; with QRESYNC, tells what happened since the client knew it (RFC 7162 3.2.5). */
export function select(session: Session, request: SelectRequest | ExamineRequest): Reply {
  if (request.qresync !== undefined) {
    if (!session.qresync) throw new Refusal("BAD", "ENABLE QRESYNC comes before the parameter QRESYNC");
    checkQresync(request.qresync);
  }
  if (session.view !== undefined) {
    // Also when the new mailbox cannot be selected: the old one is closed before that is tried.
    session.deselect();
    session.send(condition("OK", "Previous mailbox is now closed", { name: "CLOSED" }));
  }
  const mailbox = reach(session, request.mailbox, "r");
  if (request.condstore) session.condstore = true;
  // RFC 4314 5.2: without a right to change anything it is open for reading only.
  const readOnly = request.name === "EXAMINE" || !/[swtei]/.test(rightsOn(session, mailbox));
  const view = new View(mailbox, readOnly);
  session.view = view;
  session.state = "selected";
  session.send({ type: "FLAGS", flags: mailbox.flags, other: [] });
  session.send(condition("OK", readOnly ? "No permanent flags permitted" : "Flags and keywords allowed", {
    name: "PERMANENTFLAGS",
    flags: readOnly ? [] : changeable(session, mailbox, [...mailbox.flags, "\\*"]),
  }));
  session.send({ type: "EXISTS", count: view.messages.length });
  if (!session.rev2) announceRev1(session, view);
  session.send(condition("OK", "UIDs valid", { name: "UIDVALIDITY", uidValidity: mailbox.uidValidity }));
  session.send(condition("OK", "Predicted next UID", { name: "UIDNEXT", uidNext: mailbox.uidNext }));
  if (session.offers("CONDSTORE")) session.sendHighestModSeq();
  // RFC 8474 4.2.
  if (session.offers("OBJECTID")) {
    session.send(condition("OK", "Identifier", { name: "MAILBOXID", mailboxId: mailbox.id }));
  }
  if (session.rev2) announceName(session, mailbox, request.mailbox);
  if (request.qresync?.uidValidity === mailbox.uidValidity) resynchronize(session, view, request.qresync);
  return {
    status: "OK",
    code: plainCode(readOnly ? "READ-ONLY" : "READ-WRITE"),
    text: `${request.name} completed`,
  };
}

/** What RFC 3501 wants and RFC 9051 dropped. */
function announceRev1(session: Session, view: View): void {
  session.send({ type: "RECENT", count: view.recent.size });
  const unseen = view.messages.findIndex((message) => !message.flags.has("\\Seen"));
  if (unseen >= 0 && !session.uidOnly) {
    session.send(condition("OK", "First unseen", { name: "UNSEEN", seq: unseen + 1 }));
  }
}
