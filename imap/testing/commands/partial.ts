/** The ranges of PARTIAL (RFC 9394). */

import { Refusal } from "../protocol/reply.ts";

/**
 * The part of a result that a range names: `1:100` counts from its beginning, `-1:-100` from its end, and either end
 * may be first. What lies outside of the result is passed over.
 */
export function partOf<T>(result: readonly T[], range: string): T[] {
  const match = /^(-?)([1-9]\d{0,9}):(-?)([1-9]\d{0,9})$/.exec(range);
  if (match === null || match[1] !== match[3]) {
    throw new Refusal("BAD", "PARTIAL takes a range such as 1:100 or -1:-100");
  }
  const low = Math.min(Number(match[2]), Number(match[4]));
  const high = Math.max(Number(match[2]), Number(match[4]));
  return match[1] === ""
    ? result.slice(low - 1, high)
    : result.slice(Math.max(result.length - high, 0), Math.max(result.length - low + 1, 0));
}
