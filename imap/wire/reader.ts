/**
 * Reads the parts of one framed response or command: what the generated decoders are written in.
 *
 * Why it looks like this (500 FETCH rows of 656 bytes): decoding the line once and cutting strings out of it took
 * 2.4 microseconds a row where a TextDecoder call for each string took 6; so did scanning through a class table,
 * keyword compares without strings, one reader for all responses, and no closures or exceptions unless something
 * is wrong.
 */

import { isUtf8 } from "../_utf8.ts";
import { DateTime, parseSearchDate } from "../date_time.ts";
import type { SearchDate } from "../date_time.ts";
import { fetchItemAt, normalizeSection } from "../fetch_item.ts";
import type { FetchItem } from "../fetch_item.ts";
import { decodeMailboxName } from "../mailbox_name.ts";
import { SequenceSet } from "../sequence_set.ts";
import { ASTRING, ATOM, CLASSES, DIGIT, END, FLAG, LIST, QUOTED, RAW, SET } from "./byte_class.ts";
import type { Frame } from "./framer.ts";
import { latin1, Raw } from "./raw.ts";

export { END } from "./byte_class.ts";

const SP = 0x20;
const QUOTE = 0x22;
const OPEN = 0x28;
const CLOSE = 0x29;
const DASH = 0x2d;
const BACKSLASH = 0x5c;
const BRACE = 0x7b;

/** How far a string that has quotes without backslashes in it may reach. */
const LONGEST_REPAIR = 1000;

/** Greatest value of a modification sequence: 63 bits (RFC 7162 section 7). */
const MAX_63_BITS = 0x7fff_ffff_ffff_ffffn;

const NONE: readonly Uint8Array[] = [];

const utf8Line = new TextDecoder("utf-8", { ignoreBOM: true });

/** How a session reads. */
export interface ReadMode {
  /** Names and strings are UTF-8 (after ENABLE UTF8=ACCEPT or IMAP4rev2). */
  utf8: boolean;
  /** Refuse every deviation and every recovery. */
  strict: boolean;
}

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

/** The text at hand is not what the grammar allows there. */
export class DecodeError extends Error {
  /** Name of the class, for logs. */
  override readonly name: string = "DecodeError";
  /** What was expected: a rule, a word, a character. */
  readonly expected: string;
  /** Where, in bytes from the start of the response without its literals' octets. */
  readonly offset: number;
  /** The bytes found there, at most 32, control characters shown as dots. */
  readonly excerpt: string;

  /** Makes the error. */
  constructor(expected: string, offset: number, excerpt: string) {
    super(describe(expected, offset, excerpt));
    this.expected = expected;
    this.offset = offset;
    this.excerpt = excerpt;
  }
}

/**
 * What the reader throws inside a decoder, where an open alternative may catch it: a plain object, because an Error
 * takes seven microseconds under V8 and one hostile line can hold a hundred thousand damaged items.
 */
class Failure {
  readonly expected: string;
  readonly offset: number;

  constructor(expected: string, offset: number) {
    this.expected = expected;
    this.offset = offset;
  }
}

/** Reads one frame after another; see the file's head. */
export class Reader {
  /** Read position. */
  pos = 0;
  /** The bytes being read, valid up to {@linkcode Reader.end}. */
  bytes: Uint8Array = new Uint8Array(0);
  /** Position behind the last byte. */
  end = 0;
  /** Refuse every deviation and every recovery. */
  strict = false;
  /** Names of the deviations met in this frame, each once. */
  quirks: string[] = [];

  readonly #maxDepth: number;
  #utf8 = false;
  #literals: readonly Uint8Array[] = [];
  #literal = 0;
  #depth = 0;
  /** The whole text, one character for each byte; decoded when the first string is cut. */
  #line: string | undefined;
  /** The bytes as raw values keep them; copied when the first one is read. */
  #copy: Uint8Array | undefined;
  /** Whether #line is ASCII, so that any part of it is text. */
  #ascii = false;
  /** Whether #line is ASCII without line ends, so that only quotes and backslashes mean something in a quoted string. */
  #plain = false;
  /** The place of the next backslash in #line when one was last searched for from #searched on. */
  #backslash = -1;
  #searched = 0;

  /**
   * Makes a reader.
   *
   * @param maxDepth how deep values may nest
   */
  constructor(maxDepth = 100) {
    this.#maxDepth = maxDepth;
  }

  /** Starts with a frame; what was read from the frame before stays valid. */
  reset(frame: Pick<Frame, "text" | "literals">, mode: ReadMode): void {
    this.bytes = frame.text;
    this.end = frame.text.length;
    this.pos = 0;
    this.strict = mode.strict;
    this.#utf8 = mode.utf8;
    this.#literals = frame.literals;
    this.#literal = 0;
    this.#depth = 0;
    this.#line = undefined;
    this.#copy = undefined;
    this.#ascii = false;
    this.#plain = false;
    this.#backslash = -1;
    if (this.quirks.length > 0) this.quirks = [];
  }

  // ---------------------------------------------------------------- looking

  /** The next byte, or {@linkcode END}. */
  peek(): number {
    return this.pos < this.end ? this.bytes[this.pos] : END;
  }

  /** The byte after the next, or {@linkcode END}. */
  behind(): number {
    return this.pos + 1 < this.end ? this.bytes[this.pos + 1] : END;
  }

  /** Whether the next byte belongs to a class. */
  at(table: Uint32Array, bit: number): boolean {
    return (table[this.peek()] & bit) !== 0;
  }

  /** Whether the byte after the next belongs to a class. */
  behindAt(table: Uint32Array, bit: number): boolean {
    return (table[this.behind()] & bit) !== 0;
  }

  /** Length of the run of bytes of a class, `offset` bytes from here. */
  run(table: Uint32Array, bit: number, offset = 0): number {
    const { bytes, end } = this;
    const start = this.pos + offset;
    let at = start;
    while (at < end && (table[bytes[at]] & bit) !== 0) at++;
    return at - start;
  }

  /** The same between quotes if a quote stands here; -1 if no quote ends it. */
  quotedRun(table: Uint32Array, bit: number): number {
    if (this.peek() !== QUOTE) return this.run(table, bit);
    const length = this.run(table, bit, 1);
    const after = this.pos + 1 + length;
    return after < this.end && this.bytes[after] === QUOTE ? length : -1;
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

  /** Length of a number and the SP behind it, 0 if there is no such thing. */
  numberAndSpace(): number {
    const length = this.#runOf(DIGIT);
    const after = this.pos + length;
    return length > 0 && after < this.end && this.bytes[after] === SP ? length + 1 : 0;
  }

  // ---------------------------------------------------------------- syntax

  /** Goes on by some bytes that were looked at. */
  skip(count: number): void {
    this.pos += count;
  }

  /** Reads a SP. */
  sp(): void {
    if (this.pos >= this.end || this.bytes[this.pos] !== SP) this.fail("SP");
    this.pos++;
  }

  /** Reads "(". */
  open(): void {
    if (this.pos >= this.end || this.bytes[this.pos] !== OPEN) this.fail('"("');
    this.pos++;
  }

  /** Reads ")". */
  close(): void {
    if (this.pos >= this.end || this.bytes[this.pos] !== CLOSE) this.fail('")"');
    this.pos++;
  }

  /** Reads one byte. */
  byte(byte: number): void {
    if (this.pos >= this.end || this.bytes[this.pos] !== byte) {
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
    if (this.pos >= this.end || this.bytes[this.pos] !== byte) {
      this.fail(JSON.stringify(String.fromCharCode(byte)));
    }
  }

  /** Checks that a byte of a class comes next. */
  beforeAny(table: Uint32Array, bit: number, expected: string): void {
    if ((table[this.peek()] & bit) === 0) this.fail(expected);
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

  /** Reads a word that may stand in quotes. */
  quotedWord(word: string): void {
    if (this.peek() !== QUOTE) return this.word(word);
    this.pos++;
    this.word(word);
    this.byte(QUOTE);
  }

  /** Reads a SP if there is one. */
  takesSpace(): boolean {
    if (this.pos >= this.end || this.bytes[this.pos] !== SP) return false;
    this.pos++;
    return true;
  }

  /** Reads a SP if there is one and a byte of a class behind it. */
  takesSpaceBefore(table: Uint32Array, bit: number): boolean {
    if (this.pos >= this.end || this.bytes[this.pos] !== SP || (table[this.behind()] & bit) === 0) {
      return false;
    }
    this.pos++;
    return true;
  }

  /** Reads a SP if there is one and a certain byte behind it. */
  takesSpaceBeforeByte(byte: number): boolean {
    if (this.pos >= this.end || this.bytes[this.pos] !== SP || this.behind() !== byte) return false;
    this.pos++;
    return true;
  }

  /**
   * Reads over what stood between two places of this text, if the same bytes stand here. They read the same then: every
   * value but a literal, whose octets are elsewhere, is told by its bytes alone.
   */
  again(from: number, to: number): boolean {
    const { bytes, pos } = this;
    const length = to - from;
    if (pos + length > this.end || this.#literals.length > 0) return false;
    for (let i = 0; i < length; i++) {
      if (bytes[pos + i] !== bytes[from + i]) return false;
    }
    this.pos = pos + length;
    return true;
  }

  // ---------------------------------------------------------------- attempts

  /** Remembers this place: by its position alone where nothing else was read, as at nearly all items of nearly all rows. */
  mark(): Mark | number {
    if (this.#literal === 0 && this.#depth === 0 && this.quirks.length === 0) return this.pos;
    return { pos: this.pos, literal: this.#literal, quirks: this.quirks.length, depth: this.#depth };
  }

  /**
   * Returns to a place after a failure.
   *
   * @returns what went wrong
   * @throws the problem itself in strict mode, or if it is not the text's fault
   */
  recover(mark: Mark | number, problem: unknown): string {
    if (this.strict || !(problem instanceof Failure)) throw problem;
    const { pos, literal, quirks, depth } = typeof mark === "number" ? { ...START, pos: mark } : mark;
    this.pos = pos;
    this.#literal = literal;
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
    if (this.pos < this.end || this.#literal < this.#literals.length) {
      throw this.error(new Failure("the end", this.pos));
    }
  }

  /** Reports what was expected here, to the decoder at work; see {@linkcode Reader.error}. */
  fail(expected: string): never {
    throw new Failure(expected, this.pos);
  }

  #excerpt(offset: number): string {
    const found = latin1(this.bytes.subarray(offset, Math.min(this.end, offset + 32)));
    // deno-lint-ignore no-control-regex
    return found.replace(/[\x00-\x1f\x7f-\x9f]/g, ".");
  }

  // ---------------------------------------------------------------- tokens

  /** A run of at least `min` bytes of a class. */
  token(table: Uint32Array, bit: number, min: number, expected: string): string {
    const start = this.pos;
    const length = this.run(table, bit);
    if (length < min) this.fail(expected);
    this.pos = start + length;
    return this.#slice(start, this.pos);
  }

  /** The same in upper case; letters beyond ASCII stay, since "ß" has no upper case of one letter. */
  tokenUpper(table: Uint32Array, bit: number, min: number, expected: string): string {
    const text = this.token(table, bit, min, expected);
    return this.#ascii ? text.toUpperCase() : text.replace(/[a-z]/g, (char) => char.toUpperCase());
  }

  /** Digits, as a number of at most `max`. */
  number(max = 0xffff_ffff): number {
    const { bytes, end } = this;
    let at = this.pos;
    let value = 0;
    while (at < end) {
      const digit = bytes[at] - 0x30;
      if (digit < 0 || digit > 9) {
        // "." or an E, which ends no number that a server may send.
        if ((digit === -2 || (digit | 0x20) === 0x35) && at > this.pos) return this.#decimal(at, value, max);
        break;
      }
      value = value * 10 + digit;
      at++;
    }
    if (at === this.pos) this.fail("a number");
    if (value > max) this.fail(`a number up to ${max}`);
    this.pos = at;
    return value;
  }

  /** The same, where 0 means nothing; Courier numbers messages from 0, others have no next UID to tell. */
  nzNumber(): number {
    const value = this.number();
    if (value === 0) this.quirk("zero-number");
    return value;
  }

  /** Digits that go on as mail.ru's `9.3e+06`, if they do. */
  #decimal(digits: number, whole: number, max: number): number {
    const text = latin1(this.bytes.subarray(this.pos, Math.min(this.end, this.pos + 40)));
    const found = /^\d+(?:\.\d+)?(?:e[+-]?\d+)?(?![\d.e+-])/i.exec(text)?.[0];
    let value = whole;
    let end = digits;
    if (found !== undefined && found.length > digits - this.pos) {
      value = Math.round(Number(found));
      end = this.pos + found.length;
    }
    if (value > max) this.fail(`a number up to ${max}`);
    if (end > digits) this.quirk("decimal-count");
    this.pos = end;
    return value;
  }

  /** Digits, as a number of at most 63 bits. */
  bigint(): bigint {
    let at = this.pos;
    while (at < this.end && (CLASSES[this.bytes[at]] & DIGIT) !== 0) at++;
    if (at === this.pos) this.fail("a number");
    let start = this.pos;
    while (start < at - 1 && this.bytes[start] === 0x30) start++;
    // Nineteen digits are 63 bits; making a number of a million digits would take quadratic time.
    const value = at - start > 19 ? MAX_63_BITS + 1n : BigInt(latin1(this.bytes.subarray(start, at)));
    if (value > MAX_63_BITS) this.fail("a number of 63 bits");
    this.pos = at;
    return value;
  }

  // ---------------------------------------------------------------- strings

  /** A quoted string. */
  quoted(): string {
    const line = this.#line ?? this.#text1();
    const start = this.pos + 1;
    // The string's own search is several times faster than a loop over bytes once it has thirty of them.
    if (this.#plain && this.peek() === QUOTE) {
      const end = line.indexOf('"', start);
      if (end !== -1 && !this.#backslashWithin(start, end) && this.#endsAt(end)) {
        this.pos = end + 1;
        return line.slice(start, end);
      }
    }
    const end = this.#quotedEnd();
    if (end === -1) return this.#unescapedText();
    this.pos = end + 1;
    return this.#slice(start, end);
  }

  /** The octets of a literal; the buffer is the caller's to keep. */
  literal(): Uint8Array {
    const end = this.#literalMark(this.pos);
    if (end === -1) this.fail("a literal");
    this.pos = end;
    return this.#literals[this.#literal++];
  }

  /** A quoted string or a literal, as text. */
  string(): string {
    const byte = this.peek();
    if (byte === QUOTE) return this.quoted();
    if (byte !== BRACE) this.fail("a string");
    return this.#text(this.literal());
  }

  /** A string as text, or NIL. */
  nstring(): string | null {
    const byte = this.peek();
    if (byte === QUOTE) return this.quoted();
    if (byte === BRACE) return this.#text(this.literal());
    this.#nil();
    return null;
  }

  /** A string or literal8 as octets, or NIL. */
  nbytes(): Uint8Array | null {
    const byte = this.peek();
    if (byte === BRACE || byte === 0x7e) return this.literal();
    if (byte === QUOTE) return this.#quotedBytes();
    this.#nil();
    return null;
  }

  /** A SP and a section's octets, or NIL. Yandex says nothing of an empty part: the next item or the end comes then. */
  sectionData(): Uint8Array | null {
    const spaced = this.peek() === SP;
    const next = spaced ? this.behind() : this.peek();
    const lower = next | 0x20;
    if (next === CLOSE || (spaced && lower >= 0x61 && lower <= 0x7a && lower !== 0x6e)) {
      this.quirk("missing-section-value");
      return null;
    }
    this.sp();
    return this.nbytes();
  }

  /** An atom (with "]") or a string. */
  astring(): string {
    const byte = this.peek();
    if (byte === QUOTE) return this.quoted();
    if (byte === BRACE) return this.#text(this.literal());
    return this.#atom(ASTRING, "a string");
  }

  /** The name of a mailbox. */
  mailbox(): string {
    return this.#mailboxOf(ASTRING);
  }

  /** The name of a mailbox, with wildcards. */
  listMailbox(): string {
    return this.#mailboxOf(LIST);
  }

  /** The name of a mailbox at the end of a LIST line: what is no name is the rest of the line. */
  listedMailbox(): string {
    const start = this.pos;
    const literal = this.#literal;
    const quirks = this.quirks.length;
    try {
      const name = this.#mailboxBytes(ASTRING);
      const next = this.peek();
      if (next === END || (next === SP && (this.behind() === END || this.behind() === OPEN))) {
        return decodeMailboxName(name, this.#utf8);
      }
    } catch (problem) {
      if (!(problem instanceof Failure)) throw problem;
    }
    this.pos = start;
    this.#literal = literal;
    this.quirks.length = quirks;
    // The mark of a literal in the rest is a line of another kind.
    if (start >= this.end || literal < this.#literals.length) this.fail("a mailbox name");
    this.quirk("unquoted-name");
    this.pos = this.end;
    const inQuotes = this.end - start > 1 && this.bytes[start] === QUOTE &&
      this.bytes[this.end - 1] === QUOTE;
    const name = inQuotes
      ? this.bytes.subarray(start + 1, this.end - 1)
      : this.bytes.subarray(start, this.end);
    return decodeMailboxName(name, this.#utf8);
  }

  /** A flag or a mailbox attribute. */
  flag(): string {
    const { pos } = this;
    // Only the first byte is a backslash: some servers leave out the SP in front of the next flag.
    if (this.peek() === BACKSLASH) this.pos++;
    const length = this.#runOf(ATOM);
    const at = this.pos + length;
    if (length === 0 || (at < this.end && (CLASSES[this.bytes[at]] & FLAG) !== 0)) {
      this.pos = pos;
      return this.#oddFlag(false);
    }
    this.pos = at;
    return this.#slice(pos, at);
  }

  /** A flag, or `\*`: any other keyword. */
  permanentFlag(): string {
    return this.#oddFlag(true);
  }

  /** A flag that is looked at more closely: in quotes, `\*`, or with bytes that no flag may hold. */
  #oddFlag(permanent: boolean): string {
    const start = this.pos;
    if (this.peek() === QUOTE) {
      this.#skipQuoted();
      this.quirk("quoted-flag");
      // With one backslash or, as a quoted string has it, with two.
      return this.#slice(start + 1, this.pos - 1).replace(/^\\\\/, "\\");
    }
    if (this.peek() === BACKSLASH) this.pos++;
    const length = this.#runOf(FLAG);
    if (length === 0) this.fail("a flag");
    const plain = length === this.#runOf(ATOM);
    this.pos += length;
    const text = this.#slice(start, this.pos);
    if (text !== "\\*") {
      if (!plain) this.quirk("odd-flag");
    } else if (!permanent) this.quirk("star-flag");
    return text;
  }

  /** Text between the brackets of a section, up to the "]"; inside a header list "]" is part of a name. */
  section(): string {
    let text = "";
    let from = this.pos;
    let inList = false;
    for (let byte = this.peek(); inList || byte !== 0x5d; byte = this.peek()) {
      if (byte === QUOTE) {
        this.#skipQuoted();
      } else if (byte === BRACE && this.#literalMark(this.pos) !== -1) {
        text += this.#slice(from, this.pos);
        // A header name sent as a literal reads as well in quotes.
        text += `"${this.#text(this.literal()).replace(/["\\]/g, "\\$&")}"`;
        from = this.pos;
      } else if (byte === END || byte === 0x0d || byte === 0x0a) {
        this.fail('"]"');
      } else {
        if (byte === OPEN) inList = true;
        else if (byte === CLOSE) inList = false;
        this.pos++;
      }
    }
    text += this.#slice(from, this.pos);
    if (text === "") return "";
    try {
      return normalizeSection(text);
    } catch {
      // A section nobody has heard of must not cost the row.
      return text;
    }
  }

  // ---------------------------------------------------------------- values

  /** A sequence set. */
  sequenceSet(): SequenceSet {
    const start = this.pos;
    const text = this.#atom(SET, "a sequence set");
    try {
      return SequenceSet.parse(text);
    } catch {
      this.pos = start;
      return this.fail("a sequence set");
    }
  }

  /** A date and time in quotes; what it says is looked at when somebody asks. */
  dateTime(): DateTime {
    const { bytes, pos } = this;
    const text = this.quoted();
    // Looked for among the bytes: a character of a part of a text is what JavaScriptCore has to copy that part for.
    const plain = this.pos - pos === 28 && text.length === 26 && bytes[pos + 3] === DASH &&
      bytes[pos + 7] === DASH &&
      bytes[pos + 12] === SP && bytes[pos + 21] === SP &&
      (bytes[pos + 1] !== 0x30 || bytes[pos + 2] !== 0x30);
    if (!plain && !isFixedDateTime(text)) this.quirk("odd-date-time");
    return new DateTime(text);
  }

  /** The date of a search key. */
  date(): SearchDate {
    const start = this.pos;
    const date = parseSearchDate(this.peek() === QUOTE ? this.quoted() : this.#atom(ASTRING, "a date"));
    if (date !== null) return date;
    this.pos = start;
    return this.fail("a date");
  }

  /** What FETCH asks for. */
  fetchItem(): FetchItem {
    try {
      const { item, end } = fetchItemAt(this.#text1(), this.pos);
      this.pos = end;
      return item;
    } catch {
      return this.fail("a fetch item");
    }
  }

  /** base64 text, as octets; "=" alone stands for none (RFC 4959). */
  base64(): Uint8Array {
    const start = this.pos;
    const length = this.#runOf(ASTRING);
    const text = this.#slice(start, start + length);
    this.pos = start + length;
    if (text === "=") return new Uint8Array(0);
    try {
      return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
    } catch {
      this.pos = start;
      return this.fail("base64");
    }
  }

  /**
   * One balanced value, kept as it stands. A counter instead of recursion: no nesting is too deep for it. What follows it
   * without a SP belongs to it: the end of a literal that is longer than was announced costs its item only.
   */
  generic(): Raw {
    const start = this.pos;
    const literal = this.#literal;
    let depth = 0;
    for (;;) {
      const byte = this.peek();
      if (this.#takesLiteral(byte)) {
        // Its octets stand elsewhere.
      } else if (byte === QUOTE) {
        this.#skipQuoted();
      } else if (byte === OPEN) {
        depth++;
        this.pos++;
      } else if (byte === CLOSE && depth > 0) {
        depth--;
        this.pos++;
      } else if (byte === SP && depth > 0) {
        this.pos++;
      } else {
        const length = this.#runOf(RAW);
        if (length === 0) this.fail("a value");
        this.pos += length;
      }
      if (depth > 0) continue;
      const next = this.peek();
      if (next === SP || next === CLOSE || next === END || next === 0x0d || next === 0x0a) break;
      this.quirk("joined-values");
    }
    return this.#raw(start, literal);
  }

  /**
   * The value of an item that is kept raw, its SP included. Where the next item's name stands in its place it is empty;
   * parentheses or quotes that do not end take the rest of the line, except what closes the list.
   */
  itemValue(): Raw {
    return this.#value(true);
  }

  /** The same in a list that no parentheses enclose. */
  looseValue(): Raw {
    return this.#value(false);
  }

  /** A damaged element of a list in parentheses. */
  element(): Raw {
    return this.#element(true, false, false);
  }

  /** A damaged element of a list that no parentheses enclose. */
  piece(): Raw {
    return this.#element(false, false, false);
  }

  /** A damaged list among lists that follow each other directly. */
  sublist(): Raw {
    return this.#element(false, true, false);
  }

  /** What is left of a list in parentheses whose end is not where it should be. */
  remainder(): Raw {
    return this.rest();
  }

  /** Those elements of the damaged set here that can be read; the set itself is still to be read. */
  readableSet(): SequenceSet {
    const text = latin1(this.bytes.subarray(this.pos, this.end)).split(" ", 1)[0];
    const good = text.split(",").filter((one) => {
      const ends = /^(\d{1,10}|\*)(?::(\d{1,10}|\*))?$/.exec(one)?.slice(1) ?? ["0"];
      return ends.every((end) =>
        end === undefined || end === "*" || (Number(end) > 0 && Number(end) <= 0xffff_ffff)
      );
    });
    return good.length === 0 ? SequenceSet.empty : SequenceSet.parse(good.join(","));
  }

  /** Text for a person: everything that is left. Some servers send NUL or a bare CR in it. */
  text(): string {
    const start = this.pos;
    const { bytes, end } = this;
    this.pos = end;
    for (let at = start; at < end; at++) {
      if (bytes[at] < 0x0e && (bytes[at] === 0 || bytes[at] === 0x0d || bytes[at] === 0x0a)) {
        this.quirk("odd-text");
        break;
      }
    }
    return this.#slice(start, end);
  }

  /** Everything that is left, kept as it stands. */
  rest(): Raw {
    const start = this.pos;
    const literal = this.#literal;
    this.pos = this.end;
    this.#literal = this.#literals.length;
    return this.#raw(start, literal);
  }

  // ---------------------------------------------------------------- inside

  #value(inList: boolean): Raw {
    const spaced = this.peek() === SP;
    const next = spaced ? this.behind() : this.peek();
    if (next === END || next === SP || (inList && next === CLOSE) || (spaced && this.#nameAt(this.pos + 1))) {
      this.quirk("missing-value");
      return this.#raw(this.pos, this.#literal);
    }
    if (spaced) this.pos++;
    else this.quirk("missing-space");
    return this.#element(inList, false, true);
  }

  /** Whether a name stands here and not a value: a word, and behind it what can only be a value. */
  #nameAt(at: number): boolean {
    const { bytes, end } = this;
    const start = at;
    if (!beginsName(bytes[at]) || this.#nilAt(at)) return false;
    while (at < end && (CLASSES[bytes[at]] & RAW) !== 0 && bytes[at] !== 0x5b) at++;
    if (at === start || at >= end) return false;
    if (bytes[at] === OPEN || bytes[at] === 0x5b) return true;
    if (bytes[at] !== SP || at + 1 >= end) return false;
    const behind = bytes[at + 1];
    return behind !== SP && behind !== CLOSE && (!beginsName(behind) || this.#nilAt(at + 1));
  }

  /** Whether NIL and nothing more stands here. */
  #nilAt(at: number): boolean {
    const after = at + 3;
    return this.is("NIL", at - this.pos) && (after >= this.end || (CLASSES[this.bytes[after]] & RAW) === 0);
  }

  /**
   * One element of a list, whatever it is: never fails where anything stands.
   *
   * @param inList parentheses enclose the list: a ")" outside of the element's own ends it, and the last one of the line is
   *   left for the list
   * @param adjacent what follows an element without a SP is another one
   * @param joined whether values that stand together are reported
   */
  #element(inList: boolean, adjacent: boolean, joined: boolean): Raw {
    const { bytes, end } = this;
    const start = this.pos;
    const literal = this.#literal;
    const first = this.peek();
    if (first === END || first === SP || (inList && first === CLOSE)) this.fail("an element");
    let depth = 0;
    for (;;) {
      const byte = this.peek();
      if (this.#takesLiteral(byte)) {
        // Its octets stand elsewhere.
      } else if (byte === QUOTE) {
        const close = this.#findQuote();
        if (close === -1) {
          depth = 1;
          break;
        }
        this.pos = close + 1;
      } else if (byte === END) {
        break;
      } else {
        if (byte === OPEN) depth++;
        else if (byte === CLOSE && depth > 0) depth--;
        this.pos++;
        if ((CLASSES[byte] & RAW) !== 0) this.#restOfAtom();
      }
      if (depth > 0) continue;
      const next = this.peek();
      if (next === END || next === SP || (inList && next === CLOSE)) break;
      if (next === OPEN && (adjacent || (inList && !joined && byte === CLOSE))) break;
      if (joined) this.quirk("joined-values");
    }
    const closes = inList && (depth > 0 || this.pos === end) && bytes[end - 1] === CLOSE && end - 1 > start;
    if (depth > 0) {
      this.pos = end;
      this.#literal = this.#literals.length;
    }
    if (closes) this.pos = end - 1;
    if (closes || depth > 0) this.quirk("unbalanced-value");
    return this.#raw(start, literal);
  }

  /** Goes on to the end of an atom; the mark of a literal ends it wherever it stands, so that no literal is lost. */
  #restOfAtom(): void {
    const { bytes, end } = this;
    let at = this.pos;
    for (; at < end && (CLASSES[bytes[at]] & RAW) !== 0; at++) {
      if ((bytes[at] === BRACE || bytes[at] === 0x7e) && this.#literalMark(at) !== -1) break;
    }
    this.pos = at;
  }

  /** Position of the quote that ends the string here, -1 if none does. */
  #findQuote(): number {
    const { bytes, end } = this;
    for (let at = this.pos + 1; at < end; at++) {
      const byte = bytes[at];
      if (byte === QUOTE) return at;
      if (byte === BACKSLASH) at++;
      if (bytes[at] === 0x0d || bytes[at] === 0x0a) break;
    }
    return -1;
  }

  /** Part of a copy, because the frame's text is only lent; one copy serves all raw values of a frame. */
  #raw(start: number, literal: number): Raw {
    const literals = literal === this.#literal ? NONE : this.#literals.slice(literal, this.#literal);
    return new Raw(this.#copy ??= this.bytes.slice(0, this.end), literals, start, this.pos);
  }

  #runOf(bit: number): number {
    const { bytes, end } = this;
    let at = this.pos;
    while (at < end && (CLASSES[bytes[at]] & bit) !== 0) at++;
    return at - this.pos;
  }

  #atom(bit: number, expected: string): string {
    const start = this.pos;
    const length = this.#runOf(bit);
    if (length === 0) this.fail(expected);
    this.pos = start + length;
    return this.#slice(start, this.pos);
  }

  /** NIL, compared byte by byte: fifteen of them stand in one row of metadata. */
  #nil(): void {
    const { bytes, pos } = this;
    const after = pos + 3;
    const isNil = after <= this.end && (bytes[pos] | 0x20) === 0x6e && (bytes[pos + 1] | 0x20) === 0x69 &&
      (bytes[pos + 2] | 0x20) === 0x6c;
    if (!isNil || (after < this.end && (CLASSES[bytes[after]] & ASTRING) !== 0)) this.fail("a string or NIL");
    this.pos = after;
  }

  /** Position of the quote that ends the string here, -1 if there is a backslash or another quote before it. */
  #quotedEnd(): number {
    const { bytes, end } = this;
    if (this.peek() !== QUOTE) this.fail("a quoted string");
    let at = this.pos + 1;
    while (at < end && (CLASSES[bytes[at]] & QUOTED) !== 0) at++;
    if (at < end && bytes[at] === QUOTE) return this.#endsAt(at) ? at : -1;
    if (at < end && bytes[at] === BACKSLASH) return -1;
    return this.fail("a quoted string that ends");
  }

  /** Whether the quote here ends its string: what comes behind may follow a string. */
  #endsAt(quote: number): boolean {
    return quote + 1 >= this.end || endsString(this.bytes[quote + 1]);
  }

  /** Whether a backslash stands in this part of the line. One search serves all strings up to the next backslash. */
  #backslashWithin(start: number, end: number): boolean {
    if (start < this.#searched || start > this.#backslash) {
      const found = this.#line!.indexOf("\\", start);
      this.#searched = start;
      this.#backslash = found === -1 ? this.end : found;
    }
    return this.#backslash < end;
  }

  #quotedBytes(): Uint8Array {
    const start = this.pos + 1;
    const end = this.#quotedEnd();
    if (end === -1) return this.#unescaped();
    this.pos = end + 1;
    return this.bytes.slice(start, end);
  }

  /** Reads over a quoted string without making anything of it. */
  #skipQuoted(): void {
    const close = this.#findQuote();
    if (close === -1) this.fail("a quoted string that ends");
    this.pos = close + 1;
  }

  /**
   * Position of the quote that ends the string here; a quote behind which nothing comes that may follow a string belongs to
   * it (`"TEXT" "HTML"" NIL`). Not for where lists are counted, which such a string could swallow: see #findQuote.
   */
  #closingQuote(): number {
    const { bytes, end } = this;
    let odd = false;
    for (let at = this.pos + 1; at < end; at++) {
      // Each of many damaged strings in one line would be looked for to the end of the line.
      if (odd && at - this.pos > LONGEST_REPAIR) break;
      let byte = bytes[at];
      if (byte === BACKSLASH) {
        byte = bytes[++at];
      } else if (byte === QUOTE) {
        if (this.#endsAt(at)) {
          if (odd) this.quirk("unescaped-quote");
          return at;
        }
        odd = true;
      }
      if (byte === 0x0d || byte === 0x0a) break;
    }
    return this.fail("a quoted string that ends");
  }

  /** A quoted string with its backslashes taken out, as text. In an ASCII line nothing has to be decoded anew. */
  #unescapedText(): string {
    this.#text1();
    if (!this.#ascii) return this.#text(this.#unescaped());
    const start = this.pos + 1;
    const end = this.#closingQuote();
    this.pos = end + 1;
    const inside = this.#line!.slice(start, end);
    let text = "";
    let from = 0;
    for (let at = inside.indexOf("\\"); at !== -1; at = inside.indexOf("\\", at + 2)) {
      text += inside.slice(from, at);
      from = at + 1;
    }
    return text + inside.slice(from);
  }

  /** A quoted string with its backslashes taken out. */
  #unescaped(): Uint8Array {
    const start = this.pos + 1;
    const end = this.#closingQuote();
    const out = new Uint8Array(end - start);
    let length = 0;
    for (let at = start; at < end; at++) {
      if (this.bytes[at] === BACKSLASH) at++;
      out[length++] = this.bytes[at];
    }
    this.pos = end + 1;
    return out.subarray(0, length);
  }

  /** Reads over the next literal, if its mark stands here; `byte` is the next one. */
  #takesLiteral(byte: number): boolean {
    const end = byte === BRACE || byte === 0x7e ? this.#literalMark(this.pos) : -1;
    if (end === -1) return false;
    this.pos = end;
    this.#literal++;
    return true;
  }

  /** Position behind the mark of the next literal, if it stands at `at`, else -1. */
  #literalMark(at: number): number {
    const { bytes, end } = this;
    if (this.#literal >= this.#literals.length) return -1;
    let next = bytes[at] === 0x7e ? at + 1 : at;
    if (bytes[next] !== BRACE) return -1;
    const digits = ++next;
    while (next < end && (CLASSES[bytes[next]] & DIGIT) !== 0) next++;
    if (next === digits) return -1;
    if (next < end && bytes[next] === 0x2b) next++;
    const marked = next + 3 <= end && bytes[next] === 0x7d && bytes[next + 1] === 0x0d &&
      bytes[next + 2] === 0x0a;
    return marked ? next + 3 : -1;
  }

  #mailboxOf(bit: number): string {
    return decodeMailboxName(this.#mailboxBytes(bit), this.#utf8);
  }

  #mailboxBytes(bit: number): Uint8Array {
    const byte = this.peek();
    if (byte === BRACE) return this.literal();
    if (byte === QUOTE) return this.#quotedBytes();
    const start = this.pos;
    const length = this.#runOf(bit);
    if (length === 0) this.fail("a mailbox name");
    this.pos = start + length;
    return this.bytes.subarray(start, this.pos);
  }

  /** The whole text, one character for each byte. */
  #text1(): string {
    if (this.#line !== undefined) return this.#line;
    const line = utf8Line.decode(
      this.end === this.bytes.length ? this.bytes : this.bytes.subarray(0, this.end),
    );
    // As many characters as bytes and none replaced: ASCII.
    this.#ascii = line.length === this.end && !line.includes("\ufffd");
    this.#plain = this.#ascii && !line.includes("\r") && !line.includes("\n");
    return this.#line = this.#ascii ? line : latin1(this.bytes.subarray(0, this.end));
  }

  /** Part of the text. Nearly every string takes the first way. */
  #slice(start: number, end: number): string {
    return this.#ascii ? this.#line!.slice(start, end) : this.#decodedSlice(start, end);
  }

  #decodedSlice(start: number, end: number): string {
    const line = this.#text1();
    if (this.#ascii) return line.slice(start, end);
    const { bytes } = this;
    for (let at = start; at < end; at++) {
      if (bytes[at] > 0x7f) return this.#text(bytes.subarray(start, end));
    }
    return line.slice(start, end);
  }

  /** Octets as text: UTF-8 where they are, else Latin-1, which is reported. */
  #text(bytes: Uint8Array): string {
    if (isUtf8(bytes)) return utf8Line.decode(bytes);
    this.quirk("eight-bit");
    return latin1(bytes);
  }
}

/** Whether the signs of a date and time stand in their places: QQ leaves out the zone, Domino says 00-Jan-0000. */
function isFixedDateTime(text: string): boolean {
  return text.length === 26 && text.charCodeAt(2) === DASH && text.charCodeAt(6) === DASH &&
    text.charCodeAt(11) === SP && text.charCodeAt(20) === SP && !text.startsWith("00");
}

/** Whether a byte begins a name: a letter, or the slash of an entry (RFC 5464). */
function beginsName(byte: number): boolean {
  const lower = byte | 0x20;
  return byte === 0x2f || (lower >= 0x61 && lower <= 0x7a);
}

/** Whether a byte may stand behind a string. */
function endsString(byte: number): boolean {
  switch (byte) {
    case SP:
    case OPEN:
    case CLOSE:
    case 0x0a:
    case 0x0d:
    case 0x3e:
    case 0x5d:
    case 0x7d:
      return true;
    default:
      return false;
  }
}

function describe(expected: string, offset: number, excerpt: string): string {
  return `expected ${expected} at byte ${offset}, found ${
    excerpt === "" ? "the end" : JSON.stringify(excerpt)
  }`;
}

/** Whether a text is a word (upper case) in any case. */
export function sameWord(text: string | undefined, word: string): boolean {
  if (text === undefined || text.length !== word.length) return false;
  for (let i = 0; i < word.length; i++) {
    const code = text.charCodeAt(i);
    const wanted = word.charCodeAt(i);
    if (code !== wanted && (code !== wanted + 32 || wanted < 0x41 || wanted > 0x5a)) return false;
  }
  return true;
}

/** A list of its own, of objects of their own. */
export function copied<T extends object>(list: readonly T[]): T[] {
  const copies: T[] = [];
  for (const one of list) copies.push({ ...one });
  return copies;
}

/** Adds all elements; a spread would overflow the stack at some ten thousand. */
export function append<T>(list: T[], more: readonly T[]): void {
  for (const item of more) list.push(item);
}

/**
 * A list with one more element. The first one makes an array that has just its place: V8 gives an empty array room for
 * seventeen at the first push, so that a row of metadata took 3,956 bytes instead of 3,230.
 */
export function added<T>(list: T[] | undefined, item: T): T[] {
  if (list === undefined) return [item];
  list.push(item);
  return list;
}
