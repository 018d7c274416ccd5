/** `Int2AP` and `ParseFlags`. */

import { kindOf } from "../base/option_names.ts";
import { responseText } from "./text.ts";

const DIGITS = "ABCDEFGHIJKLMNOP";

/**
 * Writes a number with the letters A to P as hexadecimal digits, as tags have them.
 *
 * Python's `imaplib.Int2AP`.
 *
 * @param num The number; its sign and what is after the point are dropped.
 * @returns The letters, most significant first; `""` for 0.
 *
 * @example
 * ```ts
 * import { Int2AP } from "@postern/postern/imaplib";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(Int2AP(0xfedc), "PONM");
 * ```
 */
export function Int2AP(num: number | bigint): string {
  if (typeof num !== "bigint" && !Number.isFinite(num)) {
    throw new TypeError(`num must be a finite number, not ${typeof num === "number" ? num : kindOf(num)}`);
  }
  let left = typeof num === "bigint" ? num : BigInt(Math.trunc(num));
  if (left < 0n) left = -left;
  let text = "";
  for (; left > 0n; left >>= 4n) text = DIGITS[Number(left & 15n)]! + text;
  return text;
}

/**
 * Takes the flags out of a row of FETCH, or out of a FLAGS or PERMANENTFLAGS response.
 *
 * Python's `imaplib.ParseFlags`.
 *
 * @param resp The response; the last `FLAGS (` of its first line that a `)` follows counts.
 * @returns The flags, empty when there are none.
 *
 * @example
 * ```ts
 * import { ParseFlags } from "@postern/postern/imaplib";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(ParseFlags("1 (FLAGS (\\Seen \\Deleted) UID 5)"), ["\\Seen", "\\Deleted"]);
 * ```
 */
export function ParseFlags(resp: string | Uint8Array): string[] {
  const text = responseText(resp);
  const head = "FLAGS (";
  // Python's pattern begins with `.*`, which ends at the first line feed; what it looks for then may go on after it.
  const firstLine = text.indexOf("\n");
  const lastHead = (firstLine < 0 ? text.length : firstLine) - head.length;
  const close = text.lastIndexOf(")");
  const latest = Math.min(lastHead, close - head.length);
  if (latest < 0) return [];
  const start = text.lastIndexOf(head, latest);
  if (start < 0) return [];
  const from = start + head.length;
  return text.slice(from, text.indexOf(")", from)).split(/[ \t\n\r\f\v]+/).filter((flag) => flag !== "");
}
