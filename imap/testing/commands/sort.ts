/** SORT and THREAD (RFC 5256, RFC 5267 for RETURN, RFC 5957 for DISPLAYFROM and DISPLAYTO). */

import type { SearchKey } from "../../codec/_gen/types.ts";
import type { SortRequest, ThreadRequest } from "../_gen/request.ts";
import type { Call } from "../protocol/command.ts";
import { Refusal, type Reply } from "../protocol/reply.ts";
import type { Session } from "../protocol/session.ts";
import { tellResult, wantedOf } from "../search/result.ts";
import { sortMessages } from "../search/sort.ts";
import { threadsByReferences, threadsBySubject } from "../search/thread.ts";
import { walkKeys } from "../search/walk.ts";
import type { StoredMessage } from "../store/message.ts";
import { asksForModSeq, findMessages } from "./search.ts";

/** Finds messages and tells them in order. */
export function sort(session: Session, request: SortRequest, call: Call): Reply {
  if (request.extended) session.require("ESORT");
  if (request.criteria.some(({ key }) => key.startsWith("DISPLAY"))) session.require("SORT=DISPLAY");
  const wanted = { ...wantedOf(session, request), extended: request.extended === true };
  const found = findMessages(session, request.charset, request.keys);
  const sorted = sortMessages(found, request.criteria);
  tellResult(session, sorted, wanted, call, asksForModSeq(request.keys), "SORT");
  return { status: "OK", text: "SORT completed", keepsNumbers: hasNumbers(request.keys) };
}

const ALGORITHMS = new Map([
  ["ORDEREDSUBJECT", threadsBySubject],
  ["REFERENCES", threadsByReferences],
]);

/** Finds messages and puts them into threads. */
export function thread(session: Session, request: ThreadRequest, { uid }: Call): Reply {
  const algorithm = ALGORITHMS.get(request.algorithm);
  if (algorithm === undefined || !session.server.offers(`THREAD=${request.algorithm}`)) {
    throw new Refusal("BAD", `THREAD has no algorithm ${request.algorithm} here`);
  }
  const found = findMessages(session, request.charset, request.keys);
  const numberOf = (message: StoredMessage) => uid ? message.uid : session.selected.numberOf(message);
  const threads = algorithm(found, numberOf);
  if (threads.length === 0 && session.server.behaviour.threadSpace) session.output.sendRaw("* THREAD \r\n");
  else session.send({ type: "THREAD", threads, other: [] });
  return { status: "OK", text: "THREAD completed", keepsNumbers: hasNumbers(request.keys) };
}

function hasNumbers(keys: readonly SearchKey[]): boolean {
  return [...walkKeys(keys)].some(({ op }) => op === "SET");
}
