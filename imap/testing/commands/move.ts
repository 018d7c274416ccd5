/** MOVE (RFC 9051 6.4.8). */

import type { MoveRequest } from "../_gen/request.ts";
import type { Call } from "../protocol/command.ts";
import { condition, type Reply } from "../protocol/reply.ts";
import { changeable, demand, reach } from "../protocol/rights.ts";
import { highestModSeqCode, type Session } from "../protocol/session.ts";
import { copyUid, presentMessages } from "./copy.ts";
import { writable } from "./numbers.ts";

/** RFC 9051 6.4.8: COPYUID comes before the EXPUNGE responses. */
export function move(session: Session, request: MoveRequest, { uid }: Call): Reply {
  const view = writable(session);
  const target = reach(session, request.mailbox, "i", "TRYCREATE");
  demand(session, view.mailbox, "te");
  const { present } = presentMessages(session, request.set, uid);
  const copies = session.account.move(
    view.mailbox,
    present,
    target,
    (flags) => changeable(session, target, flags),
  );
  const code = copyUid(session, target, present, copies);
  if (code !== undefined) session.send(condition("OK", "Moved", code));
  // RFC 6851 4.5: so that the client knows how far it is after the VANISHED response.
  const reached = present.length > 0 && session.qresync
    ? highestModSeqCode(view.mailbox.highestModSeq)
    : undefined;
  return { status: "OK", code: reached, text: "MOVE completed" };
}
