/** LIST: one pattern or several, and each mailbox once. */

import { kindOf } from "../../base/option_names.ts";
import type { ListArgs } from "../../codec/_gen/encode.ts";
import type { ListResponse } from "../../codec/_gen/types.ts";
import type { Collected } from "../../session/collected.ts";

/**
 * What is sent.
 *
 * @throws {TypeError} For anything but text.
 */
export function listArgs(
  reference: string | readonly string[],
  patterns: string | readonly string[] | undefined,
  options: Omit<ListArgs, "reference" | "patterns">,
): ListArgs {
  if (patterns === undefined) return { ...options, reference: "", patterns: textsOf(reference) };
  if (typeof reference !== "string") {
    throw new TypeError(`LIST: reference must be text, not ${kindOf(reference)}: the patterns follow it`);
  }
  return { ...options, reference, patterns: textsOf(patterns) };
}

function textsOf(patterns: string | readonly string[]): readonly string[] {
  const list = typeof patterns === "string" ? [patterns] : patterns;
  if (!Array.isArray(list) || !list.every((one) => typeof one === "string")) {
    throw new TypeError(
      `LIST: patterns must be text or a list of text, not ${
        kindOf(patterns)
      }; options come third, after reference and patterns`,
    );
  }
  return list;
}

/**
 * The last word on each mailbox. After CREATE, SUBSCRIBE and RENAME, IMAP4rev2 servers tell about the mailbox unasked, and
 * Cyrus 3.10 does so inside the answer to the next command.
 */
export function lastWords(collected: Collected): ListResponse[] {
  const responses = collected.all<ListResponse>("LIST");
  return [...new Map(responses.map((response) => [response.mailbox, response])).values()];
}
