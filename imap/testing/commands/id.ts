/** ID (RFC 2971). */

import type { Reply } from "../protocol/reply.ts";
import type { Session } from "../protocol/session.ts";

/** RFC 2971 3.1. */
export function id(session: Session): Reply {
  session.send({ type: "ID", params: [{ name: "name", value: "Postern test server" }], other: [] });
  return { status: "OK", text: "ID completed" };
}
