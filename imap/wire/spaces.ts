/**
 * Spaces that no grammar has: two or more where it has one, one before a closing parenthesis or after an opening one.
 * Looked for only when a response could not be read as it came, so that they cost nothing where they are not.
 */

import { BACKSLASH, CLOSE, OPEN, QUOTE, SP } from "./byte_class.ts";

const CLOSE_BRACKET = 0x5d;
const OPEN_BRACKET = 0x5b;

/** A response's text without them, and the names of the deviations. */
export interface Respaced {
  /** The text; quoted strings, and what a person is told, are as they were. */
  text: Uint8Array;
  /** Names of the deviations, as the grammar declares them. */
  quirks: string[];
}

/**
 * Takes out the spaces that no grammar has.
 *
 * @param text the text of a response, with its literals' marks
 * @returns the text without them; undefined when there are none
 */
export function withoutExtraSpaces(text: Uint8Array): Respaced | undefined {
  const end = syntaxEnd(text);
  const out = new Uint8Array(text.length);
  const quirks = new Set<string>();
  let length = 0;
  let at = 0;
  while (at < end) {
    const byte = text[at]!;
    if (byte === QUOTE) {
      const close = closingQuote(text, at, end);
      // Nothing tells which spaces belong to a string that does not end.
      if (close === -1) break;
      out.set(text.subarray(at, close + 1), length);
      length += close + 1 - at;
      at = close + 1;
      continue;
    }
    out[length++] = byte;
    at++;
    if (byte === OPEN && text[at] === SP && at < end) {
      quirks.add("space-after-parenthesis");
      while (at < end && text[at] === SP) at++;
    } else if (byte === SP) {
      const run = at;
      while (at < end && text[at] === SP) at++;
      if (at > run) quirks.add("double-space");
      if (at === text.length || (at < end && text[at] === CLOSE)) {
        quirks.add("trailing-space");
        length--;
      }
    }
  }
  if (quirks.size === 0) return undefined;
  out.set(text.subarray(at), length);
  return { text: out.subarray(0, length + text.length - at), quirks: [...quirks] };
}

/** Up to where a response is syntax: the text for a person in OK, NO, BAD, BYE and PREAUTH is not. */
function syntaxEnd(text: Uint8Array): number {
  const word = wordFrom(text, wordFrom(text, 0).end);
  const name = String.fromCharCode(...text.subarray(word.start, Math.min(word.end, word.start + 8)))
    .toUpperCase();
  if (!/^(OK|NO|BAD|BYE|PREAUTH)$/.test(name)) return text.length;
  const next = wordFrom(text, word.end).start;
  if (text[next] !== OPEN_BRACKET) return Math.min(word.end + 1, text.length);
  const close = text.indexOf(CLOSE_BRACKET, next);
  return close === -1 ? next : close + 1;
}

function wordFrom(text: Uint8Array, from: number): { start: number; end: number } {
  let start = from;
  while (start < text.length && text[start] === SP) start++;
  let end = start;
  while (end < text.length && text[end] !== SP) end++;
  return { start, end };
}

function closingQuote(text: Uint8Array, from: number, end: number): number {
  for (let at = from + 1; at < end; at++) {
    if (text[at] === BACKSLASH) at++;
    else if (text[at] === QUOTE) return at;
    else if (text[at] === 0x0a || text[at] === 0x0d) return -1;
  }
  return -1;
}
