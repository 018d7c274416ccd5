/** UIDs of messages that are gone (RFC 7162 3.2.10). */

import type { VanishedResponse } from "../../codec/_gen/types.ts";
import type { Collected } from "../../session/collected.ts";
import { SequenceSet } from "../../values/sequence_set.ts";

/** The UIDs of all VANISHED responses. */
export function vanishedUids(collected: Collected): SequenceSet {
  const sets = collected.all<VanishedResponse>("VANISHED").map(({ uids }) => uids);
  return sets.reduce((all, uids) => all.union(uids), SequenceSet.empty);
}
