// Encoded words (RFC 2047): how text outside ASCII goes into a field.

import { base64Line } from "../../transfer/base64.ts";

const encoder = /* @__PURE__ */ new TextEncoder();

// encoded-word = "=?" charset "?" encoding "?" encoded-text "?="
const HEAD = "=?utf-8?";
const LONGEST = 75;
/** What a word needs beside its encoded-text. */
const FRAME = HEAD.length + 4;
/** Room that is not worth a word: the line ends there instead. */
const LEAST = FRAME + 12;

/**
 * What needs no encoding in the Q encoding in every place a word may be: RFC 2047 section 5 (3), for phrases.
 */
const PLAIN = /[A-Za-z0-9!*+\/-]/;

/** Length of each ASCII character in the Q encoding. */
const Q_SIZE = /* @__PURE__ */ qSizes();

function qSizes(): Uint8Array {
  return Uint8Array.from({ length: 128 }, (_, unit) => {
    const char = String.fromCharCode(unit);
    return char === " " || PLAIN.test(char) ? 1 : 3;
  });
}

function qText(octets: Uint8Array): string {
  let text = "";
  for (const octet of octets) {
    if (octet === 0x20) text += "_";
    else if (octet < 0x80 && Q_SIZE[octet] === 1) text += String.fromCharCode(octet);
    else text += `=${octet < 16 ? "0" : ""}${octet.toString(16).toUpperCase()}`;
  }
  return text;
}

/**
 * Text as encoded words of at most 75 octets, each of whole characters (RFC 2047 sections 2 and 5).
 *
 * @param text well-formed text
 * @param column where the first word will be in its line; the others begin lines of their own
 */
export function encodedWords(text: string, column: number): string[] {
  let q = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    q += unit < 0x80 ? Q_SIZE[unit]! : unit < 0x800 ? 6 : (unit & 0xf800) === 0xd800 ? 6 : 9;
  }
  const octets = encoder.encode(text);
  const useQ = q <= Math.ceil(octets.length / 3) * 4;
  const words: string[] = [];
  const first = LONGEST + 1 - column;
  let room = (first < LEAST ? LONGEST : Math.min(first, LONGEST)) - FRAME;
  let start = 0;
  // In base64 a word is of whole groups of three octets but for its last one.
  let left = useQ ? room : Math.floor(room / 4) * 3;
  let i = 0;
  const close = () => {
    const part = encoder.encode(text.slice(start, i));
    words.push(useQ ? `${HEAD}q?${qText(part)}?=` : `${HEAD}b?${base64Line(part)}?=`);
    start = i;
    room = LONGEST - FRAME;
    left = useQ ? room : Math.floor(room / 4) * 3;
  };
  while (i < text.length) {
    const unit = text.charCodeAt(i);
    const pair = (unit & 0xfc00) === 0xd800;
    const size = unit < 0x80 ? 1 : unit < 0x800 ? 2 : pair ? 4 : 3;
    const cost = useQ ? (size === 1 ? Q_SIZE[unit]! : 3 * size) : size;
    if (cost > left) close();
    left -= cost;
    i += pair ? 2 : 1;
  }
  if (i > start) close();
  return words;
}
