/** ESEARCH as SEARCH: what a server answers once IMAP4rev2 is enabled, in the form that programs expect. RFC 9051 7.3.4. */

import { SequenceSet } from "../values/sequence_set.ts";
import { error } from "./errors.ts";
import type { Data } from "./values.ts";

/** `(TAG "A1") UID ALL 2,4:7`, and nothing else that was asked for by RETURN. */
const PLAIN = /^\(TAG "[^"]*"\)(?: UID)?(?: ALL ([\d:,]+))?$/i;
/** Numbers that are written out; more is not an answer to work with, and a few octets can mean four thousand million. */
const MOST = 1_000_000;

/**
 * Puts the numbers of an ESEARCH response where those of SEARCH are looked for, when there is no SEARCH response.
 *
 * @throws {error} When they are more than a million.
 */
export function foldEsearch(buckets: Record<string, Data[]>): void {
  const rows = buckets["ESEARCH"];
  if (rows === undefined || buckets["SEARCH"] !== undefined) return;
  const found = rows.map((row) => typeof row === "string" ? PLAIN.exec(row) : null);
  if (found.includes(null)) return;
  delete buckets["ESEARCH"];
  buckets["SEARCH"] = found.map((each) => numbers(each![1]));
}

function numbers(text: string | undefined): string {
  if (text === undefined) return "";
  const set = SequenceSet.parse(text);
  if (set.count > MOST) {
    throw new error(`SEARCH found ${set.count} messages; enable no IMAP4rev2, or search for less`);
  }
  return [...set].join(" ");
}
