/**
 * Writes protocol lines: requests as a list of fragments between which a session may have to wait, responses as one
 * run of octets. Everything generated from the grammar writes through this class, and everything it writes
 * to a line passes one method that refuses CR, LF and NUL.
 */
import { kindOf } from "../base/option_names.ts";
import { toBase64 } from "../values/base64.ts";
import { astringChars, wildcards } from "./_gen/classes.ts";
import { formatDateTime, formatSearchDate } from "../values/date_time.ts";
import type { DateTimeInput, SearchDate } from "../values/date_time.ts";
import { normalizeFetchItem, normalizeSection } from "../values/fetch_item.ts";
import { encodeMailboxName } from "../values/mailbox_name.ts";
import { SequenceSet } from "../values/sequence_set.ts";
import type { SequenceSetInput } from "../values/sequence_set.ts";
import { carriesLiterals } from "./framer.ts";
import { type BlobLike, type LiteralSource, ownLiteral } from "./literal_input.ts";
import { markStart } from "../values/literal_mark.ts";

export type { BlobLike, LiteralSource } from "./literal_input.ts";

/** What can be given where a literal is sent: octets, text (sent as UTF-8), a `Blob`, or a stream of known size. */
export type LiteralInput = Uint8Array | string | LiteralSource | BlobLike;

/** A piece of a request that is one or more lines. */
export interface LineFragment {
  /** The octets, line ends included. */
  line: Uint8Array;
  /** The same as text for a log, secrets masked. */
  trace: string;
  /** The octets contain a secret. */
  secret?: true;
}

/** A piece of a request that is the octets of a literal. */
export interface LiteralFragment {
  /** The octets, or where they come from. */
  literal: Uint8Array | LiteralSource;
  /** How many there are. */
  size: number;
  /** True when the server must ask for them with `+` first. */
  sync: boolean;
  /** What a log shows of them: their number. */
  trace: string;
  /** The octets contain a secret. */
  secret?: true;
}

/** A piece of a request, sent whole before the next. */
export type Fragment = LineFragment | LiteralFragment;

/** What the session may write. */
export interface WriterOptions {
  /** The server has LITERAL+: literals need no `+` from it (RFC 7888). */
  literalPlus?: boolean;
  /** The server has LITERAL-: so it is for literals of at most 4096 octets (RFC 7888). */
  literalMinus?: boolean;
  /** Literals of more octets than this wait for the server's `+` all the same. */
  maxNonSync?: number;
  /** UTF-8 in quoted strings and mailbox names: after ENABLE of IMAP4rev2 or UTF8=ACCEPT. */
  utf8?: boolean;
  /** Mailbox names that go back as they came: the octets of a name, undefined for one that is written as any other. */
  names?: { written(name: string): Uint8Array | undefined };
  /** The server has BINARY: literals may hold NUL (RFC 3516). */
  binary?: boolean;
  /**
   * Takes over what is sent as a literal, so that the caller cannot change it. Writing again after a change of these options must get
   * the same as the first time. Left out: octets are copied.
   */
  own?: (value: unknown) => Uint8Array | LiteralSource;
  /** Write as a server does: literals are in the line, without waiting and without a plus. */
  response?: boolean;
  /** Told of each literal of a response, and where in the octets of that it belongs; one that it takes is left out of them. */
  apart?: (octets: Uint8Array, at: number) => boolean;
}

/** A set of byte values: 256 flags. */
export type ByteClass = Uint8Array;

/**
 * Makes a set of byte values.
 *
 * @param ranges first and last byte of each range, one after another
 * @returns the set
 */
export function byteClassOf(...ranges: number[]): ByteClass {
  const set = new Uint8Array(256);
  for (let i = 0; i < ranges.length; i += 2) set.fill(1, ranges[i], ranges[i + 1]! + 1);
  return set;
}

/** `ASTRING-CHAR`: an atom character or "]". */
const astringChar = /* @__PURE__ */ classOf(astringChars);
/** Of these, what Courier takes in a mailbox name without quotes. */
const nameChar = /* @__PURE__ */ classOf(/* @__PURE__ */ astringChars.replace(/[~[\]}]/g, ""));
/** `list-char`: an astring character or a wildcard. */
const listChar = /* @__PURE__ */ classOf(astringChars, wildcards);

function classOf(...chars: string[]): ByteClass {
  const set = new Uint8Array(256);
  for (const char of chars.join("")) set[char.charCodeAt(0)] = 1;
  return set;
}

/** A keyword that is named like a system flag. */
const systemKeyword = /^"(answered|flagged|deleted|seen|draft)"$/i;

/** Longest string in quotes; what is longer goes as a literal, which no line limit cuts. */
const maxQuoted = 1000;
/** RFC 7888 section 5. */
const maxLiteralMinus = 4096;
const maxDepth = 100;

const quote = 0x22;
const backslash = 0x5c;
const crlf: readonly number[] = [0x0d, 0x0a];
const mask = "***";

const utf8Encoder = /* @__PURE__ */ new TextEncoder();
const traceDecoder = /* @__PURE__ */ new TextDecoder();

/**
 * Collects what is to be sent.
 *
 * Methods named like a rule of the grammar write one value of it; every one of them throws RangeError, before
 * anything is sent, when the value cannot be written.
 */
export class Writer {
  /** Write `astring` in ISO-8859-1 instead of UTF-8: the charset that a search names. */
  latin1 = false;
  readonly #options: WriterOptions;
  #bytes: Uint8Array = new Uint8Array(256);
  #length = 0;
  /** Where the text after the last literal begins. */
  #lineStart = 0;
  #fragments: Fragment[] = [];
  /** Start and end of what a trace hides, in the line that is being written. */
  #secrets: number[] = [];
  #secretDepth = 0;
  #depth = 0;

  /**
   * Starts with nothing written.
   *
   * @param options what the session may write
   */
  constructor(options: WriterOptions = {}) {
    this.#options = options;
  }

  /**
   * Writes octets as they are.
   *
   * @param bytes octets to add
   * @throws {RangeError} for CR, LF and NUL
   */
  raw(bytes: ArrayLike<number>): void {
    for (let i = 0; i < bytes.length; i++) this.#byte(bytes[i]!);
  }

  /**
   * Writes text as it is, in UTF-8.
   *
   * @param text keywords, punctuation, text whose form has been checked
   */
  text(text: string): void {
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code > 0x7f) return this.raw(utf8(text.slice(i)));
      this.#byte(code);
    }
  }

  /** The only way into a line: CR, LF and NUL would end the command and begin another. */
  #byte(byte: number): void {
    if (byte === 0x0d || byte === 0x0a || byte === 0) {
      throw new RangeError(`${byte === 0 ? "NUL" : byte === 0x0d ? "CR" : "LF"} cannot be sent in a line`);
    }
    if (this.#length === this.#bytes.length) this.#reserve(1);
    this.#bytes[this.#length++] = byte;
  }

  /** Writes one space. */
  sp(): void {
    this.#byte(0x20);
  }

  /**
   * Writes elements with a space between them.
   *
   * @param list the elements
   * @param write writes one
   */
  spaced<Element>(list: readonly Element[], write: (element: Element) => void): void {
    let isNext = false;
    for (const element of list) {
      if (isNext) this.sp();
      isNext = true;
      write(element);
    }
  }

  /** Writes one space after an element, so that a damaged one, which may end anyhow, does not run into the next. */
  apart(): void {
    const before = this.#bytes[this.#length - 1];
    if (before !== 0x20 && before !== 0x28) this.sp();
  }

  /**
   * Writes a run of bytes of one class: an atom, a tag, text.
   *
   * @param text the value
   * @param set which bytes may be in it
   * @param what name of the rule, for the message
   * @param min the fewest characters
   */
  token(text: string, set: ByteClass, what: string, min = 1): void {
    if (typeof text !== "string" || text.length < min) refuse(what, text);
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code > 0x7f) {
        if (!utf8(text).every((byte) => set[byte] === 1)) refuse(what, text);
        break;
      }
      if (set[code] !== 1) refuse(what, text);
    }
    this.text(text);
  }

  /**
   * Writes a number.
   *
   * @param value the number
   * @param max the largest that may be sent
   */
  number(value: number, max = 4294967295): void {
    if (!Number.isInteger(value) || value < 0 || value > max) {
      throw new RangeError(`not a whole number from 0 to ${max}: ${String(value)}`);
    }
    this.text(value > Number.MAX_SAFE_INTEGER ? String(BigInt(value)) : String(value));
  }

  /**
   * Writes a number of up to 63 bits.
   *
   * @param value the number
   */
  bigint(value: bigint): void {
    if (typeof value !== "bigint" || value < 0n || value > 0x7fff_ffff_ffff_ffffn) {
      throw new RangeError(`not a whole number of at most 63 bits: ${String(value)}`);
    }
    this.text(String(value));
  }

  /**
   * Writes text in quotes, whatever else might do.
   *
   * @param text the value
   */
  quoted(text: string): void {
    if (this.#plain(text)) return;
    const bytes = utf8(text);
    if (!this.#options.response && !this.#quotable(bytes)) {
      throw new RangeError(`cannot be sent in quotes: ${shown(text)}`);
    }
    this.#quoted(bytes);
  }

  /**
   * Writes octets as a literal.
   *
   * @param value octets, text, or a stream of known size
   */
  literal(value: LiteralInput): void {
    const data = typeof value === "string" ? utf8(value) : this.#own(value);
    if (data instanceof Uint8Array) this.#literal(data, data.length, data.includes(0));
    else this.#literal(data, data.size, data.binary === true);
  }

  /**
   * Writes `string`: in quotes where that is possible, otherwise as a literal.
   *
   * @param text the value
   */
  string(text: string): void {
    if (!this.#plain(text)) this.#string(utf8(text), true);
  }

  /**
   * Writes `nstring`.
   *
   * @param text the value; null is NIL
   */
  nstring(text: string | null): void {
    if (text === null) this.text("NIL");
    else this.string(text);
  }

  /**
   * Writes octets where the grammar says `nstring`, as `literal8` when they hold NUL.
   *
   * @param bytes the value; null is NIL
   * @throws {TypeError} for anything but octets
   */
  nbytes(bytes: Uint8Array | null): void {
    if (bytes === null) this.text("NIL");
    else if (!(bytes instanceof Uint8Array)) throw new TypeError(`not octets: ${typeof bytes}`);
    else if (this.#options.response) this.literal(bytes);
    else this.#string(this.#own(bytes) as Uint8Array, false);
  }

  /** A response is written in one go: nobody has time to change what it is made of. */
  #own(value: Exclude<LiteralInput, string>): Uint8Array | LiteralSource {
    // What a server writes is octets or a source.
    return this.#options.response
      ? value as Uint8Array | LiteralSource
      : (this.#options.own ?? ownLiteral)(value);
  }

  /**
   * Writes `astring`: an atom where every byte allows it and it does not read as NIL, otherwise a string.
   *
   * @param text the value
   */
  astring(text: string): void {
    this.#atomOrString(this.latin1 ? latin1(text) : utf8(text), astringChar);
  }

  /**
   * Writes a mailbox name, in UTF-8 or modified UTF-7 as the session has agreed.
   *
   * @param name the name
   */
  mailbox(name: string): void {
    this.#mailbox(name, this.#options.response ? astringChar : nameChar);
  }

  #mailbox(name: string, plain: ByteClass): void {
    const { utf8, names } = this.#options;
    const known = utf8 ? undefined : names?.written(name);
    if (known?.some((byte) => byte > 0x7f)) this.#quoted(known);
    else this.#atomOrString(encodeMailboxName(name, utf8 === true), plain);
  }

  /** Writes a SP and what comes after it: the octets of a section, or NIL. */
  sectionData(octets: Uint8Array | null): void {
    this.sp();
    this.nbytes(octets);
  }

  /**
   * Writes a mailbox name with the wildcards `*` and `%`.
   *
   * @param pattern the pattern; one that is a listed name goes as that does
   */
  listMailbox(pattern: string): void {
    this.#mailbox(pattern, listChar);
  }

  /**
   * Writes a flag: a keyword, or a backslash and a name, or `\*`; a keyword that is named like a system flag is given in
   * quotes, which are not written.
   *
   * @param flag the value; "]" is allowed, because Gmail has labels with it that a client must be able to remove
   */
  flag(flag: string): void {
    if (!this.#options.response && systemKeyword.test(flag)) return this.text(flag.slice(1, -1));
    const name = flag.startsWith("\\") ? flag.slice(1) : flag;
    if (flag === "\\*" && this.#options.response) this.text(flag);
    else if (name === "" || (!this.#options.response && /^\\recent$/i.test(flag))) {
      // RFC 3501 section 2.3.2: only a server sets \Recent.
      throw new RangeError(`not a flag${name === "" ? "" : " that a client can set"}: ${shown(flag)}`);
    } else if (
      name === flag && !this.#options.response && systemKeyword.test(`"${name}"`)
    ) {
      // It would become a keyword, and the message stay as it was.
      throw new RangeError(
        `${
          shown(flag)
        } is not the flag "\\${name}": write the backslash, "\\\\${name}" in quotes; for a keyword of this name, '"${name}"'`,
      );
    } else {
      if (name !== flag) this.text("\\");
      this.token(name, astringChar, "flag");
    }
  }

  /**
   * Writes a set of messages: a request's in ascending order, since exmail.qq.com and hMailServer refuse `9:5`; an answer's
   * as it is, since the order is what SORT was asked for.
   *
   * @param input the set
   */
  sequenceSet(input: SequenceSetInput): void {
    const set = SequenceSet.from(input);
    const text = String(this.#options.response ? set : set.split(Infinity)[0] ?? "");
    if (text === "") throw new RangeError("a set without messages cannot be sent");
    this.text(text);
  }

  /**
   * Writes the text between the brackets of `BODY[...]`.
   *
   * @param section the text
   */
  section(section: string): void {
    this.text(this.#options.response ? section : normalizeSection(section));
  }

  /**
   * Writes a point in time, in quotes. A server's answer keeps the text it has.
   *
   * @param date the point in time
   */
  dateTime(date: DateTimeInput): void {
    const keep = this.#options.response && !(date instanceof Date);
    this.quoted(keep ? date.text : formatDateTime(date));
  }

  /**
   * Writes a day for SEARCH.
   *
   * @param date the day
   */
  date(date: SearchDate): void {
    this.text(formatSearchDate(date));
  }

  /**
   * Writes something that FETCH can be asked for.
   *
   * @param item the item
   */
  fetchItem(item: string): void {
    this.text(normalizeFetchItem(item));
  }

  /**
   * Writes octets as base64 (RFC 4648 section 4); none are `=`, as RFC 4959 wants it.
   *
   * @param bytes the value
   */
  base64(bytes: Uint8Array): void {
    this.text(bytes.length === 0 ? "=" : toBase64(bytes));
  }

  /**
   * Writes a value that was read without being understood, as it was read.
   *
   * @param value the value: octets with the marks of its literals, and the literals
   */
  generic(value: { readonly bytes: Uint8Array; readonly literals: readonly Uint8Array[] }): void {
    const { bytes, literals } = value;
    let start = 0;
    for (const literal of literals) {
      const end = bytes.indexOf(crlf[0]!, start);
      const open = end < 0 ? -1 : bytes.lastIndexOf(0x7b, end);
      if (open < start) throw new RangeError("a raw value has more literals than marks");
      const eight = open > start && bytes[open - 1] === 0x7e;
      this.raw(bytes.subarray(start, eight ? open - 1 : open));
      this.#literal(literal, literal.length, eight);
      start = end + 2;
    }
    this.raw(bytes.subarray(start));
  }

  /**
   * Writes everything up to the end of a response, as it was read.
   *
   * @param value the value
   */
  rest(value: { readonly bytes: Uint8Array; readonly literals: readonly Uint8Array[] }): void {
    this.generic(value);
  }

  /**
   * Writes the value after a name with its SP; nothing where there was none.
   *
   * @param value the value
   */
  itemValue(value: { readonly bytes: Uint8Array; readonly literals: readonly Uint8Array[] }): void {
    if (value.bytes.length === 0) return;
    this.sp();
    this.generic(value);
  }

  /** From here to {@linkcode Writer.endSecret}, a trace shows a mask. */
  beginSecret(): void {
    if (this.#secretDepth++ === 0) this.#secrets.push(this.#length);
  }

  /** Ends what {@linkcode Writer.beginSecret} began. */
  endSecret(): void {
    if (--this.#secretDepth === 0) this.#secrets.push(this.#length);
  }

  /** Goes one level deeper in a value that may contain itself. */
  enter(): void {
    if (++this.#depth > maxDepth) throw new RangeError(`nested more than ${maxDepth} levels deep`);
  }

  /** Comes back from {@linkcode Writer.enter}. */
  leave(): void {
    this.#depth--;
  }

  /**
   * Ends the line and gives everything that was written, in order.
   *
   * @returns the pieces of the request
   */
  end(): Fragment[] {
    this.#checkEnd();
    this.#lineEnd();
    this.#flush();
    const fragments = this.#fragments;
    this.#fragments = [];
    return fragments;
  }

  /**
   * Ends the line and gives a response as one run of octets.
   *
   * @returns the octets
   */
  endResponse(): Uint8Array {
    this.#checkEnd();
    this.#lineEnd();
    const bytes = this.#bytes.slice(0, this.#length);
    this.#length = this.#lineStart = 0;
    return bytes;
  }

  /**
   * Writes text in quotes if it is short and of visible characters and spaces of US-ASCII alone, which go in quotes wherever they
   * stand: nearly all strings of an ENVELOPE, and TextEncoder takes longer for one than all the rest.
   */
  #plain(text: string): boolean {
    if (typeof text !== "string" || !fitsQuotes(text)) return false;
    const start = this.#length;
    this.#reserve(2 * text.length + 2);
    const bytes = this.#bytes;
    let at = start;
    bytes[at++] = quote;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code < 0x20 || code > 0x7e) return false;
      if (code === quote || code === backslash) bytes[at++] = backslash;
      bytes[at++] = code;
    }
    bytes[at++] = quote;
    this.#length = at;
    return true;
  }

  #atomOrString(bytes: Uint8Array, set: ByteClass): void {
    if (
      bytes.length > 0 && fitsQuotes(bytes) && bytes.every((byte) => set[byte] === 1) && !isNil(bytes)
    ) {
      this.raw(bytes);
    } else {
      this.#string(bytes, true);
    }
  }

  #string(bytes: Uint8Array, text: boolean): void {
    // where no literal may be, any length and octets above 7F go in quotes: every reader takes them
    const quotable = this.#holdsLiterals() ? fitsQuotes(bytes) && this.#quotable(bytes) : text;
    if (quotable) {
      this.#quoted(bytes);
      return;
    }
    const nul = bytes.includes(0);
    if (nul && text) throw new RangeError("NUL cannot be sent in a string");
    this.#literal(bytes, bytes.length, nul);
  }

  #quotable(bytes: Uint8Array): boolean {
    const limit = this.#options.utf8 ? 0x100 : 0x80;
    return bytes.every((byte) => byte < limit && byte !== 0x0d && byte !== 0x0a && byte !== 0);
  }

  #quoted(bytes: Uint8Array): void {
    const out: number[] = [quote];
    for (const byte of bytes) {
      if (byte === quote || byte === backslash) out.push(backslash);
      out.push(byte);
    }
    out.push(quote);
    this.raw(out);
  }

  #literal(literal: Uint8Array | LiteralSource, size: number, nul: boolean): void {
    const { response, apart, binary, literalPlus, literalMinus, maxNonSync = Infinity } = this.#options;
    if (!Number.isSafeInteger(size) || size < 0) {
      throw new RangeError(`not a number of octets: ${String(size)}`);
    }
    if (nul && !response && !binary) throw new RangeError("NUL cannot be sent to a server without BINARY");
    const mark = nul ? "~{" : "{";
    if (!this.#holdsLiterals()) throw new RangeError("no literal can be in a status response");
    if (response) {
      if (!(literal instanceof Uint8Array)) throw new RangeError("a stream cannot be in a response");
      this.text(`${mark}${size}}`);
      this.#lineEnd();
      if (!apart?.(literal, this.#length)) {
        this.#reserve(size);
        this.#bytes.set(literal, this.#length);
        this.#length += size;
      }
      this.#lineStart = this.#length;
      return;
    }
    const sync = size > maxNonSync || !literalPlus && !(literalMinus && size <= maxLiteralMinus);
    this.text(`${mark}${size}${sync ? "" : "+"}}`);
    this.#lineEnd();
    const secret = this.#secretDepth > 0;
    this.#flush();
    const trace = secret ? mask : `<${size} octets>`;
    this.#fragments.push({ literal, size, sync, trace, ...(secret ? { secret } : {}) });
  }

  /** A status response ends in free text, so nobody looks for literals in it. */
  #holdsLiterals(): boolean {
    return !this.#options.response || carriesLiterals(this.#bytes, 0, this.#length);
  }

  /** Refuses a line whose end would be taken for the announcement of a literal. */
  #checkEnd(): void {
    const start = this.#lineStart;
    if (this.#length - start < 3 || this.#bytes[this.#length - 1] !== 0x7d || !this.#holdsLiterals()) return;
    if (markStart(this.#bytes, start, this.#length) !== -1) {
      throw new RangeError("the line ends like the mark of a literal");
    }
  }

  /** The line end that the protocol puts there, past the method that refuses those of a caller. */
  #lineEnd(): void {
    this.#reserve(2);
    this.#bytes[this.#length++] = crlf[0]!;
    this.#bytes[this.#length++] = crlf[1]!;
  }

  #flush(): void {
    const line = this.#bytes.slice(0, this.#length);
    let trace = "";
    let start = 0;
    for (let i = 0; i < this.#secrets.length; i += 2) {
      trace += traceDecoder.decode(line.subarray(start, this.#secrets[i])) + mask;
      start = this.#secrets[i + 1] ?? line.length;
    }
    trace += traceDecoder.decode(line.subarray(start));
    const secret = this.#secrets.length > 0;
    this.#fragments.push({ line, trace: trace.replace(/\r\n$/, ""), ...(secret ? { secret } : {}) });
    this.#secrets = this.#secretDepth > 0 ? [0] : [];
    this.#length = 0;
  }

  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }
}

/**
 * Refuses a value that no alternative of a rule can write.
 *
 * @param rule name of the rule
 * @param value the value
 * @throws {RangeError} always
 */
export function refuse(rule: string, value: unknown): never {
  const { type, op } = Object(value) as { type?: unknown; op?: unknown };
  throw new RangeError(`not a value of ${rule}: ${shown(String(type ?? op ?? value))}`);
}

/**
 * Refuses a value that is missing where the grammar wants one.
 *
 * @param what name of the field
 * @param value the value
 * @returns the value
 * @throws {RangeError} when it is undefined
 */
export function need<T>(what: string, value: T | undefined): T {
  if (value === undefined) throw new RangeError(`${what} is missing`);
  return value;
}

/**
 * Refuses a list without elements where the grammar wants one.
 *
 * @param what name of the rule or field
 * @param list the list
 * @throws {RangeError} when it is empty
 */
export function atLeastOne(what: string, list: readonly unknown[]): void {
  if (list.length === 0) throw new RangeError(`${what} needs at least one element`);
}

/**
 * Checks that a value is one of the words of a rule.
 *
 * @param value the value
 * @param words the words
 * @returns the value
 * @throws {RangeError} when it is not one of them
 */
export function wordOf(value: string, words: readonly string[]): string {
  if (!words.includes(value)) {
    const given = typeof value === "string" ? shown(value) : kindOf(value);
    throw new RangeError(`not one of ${words.join(", ")}: ${given}`);
  }
  return value;
}

/** UTF-8 of a text; an unpaired surrogate would silently become U+FFFD, another value. */
function utf8(text: string): Uint8Array {
  if (typeof text !== "string") throw new RangeError(`not a text: ${typeof text}`);
  if (!text.isWellFormed()) throw new RangeError(`holds an unpaired surrogate: ${shown(text)}`);
  return utf8Encoder.encode(text);
}

/** Whether a name is one of ISO 8859-1. */
export function isLatin1(charset: string): boolean {
  return /^(?:iso[-_]?8859-1|latin-?1)$/i.test(charset);
}

function latin1(text: string): Uint8Array {
  const bytes = utf8(text);
  if (bytes.length === text.length) return bytes;
  return Uint8Array.from(text, (character) => {
    const code = character.charCodeAt(0);
    if (character.length > 1 || code > 0xff) throw new RangeError(`is not in ISO-8859-1: ${shown(text)}`);
    return code;
  });
}

/** Whether a string is short enough for quotes. */
function fitsQuotes({ length }: { readonly length: number }): boolean {
  return length <= maxQuoted;
}

function isNil(bytes: Uint8Array): boolean {
  return bytes.length === 3 && (bytes[0]! | 0x20) === 0x6e && (bytes[1]! | 0x20) === 0x69 &&
    (bytes[2]! | 0x20) === 0x6c;
}

function shown(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}...` : text);
}
