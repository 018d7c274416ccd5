/** What of an answer could not be read: it is in the result, so that nothing found is told from nothing understood. */

import type { UnknownItem } from "../../codec/_gen/types.ts";
import type { Collected } from "../../session/collected.ts";

/** Everything that no rule could read; of whole responses, with their names. */
export function unread(collected: Collected): UnknownItem[] {
  return collected.unread;
}

/** Tag of the command. */
export function tagOf(collected: Collected): string {
  return collected.tagged.tag;
}
