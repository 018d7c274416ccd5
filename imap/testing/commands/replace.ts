/** REPLACE (RFC 8508). */

import type { ReplaceRequest } from "../_gen/request.ts";
import type { Call } from "../protocol/command.ts";
import { condition, plainCode, Refusal, type Reply } from "../protocol/reply.ts";
import { demand, reach } from "../protocol/rights.ts";
import { highestModSeqCode, type Session } from "../protocol/session.ts";
import { appendMessage, appendUid, incoming } from "./append.ts";
import { messagesOf, writable } from "./numbers.ts";

/** Adds the new message, then removes the old one; the APPENDUID comes before the EXPUNGE (RFC 8508 3.4). */
export function replace(session: Session, request: ReplaceRequest, { uid }: Call): Reply {
  const view = writable(session);
  const found = messagesOf(session, request.set, uid);
  const [only, ...others] = found;
  if (only === undefined || others.length > 0) {
    throw new Refusal(uid ? "NO" : "BAD", "REPLACE takes one message");
  }
  const old = only.message;
  if (old.expunged) throw new Refusal("NO", "The message is gone", plainCode("EXPUNGEISSUED"));
  demand(session, view.mailbox, "te");
  const mailbox = reach(session, request.mailbox, "i", "TRYCREATE");
  const added = appendMessage(session, mailbox, incoming(session, request));
  const code = appendUid(session, mailbox, added);
  if (code !== undefined) session.send(condition("OK", "Replacement ready", code));
  view.mailbox.expunge([old]);
  const reached = session.qresync ? highestModSeqCode(view.mailbox.highestModSeq) : undefined;
  return { status: "OK", code: reached, text: "REPLACE completed" };
}
