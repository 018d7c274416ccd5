/** STORE (RFC 9051 6.4.6). */

import type { StoreRequest } from "../_gen/request.ts";
import type { Call } from "../protocol/command.ts";
import { condition, plainCode, Refusal, type Reply } from "../protocol/reply.ts";
import type { Session } from "../protocol/session.ts";
import { messagesOf, writable } from "./numbers.ts";

/** RFC 9051 6.4.6. */
export function store(session: Session, request: StoreRequest, { uid }: Call): Reply {
  const view = writable(session);
  for (const flag of request.flags) {
    if (flag.startsWith("\\") && view.mailbox.canonicalFlag(flag) === undefined) {
      throw new Refusal("BAD", "A flag that no client may change");
    }
  }
  const silent = request.action.endsWith(".SILENT");
  const action = request.action.startsWith("+") ? "add" : request.action.startsWith("-") ? "remove" : "set";
  const known = new Set(view.mailbox.flags);
  let gone = false;
  for (const { seq, message } of messagesOf(session, request.set, uid)) {
    if (message.expunged) {
      gone = true;
      continue;
    }
    view.mailbox.storeFlags(message, action, request.flags, view);
    view.flagsReported(message);
    if (!silent) session.send(session.flagsResponse(seq, message, uid));
  }
  announceKeywords(session, known);
  return gone
    ? { status: "NO", code: plainCode("EXPUNGEISSUED"), text: "Some of the messages are gone" }
    : { status: "OK", text: "STORE completed" };
}

/** New keywords change the FLAGS of the mailbox (RFC 9051 7.3.5). */
function announceKeywords(session: Session, known: ReadonlySet<string>): void {
  const { flags } = session.selected.mailbox;
  if (flags.length === known.size) return;
  session.send({ type: "FLAGS", flags, other: [] });
  session.send(condition("OK", "Keywords allowed", { name: "PERMANENTFLAGS", flags: [...flags, "\\*"] }));
}
