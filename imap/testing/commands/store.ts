/** STORE (RFC 9051 6.4.6). */

import type { Code, Response } from "../../codec/_gen/types.ts";
import type { StoreRequest } from "../_gen/request.ts";
import type { Call } from "../protocol/command.ts";
import { condition, emptyFetch, plainCode, Refusal, type Reply, setOf } from "../protocol/reply.ts";
import { changeable } from "../protocol/rights.ts";
import type { Session } from "../protocol/session.ts";
import type { StoredMessage } from "../store/message.ts";
import { checkFlag } from "./append.ts";
import { messagesOf, writable } from "./numbers.ts";

/** RFC 9051 6.4.6. */
export function store(session: Session, request: StoreRequest, { uid }: Call): Reply {
  const view = writable(session);
  const { unchangedSince, action: word, flags } = request;
  if (request.labelAction !== undefined) return storeLabels(session, request, uid);
  if (word === undefined || flags === undefined) throw new Refusal("BAD", "Only flags can be stored here");
  if (unchangedSince !== undefined) session.enableCondstore();
  for (const flag of flags) checkFlag(view.mailbox, flag);
  // RFC 4314 section 4: what may not be changed is passed over, unless that is all.
  const allowed = changeable(session, view.mailbox, flags);
  if (flags.length > 0 && allowed.length === 0) {
    throw new Refusal("NO", "These flags may not be changed", plainCode("NOPERM"));
  }
  const silent = word.endsWith(".SILENT");
  const action = word.startsWith("+") ? "add" : word.startsWith("-") ? "remove" : "set";
  const known = new Set(view.mailbox.flags);
  const failed: number[] = [];
  let gone = false;
  for (const { seq, message } of messagesOf(session, request.set, uid)) {
    if (message.expunged) {
      gone = true;
      continue;
    }
    if (
      unchangedSince !== undefined && view.mailbox.modSeqOf(message, action, flags) > unchangedSince
    ) {
      failed.push(uid ? message.uid : seq);
      continue;
    }
    const changed = view.mailbox.storeFlags(
      message,
      action,
      action === "set" ? [...allowed, ...kept(session, message)] : allowed,
      view,
    );
    if (!silent) {
      view.flagsReported(message);
      session.send(session.flagsResponse(seq, message, uid));
    } else if (unchangedSince !== undefined || changed && session.condstore) {
      // RFC 7162 3.1.3: the new modification sequence is told in any case.
      session.send(modSeqResponse(session, seq, message, uid));
    }
  }
  announceKeywords(session, known);
  const modified = setOf(failed);
  if (modified !== undefined) {
    const code: Code = { name: "MODIFIED", set: modified };
    return { status: gone ? "NO" : "OK", code, text: "Some of the messages had changed" };
  }
  return gone
    ? { status: "NO", code: plainCode("EXPUNGEISSUED"), text: "Some of the messages are gone" }
    : { status: "OK", text: "STORE completed" };
}

/** STORE of X-GM-LABELS: a label is a mailbox, which is made where it is not there. */
function storeLabels(session: Session, request: StoreRequest, uid: boolean): Reply {
  session.require("X-GM-EXT-1");
  const { labelAction = "X-GM-LABELS", labels = [] } = request;
  const { account, selected: view } = session;
  const { places } = account;
  const wanted = new Set(labels.map((label) => label.toLowerCase()));
  for (const { seq, message } of messagesOf(session, request.set, uid)) {
    if (message.expunged) continue;
    if (!labelAction.startsWith("-")) {
      for (const label of labels) {
        const mailbox = places.mailboxOf(label) ?? account.create(label);
        const { content, flags, internalDate } = message;
        places.put(mailbox, { content, flags, internalDate, saved: session.server.now() });
      }
    }
    if (!labelAction.startsWith("+")) {
      const removes = labelAction.startsWith("-");
      // The label of the mailbox at hand is not shown, and stays unless it is named.
      places.unlabel(
        message,
        (label, mailbox) =>
          wanted.has(label.toLowerCase()) === removes && (removes || mailbox !== view.mailbox),
      );
    }
    if (labelAction.endsWith(".SILENT")) continue;
    const response = emptyFetch(seq);
    if (uid) response.uid = message.uid;
    response.gmailLabels = places.labels(view.mailbox, message);
    session.send(response);
  }
  return { status: "OK", text: "STORE completed" };
}

/** Flags that a message keeps when all are set anew: those that may not be changed. */
function kept(session: Session, { flags }: StoredMessage): string[] {
  const all = [...flags];
  const free = changeable(session, session.selected.mailbox, all);
  return all.filter((flag) => !free.includes(flag));
}

/** `* n FETCH (MODSEQ (...))`: what a silent STORE tells. */
function modSeqResponse(session: Session, seq: number, message: StoredMessage, uid: boolean): Response {
  const response = emptyFetch(seq);
  if (uid || session.tellsUidWithModSeq) response.uid = message.uid;
  response.modSeq = message.modSeq;
  return response;
}

/** New keywords change the FLAGS of the mailbox (RFC 9051 7.3.5). */
function announceKeywords(session: Session, known: ReadonlySet<string>): void {
  const { flags } = session.selected.mailbox;
  if (flags.length === known.size) return;
  session.send({ type: "FLAGS", flags, other: [] });
  session.send(condition("OK", "Keywords allowed", { name: "PERMANENTFLAGS", flags: [...flags, "\\*"] }));
}
