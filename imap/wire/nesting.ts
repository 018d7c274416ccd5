/**
 * Which parentheses and quotes the lines of a response leave open. A response ends with its line only when none is: a
 * raw line end inside a quoted string, as some servers send it from a folded header, ends nothing.
 */

import { BACKSLASH, CLOSE, OPEN, QUOTE, SP } from "./byte_class.ts";

/** What is open at the end of a text. */
export interface Nesting {
  /** Parentheses. */
  readonly depth: number;
  /** A quoted string. */
  readonly quoted: boolean;
}

/** Nothing is open. */
export const CLOSED: Nesting = { depth: 0, quoted: false };

/** The longest tag that a line is believed to begin with. */
const LONGEST_TAG = 100;

/** Whether nothing is open. */
export function isClosed({ depth, quoted }: Nesting): boolean {
  return depth === 0 && !quoted;
}

/**
 * What is open at the end of a text.
 *
 * @param text the text of a response or of a part of it
 * @param before what was open where it begins
 * @returns what is open at its end; free text of status responses opens nothing
 */
export function nestingOf(text: Uint8Array, before: Nesting): Nesting {
  // Both searches are many times faster than the loop: a line of numbers is a megabyte now and then.
  if (isClosed(before) && (isStatus(text) || (!text.includes(OPEN) && !text.includes(QUOTE)))) return CLOSED;
  let { depth, quoted } = before;
  for (let at = 0; at < text.length; at++) {
    const byte = text[at];
    if (byte === QUOTE) quoted = !quoted;
    else if (quoted) {
      if (byte === BACKSLASH) at++;
    } else if (byte === OPEN) depth++;
    else if (byte === CLOSE && depth > 0) depth--;
  }
  return { depth, quoted };
}

/**
 * Whether a line begins a response: with a star, a plus sign, or a tag and its verdict.
 *
 * @param line the bytes that hold it
 * @param start where it begins
 * @param end where it ends
 */
export function beginsResponse(line: Uint8Array, start: number, end: number): boolean {
  const first = line[start];
  if (first === 0x2a || first === 0x2b) return start + 1 === end || line[start + 1] === SP;
  let at = start;
  while (at < end && at - start < LONGEST_TAG && line[at]! > SP && line[at]! < 0x7f) at++;
  return at > start && line[at] === SP && isVerdict(line.subarray(at + 1, end));
}

function isStatus(text: Uint8Array): boolean {
  return text[0] === 0x2a && (isVerdict(text.subarray(2)) || isWord(text.subarray(2), "BYE") ||
    isWord(text.subarray(2), "PREAUTH"));
}

function isVerdict(text: Uint8Array): boolean {
  return isWord(text, "OK") || isWord(text, "NO") || isWord(text, "BAD");
}

function isWord(text: Uint8Array, word: string): boolean {
  for (let at = 0; at < word.length; at++) if ((text[at]! & 0xdf) !== word.charCodeAt(at)) return false;
  return text.length === word.length || text[word.length] === SP;
}
