// Filling the lines of a folded header field. CPython adds up the pieces of the line for each word it puts there (8,000 words
// on one line: 2.3 s, four times that for twice as many), so the length and the places to split at are kept as pieces come.

import { isSpace, splitLines } from "./text.ts";
import type { Charset } from "../charset.ts";

/** White space and the text after it. */
type Piece = [blank: string, text: string];

/** A line while it is being filled. */
class Line {
  readonly #preferences: readonly string[];
  #pieces: Piece[] = [];
  /** For each preferred character the index of the last piece a new line can begin with; 0 for none. */
  #splits: number[] = [];
  /** Room taken by the field's name; null once that line is done. */
  #nameLength: number;
  #length: number;

  constructor(preferences: readonly string[], nameLength: number) {
    this.#preferences = preferences;
    this.#nameLength = nameLength;
    this.#length = nameLength;
  }

  get length(): number {
    return this.#length;
  }

  /** True while the field's name is on this line. */
  get hasName(): boolean {
    return this.#nameLength > 0;
  }

  get isBlank(): boolean {
    return this.#nameLength === 0 &&
      this.#pieces.every(([blank, text]) =>
        (blank === "" || isSpace(blank)) && (text === "" || isSpace(text))
      );
  }

  push(blank: string, text: string): void {
    const at = this.#pieces.length;
    const before = this.#pieces[at - 1]?.[1];
    if (before !== undefined) {
      for (const [i, char] of this.#preferences.entries()) {
        if (before.endsWith(char) || (isSpace(char) && blank.startsWith(char))) this.#splits[i] = at;
      }
    }
    this.#pieces.push([blank, text]);
    this.#length += blank.length + text.length;
  }

  /** Takes the last piece back. To be followed by `clear` or by `push` of the same piece: splits are not undone. */
  pop(): Piece | null {
    const piece = this.#pieces.pop() ?? null;
    if (piece !== null) this.#length -= piece[0].length + piece[1].length;
    return piece;
  }

  clear(): void {
    this.#pieces = [];
    this.#splits = [];
    this.#nameLength = 0;
    this.#length = 0;
  }

  /**
   * Cuts the line at the last place that suits the first preference that has one: gives the text up to there and
   * keeps the rest. Null when there is no such place.
   */
  split(): string | null {
    const at = this.#splits.find((index) => index > 0);
    if (at === undefined) return null;
    const rest = this.#pieces.splice(at);
    const text = this.toString();
    this.clear();
    for (const [blank, part] of rest) this.push(blank, part);
    return text;
  }

  toString(): string {
    return this.#pieces.map(([blank, text]) => blank + text).join("");
  }
}

/** Where a line is to be folded, and how. */
export interface FoldOptions {
  /** Length of the field's name with its colon and blank; 0 without one. */
  nameLength: number;
  /** Longest line. */
  maxLineLen: number;
  /** What continuation lines begin with when the text has nothing of its own. */
  continuationWs: string;
  /** Characters to split after (white space: before), best first. */
  splitChars: string;
  /** Only CR and LF end lines. Otherwise whatever Python's `splitlines` ends one at, 0B, 0C, 1C to 1E and more. */
  keepsControls: boolean;
}

/** Collects the text of a header field into folded lines. */
export class FoldedLines {
  readonly #options: FoldOptions;
  readonly #line: Line;
  readonly #lines: string[] = [];

  constructor(options: FoldOptions) {
    this.#options = options;
    this.#line = new Line([...options.splitChars], options.nameLength);
  }

  /** Ends the line. A blank left by {@link transition} goes; a line of white space joins the one before. */
  newline(): void {
    const last = this.#line.pop();
    if (last !== null && (last[0] !== " " || last[1] !== "")) this.#line.push(last[0], last[1]);
    if (this.#line.length > 0) {
      const text = this.#line.toString();
      if (this.#line.isBlank && this.#lines.length > 0) this.#lines[this.#lines.length - 1] += text;
      else this.#lines.push(text);
    }
    this.#line.clear();
  }

  /** The blank between two chunks of different charsets. */
  transition(): void {
    this.#line.push(" ", "");
  }

  /** A chunk: its own line ends stay, as folds. Without a charset it is ASCII that stays as it is. */
  chunk(text: string, charset: Charset | null): void {
    const lines = this.#options.keepsControls ? splitAtCrlf(text) : splitLines(text);
    this.#feed("", lines[0] ?? "", charset);
    for (const line of lines.slice(1)) {
      this.newline();
      let start = 0;
      while (start < line.length && isSpace(line.charAt(start))) start++;
      if (charset !== null && charset.headerEncoding !== null) {
        this.#feed(this.#options.continuationWs, ` ${line.slice(start)}`, charset);
      } else {
        this.#feed(line.slice(0, start), line.slice(start), charset);
      }
    }
    if (lines.length > 1) this.newline();
  }

  /** The folded field, its last line ended but without a line end. */
  finish(linesep: string): string {
    this.newline();
    return this.#lines.join(linesep);
  }

  #feed(blank: string, text: string, charset: Charset | null): void {
    if (charset === null || charset.headerEncoding === null) this.#words(blank + text);
    else this.#encoded(blank, charset.headerEncodeLines(text, this.#room()));
  }

  /** Room for each encoded line: what is left of this one, then whole lines. */
  *#room(): Generator<number, never> {
    const { maxLineLen, continuationWs } = this.#options;
    yield maxLineLen - this.#line.length;
    for (;;) yield maxLineLen - continuationWs.length;
  }

  /** Encoded words, one for each line; null first when the rest of this line has no room for one. */
  #encoded(blank: string, words: (string | null)[]): void {
    const [first, ...others] = words;
    if (first === undefined) return;
    if (first !== null) this.#add(blank, first);
    const last = others.pop();
    if (last === undefined) return;
    const { continuationWs } = this.#options;
    this.newline();
    for (const word of others) this.#lines.push(continuationWs + word);
    this.#line.push(continuationWs, last!);
  }

  /** ASCII text, word by word; blanks and tabs separate. */
  #words(text: string): void {
    let at = 0;
    while (at < text.length) {
      const start = at;
      while (at < text.length && isBlank(text, at)) at++;
      const word = at;
      while (at < text.length && !isBlank(text, at)) at++;
      this.#add(text.slice(start, word), text.slice(word, at));
    }
  }

  #add(blank: string, text: string): void {
    this.#line.push(blank, text);
    if (this.#line.length <= this.#options.maxLineLen) return;
    const line = this.#line.split();
    if (line !== null) {
      this.#lines.push(line);
    } else if (this.#line.hasName) {
      // One word too long for the line: the name stays alone. A blank always follows the name.
      this.#line.pop();
      this.newline();
      this.#line.push(blank === "" ? " " : blank, text);
    }
  }
}

/** Like Python's `splitlines`, the last line end begins no line. */
function splitAtCrlf(text: string): string[] {
  const lines = text.split(/\r\n|\r|\n/);
  if (lines[lines.length - 1] === "") lines.pop();
  return lines;
}

function isBlank(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return unit === 0x20 || unit === 0x09;
}
