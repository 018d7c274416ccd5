// Where regions of text end: at boundary lines of every multipart that is open, at the blank line after a block of a
// delivery status, at the end of the text. One pass, however many boundaries there are.

import { CR, DASH, LF, lineEndFrom, SPACE, TAB } from "../text/octets.ts";
import { isAscii } from "../text/text.ts";
import type { Source } from "./source.ts";

/** Level of what ends at the end of the text only, and of what an outer level always ends first. */
export const END = -1;

/** How far to look byte by byte after a hyphen: hyphens come in crowds, and a search costs as much as 30 bytes. */
const NEAR = 24;

/** As many boundaries are compared one by one; more of them are looked up. */
const FEW = 32;

interface Boundary {
  text: string;
  level: number;
}

/** Finds what ends a region, and keeps what was found last. */
export class Delimiters {
  /** The text; another array after the source has exchanged ranges. */
  bytes: Uint8Array;
  /** Number of bytes. */
  readonly length: number;
  /** Levels that are open: multiparts and delivery status. The outermost is 0, and the outermost match wins. */
  depth = 0;

  /** Start of the line found last; the end of the text when there is none. */
  lineStart = 0;
  /** End of the line found last, its line end included. */
  lineEnd = 0;
  /** Level that the line ends. */
  level = END;
  /** Whether it is a closing boundary. */
  closes = false;
  /** Whether it has a line end. */
  lineBreak = false;

  /** A line that begins with a boundary is one (RFC 2046 5.1.1); otherwise nothing but blanks may follow. */
  readonly byBeginning: boolean;
  readonly #source: Source;
  /** Level of each open boundary, the outer one of two that are the same. */
  readonly #levels: Map<string, number> = new Map();
  readonly #open: Boundary[] = [];
  #longest = 0;
  /** Whether one line may match two boundaries, as `b--` is also what closes `b`, or one has other octets than characters. */
  #ambiguous = false;
  #blankLevel = END;

  constructor(source: Source, byBeginning: boolean = false) {
    this.#source = source;
    this.byBeginning = byBeginning;
    this.bytes = source.bytes;
    this.length = source.length;
  }

  /** Opens a boundary and returns its level; {@linkcode END} when an outer multipart has the same. */
  openBoundary(text: string): number {
    const level = this.depth++;
    if (!this.byBeginning) {
      if (this.#levels.has(text)) return END;
      this.#levels.set(text, level);
    }
    this.#open.push({ text, level });
    this.#longest = Math.max(this.#longest, text.length);
    this.#ambiguous ||= text.endsWith("--") || !isAscii(text);
    return level;
  }

  /** Closes the boundary opened last. */
  closeBoundary(level: number): void {
    this.depth--;
    if (level !== END) this.#levels.delete(this.#open.pop()!.text);
  }

  /** Lets blank lines end regions and returns their level; {@linkcode END} when they do already. */
  openBlank(): number {
    const level = this.depth++;
    if (this.#blankLevel !== END) return END;
    return this.#blankLevel = level;
  }

  /** Blank lines end nothing any more. */
  closeBlank(level: number): void {
    this.depth--;
    if (level !== END) this.#blankLevel = END;
  }

  /** Whether what was found last is a blank line. */
  get isBlank(): boolean {
    return this.level !== END && this.level === this.#blankLevel;
  }

  /** End of the line that starts at `at`, its line end included. */
  lineEndFrom(at: number): number {
    return lineEndFrom(this.bytes, at, this.length);
  }

  /** Where the text from `start` to `end` ends without its last line end. */
  beforeLineEnd(start: number, end: number): number {
    const { bytes } = this;
    if (end > start && bytes[end - 1] === LF) {
      return end - 1 > start && bytes[end - 2] === CR ? end - 2 : end - 1;
    }
    return end > start && bytes[end - 1] === CR ? end - 1 : end;
  }

  /** Makes the end of the text what was found last. */
  findEnd(): void {
    this.lineStart = this.lineEnd = this.length;
    this.level = END;
  }

  /** Finds the first line from `at` on that ends a region; `at` starts a line. */
  find(at: number): void {
    const { bytes, length } = this;
    if (this.#blankLevel !== END) {
      for (; at < length; at = this.lineEndFrom(at)) {
        if (this.isAt(at)) return;
      }
      return this.findEnd();
    }
    if (this.#open.length === 0) return this.findEnd();
    // A boundary line starts with two hyphens. The engine's search runs at memory speed over base64, where there are
    // none; where they are dense its calls would cost more than looking.
    let near = at;
    let p = at;
    while (true) {
      while (p < near && bytes[p] !== DASH) p++;
      if (p >= near) {
        p = bytes.indexOf(DASH, p);
        if (p === -1) return this.findEnd();
      }
      const before = p === at ? LF : bytes[p - 1];
      if ((before === LF || before === CR) && bytes[p + 1] === DASH && this.isAt(p)) return;
      while (p < length && bytes[p] === DASH) p++;
      near = Math.min(p + NEAR, length);
    }
  }

  /** Whether the line at `at` ends a region; if so it is what was found last. */
  isAt(at: number): boolean {
    const { bytes } = this;
    const first = bytes[at];
    if (first === DASH) return bytes[at + 1] === DASH && this.#open.length > 0 && this.#isBoundary(at);
    if (this.#blankLevel === END || (first !== LF && first !== CR)) return false;
    this.lineStart = at;
    this.lineEnd = this.lineEndFrom(at);
    this.level = this.#blankLevel;
    return true;
  }

  #isBoundary(at: number): boolean {
    if (this.byBeginning) return this.#beginsWithBoundary(at);
    const { bytes } = this;
    const lineEnd = this.lineEndFrom(at);
    const content = this.beforeLineEnd(at, lineEnd);
    let end = content;
    while (bytes[end - 1] === SPACE || bytes[end - 1] === TAB) end--;
    if (end - at - 4 > this.#longest) return false;
    if (!this.#ambiguous && this.#open.length <= FEW) {
      let i = this.#open.length - 1;
      while (i >= 0 && !this.#isOne(this.#open[i]!, at + 2, end)) i--;
      if (i < 0) return false;
    } else {
      const text = this.#source.text(at + 2, Math.max(end, at + 2));
      const opens = this.#levels.get(text) ?? Infinity;
      const closes = text.endsWith("--") ? this.#levels.get(text.slice(0, -2)) ?? Infinity : Infinity;
      if (opens === Infinity && closes === Infinity) return false;
      this.closes = closes < opens;
      this.level = Math.min(opens, closes);
    }
    this.lineStart = at;
    this.lineEnd = lineEnd;
    this.lineBreak = content < lineEnd;
    return true;
  }

  /** Of the open boundaries that the line begins with: the longest, and of those that are the same the innermost. */
  #beginsWithBoundary(at: number): boolean {
    const { bytes } = this;
    let best: Boundary | undefined;
    for (let i = this.#open.length - 1; i >= 0; i--) {
      const open = this.#open[i]!;
      if (open.text.length > (best?.text.length ?? -1) && this.#startsWith(at + 2, open.text)) best = open;
    }
    if (best === undefined) return false;
    const after = at + 2 + best.text.length;
    this.lineStart = at;
    this.lineEnd = this.lineEndFrom(at);
    this.level = best.level;
    this.closes = bytes[after] === DASH && bytes[after + 1] === DASH;
    this.lineBreak = this.beforeLineEnd(at, this.lineEnd) < this.lineEnd;
    return true;
  }

  #startsWith(start: number, text: string): boolean {
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      // An octet that is not ASCII is a lone surrogate in the text.
      if ((unit >= 0xdc80 && unit <= 0xdcff ? unit & 0xff : unit) !== this.bytes[start + i]) return false;
    }
    return true;
  }

  /** The usual case, without making a string: whether the line is that boundary. */
  #isOne({ text, level }: Boundary, start: number, end: number): boolean {
    const { bytes } = this;
    const extra = end - start - text.length;
    if (extra !== 0 && extra !== 2) return false;
    for (let i = 0; i < text.length; i++) {
      if (text.charCodeAt(i) !== bytes[start + i]) return false;
    }
    if (extra === 2 && (bytes[end - 1] !== DASH || bytes[end - 2] !== DASH)) return false;
    this.level = level;
    this.closes = extra === 2;
    return true;
  }
}
