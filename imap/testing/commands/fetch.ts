/** FETCH (RFC 9051 6.4.5). */

import type { FetchResponse } from "../../codec/_gen/types.ts";
import type { FetchRequest } from "../_gen/request.ts";
import { binaryBytes, partial, sectionBytes, UnknownEncodingError } from "../content/section.ts";
import type { Call } from "../protocol/command.ts";
import { emptyFetch, plainCode, Refusal, type Reply } from "../protocol/reply.ts";
import { may } from "../protocol/rights.ts";
import type { Session } from "../protocol/session.ts";
import type { StoredMessage } from "../store/message.ts";
import { Fetched } from "./fetch_items.ts";
import { type FetchPlan, planFetch, planWord } from "./fetch_plan.ts";
import { messagesOf, type Numbered } from "./numbers.ts";
import { partOf } from "./partial.ts";
import { sendVanished } from "./resync.ts";

/** Answers FETCH and UID FETCH, one response a message. */
export async function fetch(session: Session, request: FetchRequest, call: Call): Promise<Reply> {
  const view = session.selected;
  const plans = plansOf(session, request, call);
  const selected = selectMessages(session, request, call);
  const marks = !view.readOnly && plans.some(marksSeen) && may(session, view.mailbox, "s");
  let failed: string | undefined;
  for (const { seq, message } of selected) {
    const changed = marks && view.mailbox.storeFlags(message, "add", ["\\Seen"], view);
    try {
      const response = answer(new Fetched(session, message), seq, plans);
      if (changed) addChange(session, response, message.uid, message.modSeq);
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

/** One response with what is asked for; nothing is marked as seen. */
export function rowOf(
  session: Session,
  seq: number,
  message: StoredMessage,
  plans: readonly FetchPlan[],
): FetchResponse {
  return answer(new Fetched(session, message), seq, plans);
}

/** What is asked for, with what the form of the command adds. */
function plansOf(session: Session, request: FetchRequest, { uid }: Call): FetchPlan[] {
  const plans = planFetch(request.items, (capability) => session.offers(capability));
  const asks = (word: string) => plans.some((plan) => plan.kind === "word" && plan.word === word);
  // A UID FETCH answers with the UID, asked for or not (RFC 9051 6.4.9).
  if (uid && !asks("UID")) plans.unshift(planWord("UID"));
  // RFC 7162 3.1.4.1: CHANGEDSINCE adds it.
  if (request.changedSince !== undefined && !asks("MODSEQ")) plans.push(planWord("MODSEQ"));
  if (asks("MODSEQ")) session.enableCondstore();
  return plans;
}

/** The messages that are answered for; UIDs that have gone are told before (RFC 7162 3.2.6). */
function selectMessages(session: Session, request: FetchRequest, { uid }: Call): Numbered[] {
  const { set, changedSince, vanished, partial } = request;
  if (vanished) {
    if (!uid) throw new Refusal("BAD", "VANISHED is for UID FETCH");
    if (changedSince === undefined) throw new Refusal("BAD", "VANISHED comes with CHANGEDSINCE");
    if (!session.qresync) throw new Refusal("BAD", "ENABLE QRESYNC comes before VANISHED");
  }
  if (partial !== undefined && !uid) throw new Refusal("BAD", "PARTIAL is for UID FETCH");
  let selected = messagesOf(session, set, uid);
  if (partial !== undefined) selected = partOf(selected, partial);
  if (vanished && changedSince !== undefined) {
    const { view } = session;
    const uids = set.isSaved ? undefined : set.resolve(Math.max(session.selected.maxUid, 1));
    if (view !== undefined && uids !== undefined) sendVanished(session, view.mailbox, uids, changedSince);
  }
  return changedSince === undefined
    ? selected
    : selected.filter(({ message }) => message.modSeq > changedSince);
}

/** RFC 7162 3.2.4: a FETCH that marks a message tells UID and modification sequence as any other change does. */
function addChange(session: Session, response: FetchResponse, uid: number, modSeq: bigint): void {
  if (session.condstore) response.modSeq = modSeq;
  if (session.tellsUidWithModSeq) response.uid = uid;
}

/** What is sent for a part that is not there. */
function missing({ server }: Session): Uint8Array | null {
  return server.behaviour.emptyParts ? new Uint8Array(0) : null;
}

/** Reading a body marks it, unless PEEK says otherwise; a header alone does not (RFC 3501 6.4.5). */
function marksSeen(plan: FetchPlan): boolean {
  if (plan.kind === "word") return plan.item.marksSeen === true;
  return plan.kind !== "BINARY.SIZE" && !plan.peek;
}

function answer(fetched: Fetched, seq: number, plans: readonly FetchPlan[]): FetchResponse {
  const response = emptyFetch(seq);
  for (const plan of plans) {
    if (plan.kind === "word") plan.item.write(response, fetched);
    else addSection(response, fetched, plan);
  }
  return response;
}

function addSection(
  response: FetchResponse,
  { bytes, root, session }: Fetched,
  plan: Exclude<FetchPlan, { kind: "word" }>,
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
  response.sections.push({
    item: plan.kind,
    name: plan.name,
    origin: plan.partial?.origin,
    data: data ?? missing(session),
  });
}
