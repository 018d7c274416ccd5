/** SEARCH (RFC 9051 6.4.4, RFC 4731, RFC 5182). */

import type { SearchKey } from "../../codec/_gen/types.ts";
import type { SearchRequest } from "../_gen/request.ts";
import type { Call } from "../protocol/command.ts";
import { plainCode, Refusal, type Reply } from "../protocol/reply.ts";
import type { Session } from "../protocol/session.ts";
import { searchMessages, UnsupportedKeyError } from "../search/keys.ts";
import { tellResult, wantedOf } from "../search/result.ts";
import { walkKeys } from "../search/walk.ts";
import type { StoredMessage } from "../store/message.ts";

/** Finds messages of the selected mailbox. */
export function search(session: Session, request: SearchRequest, call: Call): Reply {
  const wanted = wantedOf(session, request);
  let found: StoredMessage[];
  try {
    found = findMessages(session, request.charset, request.keys);
    tellResult(session, found, wanted, call, asksForModSeq(request.keys));
  } catch (error) {
    // RFC 5182 2.1: a search that fails leaves nothing in `$`.
    if (wanted.saves) session.saved = new Set();
    throw error;
  }
  const keepsNumbers = [...walkKeys(request.keys)].some(({ op }) => op === "SET");
  return { status: "OK", text: "SEARCH completed", keepsNumbers };
}

/** The messages that match all keys, in mailbox order; SORT and THREAD begin with the same. */
export function findMessages(
  session: Session,
  charset: string | undefined,
  keys: readonly SearchKey[],
): StoredMessage[] {
  checkCharset(charset);
  if (asksForModSeq(keys) && session.offers("CONDSTORE")) session.enableCondstore();
  try {
    const found = searchMessages(keys, session);
    checkNumbers(session, keys);
    return found;
  } catch (error) {
    if (error instanceof UnsupportedKeyError) throw new Refusal("BAD", error.message);
    throw error;
  }
}

/** Whether MODSEQ is among the keys: then the answer tells the highest (RFC 7162 3.1.5). */
export function asksForModSeq(keys: readonly SearchKey[]): boolean {
  return [...walkKeys(keys)].some((key) => key.op === "MODSEQ");
}

function checkCharset(charset: string | undefined): void {
  if (charset === undefined || ["US-ASCII", "UTF-8"].includes(charset.toUpperCase())) return;
  throw new Refusal("NO", "This charset is not known", {
    name: "BADCHARSET",
    charsets: ["US-ASCII", "UTF-8"],
  });
}

/** RFC 9586 3.1: after ENABLE UIDONLY nothing goes by message number. */
export function uidRequired(): Refusal {
  return new Refusal("BAD", "UIDs only", plainCode("UIDREQUIRED"));
}

/** RFC 9586 3.1. A number beyond the end is an error in FETCH, STORE and COPY, and names no message here (RFC 9051 section 9). */
function checkNumbers(session: Session, keys: readonly SearchKey[]): void {
  if (session.uidOnly && [...walkKeys(keys)].some(({ op }) => op === "SET")) throw uidRequired();
}
