// Encoded words (RFC 2047): how text outside ASCII goes into a field.

import { utf8Of } from "../../text/utf8.ts";
import { headerEncode as base64Word, headerLength as base64Length } from "../../transfer/base64mime.ts";
import {
  headerCheck,
  headerEncode as quotedWord,
  headerLength as quotedLength,
} from "../../transfer/quoprimime.ts";

// encoded-word = "=?" charset "?" encoding "?" encoded-text "?="
const LONGEST = 75;
/** What a word needs beside its encoded-text: `=?utf-8?q??=`. */
const FRAME = 12;
/** Room that is not worth a word, a character beside the frame: the line ends there instead. */
const LEAST = 24;

/**
 * Text as encoded words of at most 75 octets, each of whole characters (RFC 2047 sections 2 and 5).
 *
 * @param text well-formed text
 * @param column where the first word will be in its line; the others begin lines of their own
 */
export function encodedWords(text: string, column: number): string[] {
  const octets = utf8Of(text);
  const useQ = quotedLength(octets) <= base64Length(octets);
  const write = useQ ? quotedWord : base64Word;
  const words: string[] = [];
  const first = LONGEST + 1 - column;
  let room = (first < LEAST ? LONGEST : Math.min(first, LONGEST)) - FRAME;
  let start = 0;
  // In base64 a word is of whole groups of three octets but for its last one.
  let left = useQ ? room : Math.floor(room / 4) * 3;
  let i = 0;
  const close = () => {
    words.push(write(utf8Of(text.slice(start, i)), "utf-8"));
    start = i;
    room = LONGEST - FRAME;
    left = useQ ? room : Math.floor(room / 4) * 3;
  };
  while (i < text.length) {
    const unit = text.charCodeAt(i);
    const pair = (unit & 0xfc00) === 0xd800;
    const size = unit < 0x80 ? 1 : unit < 0x800 ? 2 : pair ? 4 : 3;
    const cost = useQ ? (size === 1 && !headerCheck(unit) ? 1 : 3 * size) : size;
    if (cost > left) close();
    left -= cost;
    i += pair ? 2 : 1;
  }
  if (i > start) close();
  return words;
}
