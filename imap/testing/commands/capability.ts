/** CAPABILITY, NOOP, CHECK and LOGOUT: commands about the connection. */

import type { Request } from "../_gen/request.ts";
import { condition, type Reply } from "../protocol/reply.ts";
import type { Session } from "../protocol/session.ts";

/** RFC 9051 6.1.1. */
export function capability(session: Session): Reply {
  session.send({ type: "CAPABILITY", capabilities: session.capabilities, other: [] });
  return { status: "OK", text: "CAPABILITY completed" };
}

/** RFC 9051 6.1.2 and RFC 3501 6.4.1: the news goes out with every answer. */
export function noop(_session: Session, request: Request): Reply {
  return { status: "OK", text: `${request.name} completed` };
}

/** RFC 9051 6.1.3. */
export function logout(session: Session): Reply {
  session.send(condition("BYE", "Goodbye"));
  session.deselect();
  session.state = "logout";
  return { status: "OK", text: "LOGOUT completed" };
}
