/** Octets to lines: requests in fragments, responses in one run. What writes a value of the grammar is in writer.ts. */

import { markStart } from "../values/literal_mark.ts";
import { BACKSLASH, QUOTE } from "./byte_class.ts";
import { type ByteClass, refuse, utf8 } from "./checks.ts";
import type { Fragment, WriterOptions } from "./fragment.ts";
import { carriesLiterals } from "./announcement.ts";
import type { LiteralSource } from "./literal_input.ts";

/** Longest string in quotes; what is longer goes as a literal, which no line limit cuts. */
const maxQuoted = 1000;
/** RFC 7888 section 5. */
const maxLiteralMinus = 4096;
const maxDepth = 100;

const crlf: readonly number[] = [0x0d, 0x0a];
const mask = "***";

const traceDecoder = /* @__PURE__ */ new TextDecoder();

/** Whether a string is short enough for quotes. */
export function fitsQuotes({ length }: { readonly length: number }): boolean {
  return length <= maxQuoted;
}

/** Collects lines and literals. Everything that goes into a line passes one method, which refuses CR, LF and NUL. */
export class LineWriter {
  /** What the session may write. */
  protected readonly options: WriterOptions;
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
    this.options = options;
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
  protected inQuotes(text: string): boolean {
    if (typeof text !== "string" || !fitsQuotes(text)) return false;
    const start = this.#length;
    this.#reserve(2 * text.length + 2);
    const bytes = this.#bytes;
    let at = start;
    bytes[at++] = QUOTE;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code < 0x20 || code > 0x7e) return false;
      if (code === QUOTE || code === BACKSLASH) bytes[at++] = BACKSLASH;
      bytes[at++] = code;
    }
    bytes[at++] = QUOTE;
    this.#length = at;
    return true;
  }

  /** Writes a literal: its mark, and then its octets. */
  protected announced(literal: Uint8Array | LiteralSource, size: number, nul: boolean): void {
    const { response, apart, binary, literalPlus, literalMinus, maxNonSync = Infinity } = this.options;
    if (!Number.isSafeInteger(size) || size < 0) {
      throw new RangeError(`not a number of octets: ${String(size)}`);
    }
    if (nul && !response && !binary) throw new RangeError("NUL cannot be sent to a server without BINARY");
    const mark = nul ? "~{" : "{";
    if (!this.holdsLiterals()) throw new RangeError("no literal can be in a status response");
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
  protected holdsLiterals(): boolean {
    return !this.options.response || carriesLiterals(this.#bytes, 0, this.#length);
  }

  /** Refuses a line whose end would be taken for the announcement of a literal. */
  #checkEnd(): void {
    const start = this.#lineStart;
    if (this.#length - start < 3 || this.#bytes[this.#length - 1] !== 0x7d || !this.holdsLiterals()) return;
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
