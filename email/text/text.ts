/**
 * The text model: octets 0x80-0xFF travel as the lone surrogates U+DC80-U+DCFF, and strings are cut the
 * way Python's `str` cuts them, which is not the way JavaScript's `String` does.
 *
 * @module
 */

import { UnicodeEncodeError } from "../errors.ts";
import { decodeUtf8, utf8Of } from "./utf8.ts";

/** Shorter than this, a TextDecoder call costs more than building the string from character codes. */
const SHORT = 24;
const OTHER = /[^\0-\x7f]/;
/** Arguments handed to String.fromCharCode at once: far below every engine's argument limit. */
const BLOCK = 8192;

/** Returns the index of the first octet at or above 0x80, or `end` when there is none. */
export function indexOfNonAscii(bytes: Uint8Array, start = 0, end: number = bytes.length): number {
  let i = start;
  // Aligned words first: four octets a step is what makes the check cheap beside the decoding itself. The view that it
  // takes costs as much as 100 octets.
  if (end - i > 128) {
    while (((bytes.byteOffset + i) & 3) !== 0) {
      if (bytes[i]! > 0x7f) return i;
      i++;
    }
    const words = (end - i) >> 2;
    const view = new Uint32Array(bytes.buffer, bytes.byteOffset + i, words);
    let w = 0;
    while (w < words && (view[w]! & 0x80808080) === 0) w++;
    i += w << 2;
  }
  while (i < end && bytes[i]! < 0x80) i++;
  return i;
}

/** True when every octet is below 0x80. */
export function isAsciiBytes(bytes: Uint8Array): boolean {
  return indexOfNonAscii(bytes) === bytes.length;
}

/** True when every UTF-16 unit is below 0x80. */
export function isAscii(text: string): boolean {
  if (text.length > SHORT) return !OTHER.test(text);
  for (let i = 0; i < text.length; i++) {
    if (text.charCodeAt(i) > 0x7f) return false;
  }
  return true;
}

/** Builds a string from UTF-16 units. */
export function fromUnits(units: Uint16Array, length: number = units.length): string {
  if (length <= BLOCK) {
    return String.fromCharCode.apply(null, units.subarray(0, length) as unknown as number[]);
  }
  let out = "";
  for (let i = 0; i < length; i += BLOCK) {
    const block = units.subarray(i, Math.min(i + BLOCK, length));
    out += String.fromCharCode.apply(null, block as unknown as number[]);
  }
  return out;
}

/** Builds a string from octets that are known to be ASCII. */
export function decodeAscii(bytes: Uint8Array): string {
  if (bytes.length > SHORT) return decodeUtf8(bytes);
  return String.fromCharCode.apply(null, bytes as unknown as number[]);
}

/** Builds a string of U+0000-U+00FF from octets (ISO 8859-1 as Python has it, no windows-1252). */
export function decodeLatin1(bytes: Uint8Array): string {
  if (isAsciiBytes(bytes)) return decodeAscii(bytes);
  let out = "";
  for (let i = 0; i < bytes.length; i += BLOCK) {
    out += String.fromCharCode.apply(null, bytes.subarray(i, i + BLOCK) as unknown as number[]);
  }
  return out;
}

/** ASCII with surrogateescape: octet 0xNN at or above 0x80 becomes U+DCNN. Never fails. */
export function decodeAsciiEscape(bytes: Uint8Array): string {
  const length = bytes.length;
  if (length <= SHORT) return escapeBlock(bytes, 0, length);
  let clean = indexOfNonAscii(bytes);
  if (clean === length) return decodeUtf8(bytes);
  let out = "";
  let start = 0;
  while (start < length) {
    if (clean - start >= 256) {
      out += decodeUtf8(bytes.subarray(start, clean));
      start = clean;
    }
    const end = Math.min(start + BLOCK, length);
    out += escapeBlock(bytes, start, end);
    start = end;
    clean = indexOfNonAscii(bytes, start);
  }
  return out;
}

function escapeBlock(bytes: Uint8Array, start: number, end: number): string {
  const units = new Uint16Array(end - start);
  for (let i = start; i < end; i++) {
    const byte = bytes[i]!;
    units[i - start] = byte < 0x80 ? byte : 0xdc00 | byte;
  }
  return String.fromCharCode.apply(null, units as unknown as number[]);
}

/**
 * The reverse of {@link decodeAsciiEscape}.
 *
 * @throws {UnicodeEncodeError} when the text holds anything but ASCII and U+DC80-U+DCFF
 */
export function encodeAsciiEscape(text: string): Uint8Array {
  const length = text.length;
  if (text.isWellFormed()) {
    // Only ASCII takes one octet a unit in UTF-8, so equal lengths prove it.
    const fast = utf8Of(text);
    if (fast.length === length) return fast;
  }
  const out = new Uint8Array(length);
  for (let i = 0; i < length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) out[i] = unit;
    else if (unit >= 0xdc80 && unit <= 0xdcff) out[i] = unit & 0xff;
    else throw new UnicodeEncodeError("ascii", i, i + 1, "ordinal not in range(128)");
  }
  return out;
}

/** True when the text holds a lone surrogate: octets that no charset has explained yet. */
export function hasSurrogates(text: string): boolean {
  return !text.isWellFormed();
}

const HEX = "0123456789abcdef";

/**
 * Python's raw-unicode-escape: U+0000-U+00FF as one octet each, everything else as `\uXXXX` or
 * `\UXXXXXXXX` in ASCII.
 */
export function encodeRawUnicodeEscape(text: string): Uint8Array {
  const { length } = text;
  const octets = new Uint8Array(length);
  let at = 0;
  let unit = 0;
  while (at < length && (unit = text.charCodeAt(at)) < 0x100) octets[at++] = unit;
  if (at === length) return octets;
  const out = new Uint8Array(at + 6 * (length - at));
  out.set(octets.subarray(0, at));
  for (let i = at; i < length; i++) {
    const code = text.codePointAt(i)!;
    if (code < 0x100) {
      out[at++] = code;
      continue;
    }
    if (code > 0xffff) i++;
    const digits = code < 0x10000 ? 4 : 8;
    out[at++] = 0x5c;
    out[at++] = digits === 4 ? 0x75 : 0x55;
    for (let shift = (digits - 1) * 4; shift >= 0; shift -= 4) {
      out[at++] = HEX.charCodeAt((code >>> shift) & 15);
    }
  }
  return out.slice(0, at);
}

/** White space by Python's `str.isspace`: U+001C-U+001F and U+0085 count, U+FEFF does not. */
// deno-lint-ignore no-control-regex
const SPACE = /[\t-\r\x1c- \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;

/** Whether a unit is white space by Python's `str.isspace`. */
export function isSpaceUnit(unit: number): boolean {
  if (unit < 0x80) return unit === 0x20 || (unit >= 0x09 && unit <= 0x0d) || (unit >= 0x1c && unit <= 0x1f);
  return SPACE.test(String.fromCharCode(unit));
}

/** Python's `str.isspace`: not empty, and white space only. */
export function isSpace(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    if (!isSpaceUnit(text.charCodeAt(i))) return false;
  }
  return text.length > 0;
}

/** Python's `str.lstrip`, of white space. */
export function lstrip(text: string): string {
  let start = 0;
  while (start < text.length && isSpaceUnit(text.charCodeAt(start))) start++;
  return start === 0 ? text : text.slice(start);
}

/** Python's `str.rstrip`, of white space. */
export function rstrip(text: string): string {
  let end = text.length;
  while (end > 0 && isSpaceUnit(text.charCodeAt(end - 1))) end--;
  return end === text.length ? text : text.slice(0, end);
}

/** Python's `str.strip`, of white space. */
export function strip(text: string): string {
  return lstrip(rstrip(text));
}

/** Python's `str.split()` without arguments: runs of white space separate, no empty pieces. */
export function splitWhitespace(text: string): string[] {
  return text.split(SPACE).filter((word) => word !== "");
}

/** Python's `str.splitlines`: `\r\n` is one end; VT, FF, FS, GS, RS, NEL, U+2028 and U+2029 end lines too. */
export function splitLines(text: string): string[] {
  // deno-lint-ignore no-control-regex
  const lines = text.split(/\r\n|[\n-\r\x1c-\x1e\x85\u2028\u2029]/);
  if (lines[lines.length - 1] === "") lines.pop();
  return lines;
}
