// Encoded words (RFC 2047) as readers meet them: glued to text, split inside a character, cut short, in charsets that are not
// what they say. For the answers of Python's decode_header see text/header_words.ts.

import { qOctets } from "../text/header_words.ts";
import { charsetOf } from "./charset_label.ts";
import { decodeCharset } from "./decode_text.ts";
import type { Problem } from "./model.ts";
import { decodeBase64Text } from "./base64.ts";

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

/** Longest charset of a word that is looked at. */
const MAX_CHARSET = 100;

/** Finds encoded words. What was looked for in vain is remembered, so that all of them take one pass. */
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
  let out = "";
  let at = 0;
  let run: Uint8Array[] = [];
  let runName: string | null = null;
  let runLabel = "";
  const flush = () => {
    if (run.length === 0) return;
    out += decodeCharset(run.length === 1 ? run[0]! : join(run), runName, runLabel, problems);
    run = [];
  };
  while (next >= 0) {
    const word = finder.at(next);
    if (word === null) {
      next = text.indexOf("=?", next + 1);
      continue;
    }
    if (run.length === 0 || !isBlank(text, at, word.start)) {
      flush();
      out += text.slice(at, word.start);
    }
    const star = word.charset.indexOf("*"); // RFC 2231 section 5 puts the language there
    const label = (star < 0 ? word.charset : word.charset.slice(0, star)).toLowerCase();
    const name = charsetOf(label);
    if (run.length > 0 && (name !== runName || (name === null && label !== runLabel))) flush();
    runName = name;
    runLabel = label;
    const content = text.slice(word.from, word.to);
    if (word.base64) run.push(decodeBase64Text(content));
    else {addQ(content, run, () => {
        flush();
      }, (plain) => out += plain);}
    // An empty run keeps the place of a word, so that blanks after it go.
    if (run.length === 0) run.push(new Uint8Array());
    at = word.end;
    next = text.indexOf("=?", at);
  }
  flush();
  return out + text.slice(at);
}

/** Octets of a Q word; characters outside ASCII, which have no place there, as themselves. */
function addQ(content: string, run: Uint8Array[], flush: () => void, plain: (text: string) => void): void {
  if (!/[^\0-\x7f]/.test(content)) {
    run.push(qOctets(content));
    return;
  }
  for (const piece of content.match(/[\0-\x7f]+|[^\0-\x7f]+/g)!) {
    if (piece.charCodeAt(0) < 0x80) {
      run.push(qOctets(piece));
    } else {
      flush();
      plain(piece);
    }
  }
}

function isBlank(text: string, from: number, to: number): boolean {
  for (let i = from; i < to; i++) {
    const unit = text.charCodeAt(i);
    if (unit !== 0x20 && unit !== 0x09 && unit !== 0x0a && unit !== 0x0d) return false;
  }
  return true;
}

function join(parts: Uint8Array[]): Uint8Array {
  let size = 0;
  for (const part of parts) size += part.length;
  const out = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
