/** LSUB (RFC 3501 6.3.9). */

import type { LsubRequest } from "../_gen/request.ts";
import { listLine, type Reply } from "../protocol/reply.ts";
import type { Session } from "../protocol/session.ts";
import { matchesPattern } from "../store/match.ts";
import { canonicalName, DELIMITER, levelsAbove } from "../store/names.ts";

/** RFC 3501 6.3.9. */
export function lsub(session: Session, request: LsubRequest): Reply {
  const { account } = session;
  const pattern = canonicalName(request.reference + request.pattern);
  const names = new Map<string, boolean>();
  for (const name of account.subscriptions) {
    if (matchesPattern(name, pattern, DELIMITER)) names.set(name, true);
    else if (pattern.endsWith("%")) {
      // A level that is not subscribed itself represents the subscribed names below it, with \Noselect.
      for (const level of levelsAbove(name)) {
        if (matchesPattern(level, pattern, DELIMITER) && !names.has(level)) names.set(level, false);
      }
    }
  }
  for (const [name, subscribed] of [...names].sort(([a], [b]) => a < b ? -1 : 1)) {
    const selectable = subscribed && account.mailboxes.get(name)?.selectable;
    session.send(listLine("LSUB", name, DELIMITER, selectable ? [] : ["\\Noselect"]));
  }
  return { status: "OK", text: "LSUB completed" };
}
