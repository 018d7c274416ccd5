/**
 * The primitives of the notation, written the slow and plain way: the reference against which the generated
 * decoders and `imap/wire/reader.ts` are tested. Used by tests only; shares no code with what it checks.
 */
import { DateTime } from "../../imap/values/date_time.ts";
import { normalizeSection } from "../../imap/values/fetch_item.ts";
import { decodeMailboxName } from "../../imap/values/mailbox_name.ts";
import { SequenceSet } from "../../imap/values/sequence_set.ts";
import { astringChar, atomChar } from "../builtins/byte_classes.ts";
import { END } from "../model/ir.ts";
import type { ByteSet } from "../model/ir.ts";
import { afterValue, decimalChar, highNameChar, keywordChar, rawAtom, setChar } from "./cursor_sets.ts";
import { ByteCursor, Mismatch } from "./byte_cursor.ts";
import type { RawValue } from "./byte_cursor.ts";

export { Mismatch, type Mode } from "./byte_cursor.ts";

/** A frame being read. */
export class Cursor extends ByteCursor {
  /** Octets or NIL. */
  nbytes(): Uint8Array | null {
    return this.isNil() ? null : this.next() === 0x7e ? this.literalBytes() : this.stringBytes();
  }

  /** A section's value after its SP, if there is one. */
  sectionData(): Uint8Array | null {
    const next = this.next() === 0x20 ? this.next(1) : this.next();
    const isLetter = (next | 0x20) >= 0x61 && (next | 0x20) <= 0x7a;
    if (next === 0x29 || (this.next() === 0x20 && isLetter && (next | 0x20) !== 0x6e)) {
      this.quirk("missing-section-value");
      return null;
    }
    this.take(0x20);
    return this.nbytes();
  }

  stringBytes(): Uint8Array {
    return this.next() === 0x22 ? this.quotedBytes() : this.#plainLiteral();
  }

  /** A literal that is not a literal8: `string` has no other (RFC 9051 section 9). */
  #plainLiteral(): Uint8Array {
    return this.next() === 0x7e ? this.fail("a string") : this.literalBytes();
  }

  /** The same as text: a literal may hold any octets (CHAR8), a quoted string only UTF-8. */
  stringText(): string {
    if (this.next() === 0x22) return this.decode(this.quotedBytes());
    return this.decode(this.#plainLiteral(), true);
  }

  isNil(): boolean {
    const text = String.fromCharCode(...this.text.slice(this.at, this.at + 3));
    if (text.toUpperCase() !== "NIL" || astringChar[this.next(3)]) return false;
    this.at += 3;
    return true;
  }

  astringBytes(set: ByteSet): Uint8Array {
    if (this.next() === 0x22 || this.next() === 0x7b) return this.stringBytes();
    const bytes = this.run(set);
    if (bytes.length === 0) this.fail("a string");
    return bytes;
  }

  /** A name; one that has bytes above 7F and no quotes is read up to what ends an atom. */
  mailboxBytes(): Uint8Array {
    if (this.next() === 0x22 || this.next() === 0x7b) return this.stringBytes();
    const bytes = this.run(highNameChar);
    if (bytes.length === 0) this.fail("a mailbox name");
    if (bytes.some((byte) => byte > 0x7f)) this.quirk("unquoted-name");
    return bytes;
  }

  /** A backslash only begins a flag: servers put flags side by side without a space. */
  flag(permanent: boolean): string {
    if (this.next() === 0x22) {
      const start = this.at + 1;
      this.quotedBytes(false);
      this.quirk("quoted-flag");
      // With one backslash or, as a quoted string has it, with two.
      return this.decode(this.text.slice(start, this.at - 1)).replace(/^\\\\/, "\\");
    }
    const start = this.at;
    if (this.next() === 0x5c) this.at++;
    const name = this.run(keywordChar);
    if (name.length === 0) this.fail("a flag");
    const text = this.decode(this.text.slice(start, this.at));
    if (text === "\\*") {
      if (!permanent) this.quirk("star-flag");
    } else if (!name.every((byte) => atomChar[byte])) this.quirk("odd-flag");
    return text;
  }

  /** A mailbox name after which a LIST line may end; any other name goes on to the end of the line. */
  listedMailbox(): string {
    const mark = this.mark();
    try {
      const name = this.mailboxBytes();
      if (this.endsName()) return decodeMailboxName(name, this.mode.utf8);
    } catch (error) {
      if (!(error instanceof Mismatch)) throw error;
    }
    this.reset(mark);
    const first = this.text.findIndex((byte, at) => at >= this.at && byte !== 0x20);
    // A mark of a literal in the rest is a line of another kind.
    if (first === -1 || this.literal < this.literals.length) this.fail("a mailbox name");
    if (first > this.at) this.quirk("double-space");
    const rest = this.text.slice(first);
    this.quirk("unquoted-name");
    this.at = this.text.length;
    const start = rest.length > 1 && rest[0] === 0x22 ? 1 : 0;
    const end = start === 1 && rest[rest.length - 1] === 0x22 ? rest.length - 1 : rest.length;
    return decodeMailboxName(rest.slice(start, end), this.mode.utf8);
  }

  /** Whether a single character is all: a space or the end of a description follows it. */
  endsDelimiter(): boolean {
    return this.next(1) === 0x20 || this.next(1) === 0x29;
  }

  /** A delimiter in quotes, NIL, or one character as it is. */
  delimiter(): string | null {
    if (this.isNil()) return null;
    if (this.next() === 0x22) {
      const text = this.decode(this.quotedBytes());
      if (text === "") this.quirk("empty-delimiter");
      return text === "" ? null : text;
    }
    const byte = this.next();
    if (
      byte <= 0x20 || byte >= 0x7f || /[A-Za-z0-9(){]/.test(String.fromCharCode(byte)) ||
      !this.endsDelimiter()
    ) {
      this.fail("a delimiter");
    }
    this.quirk("unquoted-delimiter");
    this.at++;
    return String.fromCharCode(byte);
  }

  /** Whether the line ends here, or goes on as a LIST line may: a space and the end, or extended data. */
  endsName(): boolean {
    if (this.next() === END) return true;
    return this.next() === 0x20 && (this.next(1) === END || this.next(1) === 0x28);
  }

  /** The text of a number that goes on as a decimal one, read; null if it does not. */
  decimalFrom(start: number): string | null {
    let end = this.at;
    while (end < start + 40 && decimalChar[this.text[end] ?? END]) end++;
    const text = String.fromCharCode(...this.text.slice(start, end));
    if (!/^\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text) || /^\d*$/.test(text)) return null;
    this.quirk("decimal-count");
    this.at = end;
    return text;
  }

  /** A date and time; what it says is looked at when asked for. */
  dateTime(): DateTime {
    const text = this.decode(this.quotedBytes());
    if (!/^..-...-.... ........ .....$/s.test(text) || text.startsWith("00")) this.quirk("odd-date-time");
    return new DateTime(text);
  }

  /** One balanced value: a counter instead of recursion, so that depth costs nothing. */
  raw(): RawValue {
    const start = this.at;
    const first = this.literal;
    let depth = 0;
    for (;;) {
      const byte = this.next();
      if (byte === 0x28) {
        depth++;
        this.at++;
      } else if (byte === 0x29 && depth > 0) {
        depth--;
        this.at++;
      } else if (byte === 0x20 && depth > 0) {
        this.at++;
      } else if (byte === 0x22) {
        this.quotedBytes(false);
      } else if (this.atLiteral()) {
        this.literalBytes();
      } else if (this.run(rawAtom).length === 0) {
        this.fail("a value");
      }
      if (depth > 0) continue;
      if (afterValue[this.next()]) break;
      this.quirk("joined-values");
    }
    return { bytes: this.text.slice(start, this.at), literals: this.literals.slice(first, this.literal) };
  }

  /** What comes after an item's name, as it is; `inList`: parentheses enclose the list. */
  itemValue(inList: boolean): RawValue {
    const spaced = this.next() === 0x20;
    const next = this.next(spaced ? 1 : 0);
    const none = next === END || next === 0x20 || (inList && next === 0x29);
    if (none || (spaced && this.nameFollows())) {
      this.quirk("missing-value");
      return { bytes: new Uint8Array(), literals: [] };
    }
    if (spaced) this.at++;
    else this.quirk("missing-space");
    return this.element(inList, false, true);
  }

  /** Whether after the space here stands a name and after that what can only be its value. */
  nameFollows(): boolean {
    const text = Array.from(this.text.slice(this.at + 1), (byte) => String.fromCharCode(byte)).join("");
    if (/^nil(?=[() "\r\n]|$)/i.test(text)) return false;
    return /^[a-z/][^() "\r\n[]*(?:[[(]| (?=[^a-z/ )])| (?=nil(?:[() "\r\n]|$)))/is.test(text);
  }

  /** One element of a list, whatever it is. */
  element(inList: boolean, adjacent: boolean, joined: boolean): RawValue {
    const start = this.at;
    const first = this.literal;
    if (this.next() === END || this.next() === 0x20 || (inList && this.next() === 0x29)) {
      this.fail("an element");
    }
    const stack: number[] = [];
    let open = false;
    while (this.next() !== END) {
      const byte = this.next();
      if (byte === 0x22) {
        const mark = this.mark();
        try {
          this.quotedBytes(false);
        } catch {
          this.reset(mark);
          open = true;
          break;
        }
      } else if (this.atLiteral()) this.literalBytes();
      else {
        if (byte === 0x28) stack.push(this.at);
        if (byte === 0x29) stack.pop();
        this.at++;
        while (rawAtom[byte] && rawAtom[this.next()] && !this.atLiteral()) this.at++;
      }
      if (stack.length > 0) continue;
      const next = this.next();
      if (next === 0x20 || next === END || (next === 0x29 && inList)) break;
      if (next === 0x28 && adjacent) break;
      if (next === 0x28 && inList && byte === 0x29 && !joined) break;
      if (joined) this.quirk("joined-values");
    }
    open ||= stack.length > 0;
    if (open) {
      this.at = this.text.length;
      this.literal = this.literals.length;
    }
    const last = this.text.length - 1;
    const gives = inList && this.at > last && this.text[last] === 0x29 && last > start;
    if (gives) this.at = last;
    if (gives || open) this.quirk("unbalanced-value");
    return { bytes: this.text.slice(start, this.at), literals: this.literals.slice(first, this.literal) };
  }

  readableSet(): SequenceSet {
    const text = String.fromCharCode(...this.text.slice(this.at)).split(" ")[0]!;
    const good = text.split(",").filter((one) => {
      try {
        return one !== "$" && SequenceSet.parse(one) !== undefined;
      } catch {
        return false;
      }
    });
    return good.length === 0 ? SequenceSet.empty : SequenceSet.parse(good.join(","));
  }

  /** Text for a person: all that is left. */
  humanText(): string {
    const bytes = this.text.slice(this.at);
    this.at = this.text.length;
    if (bytes.some((byte) => byte === 0 || byte === 10 || byte === 13)) this.quirk("odd-text");
    return this.decode(bytes);
  }

  atLiteral(): boolean {
    const mark = this.mark();
    try {
      this.literalBytes();
      return true;
    } catch {
      return false;
    } finally {
      this.reset(mark);
    }
  }

  rest(): RawValue {
    const value = {
      bytes: this.text.slice(this.at),
      literals: this.literals.slice(this.literal),
    };
    this.at = this.text.length;
    this.literal = this.literals.length;
    return value;
  }

  /**
   * Up to the bracket that closes it: one in quotes or among header field names does not. A header field name that is a
   * literal is given in quotes.
   */
  section(): string {
    let text = "";
    let start = this.at;
    let names = false;
    while (names || this.next() !== 0x5d) {
      if (this.next() === END || this.next() === 0x0d || this.next() === 0x0a) {
        this.fail("the end of a section");
      }
      if (this.next() === 0x22) {
        this.quotedBytes(false);
        continue;
      }
      if (this.next() === 0x7b && this.atLiteral()) {
        text += this.decode(this.text.slice(start, this.at));
        text += `"${this.decode(this.literalBytes(), true).replace(/["\\]/g, "\\$&")}"`;
        start = this.at;
        continue;
      }
      if (this.next() === 0x28) names = true;
      if (this.next() === 0x29) names = false;
      this.at++;
    }
    text += this.decode(this.text.slice(start, this.at));
    const single = text.replace(/ {2,}/g, " ");
    try {
      return normalizeSection(text);
    } catch {
      if (single === text) return text;
    }
    try {
      const section = normalizeSection(single);
      this.quirk("double-space");
      return section;
    } catch {
      return text;
    }
  }

  sequenceSet(): SequenceSet {
    const bytes = this.run(setChar);
    try {
      return SequenceSet.parse(String.fromCharCode(...bytes));
    } catch {
      return this.fail("a sequence set");
    }
  }
}
