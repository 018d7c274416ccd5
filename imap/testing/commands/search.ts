/** SEARCH (RFC 9051 6.4.4, RFC 4731, RFC 5182). */

import type { SearchKey } from "../../codec/_gen/types.ts";
import type { SearchRequest } from "../_gen/request.ts";
import type { Call } from "../protocol/command.ts";
import { emptyEsearch, Refusal, type Reply, searchLine, setOf } from "../protocol/reply.ts";
import type { Session } from "../protocol/session.ts";
import { searchMessages, UnsupportedKeyError } from "../search/keys.ts";
import type { StoredMessage } from "../store/message.ts";
import { messagesOf } from "./numbers.ts";

/** RFC 9051 6.4.4, RFC 4731, RFC 5182. */
export function search(session: Session, request: SearchRequest, { tag, uid }: Call): Reply {
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
