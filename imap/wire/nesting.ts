/**
 * Which parentheses and quotes the lines of a response leave open. A response ends with its line only when none is: a
 * raw line end inside a quoted string, as some servers send it from a folded header, ends nothing.
 */

import { ATOM, BACKSLASH, CLASSES, CLOSE, endsString, OPEN, QUOTE, SP } from "./byte_class.ts";

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
 * @returns what is open at its end; free text of status responses opens nothing. A quote begins and ends a string where the
 *   reader takes it for that, so that one without its backslash leaves nothing open.
 */
export function nestingOf(text: Uint8Array, before: Nesting): Nesting {
  // Both searches are many times faster than the loop: a line of numbers is a megabyte now and then.
  if (isClosed(before) && (isProse(text) || (!text.includes(OPEN) && !text.includes(QUOTE)))) return CLOSED;
  let { depth, quoted } = before;
  for (let at = 0; at < text.length; at++) {
    const byte = text[at];
    if (quoted) {
      if (byte === BACKSLASH) at++;
      else if (byte === QUOTE) quoted = at + 1 < text.length && !endsString(text[at + 1]!);
    } else if (byte === QUOTE) quoted = at === 0 || (CLASSES[text[at - 1]!]! & ATOM) === 0;
    else if (byte === OPEN) depth++;
    else if (byte === CLOSE && depth > 0) depth--;
  }
  return { depth, quoted };
}

/**
 * What a line begins with if it begins a response: a star, a plus sign, or a tag that its verdict follows.
 *
 * @param line the bytes that hold it
 * @param start where it begins
 * @param end where it ends
 * @returns the star, the plus sign or the tag; empty when it begins none
 */
export function responseTag(line: Uint8Array, start: number, end: number): string {
  let at = start;
  while (at < end && at - start < LONGEST_TAG && line[at]! > SP && line[at]! < 0x7f) at++;
  const tag = String.fromCharCode(...line.subarray(start, at));
  if (tag === "*" || tag === "+") return at === end || line[at] === SP ? tag : "";
  return line[at] === SP && isVerdict(line.subarray(at + 1, end)) ? tag : "";
}

/** Whether a text is words for a person: a status response, unless its code does not end on the line. */
function isProse(text: Uint8Array): boolean {
  const words = text.subarray(2);
  const isStatus = text[0] === 0x2a && (isVerdict(words) || isWord(words, "BYE") || isWord(words, "PREAUTH"));
  return isStatus && (words[words.indexOf(SP) + 1] !== 0x5b || words.includes(0x5d));
}

function isVerdict(text: Uint8Array): boolean {
  return isWord(text, "OK") || isWord(text, "NO") || isWord(text, "BAD");
}

function isWord(text: Uint8Array, word: string): boolean {
  for (let at = 0; at < word.length; at++) if ((text[at]! & 0xdf) !== word.charCodeAt(at)) return false;
  return text.length === word.length || text[word.length] === SP;
}
