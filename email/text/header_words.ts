// Finding encoded words (RFC 2047) in a field, for decodeHeader, which leaves charsets alone and may fail, and for headerText, which
// does neither.

import { isSpace, lstrip, splitLines } from "./text.ts";

/** A stretch of a field: an encoded word, or what comes between. */
export interface Word {
  text: string;
  /** `q` or `b`; null for what is not encoded. */
  encoding: string | null;
  charset: string | null;
}

/**
 * Finds the encoded words of a text, as CPython finds them: also inside quotes and without white space around, the
 * encoded text up to the first `?=` after it and on one line. What was not found is remembered:
 * CPython takes x3.1 for twice as many `=?a?q?` without an end.
 */
class WordFinder {
  readonly #text: string;
  /** Where the word begins that was found last. */
  start = 0;
  /** Where its charset ends. */
  mark = 0;
  /** Where it ends. */
  end = 0;
  #close = 0;
  #lineEnd = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** Finds the first word from an offset on. */
  find(from: number): boolean {
    const text = this.#text;
    for (let start = text.indexOf("=?", from); start >= 0; start = text.indexOf("=?", start + 1)) {
      const mark = text.indexOf("?", start + 2);
      if (mark < 0) return false;
      const encoding = text.charCodeAt(mark + 1) | 0x20;
      if ((encoding !== 0x71 && encoding !== 0x62) || text[mark + 2] !== "?") continue;
      const content = mark + 3;
      if (this.#close < content) this.#close = text.indexOf("?=", content);
      if (this.#close < 0) return false;
      if (this.#lineEnd >= 0 && this.#lineEnd < content) this.#lineEnd = text.indexOf("\n", content);
      if (this.#lineEnd >= 0 && this.#lineEnd < this.#close) continue;
      this.start = start;
      this.mark = mark;
      this.end = this.#close + 2;
      return true;
    }
    return false;
  }

  /** The word that was found. */
  word(before: string | null): Word {
    const { start, mark, end } = this;
    const text = this.#text;
    const charset = text.slice(start + 2, mark).toLowerCase();
    return {
      text: text.slice(mark + 3, end - 2),
      encoding: (text.charCodeAt(mark + 1) | 0x20) === 0x71 ? "q" : "b",
      // One text for what is repeated: a sender can make 100,000 words.
      charset: charset === before ? before : charset,
    };
  }
}

/** Whether a text has an encoded word. */
export function hasEncodedWord(text: string): boolean {
  return new WordFinder(text).find(0);
}

/** As many encoded words of one field are found; what follows is text. CPython has no limit, and no mail as many. */
const MAX_WORDS = 20_000;

/** The stretches of a field in order; lines after the first lose their leading white space. */
function eachStretch(header: string, take: (word: Word) => void): void {
  let charset: string | null = null;
  let count = 0;
  for (const line of splitLines(header)) {
    const finder = new WordFinder(line);
    let at = 0;
    const plain = (end: number) => {
      const text = at === 0 ? lstrip(line.slice(0, end)) : line.slice(at, end);
      if (text !== "") take({ text, encoding: null, charset: null });
    };
    while (count < MAX_WORDS && finder.find(at)) {
      count++;
      plain(finder.start);
      const word = finder.word(charset);
      charset = word.charset;
      take(word);
      at = finder.end;
    }
    plain(line.length);
  }
}

/**
 * The stretches that count, one after the other. White space between two encoded words is dropped (RFC 2047 section 6.2), by
 * CPython also where it is an encoded word itself.
 */
export function eachWord(header: string, take: (word: Word) => void): void {
  let afterWord = false;
  /** White space after an encoded word, until it is known what follows. */
  let blank: Word | null = null;
  eachStretch(header, (word) => {
    const isWord = word.encoding !== null;
    if (blank !== null && !isWord) take(blank);
    blank = null;
    if (afterWord && isSpace(word.text)) blank = word;
    else take(word);
    afterWord = isWord;
  });
  if (blank !== null) take(blank);
}

/** Characters that may touch an encoded word: RFC 2047 section 5 (2) allows them inside comments. */
function isOpen(char: string): boolean {
  return isSpace(char) || char === "(" || char === ")" || char === "\\";
}

/** True when the text begins with a character that separates it from an encoded word before it. */
export function startsOpen(text: string): boolean {
  return text !== "" && isOpen(text.charAt(0));
}

/** True when the text ends with a character that separates it from an encoded word after it. */
export function endsOpen(text: string): boolean {
  return text !== "" && isOpen(text.charAt(text.length - 1));
}

/**
 * Texts of several charsets in one: a blank between encoded and plain text that have none of their own.
 *
 * @param pieces texts, and whether each is plain
 */
export function joinPieces(pieces: Iterable<[text: string, plain: boolean]>): string {
  let out = "";
  let before: [text: string, plain: boolean] | null = null;
  for (const [text, plain] of pieces) {
    if (before !== null && (before[1] ? !plain && !endsOpen(before[0]) : plain && !startsOpen(text))) {
      out += " ";
    }
    out += text;
    before = [text, plain];
  }
  return out;
}
