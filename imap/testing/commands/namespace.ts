/** NAMESPACE (RFC 9051 6.3.10). */

import type { Reply } from "../protocol/reply.ts";
import type { Session } from "../protocol/session.ts";
import { DELIMITER } from "../store/names.ts";

/** RFC 9051 6.3.10. */
export function namespace(session: Session): Reply {
  session.send({
    type: "NAMESPACE",
    personal: [{ prefix: "", delimiter: DELIMITER, extensions: [], other: [] }],
    otherUsers: [],
    shared: [],
    other: [],
  });
  return { status: "OK", text: "NAMESPACE completed" };
}
