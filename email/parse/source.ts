// What the parser reads: one byte for each character of the text, so that one scanner serves messages given as
// bytes, as surrogate-escaped text and as text with characters that no byte represents.

import { decodeAsciiEscape, fromUnits } from "../text/text.ts";
import { utf8Of } from "../text/utf8.ts";

/** Takes the place of a character that is neither ASCII nor an escaped byte; the scanner acts on ASCII only. */
const PLACEHOLDER = 0xff;

/** The text of a message with its bytes, addressed by the same offsets. */
export class Source {
  /** One byte for each UTF-16 unit; the message's own bytes when `exact`. */
  bytes: Uint8Array;
  /** The same as they were given: {@linkcode Source.swap} changes `bytes` only. */
  readonly given: Uint8Array;
  /** False when some characters have no byte, so that only `text` gives the truth. */
  readonly exact: boolean;
  #text: string | null;
  #units: Uint16Array | null = null;

  private constructor(bytes: Uint8Array, exact: boolean, text: string | null) {
    this.bytes = this.given = bytes;
    this.exact = exact;
    this.#text = text;
  }

  /** A view of the caller's bytes; nothing is copied. */
  static fromBytes(bytes: Uint8Array): Source {
    // Not a subclass: slice() of Node's Buffer gives a view where a copy is wanted.
    const plain = bytes.constructor === Uint8Array
      ? bytes
      : new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return new Source(plain, true, null);
  }

  /** Text, kept as it is, with the bytes that represent it. */
  static fromText(text: string): Source {
    const utf8 = utf8Of(text);
    if (utf8.length === text.length) return new Source(utf8, true, text);
    const bytes = new Uint8Array(text.length);
    let exact = true;
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      if (unit < 0x80) {
        bytes[i] = unit;
      } else if (
        unit >= 0xdc80 && unit <= 0xdcff && (i === 0 || (text.charCodeAt(i - 1) & 0xfc00) !== 0xd800)
      ) {
        bytes[i] = unit & 0xff;
      } else {
        bytes[i] = PLACEHOLDER;
        exact = false;
      }
    }
    return new Source(bytes, exact, text);
  }

  /** Number of characters. */
  get length(): number {
    return this.bytes.length;
  }

  /** The characters from `start` to `end`, bytes outside ASCII as lone surrogates. */
  text(start: number, end: number): string {
    if (this.#text !== null) return this.#text.slice(start, end);
    if (this.#units !== null) return fromUnits(this.#units.subarray(start, end));
    return decodeAsciiEscape(this.bytes.subarray(start, end));
  }

  /**
   * Exchanges two neighbouring ranges. CPython pushes an envelope line at the end of the headers back into the
   * body, after the blank line it has read by then; done in place, every body stays one range.
   */
  swap(start: number, middle: number, end: number): void {
    if (this.bytes === this.given) this.bytes = this.bytes.slice();
    if (this.#text !== null) {
      if (!this.exact) {
        this.#units = new Uint16Array(this.#text.length);
        for (let i = 0; i < this.#text.length; i++) this.#units[i] = this.#text.charCodeAt(i);
      }
      this.#text = null;
    }
    exchange(this.bytes, start, middle, end);
    if (this.#units !== null) exchange(this.#units, start, middle, end);
  }
}

function exchange(array: Uint8Array | Uint16Array, start: number, middle: number, end: number): void {
  const first = array.slice(start, middle);
  array.copyWithin(start, middle, end);
  array.set(first, start + end - middle);
}

/** A range of a source that nobody has asked for yet. */
export interface Range {
  /** Where the text is. */
  readonly source: Source;
  /** First offset. */
  readonly start: number;
  /** Offset after the last. */
  readonly end: number;
}

/**
 * Where a message or part was found, so that it can be written as it was sent. What has changed since is not in it.
 */
export interface Span {
  /** Where the octets are. */
  readonly source: Source;
  /** Start of the header. */
  readonly start: number;
  /** Start of the body: after the blank line, if there is one. */
  readonly body: number;
  /** Offset after the last octet; the line end before a boundary belongs to the boundary. */
  end: number;
  /** How many parts were found in it. */
  parts: number;
  /** The multipart or message that it is a part of. */
  readonly parent: Span | null;
}

/** The text of a range. */
export function rangeText(range: Range): string {
  return range.source.text(range.start, range.end);
}

/** The header fields of one part as offsets, cut into names and values when the first of them is asked for. */
export class HeaderBlock {
  /** Where the text is. */
  readonly source: Source;
  /** Start of the name, offset of the colon and end of the field, for each field. */
  readonly offsets: number[];
  /** True when lines were taken as continuations that have no blank at their start. */
  readonly repaired: boolean;

  constructor(source: Source, offsets: number[], repaired = false) {
    this.source = source;
    this.offsets = offsets;
    this.repaired = repaired;
  }

  /** Number of fields. */
  get count(): number {
    return this.offsets.length / 3;
  }

  /** Names and values in order, the values as CPython's `header_source_parse` leaves them. */
  fields(): [name: string, value: string][] {
    const { offsets } = this;
    const out: [string, string][] = [];
    if (offsets.length === 0) return out;
    const base = offsets[0]!;
    const text = this.source.text(base, offsets[offsets.length - 1]!);
    for (let i = 0; i < offsets.length; i += 3) {
      out.push(cut(text, offsets[i]! - base, offsets[i + 1]! - base, offsets[i + 2]! - base));
    }
    if (this.repaired) { for (const field of out) field[1] = indented(field[1]); }
    return out;
  }

  /**
   * Name and value of one field.
   *
   * @param i index of its first offset
   */
  field(i: number): [name: string, value: string] {
    const start = this.offsets[i]!;
    const end = this.offsets[i + 2]!;
    const field = cut(this.source.text(start, end), 0, this.offsets[i + 1]! - start, end - start);
    if (this.repaired) field[1] = indented(field[1]);
    return field;
  }
}

/** A value whose lines begin with a blank again, so that it can be written. */
function indented(value: string): string {
  return value.replace(/(\r\n|\r|\n)(?=[^ \t\r\n])/g, "$1 ");
}

/** The field from `start` to `end` of a text: blanks after the colon and line ends at the end go. */
function cut(text: string, start: number, colon: number, end: number): [name: string, value: string] {
  let from = colon + 1;
  for (; from < end; from++) {
    const unit = text.charCodeAt(from);
    if (unit !== 0x20 && unit !== 0x09) break;
  }
  for (; end > from; end--) {
    const unit = text.charCodeAt(end - 1);
    if (unit !== 0x0a && unit !== 0x0d) break;
  }
  // Blanks before the colon: obsolete syntax that the parser of Python does not take.
  while (colon > start && text.charCodeAt(colon - 1) <= 0x20) colon--;
  return [text.slice(start, colon), text.slice(from, end)];
}
