/** SUBSCRIBE and UNSUBSCRIBE (RFC 9051 6.3.7 and 6.3.8). */

import type { SubscribeRequest, UnsubscribeRequest } from "../_gen/request.ts";
import type { Reply } from "../protocol/reply.ts";
import { demand } from "../protocol/rights.ts";
import type { Session } from "../protocol/session.ts";
import { canonicalName } from "../store/names.ts";

/** RFC 9051 6.3.7 and 6.3.8. A name may be subscribed to before or after its mailbox exists. */
export function subscribe(session: Session, request: SubscribeRequest | UnsubscribeRequest): Reply {
  const name = canonicalName(request.mailbox);
  if (request.name === "UNSUBSCRIBE") {
    session.account.unsubscribe(name);
  } else {
    const mailbox = session.account.get(name);
    if (mailbox !== undefined) demand(session, mailbox, "l");
    session.account.subscribe(name);
  }
  return { status: "OK", text: `${request.name} completed` };
}
