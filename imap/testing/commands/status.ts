/** STATUS, by itself and as part of LIST. */

import type { StatusItem } from "../../codec/_gen/types.ts";
import type { StatusRequest } from "../_gen/request.ts";
import { emptyStatus, Refusal, type Reply } from "../protocol/reply.ts";
import type { Session } from "../protocol/session.ts";
import type { Mailbox } from "../store/mailbox.ts";

/** RFC 9051 6.3.11. */
export function status(session: Session, request: StatusRequest): Reply {
  sendStatus(session, session.account.require(request.mailbox), request.items);
  return { status: "OK", text: "STATUS completed" };
}

/** Sends a STATUS response with the items that were asked for. */
export function sendStatus(session: Session, mailbox: Mailbox, items: readonly StatusItem[]): void {
  const response = emptyStatus(mailbox.name);
  for (const item of items) {
    switch (item) {
      case "MESSAGES":
        response.messages = mailbox.messages.length;
        break;
      case "UIDNEXT":
        response.uidNext = mailbox.uidNext;
        break;
      case "UIDVALIDITY":
        response.uidValidity = mailbox.uidValidity;
        break;
      case "UNSEEN":
        response.unseen = mailbox.messages.length - mailbox.count("\\Seen");
        break;
      case "DELETED":
        response.deleted = mailbox.count("\\Deleted");
        break;
      case "SIZE":
        response.size = mailbox.size;
        break;
      case "HIGHESTMODSEQ":
        if (!session.offers("CONDSTORE")) throw notOffered(item);
        session.enableCondstore();
        response.highestModSeq = mailbox.highestModSeq;
        break;
      case "MAILBOXID":
        if (!session.offers("OBJECTID")) throw notOffered(item);
        response.mailboxId = mailbox.id;
        break;
      case "RECENT":
        response.recent = mailbox.messages.filter(({ uid }) => uid >= mailbox.firstRecentUid).length;
        break;
      default:
        throw notOffered(item);
    }
  }
  session.send(response);
}

function notOffered(item: StatusItem): Refusal {
  return new Refusal("BAD", `STATUS has no item ${item} here`);
}
