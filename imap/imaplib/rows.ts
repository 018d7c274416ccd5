/** What the commands of the table do. */

import { type Connection, innerOf } from "./connection.ts";
import { foldEsearch } from "./esearch.ts";
import type { Answer, Argument, State } from "./values.ts";

/** Gives a command and takes what it brought under a name. */
export async function rows(
  M: Connection,
  name: string,
  bucket: string,
  ...args: Argument[]
): Promise<Answer> {
  return M._untagged_response(...await innerOf(M).perform({ name, args, rows: [bucket] }), bucket);
}

/** The same for SEARCH and for UID, where the answer is ESEARCH after `enable("IMAP4rev2")`. */
export async function found(
  M: Connection,
  name: string,
  bucket: string,
  args: Argument[],
  legalAs?: string,
): Promise<Answer> {
  const answer = await innerOf(M).perform({ name, args, legalAs, rows: [bucket, "ESEARCH"] });
  if (answer[0] === "OK" && bucket === "SEARCH") foldEsearch(M.untagged_responses);
  return M._untagged_response(...answer, bucket);
}

/** Gives a command that leaves a state, whatever came of it; where it is not allowed, nothing changes. */
export function leaving(M: Connection, state: State, name: string, ...args: Argument[]): Promise<Answer> {
  return innerOf(M).perform({ name, args, over: () => void (M.state = state) });
}
