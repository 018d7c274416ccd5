/** IDLE: waits for news. */

import { checkFields } from "../../codec/arguments.ts";
import type { ImapEvent } from "../../session/events.ts";
import type { Session } from "../../session/session.ts";
import { Idle, type IdleOptions } from "../idle.ts";

/** Waits for news. */
export function idle(session: Session, options: IdleOptions): AsyncIterableIterator<ImapEvent> {
  checkFields("idle()", options, { signal: "signal?", duration: "any?", renewAfter: "any?" });
  return new Idle(session, options);
}
