/** STATUS, by itself and as part of LIST. */

import type { StatusItem } from "../../codec/_gen/types.ts";
import type { StatusRequest } from "../_gen/request.ts";
import { emptyStatus, Refusal, type Reply } from "../protocol/reply.ts";
import { reach } from "../protocol/rights.ts";
import type { Session } from "../protocol/session.ts";
import type { Mailbox } from "../store/mailbox.ts";
import { isDeleted } from "./expunge.ts";

/** RFC 9051 6.3.11. */
export function status(session: Session, request: StatusRequest): Reply {
  sendStatus(session, reach(session, request.mailbox, "r"), request.items);
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
        // RFC 9051 has it, and RFC 9208 3.2.2 where the number of messages is limited.
        if (!session.offers("STATUS=DELETED") && !session.offers("QUOTA=RES-MESSAGE")) throw notOffered(item);
        response.deleted = mailbox.count("\\Deleted");
        break;
      case "SIZE":
        if (!session.offers("STATUS=SIZE")) throw notOffered(item);
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
      case "DELETED-STORAGE":
        // RFC 9208 5.3: a part of the quota of STORAGE, in octets.
        if (!session.offers("QUOTA=RES-STORAGE")) throw notOffered(item);
        response.deletedStorage = mailbox.messages.filter(isDeleted)
          .reduce((sum, { bytes }) => sum + bytes.length, 0);
        break;
      case "APPENDLIMIT":
        if (!session.server.offersSome("APPENDLIMIT")) throw notOffered(item);
        response.appendLimit = Math.min(mailbox.maxMessage, session.server.maxMessage);
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
