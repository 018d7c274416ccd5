// Encoded words (RFC 2047) as readers meet them: glued to text, split inside a character, cut short, in charsets that are not
// what they say. For the answers of Python's decode_header see text/header_words.ts.

import { EQUALS, UNDERSCORE } from "../text/octets.ts";
import { DECODE64 } from "../transfer/base64.ts";
import { hexValue } from "../text/hex.ts";
import { charsetOf } from "./charset_label.ts";
import { decodeCharset } from "./decode_text.ts";
import type { Problem } from "./model.ts";
import { note } from "./problems.ts";
import { readBase64 } from "./base64.ts";

/** An encoded word and where it is. */
export interface EncodedWord {
  start: number;
  end: number;
  charset: string;
  base64: boolean;
  /** Where its text begins and ends. */
  from: number;
  to: number;
}

/** As many charsets of one field are looked up: a sender can make up 100,000. */
const MAX_CHARSETS = 100;
/** As many words of one field are decoded: two octets of them cost as much as a hundred of text. */
const MAX_WORDS = 20_000;
/** Longest charset of a word that is looked at. */
const MAX_CHARSET = 100;

/** Finds encoded words. What was not found is remembered, so that all of them take one pass. */
export class WordFinder {
  readonly #text: string;
  #end = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** The word that begins at `start`, where the text has `=?`; null when it is not one. */
  at(start: number): EncodedWord | null {
    const text = this.#text;
    let mark = start + 2;
    for (;; mark++) {
      const unit = text.charCodeAt(mark);
      if (unit === 0x3f) break;
      if (!(unit >= 0x20 && unit < 0x7f) || mark - start > MAX_CHARSET) return null;
    }
    const encoding = text.charCodeAt(mark + 1) | 0x20;
    if ((encoding !== 0x71 && encoding !== 0x62) || text.charCodeAt(mark + 2) !== 0x3f) return null;
    const from = mark + 3;
    if (this.#end >= 0 && this.#end < from) this.#end = text.indexOf("?=", from);
    const base64 = encoding === 0x62;
    const charset = text.slice(start + 2, mark);
    if (this.#end >= 0) {
      // In base64 nothing else can be in between: the words that follow are not part of this one.
      const inner = base64 ? text.indexOf("=?", from) : -1;
      if (inner < 0 || inner >= this.#end - 1) { // padding gives `=?=`
        return { start, end: this.#end + 2, charset, base64, from, to: this.#end };
      }
      return null;
    }
    // Cut off at the end of the field.
    let to = from;
    while (to < text.length && text.charCodeAt(to) > 0x20 && text.charCodeAt(to) !== 0x3f) to++;
    return to >= text.length - 1 && to > from ? { start, end: text.length, charset, base64, from, to } : null;
  }
}

/**
 * The text of a field, encoded words decoded.
 *
 * White space between two words goes. Octets of neighbours in one charset are decoded together: senders split characters.
 *
 * @param text the unfolded field
 * @param problems where to note what was guessed
 */
export function decodeWords(text: string, problems?: Problem[]): string {
  let next = text.indexOf("=?");
  if (next < 0) return text;
  const finder = new WordFinder(text);
  const run = new Run(text.length, problems);
  let out = "";
  let at = 0;
  let label = "";
  let written = "";
  let count = 0;
  while (next >= 0) {
    const word = finder.at(next);
    if (word === null) {
      next = text.indexOf("=?", next + 1);
      continue;
    }
    if (count++ === MAX_WORDS) {
      note(problems, "limit", `more than ${MAX_WORDS} encoded words`);
      break;
    }
    if (!run.open || !isBlank(text, at, word.start)) {
      out += run.flush() + text.slice(at, word.start);
    }
    if (written !== word.charset) {
      written = word.charset;
      const star = written.indexOf("*"); // RFC 2231 section 5 puts the language there
      label = (star < 0 ? written : written.slice(0, star)).toLowerCase();
    }
    out += run.begin(label);
    out += word.base64 ? run.addBase64(text.slice(word.from, word.to)) : run.addQ(text, word.from, word.to);
    at = word.end;
    next = text.indexOf("=?", at);
  }
  return out + run.flush() + text.slice(at);
}

/** Octets of neighbours in one charset. All that give text give what is before the octets that they add. */
class Run {
  /** Whether a word came last: blanks after it go when another follows, also when it is empty. */
  open = false;
  readonly #most: number;
  readonly #problems: Problem[] | undefined;
  #bytes: Uint8Array = new Uint8Array(64);
  #size = 0;
  /** Up to three characters of base64, whose octets the next word completes. */
  #rest = "";
  #label = "";
  #name: string | null = null;
  /** Charsets of this field, once there are two. */
  #names: Map<string, string | null> | null = null;

  constructor(most: number, problems: Problem[] | undefined) {
    this.#most = most;
    this.#problems = problems;
  }

  flush(): string {
    this.open = false;
    this.#endGroup();
    if (this.#size === 0) return "";
    const bytes = this.#bytes.subarray(0, this.#size);
    this.#size = 0;
    return decodeCharset(bytes, this.#name, this.#label, this.#problems);
  }

  begin(label: string): string {
    let before = "";
    if (label !== this.#label) {
      const name = this.#label === "" ? charsetOf(label) : this.#nameOf(label);
      if (name === null || name !== this.#name) before = this.flush();
      this.#name = name;
      this.#label = label;
    }
    this.open = true;
    return before;
  }

  #nameOf(label: string): string | null {
    const names = this.#names ??= new Map([[this.#label, this.#name]]);
    let name = names.get(label);
    if (name === undefined) {
      if (names.size === MAX_CHARSETS) {
        note(this.#problems, "limit", `no more than ${MAX_CHARSETS} charsets of a field are looked up`);
        return null;
      }
      names.set(label, name = charsetOf(label));
    }
    return name;
  }

  addBase64(content: string): string {
    let whole = this.#rest + content;
    const cut = whole.length % 4;
    this.#rest = "";
    // Without padding, bits that no octet takes up are of one that the next word completes.
    if (
      cut > 0 && (DECODE64[whole.charCodeAt(whole.length - 1)]! & [0, 63, 15, 3][cut]!) > 0 &&
      /^[A-Za-z0-9+/]*$/.test(whole)
    ) {
      this.#rest = whole.slice(-cut);
      whole = whole.slice(0, -cut);
    }
    const signs = new Uint8Array(whole.length);
    for (let i = 0; i < whole.length; i++) signs[i] = Math.min(whole.charCodeAt(i), 0x80);
    const octets = readBase64(signs);
    this.#reserve(octets.length);
    this.#bytes.set(octets, this.#size);
    this.#size += octets.length;
    return "";
  }

  /** What no other word completes. */
  #endGroup(): void {
    const rest = this.#rest;
    if (rest === "") return;
    this.#rest = "";
    this.addBase64(rest + "=".repeat(4 - rest.length));
  }

  /** Characters outside ASCII, which have no place there, come out as themselves. */
  addQ(text: string, from: number, to: number): string {
    let out = "";
    this.#endGroup();
    this.#reserve(to - from);
    let bytes = this.#bytes;
    let size = this.#size;
    for (let i = from; i < to; i++) {
      const unit = text.charCodeAt(i);
      if (unit > 0x7f) {
        this.#size = size;
        out += this.flush();
        this.open = true;
        size = 0;
        bytes = this.#bytes;
        out += text[i];
        continue;
      }
      const high = unit === EQUALS && i + 2 < to ? hexValue(text.charCodeAt(i + 1)) : -1;
      const low = high < 0 ? -1 : hexValue(text.charCodeAt(i + 2));
      if (low >= 0) {
        bytes[size++] = high << 4 | low;
        i += 2;
      } else if (unit === EQUALS && text.charCodeAt(i + 1) === 0x20) {
        // A soft line break of quoted-printable, folded on the way.
        i++;
      } else {
        bytes[size++] = unit === UNDERSCORE ? 0x20 : unit;
      }
    }
    this.#size = size;
    return out;
  }

  #reserve(more: number): void {
    const size = this.#size + more;
    if (size <= this.#bytes.length) return;
    const wider = new Uint8Array(Math.min(Math.max(2 * size, 64), Math.max(this.#most, size)));
    wider.set(this.#bytes.subarray(0, this.#size));
    this.#bytes = wider;
  }
}

function isBlank(text: string, from: number, to: number): boolean {
  for (let i = from; i < to; i++) {
    const unit = text.charCodeAt(i);
    if (unit !== 0x20 && unit !== 0x09 && unit !== 0x0a && unit !== 0x0d) return false;
  }
  return true;
}
