/**
 * The place in one framed response or command: what is there, and how to go on and back. Nothing is made of it here.
 */

import { BACKSLASH, BRACE, CLASSES, CLOSE, DIGIT, END, OPEN, QUOTE, SP } from "./byte_class.ts";
import { DecodeError, describe, Failure } from "./decode_error.ts";
import type { WordTable } from "./decode_helpers.ts";
import type { Frame } from "./frame.ts";
import { latin1 } from "../values/raw.ts";
import { markEnd } from "../values/literal_mark.ts";

/** A place to return to when an attempt is given up. */
export interface Mark {
  /** Read position. */
  readonly pos: number;
  /** Literals read so far. */
  readonly literal: number;
  /** Deviations met so far. */
  readonly quirks: number;
  /** Nesting. */
  readonly depth: number;
}

const START: Mark = { pos: 0, literal: 0, quirks: 0, depth: 0 };

/**
 * How much may be looked at in vain: so many bytes for each byte of the response, and so many besides. A response with
 * thousands of damaged elements one after the other comes to four for each byte.
 */
const vainPerByte = 16;
const mostInVain = 1024 * 1024;

/** Stands in one frame after another. */
export class Scanner {
  /** Read position. */
  pos = 0;
  /** The bytes being read, valid up to {@linkcode Scanner.end}. */
  bytes: Uint8Array = new Uint8Array(0);
  /** Position after the last byte. */
  end = 0;
  /** Refuse every deviation and every recovery. */
  strict = false;
  /** How often something was kept because it could not be read. */
  recoveries = 0;
  /** Names of the deviations met in this frame, each once. */
  quirks: string[] = [];
  /** The octets of the frame's literals. */
  protected literals: readonly Uint8Array[] = [];
  /** How many of them were read. */
  protected literalsRead = 0;

  readonly #maxDepth: number;
  #depth = 0;
  /** Bytes that were looked at in vain so far. */
  #vain = 0;

  /**
   * Makes a scanner.
   *
   * @param maxDepth how deep values may nest
   */
  constructor(maxDepth: number) {
    this.#maxDepth = maxDepth;
  }

  /** Starts with a frame. */
  protected begin(frame: Pick<Frame, "text" | "literals">, strict: boolean): void {
    this.bytes = frame.text;
    this.end = frame.text.length;
    this.pos = 0;
    this.strict = strict;
    this.literals = frame.literals;
    this.literalsRead = 0;
    this.#depth = 0;
    this.#vain = 0;
    this.recoveries = 0;
    if (this.quirks.length > 0) this.quirks = [];
  }

  // ---------------------------------------------------------------- looking

  /** The next byte, or {@linkcode END}. */
  peek(): number {
    return this.pos < this.end ? this.bytes[this.pos]! : END;
  }

  /** The byte after the next, or {@linkcode END}. */
  peekNext(): number {
    return this.pos + 1 < this.end ? this.bytes[this.pos + 1]! : END;
  }

  /** Whether the next byte belongs to a class. */
  at(table: Uint32Array, bit: number): boolean {
    return (table[this.peek()]! & bit) !== 0;
  }

  /** Whether the byte after the next belongs to a class. */
  nextAt(table: Uint32Array, bit: number): boolean {
    return (table[this.peekNext()]! & bit) !== 0;
  }

  /** Length of the run of bytes of a class, `offset` bytes from here. */
  run(table: Uint32Array, bit: number, offset = 0): number {
    const { bytes, end } = this;
    const start = this.pos + offset;
    let at = start;
    while (at < end && (table[bytes[at]!]! & bit) !== 0) at++;
    return at - start;
  }

  /** The same between quotes if a quote is here; -1 if no quote ends it. */
  quotedRun(table: Uint32Array, bit: number): number {
    if (this.peek() !== QUOTE) return this.run(table, bit);
    const length = this.run(table, bit, 1);
    const after = this.pos + 1 + length;
    return this.bytes[after] === QUOTE ? length : -1;
  }

  /** Whether a word (upper case) stands `offset` bytes from here, in any case; says nothing about what follows it. */
  is(word: string, offset = 0): boolean {
    const { bytes } = this;
    const at = this.pos + offset;
    const length = word.length;
    if (at + length > this.end) return false;
    for (let i = 0; i < length; i++) {
      const byte = bytes[at + i];
      const code = word.charCodeAt(i);
      if (byte !== code && (byte !== code + 32 || code < 0x41 || code > 0x5a)) return false;
    }
    return true;
  }

  /** Whether exactly this word stands `offset` bytes from here, as a run of bytes of a class. */
  isWord(table: Uint32Array, bit: number, word: string, offset = 0): boolean {
    return this.run(table, bit, offset) === word.length && this.is(word, offset);
  }

  /** The word of a table that the run of bytes of a class here spells, in any case; "" for none. */
  wordIn<Word extends string>(
    words: WordTable<Word>,
    table: Uint32Array,
    bit: number,
    offset = 0,
  ): Word | "" {
    return this.wordOf(words, this.run(table, bit, offset), offset);
  }

  /** The word of a table that the `length` bytes that begin `offset` bytes from here spell; "" for none. */
  wordOf<Word extends string>(words: WordTable<Word>, length: number, offset: number): Word | "" {
    const candidates = words[length];
    if (candidates === undefined) return "";
    for (let i = 0; i < candidates.length; i++) if (this.is(candidates[i]!, offset)) return candidates[i]!;
    return "";
  }

  /** The same after a number and a SP if a digit comes, with words for that; else here. */
  wordAfterNumber<Numbered extends string, Plain extends string>(
    numbered: WordTable<Numbered>,
    plain: WordTable<Plain>,
    table: Uint32Array,
    bit: number,
  ): Numbered | Plain | "" {
    if ((this.peek() - 0x30) >>> 0 > 9) return this.wordIn(plain, table, bit);
    const offset = this.numberAndSpace();
    return offset === 0 ? "" : this.wordIn(numbered, table, bit, offset);
  }

  /** Length of a number and the SP after it; 0 if there is not one. */
  numberAndSpace(): number {
    const length = this.runOf(DIGIT);
    const after = this.pos + length;
    return length > 0 && this.bytes[after] === SP ? length + 1 : 0;
  }

  /**
   * Fails where a known word is in a form that it does not have: without the number that it needs before it, or after a
   * number that it does not take. Asked only of what no known form begins.
   */
  checkForm(table: Uint32Array, bit: number, numbered: WordTable, plain: WordTable): void {
    const offset = this.numberAndSpace();
    if (offset > 0) {
      if (this.wordIn(plain, table, bit, offset) !== "") this.fail("a name that may follow a number");
      return;
    }
    const length = this.run(table, bit);
    const isName = ((this.peek() | 0x20) - 0x61) >>> 0 < 26;
    const after = this.pos + length;
    const second = !isName && this.bytes[after] === SP &&
      this.wordIn(numbered, table, bit, length + 1) !== "";
    if (second || this.wordIn(numbered, table, bit) !== "") this.fail("a number");
  }

  // ---------------------------------------------------------------- syntax

  /** Goes on by some bytes that were looked at. */
  skip(count: number): void {
    this.pos += count;
  }

  /** Reads a SP. */
  sp(): void {
    if (this.peek() !== SP) this.fail("SP");
    this.pos++;
  }

  /** Reads "(". */
  open(): void {
    if (this.peek() !== OPEN) this.fail('"("');
    this.pos++;
  }

  /** Reads ")". */
  close(): void {
    if (this.peek() !== CLOSE) this.fail('")"');
    this.pos++;
  }

  /** Reads one byte. */
  byte(byte: number): void {
    if (this.peek() !== byte) {
      this.fail(JSON.stringify(String.fromCharCode(byte)));
    }
    this.pos++;
  }

  /** Reads one byte of a class. */
  oneOf(table: Uint32Array, bit: number, expected: string): void {
    if (!this.at(table, bit)) this.fail(expected);
    this.pos++;
  }

  /** Checks that a certain byte comes next. */
  before(byte: number): void {
    if (this.peek() !== byte) {
      this.fail(JSON.stringify(String.fromCharCode(byte)));
    }
  }

  /** Checks that a value ends here: that a byte of a class comes next. */
  beforeAny(table: Uint32Array, bit: number): void {
    if ((table[this.peek()]! & bit) === 0) this.fail("the end of a value");
  }

  /** Checks that nothing comes next. */
  atEnd(): void {
    if (this.pos < this.end) this.fail("the end");
  }

  /** Reads a word (upper case) in any case. */
  word(word: string): void {
    if (!this.is(word)) this.fail(word);
    this.pos += word.length;
  }

  /** Reads a word that may be in quotes. */
  quotedWord(word: string): void {
    if (this.peek() !== QUOTE) return this.word(word);
    this.pos++;
    this.word(word);
    this.byte(QUOTE);
  }

  /** Reads a SP if there is one. */
  takesSpace(): boolean {
    if (this.peek() !== SP) return false;
    this.pos++;
    return true;
  }

  /** Reads a SP if there is one and a byte of a class after it. */
  takesSpaceBefore(table: Uint32Array, bit: number): boolean {
    if (this.peek() !== SP || (table[this.peekNext()]! & bit) === 0) {
      return false;
    }
    this.pos++;
    return true;
  }

  /** Reads a SP if there is one and a certain byte after it. */
  takesSpaceBeforeByte(byte: number): boolean {
    if (this.peek() !== SP || this.peekNext() !== byte) return false;
    this.pos++;
    return true;
  }

  /**
   * Reads over what stood between two places of this text, if the same bytes are here. They read the same then: every
   * value but a literal, whose octets are elsewhere, is told by its bytes alone.
   */
  again(from: number, to: number): boolean {
    const { bytes, pos } = this;
    const length = to - from;
    if (pos + length > this.end || this.literals.length > 0) return false;
    for (let i = 0; i < length; i++) {
      if (bytes[pos + i] !== bytes[from + i]) return false;
    }
    this.pos = pos + length;
    return true;
  }

  // ---------------------------------------------------------------- attempts

  /** Remembers this place: by its position alone where nothing else was read, as at nearly all items of nearly all rows. */
  mark(): Mark | number {
    if (this.literalsRead === 0 && this.#depth === 0 && this.quirks.length === 0) return this.pos;
    return { pos: this.pos, literal: this.literalsRead, quirks: this.quirks.length, depth: this.#depth };
  }

  /**
   * Returns to a place after a failure.
   *
   * Each attempt may look as far as the end of the line, and a hostile line makes one attempt for every few of its bytes:
   * `BODY[1 NIL ` repeated to 100 kB took 5 to 25 seconds. What all attempts look at in vain is therefore bounded.
   *
   * @returns what went wrong
   * @throws the problem itself in strict mode, or if it is not the text's fault; {@linkcode DecodeError} after too many attempts
   */
  recover(mark: Mark | number, problem: unknown): string {
    if (this.strict || !(problem instanceof Failure)) throw problem;
    const { pos, literal, quirks, depth } = typeof mark === "number" ? { ...START, pos: mark } : mark;
    this.#vain += problem.offset - pos;
    if (this.#vain > mostInVain + this.end * vainPerByte) {
      const expected = "what fewer attempts can read";
      throw new DecodeError(expected, problem.offset, this.#excerpt(problem.offset));
    }
    this.recoveries++;
    this.pos = pos;
    this.literalsRead = literal;
    this.#depth = depth;
    // Deviations of an attempt that was given up did not happen.
    if (this.quirks.length > quirks) this.quirks.length = quirks;
    return describe(problem.expected, problem.offset, this.#excerpt(problem.offset));
  }

  /** What is thrown to the outside for what was thrown inside. */
  error(problem: unknown): unknown {
    if (!(problem instanceof Failure)) return problem;
    return new DecodeError(problem.expected, problem.offset, this.#excerpt(problem.offset));
  }

  /** Reports a deviation. */
  quirk(name: string): void {
    if (this.strict) this.fail(`no deviation (${name})`);
    if (!this.quirks.includes(name)) this.quirks.push(name);
  }

  /** Goes one level deeper. */
  enter(): void {
    if (++this.#depth > this.#maxDepth) this.fail(`at most ${this.#maxDepth} levels`);
  }

  /** Goes back one level. */
  leave(): void {
    this.#depth--;
  }

  /** Checks that everything was read, literals included. */
  finish(): void {
    if (this.pos < this.end || this.literalsRead < this.literals.length) {
      throw this.error(new Failure("the end", this.pos));
    }
  }

  /** Reports what was expected here, to the decoder at work; see {@linkcode Scanner.error}. */
  fail(expected: string): never {
    throw new Failure(expected, this.pos);
  }

  /** Counts bytes that were looked at and are not reported as the place of a failure. */
  protected looked(count: number): void {
    this.#vain += count;
  }

  #excerpt(offset: number): string {
    const found = latin1(this.bytes.subarray(offset, Math.min(this.end, offset + 32)));
    // deno-lint-ignore no-control-regex
    return found.replace(/[\x00-\x1f\x7f-\x9f]/g, ".");
  }

  // ---------------------------------------------------------------- for readers

  /** Length of the run of bytes of one of the primitives' classes. */
  protected runOf(bit: number): number {
    const { bytes, end } = this;
    let at = this.pos;
    while (at < end && (CLASSES[bytes[at]!]! & bit) !== 0) at++;
    return at - this.pos;
  }

  /** Reads over the next literal, if its mark is here; `byte` is the next one. */
  protected takesLiteral(byte: number): boolean {
    const end = byte === BRACE || byte === 0x7e ? this.literalMark(this.pos) : -1;
    if (end === -1) return false;
    this.pos = end;
    this.literalsRead++;
    return true;
  }

  /** Position after the mark of the next literal, if it is at `at`, else -1. */
  protected literalMark(at: number): number {
    return this.literalsRead >= this.literals.length ? -1 : markEnd(this.bytes, at, this.end);
  }

  /** Position of the quote that ends the string here, -1 if none does. */
  protected findQuote(): number {
    const { bytes, end } = this;
    for (let at = this.pos + 1; at < end; at++) {
      const byte = bytes[at];
      if (byte === QUOTE) return at;
      if (byte === BACKSLASH) at++;
      if (bytes[at] === 0x0d || bytes[at] === 0x0a) break;
    }
    return -1;
  }

  /** Reads over a quoted string without making anything of it. */
  protected skipQuoted(): void {
    const close = this.findQuote();
    if (close === -1) this.fail("a quoted string that ends");
    this.pos = close + 1;
  }
}
