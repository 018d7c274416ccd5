/**
 * Content transfer encodings over octets, as Python's `binascii`, `quopri` and `uu` see them. Payloads of real
 * mail are damaged often enough that what is done with the damage is the larger part of each codec.
 *
 * @module
 */

import { ALPHABET } from "./base64_table.ts";
import {
  InvalidBase64CharactersDefect,
  InvalidBase64LengthDefect,
  InvalidBase64PaddingDefect,
  type MessageDefect,
} from "../errors.ts";
import { decodeLatin1 } from "../text/text.ts";

/** Octets of a decoded payload, and what was wrong with its encoding. */
export interface DecodedPayload {
  /** The decoded octets, or the input when it could not be decoded at all. */
  data: Uint8Array;
  /** Defects in the order they were found; empty for a clean payload. */
  defects: MessageDefect[];
}

const LF = 0x0a;
const CR = 0x0d;
const EQUALS = 0x3d;

const ENCODE64 = /* @__PURE__ */ Uint8Array.from(ALPHABET, (c) => c.charCodeAt(0));
/** Six bits, or 0xff for an octet outside the alphabet. */
const DECODE64 = /* @__PURE__ */ valuesOf(ENCODE64);

const HEX_UPPER = /* @__PURE__ */ Uint8Array.from("0123456789ABCDEF", (c) => c.charCodeAt(0));

function valuesOf(alphabet: Uint8Array): Uint8Array {
  const values = new Uint8Array(256).fill(0xff);
  alphabet.forEach((octet, value) => values[octet] = value);
  return values;
}

interface NativeBase64 {
  fromBase64?: (text: string, options: { lastChunkHandling: "strict" }) => Uint8Array;
}
interface NativeInto {
  setFromBase64?: (
    text: string,
    options: { lastChunkHandling: "strict" | "stop-before-partial" },
  ) => { read: number; written: number };
}
interface ToBase64 {
  toBase64?: () => string;
}

const fromBase64 = (Uint8Array as unknown as NativeBase64).fromBase64;

/**
 * Decodes a base64 body.
 *
 * Line ends are removed; then it is tried strictly, then leniently (foreign characters skipped, everything
 * after complete padding dropped), then leniently with two more `=`, and what still fails is returned as it
 * is. Each step that fails leaves a defect.
 */
export function decodeBase64(input: Uint8Array | string): DecodedPayload {
  if (fromBase64 !== undefined && input.length > 64) {
    try {
      const data = nativeBase64(input);
      if (data !== null) return { data, defects: [] };
    } catch {
      // Damaged, or bits left over in the last character: the octet loop below tells which.
    }
  }
  const bytes = withoutLineEnds(typeof input === "string" ? latin1Bytes(input) : input);
  const rest = bytes.length % 4;
  const strict = strictBase64(bytes, rest === 0 ? 0 : 4 - rest);
  if (strict !== null) {
    return { data: strict, defects: rest === 0 ? [] : [new InvalidBase64PaddingDefect()] };
  }
  const lenient = lenientBase64(bytes, 0);
  if (lenient !== null) return { data: lenient, defects: [new InvalidBase64CharactersDefect()] };
  const padded = lenientBase64(bytes, 2);
  if (padded !== null) {
    return { data: padded, defects: [new InvalidBase64CharactersDefect(), new InvalidBase64PaddingDefect()] };
  }
  return { data: bytes, defects: [new InvalidBase64LengthDefect()] };
}

/** Characters handed to the native decoder at once: text of a whole 25 MiB attachment would double its room. */
const NATIVE_BLOCK = 1 << 17;

/** Decodes with the platform; null for what it takes otherwise than Python. Throws for what it does not take. */
function nativeBase64(input: Uint8Array | string): Uint8Array | null {
  const textOf = (from: number, to: number) =>
    typeof input === "string" ? input.slice(from, to) : decodeLatin1(input.subarray(from, to));
  const { length } = input;
  if (length <= NATIVE_BLOCK) {
    const text = textOf(0, length);
    return hasBlank(text) ? null : fromBase64!.call(Uint8Array, text, { lastChunkHandling: "strict" });
  }
  const out = new Uint8Array(Math.ceil(length / 4) * 3);
  let at = 0;
  let from = 0;
  while (from < length) {
    const to = Math.min(from + NATIVE_BLOCK, length);
    const text = textOf(from, to);
    const last = to === length;
    // Padding before the end would pass unseen when a block ends behind it.
    if (hasBlank(text) || !last && text.includes("=")) return null;
    const room = out.subarray(at) as unknown as NativeInto;
    const { read, written } = room.setFromBase64!(text, {
      lastChunkHandling: last ? "strict" : "stop-before-partial",
    });
    if (read === 0) return null;
    from += read;
    at += written;
  }
  return out.subarray(0, at);
}

/** The native decoder skips space, tab and form feed, which Python's strict decoder refuses. */
function hasBlank(text: string): boolean {
  return text.includes(" ") || text.includes("\t") || text.includes("\f");
}

function latin1Bytes(text: string): Uint8Array {
  const out = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) out[i] = text.charCodeAt(i) & 0xff;
  return out;
}

function withoutLineEnds(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(bytes.length);
  let at = 0;
  for (let i = 0; i < bytes.length; i++) {
    const octet = bytes[i]!;
    if (octet !== LF && octet !== CR) out[at++] = octet;
  }
  return at === bytes.length ? bytes : out.subarray(0, at);
}

/** Strict decoding of `bytes` followed by `extra` times `=`; null where Python raises. */
function strictBase64(bytes: Uint8Array, extra: number): Uint8Array | null {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === EQUALS) end--;
  const pads = bytes.length - end + extra;
  // Padding has to complete the last group exactly.
  if (pads > 2 || (end + pads) % 4 !== 0) return null;
  const out = new Uint8Array(Math.floor((end * 3) / 4));
  return fill(out, bytes, end) ? out : null;
}

/** Decodes `end` octets of pure alphabet; false at the first foreign one. */
function fill(out: Uint8Array, bytes: Uint8Array, end: number): boolean {
  let at = 0;
  let i = 0;
  let bad = 0;
  for (; i + 4 <= end; i += 4) {
    const a = DECODE64[bytes[i]!]!;
    const b = DECODE64[bytes[i + 1]!]!;
    const c = DECODE64[bytes[i + 2]!]!;
    const d = DECODE64[bytes[i + 3]!]!;
    bad |= a | b | c | d;
    out[at++] = (a << 2) | (b >> 4);
    out[at++] = (b << 4) | (c >> 2);
    out[at++] = (c << 6) | d;
  }
  if (i < end) {
    const a = DECODE64[bytes[i]!]!;
    const b = i + 1 < end ? DECODE64[bytes[i + 1]!]! : 0;
    const c = i + 2 < end ? DECODE64[bytes[i + 2]!]! : 0;
    bad |= a | b | c;
    if (at < out.length) out[at++] = (a << 2) | (b >> 4);
    if (at < out.length) out[at++] = (b << 4) | (c >> 2);
  }
  return bad < 64;
}

/** Lenient decoding of `bytes` followed by `extra` times `=`; null where Python raises. */
function lenientBase64(bytes: Uint8Array, extra: number): Uint8Array | null {
  const out = new Uint8Array(Math.floor(((bytes.length + extra) * 3) / 4) + 3);
  let at = 0;
  let position = 0;
  let pads = 0;
  let left = 0;
  for (let i = 0; i < bytes.length + extra; i++) {
    const octet = i < bytes.length ? bytes[i]! : EQUALS;
    if (octet === EQUALS) {
      if (position >= 2 && position + ++pads >= 4) return out.subarray(0, at);
      continue;
    }
    const value = DECODE64[octet]!;
    if (value === 0xff) continue;
    pads = 0;
    if (position === 0) {
      left = value;
    } else if (position === 1) {
      out[at++] = (left << 2) | (value >> 4);
      left = value & 0x0f;
    } else if (position === 2) {
      out[at++] = (left << 4) | (value >> 2);
      left = value & 0x03;
    } else {
      out[at++] = (left << 6) | value;
    }
    position = (position + 1) & 3;
  }
  return position === 0 ? out.subarray(0, at) : null;
}

/** Base64 of the octets in one line, without a line end. */
export function base64Line(data: Uint8Array): string {
  const native = (data as unknown as ToBase64).toBase64;
  if (native !== undefined) return native.call(data);
  const out = new Uint8Array(Math.ceil(data.length / 3) * 4);
  let at = 0;
  for (let i = 0; i < data.length; i += 3) {
    const left = data.length - i;
    const word = (data[i]! << 16) | ((left > 1 ? data[i + 1]! : 0) << 8) | (left > 2 ? data[i + 2]! : 0);
    out[at++] = ENCODE64[word >> 18]!;
    out[at++] = ENCODE64[(word >> 12) & 63]!;
    out[at++] = left > 1 ? ENCODE64[(word >> 6) & 63]! : EQUALS;
    out[at++] = left > 2 ? ENCODE64[word & 63]! : EQUALS;
  }
  return decodeLatin1(out);
}

/** Base64 in lines of 76 characters, each with its line end: the body form of RFC 2045 section 6.8. */
export function encodeBase64Lines(data: Uint8Array): string {
  const line = base64Line(data);
  const out: string[] = [];
  for (let i = 0; i < line.length; i += 76) out.push(line.slice(i, i + 76), "\n");
  return out.join("");
}

/** Line length of RFC 2045 section 6.7 rule 5. */
const QP_LINE = 76;

/**
 * Quoted-printable as `email.encoders.encode_quopri` writes it: blanks and tabs are escaped everywhere, a lone
 * dot on a line too, lines end as the first line of the input does.
 */
export function encodeQuotedPrintable(input: Uint8Array): Uint8Array {
  const length = input.length;
  const first = input.indexOf(LF);
  const crlf = first > 0 && input[first - 1] === CR;
  // Three octets for each one of input, and a soft break for every 72 of them at worst.
  let out = new Uint8Array(length + (length >> 1) + 64);
  let at = 0;
  let column = 0;
  const softBreak = () => {
    out[at++] = EQUALS;
    if (crlf) out[at++] = CR;
    out[at++] = LF;
    column = 0;
  };
  for (let i = 0; i < length;) {
    if (at + 8 > out.length) {
      const wider = new Uint8Array(out.length * 2);
      wider.set(out);
      out = wider;
    }
    const octet = input[i]!;
    const next = i + 1 < length ? input[i + 1]! : -1;
    const lineEnd = octet === LF || octet === CR;
    const loneDot = octet === 0x2e && column === 0 &&
      (next === LF || next === CR || next === 0 || next === -1);
    if (octet > 126 || octet === EQUALS || loneDot || (octet < 33 && !lineEnd)) {
      if (column + 3 >= QP_LINE) softBreak();
      out[at++] = EQUALS;
      out[at++] = HEX_UPPER[octet >> 4]!;
      out[at++] = HEX_UPPER[octet & 15]!;
      column += 3;
      i++;
    } else if (octet === LF || (octet === CR && next === LF)) {
      if (crlf) out[at++] = CR;
      out[at++] = LF;
      column = 0;
      i += octet === CR ? 2 : 1;
    } else {
      if (next !== -1 && next !== LF && column + 1 >= QP_LINE) softBreak();
      out[at++] = octet;
      column++;
      i++;
    }
  }
  return out.subarray(0, at);
}

/** One line of uuencoded data. Returns null where `binascii.a2b_uu` raises. */
function uuLine(line: Uint8Array, limit: number): Uint8Array | null {
  let count = (line[0]! - 0x20) & 0x3f;
  const end = Math.min(line.length, limit);
  const out = new Uint8Array(count);
  let at = 0;
  let word = 0;
  let bits = 0;
  let i = 1;
  for (; count > 0; i++) {
    // A line cut short is read as if blanks had been eaten from its end.
    let value = 0;
    if (i < end) {
      const octet = line[i]!;
      if (octet !== LF && octet !== CR) {
        if (octet < 0x20 || octet > 0x60) return null;
        value = (octet - 0x20) & 0x3f;
      }
    }
    word = (word << 6) | value;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      out[at++] = (word >> bits) & 0xff;
      word &= (1 << bits) - 1;
      count--;
    }
  }
  for (; i < end; i++) {
    const octet = line[i]!;
    if (octet !== 0x20 && octet !== 0x60 && octet !== LF && octet !== CR) return null;
  }
  return out;
}

/** Python's `int(text, 8)` succeeds. */
function isOctal(text: string): boolean {
  return /^[\t-\r ]*[+-]?(?:0[oO]_?)?[0-7]+(?:_[0-7]+)*[\t-\r ]*$/.test(text);
}

function byteLines(bytes: Uint8Array): Uint8Array[] {
  const out: Uint8Array[] = [];
  let start = 0;
  for (let i = 0; i < bytes.length; i++) {
    const octet = bytes[i];
    if (octet !== LF && octet !== CR) continue;
    out.push(bytes.subarray(start, i));
    if (octet === CR && bytes[i + 1] === LF) i++;
    start = i + 1;
  }
  if (start < bytes.length) out.push(bytes.subarray(start));
  return out;
}

/** The `end` line, blanks around it ignored. */
function isUuEnd(line: Uint8Array): boolean {
  return line.length < 1024 && /^[\t\n\f\r ]*end[\t\n\f\r ]*$/.test(decodeLatin1(line));
}

/**
 * Decodes a uuencoded body: from the first `begin` line with an octal mode up to `end` or the end of the text.
 * An empty line before that, or a line that cannot be decoded, makes the whole body undecodable.
 *
 * @returns the input itself when there is nothing to decode in it
 */
export function decodeUu(input: Uint8Array): Uint8Array {
  const lines = byteLines(input);
  let i = 0;
  for (; i < lines.length; i++) {
    const line = lines[i]!;
    if (line.length < 6 || decodeLatin1(line.subarray(0, 6)) !== "begin ") continue;
    const mode = line.subarray(6);
    const blank = mode.indexOf(0x20);
    if (isOctal(decodeLatin1(blank < 0 ? mode : mode.subarray(0, blank)))) break;
  }
  if (i >= lines.length) return input;
  const pieces: Uint8Array[] = [];
  let size = 0;
  for (i++; i < lines.length; i++) {
    const line = lines[i]!;
    if (line.length === 0) return input;
    if (isUuEnd(line)) break;
    // Some encoders leave rubbish behind the counted characters: those are tried alone.
    const counted = Math.floor((((line[0]! - 0x20) & 63) * 4 + 5) / 3);
    const piece = uuLine(line, line.length) ?? uuLine(line, counted);
    if (piece === null) return input;
    pieces.push(piece);
    size += piece.length;
  }
  const out = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    out.set(piece, at);
    at += piece.length;
  }
  return out;
}

/** `binascii.a2b_base64` in its lenient mode; null where it raises. */
export function a2bBase64(bytes: Uint8Array): Uint8Array | null {
  return lenientBase64(bytes, 0);
}
