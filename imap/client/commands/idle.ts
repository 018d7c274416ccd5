/** IDLE: waits for news. */

import type { ImapEvent } from "../../session/events.ts";
import type { Session } from "../../session/session.ts";
import { Idle, type IdleOptions } from "../idle.ts";

/** Waits for news. */
export function idle(session: Session, options: IdleOptions): AsyncIterableIterator<ImapEvent> {
  return new Idle(session, options);
}
