/**
 * Writes protocol lines: requests as a list of fragments between which a session may have to wait, responses as one
 * run of octets. Everything generated from the grammar writes through this class.
 */
import { toBase64 } from "../values/base64.ts";
import { astringChars, wildcards } from "./_gen/classes.ts";
import { formatDateTime, formatSearchDate } from "../values/date_time.ts";
import type { DateTimeInput, SearchDate } from "../values/date_time.ts";
import { normalizeFetchItem, normalizeSection } from "../values/fetch_item.ts";
import { encodeMailboxName } from "../values/mailbox_name.ts";
import { SequenceSet } from "../values/sequence_set.ts";
import type { SequenceSetInput } from "../values/sequence_set.ts";
import { BACKSLASH, QUOTE } from "./byte_class.ts";
import { type ByteClass, classOf, latin1, shown, utf8 } from "./checks.ts";
import { fitsQuotes, LineWriter } from "./line_writer.ts";
import { type LiteralInput, type LiteralSource, ownLiteral } from "./literal_input.ts";

/** `ASTRING-CHAR`: an atom character or "]". */
const astringChar = /* @__PURE__ */ classOf(astringChars);
/** Of these, what Courier takes in a mailbox name without quotes. */
const nameChar = /* @__PURE__ */ classOf(/* @__PURE__ */ astringChars.replace(/[~[\]}]/g, ""));
/** `list-char`: an astring character or a wildcard. */
const listChar = /* @__PURE__ */ classOf(astringChars, wildcards);

/** A keyword that is named like a system flag. */
const systemKeyword = /^"(answered|flagged|deleted|seen|draft)"$/i;

/**
 * Collects what is to be sent.
 *
 * Methods named like a rule of the grammar write one value of it; every one of them throws RangeError, before
 * anything is sent, when the value cannot be written.
 */
export class Writer extends LineWriter {
  /** Write `astring` in ISO-8859-1 instead of UTF-8: the charset that a search names. */
  latin1 = false;

  /**
   * Writes text in quotes, whatever else might do.
   *
   * @param text the value
   */
  quoted(text: string): void {
    if (this.inQuotes(text)) return;
    const bytes = utf8(text);
    if (!this.options.response && !this.#quotable(bytes)) {
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
    if (data instanceof Uint8Array) this.announced(data, data.length, data.includes(0));
    else this.announced(data, data.size, data.binary === true);
  }

  /**
   * Writes `string`: in quotes where that is possible, otherwise as a literal.
   *
   * @param text the value
   */
  string(text: string): void {
    if (!this.inQuotes(text)) this.#string(utf8(text), true);
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
    else if (this.options.response) this.literal(bytes);
    else this.#string(this.#own(bytes) as Uint8Array, false);
  }

  /** A response is written in one go: nobody has time to change what it is made of. */
  #own(value: Exclude<LiteralInput, string>): Uint8Array | LiteralSource {
    // What a server writes is octets or a source.
    return this.options.response
      ? value as Uint8Array | LiteralSource
      : (this.options.own ?? ownLiteral)(value);
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
    this.#mailbox(name, this.options.response ? astringChar : nameChar);
  }

  #mailbox(name: string, plain: ByteClass): void {
    const { utf8, names } = this.options;
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
    if (!this.options.response && systemKeyword.test(flag)) return this.text(flag.slice(1, -1));
    const name = flag.startsWith("\\") ? flag.slice(1) : flag;
    if (flag === "\\*" && this.options.response) this.text(flag);
    else if (name === "" || (!this.options.response && /^\\recent$/i.test(flag))) {
      // RFC 3501 section 2.3.2: only a server sets \Recent.
      throw new RangeError(`not a flag${name === "" ? "" : " that a client can set"}: ${shown(flag)}`);
    } else if (
      name === flag && !this.options.response && systemKeyword.test(`"${name}"`)
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
    const text = String(this.options.response ? set : set.split(Infinity)[0] ?? "");
    if (text === "") throw new RangeError("a set without messages cannot be sent");
    this.text(text);
  }

  /**
   * Writes the text between the brackets of `BODY[...]`.
   *
   * @param section the text
   */
  section(section: string): void {
    this.text(this.options.response ? section : normalizeSection(section));
  }

  /**
   * Writes a point in time, in quotes. A server's answer keeps the text it has.
   *
   * @param date the point in time
   */
  dateTime(date: DateTimeInput): void {
    const keep = this.options.response && !(date instanceof Date);
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
      const end = bytes.indexOf(0x0d, start);
      const open = end < 0 ? -1 : bytes.lastIndexOf(0x7b, end);
      if (open < start) throw new RangeError("a raw value has more literals than marks");
      const eight = open > start && bytes[open - 1] === 0x7e;
      this.raw(bytes.subarray(start, eight ? open - 1 : open));
      this.announced(literal, literal.length, eight);
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
    const quotable = this.holdsLiterals() ? fitsQuotes(bytes) && this.#quotable(bytes) : text;
    if (quotable) {
      this.#quoted(bytes);
      return;
    }
    const nul = bytes.includes(0);
    if (nul && text) throw new RangeError("NUL cannot be sent in a string");
    this.announced(bytes, bytes.length, nul);
  }

  #quotable(bytes: Uint8Array): boolean {
    const limit = this.options.utf8 ? 0x100 : 0x80;
    return bytes.every((byte) => byte < limit && byte !== 0x0d && byte !== 0x0a && byte !== 0);
  }

  #quoted(bytes: Uint8Array): void {
    const out: number[] = [QUOTE];
    for (const byte of bytes) {
      if (byte === QUOTE || byte === BACKSLASH) out.push(BACKSLASH);
      out.push(byte);
    }
    out.push(QUOTE);
    this.raw(out);
  }
}

function isNil(bytes: Uint8Array): boolean {
  return bytes.length === 3 && (bytes[0]! | 0x20) === 0x6e && (bytes[1]! | 0x20) === 0x69 &&
    (bytes[2]! | 0x20) === 0x6c;
}
