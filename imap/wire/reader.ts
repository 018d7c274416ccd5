/**
 * Reads the parts of one framed response or command: what the generated decoders are written in.
 *
 * Why it looks like this (500 FETCH rows of 656 bytes): decoding the line once and cutting strings out of it took
 * 2.4 microseconds a row where a TextDecoder call for each string took 6; so did scanning through a class table,
 * keyword compares without strings, one reader for all responses, and no closures or exceptions unless something
 * is wrong.
 */

import { fromBase64 } from "../values/base64.ts";
import { isUtf8 } from "../values/utf8.ts";
import { DateTime } from "../values/date_time.ts";
import { normalizeSection } from "../values/fetch_item.ts";
import { decodeMailboxName } from "../values/mailbox_name.ts";
import type { KnownNames } from "../values/known_names.ts";
import { SequenceSet } from "../values/sequence_set.ts";
import {
  ASTRING,
  ATOM,
  BACKSLASH,
  BRACE,
  CLASSES,
  CLOSE,
  DIGIT,
  END,
  endsString,
  FLAG,
  OPEN,
  QUOTE,
  QUOTED,
  SET,
  SP,
} from "./byte_class.ts";
import { Failure } from "./decode_error.ts";
import { sameWord } from "./decode_helpers.ts";
import type { Frame } from "./frame.ts";
import { latin1 } from "../values/raw.ts";
import { RawReader } from "./raw_reader.ts";

const DASH = 0x2d;

/** How far a string that has quotes without backslashes in it may reach. */
const LONGEST_REPAIR = 1000;

/** Greatest value of a modification sequence: 63 bits (RFC 7162 section 7). */
const MAX_63_BITS = 0x7fff_ffff_ffff_ffffn;

const utf8Line = /* @__PURE__ */ new TextDecoder("utf-8", { ignoreBOM: true });

/** How a session reads. */
export interface ReadMode {
  /** Names and strings are UTF-8 (after ENABLE UTF8=ACCEPT or IMAP4rev2). */
  utf8: boolean;
  /** Refuse every deviation and every recovery. */
  strict: boolean;
  /** Names that are written in another way than this client would. */
  names?: KnownNames | undefined;
}

/** Reads one frame after another; see the file's head. */
export class Reader extends RawReader {
  #utf8 = false;
  #names: KnownNames | undefined;
  /** A text that contains that of the frame, one character for each byte; made when the first string is cut. */
  #line: string | undefined;
  /** Where the frame begins in it. */
  #lineStart = 0;
  /** Whether #line is ASCII, so that any part of it is text. */
  #ascii = false;

  /**
   * Makes a reader.
   *
   * @param maxDepth how deep values may nest
   */
  constructor(maxDepth = 100) {
    super(maxDepth);
  }

  /** Starts with a frame; what was read from the frame before stays valid. */
  reset(frame: Frame, mode: ReadMode): void {
    this.begin(frame, mode.strict);
    this.#utf8 = mode.utf8;
    this.#names = mode.names;
    this.#line = frame.line;
    this.#ascii = frame.line !== undefined;
    this.#lineStart = frame.lineStart ?? 0;
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
      const digit = bytes[at]! - 0x30;
      if (digit < 0 || digit > 9) {
        // "." or an E, which ends no number that a server may send.
        if ((digit === -2 || (digit | 0x20) === 0x35) && at > this.pos) return this.#decimal(at, value, max);
        break;
      }
      value = value * 10 + digit;
      at++;
    }
    if (at === this.pos) this.fail("a number");
    // Digit by digit a number that no double holds would be rounded more than once.
    if (value > Number.MAX_SAFE_INTEGER) value = Number(latin1(bytes.subarray(this.pos, at)));
    if (value > max) {
      this.looked(at - this.pos);
      this.fail(`a number up to ${max}`);
    }
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
    while (at < this.end && (CLASSES[this.bytes[at]!]! & DIGIT) !== 0) at++;
    if (at === this.pos) this.fail("a number");
    let start = this.pos;
    while (start < at && this.bytes[start] === 0x30) start++;
    // Nineteen digits are 63 bits; making a number of a million digits would take quadratic time.
    const value = at - start > 19 ? MAX_63_BITS + 1n : BigInt(latin1(this.bytes.subarray(start, at)));
    if (value > MAX_63_BITS) {
      this.looked(at - this.pos);
      this.fail("a number of 63 bits");
    }
    this.pos = at;
    return value;
  }

  // ---------------------------------------------------------------- strings

  /** A quoted string. */
  quoted(): string {
    if (this.peek() !== QUOTE) this.fail("a quoted string");
    return this.#inQuotes();
  }

  /** The same where a quote is known to be. */
  #inQuotes(): string {
    const { bytes, end } = this;
    const start = this.pos + 1;
    let at = start;
    while (at < end && CLASSES[bytes[at]!]! & QUOTED) at++;
    if (at >= end || bytes[at] !== QUOTE || !this.#endsAt(at)) return this.#unescapedText(at);
    this.pos = at + 1;
    return this.#slice(start, at);
  }

  /** The octets of a literal; the buffer is the caller's to keep. */
  literal(): Uint8Array {
    const end = this.literalMark(this.pos);
    if (end === -1) this.fail("a literal");
    this.pos = end;
    return this.literals[this.literalsRead++]!;
  }

  /** A quoted string or a literal, as text. */
  string(): string {
    const byte = this.peek();
    if (byte === QUOTE) return this.#inQuotes();
    if (byte !== BRACE) this.fail("a string");
    return textOf(this.literal());
  }

  /**
   * Whether a string that was read at a place is a word (upper case) in any case. Its octets are compared: the text is a part of the
   * line, which JavaScriptCore copies before the first character is looked at, and that took 3 % of a FETCH row.
   */
  wrote(start: number, text: string | undefined, word: string): boolean {
    return text?.length === word.length && (this.is(word, start + 1 - this.pos) || sameWord(text, word));
  }

  /** A string as text, or NIL. */
  nstring(): string | null {
    const byte = this.peek();
    if (byte === QUOTE) return this.#inQuotes();
    if (byte === BRACE) return textOf(this.literal());
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
    const next = spaced ? this.peekNext() : this.peek();
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
    if (byte === QUOTE) return this.#inQuotes();
    if (byte === BRACE) return textOf(this.literal());
    return this.#atom(ASTRING, "a string");
  }

  /** The name of a mailbox. */
  mailbox(): string {
    return this.mailboxOf(ASTRING);
  }

  /** The name of a mailbox at the end of a LIST line: what is not a name is the rest of the line. */
  listedMailbox(): string {
    const start = this.pos;
    const literal = this.literalsRead;
    const quirks = this.quirks.length;
    try {
      const name = this.#mailboxBytes(ASTRING);
      const next = this.peek();
      if (next === END || (next === SP && (this.peekNext() === END || this.peekNext() === OPEN))) {
        return this.#nameOf(name);
      }
    } catch (problem) {
      if (!(problem instanceof Failure)) throw problem;
    }
    this.pos = start;
    this.literalsRead = literal;
    this.quirks.length = quirks;
    // No name begins with a space.
    let first = start;
    while (first < this.end && this.bytes[first] === SP) first++;
    // The mark of a literal in the rest is a line of another kind.
    if (first >= this.end || literal < this.literals.length) this.fail("a mailbox name");
    if (first > start) this.quirk("double-space");
    this.quirk("unquoted-name");
    this.pos = this.end;
    // The quote of a string that does not end belongs to the name as little as the two of one that does.
    const from = this.end - first > 1 && this.bytes[first] === QUOTE ? first + 1 : first;
    const to = from > first && this.bytes[this.end - 1] === QUOTE ? this.end - 1 : this.end;
    return this.#nameOf(this.bytes.subarray(from, to));
  }

  /** The hierarchy delimiter of a mailbox name: in quotes, or null; some servers leave the quotes out, or say "". */
  delimiter(): string | null {
    const byte = this.peek();
    if (byte === QUOTE) {
      const text = this.#inQuotes();
      if (text !== "") return text;
      this.quirk("empty-delimiter");
      return null;
    }
    const single = byte > SP && byte < 0x7f && byte !== OPEN && byte !== CLOSE && byte !== BRACE &&
      (byte < 0x30 || byte > 0x39) && ((byte | 0x20) < 0x61 || (byte | 0x20) > 0x7a) &&
      (this.peekNext() === SP || this.peekNext() === CLOSE);
    if (!single) {
      this.#nil();
      return null;
    }
    this.quirk("unquoted-delimiter");
    this.pos++;
    return String.fromCharCode(byte);
  }

  /** A flag or a mailbox attribute. */
  flag(): string {
    const { pos } = this;
    // Only the first byte is a backslash: some servers leave out the SP in front of the next flag.
    if (this.peek() === BACKSLASH) this.pos++;
    const length = this.runOf(ATOM);
    const at = this.pos + length;
    if (length === 0 || (at < this.end && (CLASSES[this.bytes[at]!]! & FLAG) !== 0)) {
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
      this.skipQuoted();
      this.quirk("quoted-flag");
      // With one backslash or, as a quoted string has it, with two.
      return this.#slice(start + 1, this.pos - 1).replace(/^\\\\/, "\\");
    }
    if (this.peek() === BACKSLASH) this.pos++;
    const length = this.runOf(FLAG);
    if (length === 0) this.fail("a flag");
    const plain = length === this.runOf(ATOM);
    this.pos += length;
    const text = this.#slice(start, this.pos);
    if (text !== "\\*") {
      if (!plain) this.quirk("odd-flag");
    } else if (!permanent) this.quirk("star-flag");
    return text;
  }

  /** Text between the brackets of a section, up to the "]"; inside a header list "]" is part of a name. */
  section(): string {
    // The whole message: nothing of the line need be decoded.
    if (this.peek() === 0x5d) return "";
    let text = "";
    let from = this.pos;
    let inList = false;
    for (let byte = this.peek(); inList || byte !== 0x5d; byte = this.peek()) {
      if (byte === QUOTE) {
        this.skipQuoted();
      } else if (byte === BRACE && this.literalMark(this.pos) !== -1) {
        text += this.#slice(from, this.pos);
        // A header name sent as a literal reads as well in quotes.
        text += `"${textOf(this.literal()).replace(/["\\]/g, "\\$&")}"`;
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
      return this.#oddSection(text);
    }
  }

  /** A section with more spaces than it should have; an unknown one must not cost the row. */
  #oddSection(text: string): string {
    const single = text.replace(/ {2,}/g, " ");
    if (single === text) return text;
    let section;
    try {
      section = normalizeSection(single);
    } catch {
      return text;
    }
    this.quirk("double-space");
    return section;
  }

  // ---------------------------------------------------------------- values

  /** A sequence set. */
  sequenceSet(): SequenceSet {
    const start = this.pos;
    const text = this.#atom(SET, "a sequence set");
    try {
      return SequenceSet.parse(text);
    } catch {
      return this.failFrom(start, "a sequence set");
    }
  }

  /** A date and time in quotes; what it says is looked at when asked for. */
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

  /** base64 text, as octets; "=" alone means none (RFC 4959). */
  base64(): Uint8Array {
    const start = this.pos;
    const length = this.runOf(ASTRING);
    const text = this.#slice(start, start + length);
    this.pos = start + length;
    if (text === "=") return new Uint8Array(0);
    try {
      return fromBase64(text);
    } catch {
      return this.failFrom(start, "base64");
    }
  }

  /** Those elements of the damaged set here that can be read; the set itself is still to be read. */
  readableSet(): SequenceSet {
    const space = this.bytes.subarray(0, this.end).indexOf(SP, this.pos);
    const text = latin1(this.bytes.subarray(this.pos, space === -1 ? this.end : space));
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
      if (bytes[at]! < 0x0e && (bytes[at] === 0 || bytes[at] === 0x0d || bytes[at] === 0x0a)) {
        this.quirk("odd-text");
        break;
      }
    }
    return this.#slice(start, end);
  }

  // ---------------------------------------------------------------- inside

  /** Fails where something begins that was read and then turned out to be nothing of its kind. */
  protected failFrom(start: number, expected: string): never {
    this.looked(this.pos - start);
    this.pos = start;
    return this.fail(expected);
  }

  #atom(bit: number, expected: string): string {
    const start = this.pos;
    const length = this.runOf(bit);
    if (length === 0) this.fail(expected);
    this.pos = start + length;
    return this.#slice(start, this.pos);
  }

  /** NIL, compared byte by byte: fifteen of them are in one row of metadata. */
  #nil(): void {
    const { bytes, pos } = this;
    const after = pos + 3;
    const isNil = after <= this.end && (bytes[pos]! | 0x20) === 0x6e && (bytes[pos + 1]! | 0x20) === 0x69 &&
      (bytes[pos + 2]! | 0x20) === 0x6c;
    if (!isNil || (after < this.end && (CLASSES[bytes[after]!]! & ASTRING) !== 0)) {
      this.fail("a string or NIL");
    }
    this.pos = after;
  }

  /** Position of the quote that ends the string here, -1 if there is a backslash or another quote before it. */
  #quotedEnd(): number {
    const { bytes, end } = this;
    let at = this.pos + 1;
    while (at < end && (CLASSES[bytes[at]!]! & QUOTED) !== 0) at++;
    if (at < end && bytes[at] === QUOTE) return this.#endsAt(at) ? at : -1;
    if (at < end && bytes[at] === BACKSLASH) return -1;
    this.looked(at - this.pos);
    return this.fail("a quoted string that ends");
  }

  /** Whether the quote here ends its string: what comes after may follow a string. */
  #endsAt(quote: number): boolean {
    return quote + 1 >= this.end || endsString(this.bytes[quote + 1]!);
  }

  #quotedBytes(): Uint8Array {
    const start = this.pos + 1;
    const end = this.#quotedEnd();
    if (end === -1) return this.#unescaped();
    this.pos = end + 1;
    return this.bytes.slice(start, end);
  }

  /**
   * Position of the quote that ends the string here; a quote after which nothing comes that may follow a string belongs to
   * it (`"TEXT" "HTML"" NIL`). Not for where lists are counted, which such a string could swallow: see #findQuote.
   */
  #closingQuote(): number {
    const { bytes, end } = this;
    let odd = false;
    let at = this.pos + 1;
    for (; at < end; at++) {
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
    this.looked(at - this.pos);
    return this.fail("a quoted string that ends");
  }

  /** A quoted string with its backslashes taken out, as text; up to `at` it has none. */
  #unescapedText(at: number): string {
    const { bytes, end } = this;
    this.#text1();
    let from = this.pos + 1;
    let text = "";
    while (this.#ascii && bytes[at] === BACKSLASH && bytes[at + 1]! >= SP) {
      text += this.#slice(from, at);
      from = at + 1;
      at += 2;
      while (at < end && (CLASSES[bytes[at]!]! & QUOTED) !== 0) at++;
    }
    // What is told by all of its octets: in 8 bits, or with a quote that ends nothing.
    if (!this.#ascii || at >= end || bytes[at] !== QUOTE || !this.#endsAt(at)) {
      return this.#text(this.#quotedBytes());
    }
    this.pos = at + 1;
    return text + this.#slice(from, at);
  }

  /** A quoted string with its backslashes taken out. */
  #unescaped(): Uint8Array {
    const start = this.pos + 1;
    const end = this.#closingQuote();
    const out = new Uint8Array(end - start);
    let length = 0;
    for (let at = start; at < end; at++) {
      if (this.bytes[at] === BACKSLASH) at++;
      out[length++] = this.bytes[at]!;
    }
    this.pos = end + 1;
    return out.subarray(0, length);
  }

  /** The name of a mailbox, an atom of which is made of bytes of a class. */
  protected mailboxOf(bit: number): string {
    return this.#nameOf(this.#mailboxBytes(bit));
  }

  #nameOf(bytes: Uint8Array): string {
    const name = decodeMailboxName(bytes, this.#utf8);
    return this.#names === undefined || this.#utf8 ? name : this.#names.read(name, bytes);
  }

  #mailboxBytes(bit: number): Uint8Array {
    const byte = this.peek();
    if (byte === BRACE) return this.literal();
    if (byte === QUOTE) return this.#quotedBytes();
    const start = this.pos;
    this.pos = start + this.runOf(bit);
    if (this.peek() > 0x7f && this.pos < this.end && bit === ASTRING) this.#highName();
    if (this.pos === start) this.fail("a mailbox name");
    return this.bytes.subarray(start, this.pos);
  }

  /** Goes on over the rest of a name that has bytes above 7F and should be in quotes. */
  #highName(): void {
    this.quirk("unquoted-name");
    const { bytes, end } = this;
    let at = this.pos;
    while (at < end && (bytes[at]! > 0x7f || (CLASSES[bytes[at]!]! & ASTRING) !== 0)) at++;
    this.pos = at;
  }

  /** The whole text, one character for each byte. */
  protected get line(): string {
    return this.#text1().slice(this.#lineStart, this.#lineStart + this.end);
  }

  #text1(): string {
    if (this.#line !== undefined) return this.#line;
    this.#lineStart = 0;
    const line = utf8Line.decode(
      this.end === this.bytes.length ? this.bytes : this.bytes.subarray(0, this.end),
    );
    // As many characters as bytes and none replaced: ASCII.
    this.#ascii = line.length === this.end && !line.includes("\ufffd");
    return this.#line = this.#ascii ? line : latin1(this.bytes.subarray(0, this.end));
  }

  /** Part of the text. Nearly every string takes the first way. */
  #slice(start: number, end: number): string {
    const from = this.#lineStart;
    return this.#ascii ? this.#line!.slice(from + start, from + end) : this.#decodedSlice(start, end);
  }

  #decodedSlice(start: number, end: number): string {
    const line = this.#text1();
    if (this.#ascii) return line.slice(start, end);
    const { bytes } = this;
    for (let at = start; at < end; at++) {
      if (bytes[at]! > 0x7f) return this.#text(bytes.subarray(start, end));
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

/** A literal as text: UTF-8 where it is, else Latin-1. Any octets are legal in it (RFC 9051 CHAR8). */
export function textOf(literal: Uint8Array): string {
  return isUtf8(literal) ? utf8Line.decode(literal) : latin1(literal);
}

/** Whether the signs of a date and time are in their places: QQ leaves out the zone, Domino says 00-Jan-0000. */
function isFixedDateTime(text: string): boolean {
  return text.length === 26 && text.charCodeAt(2) === DASH && text.charCodeAt(6) === DASH &&
    text.charCodeAt(11) === SP && text.charCodeAt(20) === SP && !text.startsWith("00");
}
