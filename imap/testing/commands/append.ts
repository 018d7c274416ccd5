/** APPEND (RFC 9051 6.3.12). */

import type { AppendRequest } from "../_gen/request.ts";
import { plainCode, Refusal, type Reply, setOf } from "../protocol/reply.ts";
import type { Session } from "../protocol/session.ts";
import type { ZonedTime } from "../store/message.ts";

/** RFC 9051 6.3.12. */
export function append(session: Session, request: AppendRequest): Reply {
  const mailbox = session.account.require(request.mailbox, "TRYCREATE");
  // A message is a CHAR8 string; where it came as literal8, nothing here could turn it into one.
  if (request.message.includes(0)) {
    throw new Refusal("NO", "The message holds NUL", plainCode("UNKNOWN-CTE"));
  }
  const date = zonedTime(session, request);
  const message = session.account.append(mailbox, request.message, request.flags ?? [], date);
  const uids = setOf([message.uid]);
  const code = uids !== undefined && session.tellsUids
    ? { name: "APPENDUID" as const, uidValidity: mailbox.uidValidity, uids }
    : undefined;
  return { status: "OK", code, text: "APPEND completed" };
}

function zonedTime(session: Session, request: AppendRequest): ZonedTime {
  if (request.date === undefined) return { time: session.server.now(), zone: 0 };
  const time = request.date.toDate()?.getTime();
  if (time === undefined) throw new Refusal("BAD", "The date has no meaning");
  return { time, zone: request.date.zoneMinutes ?? 0 };
}
