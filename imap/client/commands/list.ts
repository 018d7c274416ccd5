/** LIST: one pattern or several, and each mailbox once. */

import type { ListArgs } from "../../codec/_gen/encode.ts";
import type { ListResponse } from "../../codec/_gen/types.ts";
import type { Collected } from "../../session/collected.ts";

/** What is sent. */
export function listArgs(
  reference: string,
  patterns: string | readonly string[],
  options: Omit<ListArgs, "reference" | "patterns">,
): ListArgs {
  return { ...options, reference, patterns: typeof patterns === "string" ? [patterns] : patterns };
}

/**
 * The last word on each mailbox. After CREATE, SUBSCRIBE and RENAME, IMAP4rev2 servers tell about the mailbox unasked, and
 * Cyrus 3.10 does so inside the answer to the next command.
 */
export function lastWords(collected: Collected): ListResponse[] {
  const responses = collected.all<ListResponse>("LIST");
  return [...new Map(responses.map((response) => [response.mailbox, response])).values()];
}
