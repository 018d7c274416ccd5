/**
 * What every codec reads from and writes to: output buffers that know Python's error handlers.
 *
 * @module
 */

import { UnicodeDecodeError, UnicodeEncodeError } from "../errors.ts";
import { fromUnits } from "../text/text.ts";

/** What to do with octets or characters a charset has no place for: the names of Python's error handlers. */
export type ErrorMode = "strict" | "replace" | "ignore" | "surrogateescape";

/** One charset, both ways. */
export interface Codec {
  /** Python's module name of the codec. */
  readonly name: string;
  /** Decodes a whole text. */
  decode(bytes: Uint8Array, errors: ErrorMode): string;
  /** Encodes a whole text. */
  encode(text: string, errors: ErrorMode): Uint8Array;
}

/** Collects UTF-16 units. No charset makes more units than it reads octets, so the buffer never grows. */
export class UnitWriter {
  readonly #name: string;
  readonly #bytes: Uint8Array;
  readonly #errors: ErrorMode;
  readonly #units: Uint16Array;
  #at = 0;

  constructor(name: string, bytes: Uint8Array, errors: ErrorMode) {
    this.#name = name;
    this.#bytes = bytes;
    this.#errors = errors;
    this.#units = new Uint16Array(bytes.length);
  }

  /** Appends one unit. */
  unit(unit: number): void {
    this.#units[this.#at++] = unit;
  }

  /** Appends one code point. */
  point(code: number): void {
    this.string(String.fromCodePoint(code));
  }

  /** Appends a short string. */
  string(text: string): void {
    for (let i = 0; i < text.length; i++) this.#units[this.#at++] = text.charCodeAt(i);
  }

  /**
   * Handles octets `start` to `end` that mean nothing.
   *
   * @returns the index to go on at
   * @throws {UnicodeDecodeError} in strict mode, and where surrogateescape cannot carry an ASCII octet
   */
  fail(start: number, end: number, reason: string): number {
    if (this.#errors === "replace") {
      this.unit(0xfffd);
      return end;
    }
    if (this.#errors === "ignore") return end;
    if (this.#errors === "surrogateescape") {
      let i = start;
      // Python's handler takes four octets at most and lets the codec look again at the rest.
      while (i < end && i < start + 4 && this.#bytes[i]! > 0x7f) this.unit(0xdc00 | this.#bytes[i++]!);
      if (i > start) return i;
    }
    throw new UnicodeDecodeError(this.#name, start, end, reason);
  }

  /** The text. */
  text(): string {
    return fromUnits(this.#units, this.#at);
  }
}

/** Collects octets. */
export class ByteWriter {
  readonly #name: string;
  readonly #errors: ErrorMode;
  #buffer: Uint8Array;
  #at = 0;

  constructor(name: string, errors: ErrorMode, size: number) {
    this.#name = name;
    this.#errors = errors;
    this.#buffer = new Uint8Array(size + 16);
  }

  /** Appends one octet. */
  byte(octet: number): void {
    if (this.#at === this.#buffer.length) {
      const wider = new Uint8Array(this.#at * 2);
      wider.set(this.#buffer);
      this.#buffer = wider;
    }
    this.#buffer[this.#at++] = octet;
  }

  /** Appends the octets of a number, the highest first. */
  code(code: number): void {
    for (let shift = 24; shift >= 0; shift -= 8) {
      if (shift === 0 || code >>> shift !== 0) this.byte((code >>> shift) & 0xff);
    }
  }

  /** Appends the octets of an ASCII string. */
  ascii(text: string): void {
    for (let i = 0; i < text.length; i++) this.byte(text.charCodeAt(i));
  }

  /**
   * Handles a character the charset lacks, at `index` of the text.
   *
   * @returns the code point to encode in its place, or -1 when nothing is left to do
   * @throws {UnicodeEncodeError} in strict mode, and for anything but an escaped octet in surrogateescape
   */
  fail(code: number, index: number): number {
    if (this.#errors === "replace") return 0x3f;
    if (this.#errors === "ignore") return -1;
    if (this.#errors === "surrogateescape" && code >= 0xdc80 && code <= 0xdcff) {
      this.byte(code & 0xff);
      return -1;
    }
    throw new UnicodeEncodeError(
      this.#name,
      index,
      index + (code > 0xffff ? 2 : 1),
      "character not in charset",
    );
  }

  /** The octets. */
  result(): Uint8Array {
    return this.#buffer.subarray(0, this.#at);
  }
}
