/** FETCH (RFC 9051 6.4.5). */

import type { FetchResponse } from "../../codec/_gen/types.ts";
import type { FetchRequest } from "../_gen/request.ts";
import type { Call } from "../protocol/command.ts";
import { bodyOf, envelopeOf } from "../mime/body_structure.ts";
import { type FetchPlan, planFetch } from "./fetch_plan.ts";
import { type Part, scanMessage } from "../mime/mime.ts";
import { emptyFetch, formatZonedTime, plainCode, type Reply } from "../protocol/reply.ts";
import { binaryBytes, partial, sectionBytes, UnknownEncodingError } from "../mime/section.ts";
import type { Session } from "../protocol/session.ts";
import type { StoredMessage } from "../store/message.ts";
import { messagesOf } from "./numbers.ts";

/** Answers FETCH and UID FETCH, one response a message. */
export async function fetch(session: Session, request: FetchRequest, { uid }: Call): Promise<Reply> {
  const view = session.selected;
  const plans = planFetch(request.items);
  // A UID FETCH answers with the UID, asked for or not (RFC 9051 6.4.9).
  if (uid && !plans.some((plan) => isWord(plan, "UID"))) plans.unshift({ kind: "word", word: "UID" });
  if (plans.some((plan) => plan.kind === "BINARY" || plan.kind === "BINARY.SIZE")) session.require("BINARY");
  const marks = !view.readOnly && plans.some(marksSeen);
  let failed: string | undefined;
  for (const { seq, message } of messagesOf(session, request.set, uid)) {
    const changed = marks && view.mailbox.storeFlags(message, "add", ["\\Seen"], view);
    try {
      const response = answer(session, seq, message, plans);
      if (changed) response.flags = session.flagsOf(message);
      if (response.flags !== undefined) view.flagsReported(message);
      session.send(response);
    } catch (error) {
      if (!(error instanceof UnknownEncodingError)) throw error;
      failed = error.message;
    }
    await session.output.relieve();
  }
  if (failed !== undefined) return { status: "NO", code: plainCode("UNKNOWN-CTE"), text: failed };
  return { status: "OK", text: "FETCH completed" };
}

function isWord(plan: FetchPlan, word: string): boolean {
  return plan.kind === "word" && plan.word === word;
}

/** Reading a body marks it, unless PEEK says otherwise; a header alone does not (RFC 3501 6.4.5). */
function marksSeen(plan: FetchPlan): boolean {
  if (plan.kind === "word") return plan.word === "RFC822" || plan.word === "RFC822.TEXT";
  return plan.kind !== "BINARY.SIZE" && !plan.peek;
}

function answer(
  session: Session,
  seq: number,
  message: StoredMessage,
  plans: readonly FetchPlan[],
): FetchResponse {
  const response = emptyFetch(seq);
  let scanned: Part | undefined;
  const root = () => scanned ??= scanMessage(message.bytes);
  for (const plan of plans) {
    if (plan.kind === "word") addWord(session, response, message, plan.word, root);
    else addSection(response, message.bytes, plan, root());
  }
  return response;
}

function addWord(
  session: Session,
  response: FetchResponse,
  message: StoredMessage,
  word: string,
  root: () => Part,
): void {
  const { bytes } = message;
  switch (word) {
    case "UID":
      response.uid = message.uid;
      break;
    case "FLAGS":
      response.flags = session.flagsOf(message);
      break;
    case "INTERNALDATE":
      response.internalDate = formatZonedTime(message.internalDate);
      break;
    case "RFC822.SIZE":
      response.size = bytes.length;
      break;
    case "ENVELOPE":
      response.envelope = envelopeOf(bytes, root());
      break;
    case "BODYSTRUCTURE":
      response.bodyStructure = bodyOf(bytes, root(), true);
      break;
    case "BODY":
      response.body = bodyOf(bytes, root(), false);
      break;
    case "RFC822":
      response.sections.push({ item: "RFC822", name: "", origin: undefined, data: bytes });
      break;
    case "RFC822.HEADER":
    case "RFC822.TEXT": {
      const text = word === "RFC822.TEXT" ? "TEXT" : "HEADER";
      const data = sectionBytes(bytes, root(), { path: [], text, fields: [] });
      response.sections.push({ item: word, name: text, origin: undefined, data });
      break;
    }
  }
}

function addSection(
  response: FetchResponse,
  bytes: Uint8Array,
  plan: Exclude<FetchPlan, { kind: "word" }>,
  root: Part,
): void {
  if (plan.kind === "BINARY.SIZE") {
    const data = binaryBytes(bytes, root, plan.section.path);
    response.binarySizes.push({ name: plan.name, size: data?.length ?? 0 });
    return;
  }
  const whole = plan.kind === "BINARY"
    ? binaryBytes(bytes, root, plan.section.path)
    : sectionBytes(bytes, root, plan.section);
  const data = whole === null || plan.partial === undefined
    ? whole
    : partial(whole, plan.partial.origin, plan.partial.count);
  response.sections.push({ item: plan.kind, name: plan.name, origin: plan.partial?.origin, data });
}
