/** CREATE (RFC 9051 6.3.4). */

import type { Code } from "../../codec/_gen/types.ts";
import type { CreateRequest } from "../_gen/request.ts";
import { plainCode, Refusal, type Reply } from "../protocol/reply.ts";
import { demandRoom } from "../protocol/rights.ts";
import type { Session } from "../protocol/session.ts";
import { DELIMITER } from "../store/names.ts";
import { announceName } from "./list.ts";

/** Attributes that CREATE may ask for (RFC 6154). */
const SPECIAL_USES = new Map(
  ["\\All", "\\Archive", "\\Drafts", "\\Flagged", "\\Junk", "\\Sent", "\\Trash"].map((
    use,
  ) => [use.toLowerCase(), use]),
);

/** RFC 9051 6.3.4, RFC 6154 for USE. */
export function create(session: Session, request: CreateRequest): Reply {
  const uses = request.use.map((use) => SPECIAL_USES.get(use.toLowerCase()));
  if (uses.includes(undefined)) throw new Refusal("NO", "Unknown use", plainCode("USEATTR"));
  demandRoom(session, request.mailbox);
  const mailbox = session.account.create(request.mailbox, uses.filter((use) => use !== undefined));
  const written = request.mailbox.endsWith(DELIMITER) ? request.mailbox.slice(0, -1) : request.mailbox;
  if (session.rev2 && written !== mailbox.name) announceName(session, mailbox, written);
  // RFC 8474 4.1.
  const code: Code | undefined = session.offers("OBJECTID")
    ? { name: "MAILBOXID", mailboxId: mailbox.id }
    : undefined;
  return { status: "OK", code, text: "CREATE completed" };
}
