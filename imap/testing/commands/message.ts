/** Commands on messages of the selected mailbox, FETCH apart: STORE, COPY, MOVE, SEARCH, EXPUNGE, CLOSE. */

import type { Code, SearchKey } from "../../codec/_gen/types.ts";
import type { SequenceSet } from "../../values/sequence_set.ts";
import type {
  CloseRequest,
  CopyRequest,
  MoveRequest,
  SearchRequest,
  StoreRequest,
  UnselectRequest,
} from "../_gen/request.ts";
import { messagesOf } from "./numbers.ts";
import {
  condition,
  emptyEsearch,
  plainCode,
  Refusal,
  type Reply,
  searchLine,
  setOf,
} from "../protocol/reply.ts";
import { searchMessages, UnsupportedKeyError } from "./search.ts";
import type { Session } from "../protocol/session.ts";
import type { Mailbox, StoredMessage } from "../store/store.ts";

/** RFC 9051 6.4.1 and 6.4.2: CLOSE removes what is marked as deleted, and tells nobody here. */
export function close(session: Session, request: CloseRequest | UnselectRequest): Reply {
  const { mailbox, readOnly } = session.selected;
  session.deselect();
  if (request.name === "CLOSE" && !readOnly) mailbox.expunge(mailbox.messages.filter(isDeleted));
  return { status: "OK", text: `${request.name} completed` };
}

/** RFC 9051 6.4.3; with a set, UID EXPUNGE (6.4.9). The EXPUNGE responses follow with all other news. */
export function expunge(session: Session, set: SequenceSet | undefined): Reply {
  const { mailbox, messages } = writable(session);
  const candidates = set === undefined
    ? messages
    : messagesOf(session, set, true).map(({ message }) => message);
  mailbox.expunge(candidates.filter(isDeleted));
  return { status: "OK", text: "EXPUNGE completed" };
}

function isDeleted(message: StoredMessage): boolean {
  return message.flags.has("\\Deleted");
}

function writable(session: Session): Session["selected"] {
  if (session.selected.readOnly) {
    throw new Refusal("NO", "The mailbox is open for reading only", plainCode("CANNOT"));
  }
  return session.selected;
}

/** RFC 9051 6.4.6. */
export function store(session: Session, request: StoreRequest, uid: boolean): Reply {
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
    if (!silent) session.send(session.flagsResponse(seq, message, uid || session.rev2));
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

/** RFC 9051 6.4.7. */
export function copy(session: Session, request: CopyRequest, uid: boolean): Reply {
  const target = session.user.require(request.mailbox, "TRYCREATE");
  const { present, gone } = presentMessages(session, request.set, uid);
  if (gone) throw new Refusal("NO", "Some of the messages are gone", plainCode("EXPUNGEISSUED"));
  const copies = session.user.copy(present, target);
  return { status: "OK", code: copyUid(session, target, present, copies), text: "COPY completed" };
}

/** RFC 9051 6.4.8: COPYUID comes before the EXPUNGE responses. */
export function move(session: Session, request: MoveRequest, uid: boolean): Reply {
  const view = writable(session);
  const target = session.user.require(request.mailbox, "TRYCREATE");
  const { present } = presentMessages(session, request.set, uid);
  const copies = session.user.move(view.mailbox, present, target);
  const code = copyUid(session, target, present, copies);
  if (code !== undefined) session.send(condition("OK", "Moved", code));
  return { status: "OK", text: "MOVE completed" };
}

function presentMessages(
  session: Session,
  set: SequenceSet,
  uid: boolean,
): { present: StoredMessage[]; gone: boolean } {
  const named = messagesOf(session, set, uid).map(({ message }) => message);
  const present = named.filter((message) => !message.expunged);
  return { present, gone: present.length < named.length };
}

function copyUid(
  session: Session,
  target: Mailbox,
  originals: readonly StoredMessage[],
  copies: readonly StoredMessage[],
): Code | undefined {
  const source = setOf(originals.map(({ uid }) => uid));
  const destination = setOf(copies.map(({ uid }) => uid));
  if (source === undefined || destination === undefined || !session.tellsUids) return undefined;
  return { name: "COPYUID", uidValidity: target.uidValidity, source, destination };
}

/** RFC 9051 6.4.4, RFC 4731, RFC 5182. */
export function search(session: Session, tag: string, request: SearchRequest, uid: boolean): Reply {
  const returns = new Set<string>(request.returns);
  const saves = returns.delete("SAVE");
  for (const wanted of returns) {
    if (!["MIN", "MAX", "ALL", "COUNT"].includes(wanted)) {
      throw new Refusal("BAD", "An option that is not offered");
    }
  }
  if (request.extended) session.require("ESEARCH");
  if (saves) session.require("SEARCHRES");
  const extended = session.rev2 || request.extended === true;
  let found: StoredMessage[];
  try {
    checkCharset(request.charset);
    found = searchMessages(request.keys, { view: session.selected, saved: session.saved });
    checkNumbers(session, request.keys);
  } catch (error) {
    if (saves) session.saved = new Set();
    if (error instanceof UnsupportedKeyError) throw new Refusal("BAD", error.message);
    throw error;
  }
  const numberOf = (message: StoredMessage) => uid ? message.uid : session.selected.numberOf(message);
  if (saves) session.saved = new Set(savedOf(found, returns));
  if (!extended) {
    session.send(searchLine(found.map(numberOf)));
  } else if (returns.size > 0 || !saves) {
    sendExtended(session, tag, found.map(numberOf), returns, uid);
  }
  return { status: "OK", text: "SEARCH completed" };
}

function sendExtended(
  session: Session,
  tag: string,
  numbers: readonly number[],
  returns: ReadonlySet<string>,
  uid: boolean,
): void {
  const all = returns.size === 0 || returns.has("ALL");
  session.send({
    ...emptyEsearch(tag),
    uid: uid || undefined,
    min: returns.has("MIN") ? numbers[0] : undefined,
    max: returns.has("MAX") ? numbers.at(-1) : undefined,
    all: all ? setOf(numbers) : undefined,
    count: returns.has("COUNT") ? numbers.length : undefined,
  });
}

/** Table 4 of RFC 9051 6.4.4.1: with MIN or MAX alone only those are saved. */
function savedOf(found: readonly StoredMessage[], returns: ReadonlySet<string>): StoredMessage[] {
  const ends = returns.has("MIN") || returns.has("MAX");
  if (!ends || returns.has("ALL") || returns.has("COUNT") || found.length === 0) return [...found];
  const saved: StoredMessage[] = [];
  if (returns.has("MIN")) saved.push(found[0]);
  if (returns.has("MAX")) saved.push(found[found.length - 1]);
  return saved;
}

function checkCharset(charset: string | undefined): void {
  if (charset === undefined || ["US-ASCII", "UTF-8"].includes(charset.toUpperCase())) return;
  throw new Refusal("NO", "This charset is not known", {
    name: "BADCHARSET",
    charsets: ["US-ASCII", "UTF-8"],
  });
}

/** Message numbers beyond the end are as wrong in SEARCH as elsewhere. */
function checkNumbers(session: Session, keys: readonly SearchKey[]): void {
  const open = [...keys];
  for (let key = open.pop(); key !== undefined; key = open.pop()) {
    if (key.op === "SET") messagesOf(session, key.set, false);
    else if (key.op === "AND") open.push(...key.keys);
    else if (key.op === "NOT") open.push(key.key);
    else if (key.op === "OR") open.push(key.left, key.right);
  }
}
