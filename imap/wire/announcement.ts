/** Which lines announce a literal, and how large. */

import { ProtocolError } from "../base/errors.ts";
import { markStart } from "../values/literal_mark.ts";

/** RFC 9051 allows 63-bit sizes; what JavaScript cannot count has more digits than this. */
const mostDigits = 15;

/**
 * Whether a response may hold literals. Status responses, tagged lines and continuations end in free text, which
 * may end in something like `{5}` that announces nothing.
 */
export function carriesLiterals(line: Uint8Array, start: number, end: number): boolean {
  if (line[start] !== 0x2a || line[start + 1] !== 0x20) return false;
  let word = start + 2;
  while (word < end && line[word] === 0x20) word++;
  let after = word;
  while (after < end && line[after] !== 0x20) after++;
  switch (after - word) {
    case 2:
      return !isWord(line, word, "OK") && !isWord(line, word, "NO");
    case 3:
      return !isWord(line, word, "BAD") && !isWord(line, word, "BYE");
    case 7:
      return !isWord(line, word, "PREAUTH");
    default:
      return true;
  }
}

function isWord(line: Uint8Array, start: number, word: string): boolean {
  for (let i = 0; i < word.length; i++) {
    if ((line[start + i]! & 0xdf) !== word.charCodeAt(i)) return false;
  }
  return true;
}

/**
 * The size of the literal that a line announces at its end (`{5}`, `~{5}`, `{5+}`), or -1 when it announces none.
 *
 * @throws {ProtocolError} When the size has more digits than a size can have.
 */
export function announcedLiteral(line: Uint8Array, start: number, end: number): number {
  const open = markStart(line, start, end);
  if (open === -1) return -1;
  const lastDigit = line[end - 2] === 0x2b ? end - 3 : end - 2;
  let at = open + 1;
  // net-imap and others met sizes padded with zeros.
  while (at < lastDigit && line[at] === 0x30) at++;
  if (lastDigit - at >= mostDigits) {
    throw new ProtocolError("The server announced a literal of impossible size");
  }
  let size = 0;
  for (; at <= lastDigit; at++) size = size * 10 + line[at]! - 0x30;
  return size;
}

/** Whether the size that a line announces at its end begins with a zero that says nothing. */
export function isPadded(line: Uint8Array, start: number, end: number): boolean {
  const open = markStart(line, start, end);
  return line[open + 1] === 0x30 && line[open + 2]! >= 0x30 && line[open + 2]! <= 0x39;
}
