/** APPEND (RFC 9051 6.3.12). */

import type { Code } from "../../codec/_gen/types.ts";
import type { AppendRequest } from "../_gen/request.ts";
import { plainCode, Refusal, type Reply, setOf } from "../protocol/reply.ts";
import { changeable, reach } from "../protocol/rights.ts";
import type { Session } from "../protocol/session.ts";
import type { Mailbox } from "../store/mailbox.ts";
import type { StoredMessage, ZonedTime } from "../store/message.ts";

/** RFC 9051 6.3.12. */
export function append(session: Session, request: AppendRequest): Reply {
  const mailbox = reach(session, request.mailbox, "i", "TRYCREATE");
  const message = appendMessage(session, mailbox, request);
  return { status: "OK", code: appendUid(session, mailbox, message), text: "APPEND completed" };
}

/** A message as APPEND and REPLACE bring it. */
type Incoming = Pick<AppendRequest, "flags" | "date" | "message">;

/** Adds a message to a mailbox. */
export function appendMessage(session: Session, mailbox: Mailbox, incoming: Incoming): StoredMessage {
  // A message is a CHAR8 string; where it came as literal8, nothing here could turn it into one.
  const { message } = incoming;
  if (message === undefined) throw new Refusal("BAD", "CATENATE is not known here");
  if (message.includes(0)) {
    throw new Refusal("NO", "The message holds NUL", plainCode("UNKNOWN-CTE"));
  }
  return session.account.append(
    mailbox,
    message,
    changeable(session, mailbox, incoming.flags ?? []),
    zonedTime(session, incoming),
  );
}

/** `[APPENDUID ...]`, where the client is told of UIDs (RFC 4315). */
export function appendUid(session: Session, mailbox: Mailbox, { uid }: StoredMessage): Code | undefined {
  const uids = setOf([uid]);
  if (uids === undefined || !session.tellsUids) return undefined;
  return { name: "APPENDUID", uidValidity: mailbox.uidValidity, uids };
}

function zonedTime(session: Session, request: Incoming): ZonedTime {
  if (request.date === undefined) return { time: session.server.now(), zone: 0 };
  const time = request.date.toDate()?.getTime();
  if (time === undefined) throw new Refusal("BAD", "The date has no meaning");
  return { time, zone: request.date.zoneMinutes ?? 0 };
}
