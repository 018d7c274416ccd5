/** ENABLE (RFC 9051 6.3.1, RFC 5161). */

import type { EnableRequest } from "../_gen/request.ts";
import { Refusal, type Reply } from "../protocol/reply.ts";
import type { Session } from "../protocol/session.ts";

/** Enables what is offered and not enabled yet; an unknown name is passed over. */
export function enable(session: Session, request: EnableRequest): Reply {
  // RFC 9051 6.3.1: no mailbox may be selected yet. The table lets a client try, since servers allow it.
  if (session.state !== "auth") throw new Refusal("BAD", "ENABLE is not allowed in this state");
  const enabled: string[] = [];
  for (const name of new Set(request.capabilities)) {
    const written = switchOn(session, name);
    if (written !== undefined) enabled.push(written);
  }
  session.enabled.push(...enabled);
  const { enabled: how } = session.server.behaviour;
  const told = how === "all" ? session.enabled.slice() : enabled;
  if (how !== "new" || told.length > 0) session.send({ type: "ENABLED", capabilities: told, other: [] });
  return { status: "OK", text: "ENABLE completed" };
}

/** The name to answer with, undefined when nothing changed. */
function switchOn(session: Session, name: string): string | undefined {
  if (name === "IMAP4REV2" && session.server.offers(name) && !session.rev2) {
    session.rev2 = true;
    session.output.utf8 = true;
    return "IMAP4rev2";
  }
  if (name === "UIDONLY" && session.offers(name) && !session.uidOnly) {
    session.uidOnly = true;
    return name;
  }
  if (name === "CONDSTORE" && session.offers(name) && !session.condstore) {
    session.enableCondstore();
    return name;
  }
  if (name === "QRESYNC" && session.offers(name) && !session.qresync) {
    session.qresync = true;
    session.enableCondstore();
    return name;
  }
  return undefined;
}
