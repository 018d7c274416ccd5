/**
 * Base64 over octets, as Python's `binascii` sees it. Payloads of real mail are damaged often enough that what is done with the
 * damage is the larger part of it.
 *
 * @module
 */

import { CR, EQUALS, LF } from "../text/octets.ts";
import { ALPHABET, decodeLargeBase64 } from "./base64_table.ts";
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
  /**
   * Defects in the order they were found; empty for a clean payload. Classes: making a defect captures the stack, which takes as
   * long as decoding a line.
   */
  defects: (new () => MessageDefect)[];
}

const ENCODE64 = /* @__PURE__ */ Uint8Array.from(ALPHABET, (c) => c.charCodeAt(0));
/** Six bits, or 0xff for an octet outside the alphabet. */
export const DECODE64: Uint8Array = /* @__PURE__ */ valuesOf(ENCODE64);

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
export function decodeBase64(input: Uint8Array): DecodedPayload {
  const clean = decodeCleanBase64(input);
  if (clean !== null) return { data: clean, defects: [] };
  const { data, over, unpadded } = lenientBase64(input);
  if (over === 1) return { data: withoutLineEnds(input), defects: [InvalidBase64LengthDefect] };
  if (unpadded) return { data, defects: [InvalidBase64PaddingDefect] };
  const defects = [InvalidBase64CharactersDefect];
  return { data, defects: over === 0 ? defects : [...defects, InvalidBase64PaddingDefect] };
}

/** The octets of base64 in which nothing is wrong, line ends aside; null for everything else. */
export function decodeCleanBase64(input: Uint8Array): Uint8Array | null {
  return tryNative(input) ?? decodeLargeBase64(input, 0);
}

/** Up to this length the platform takes longer than a loop, and needs three arrays. */
const SHORT = 128;

/** What the platform makes of a text that is long enough for it; null for what it takes otherwise than Python, or not at all. */
function tryNative(input: Uint8Array): Uint8Array | null {
  if (fromBase64 === undefined || input.length <= SHORT) return null;
  try {
    return nativeBase64(input);
  } catch {
    // Damaged, or bits left over in the last character: the octet loop tells which.
    return null;
  }
}

/** Characters handed to the native decoder at once: text of a whole 25 MiB attachment would double its room. */
const NATIVE_BLOCK = 1 << 17;

/** Decodes with the platform; null for what it takes otherwise than Python. Throws for what it does not take. */
function nativeBase64(input: Uint8Array): Uint8Array | null {
  const textOf = (from: number, to: number) => decodeLatin1(input.subarray(from, to));
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
    // Padding before the end would pass unseen when a block ends after it.
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

function withoutLineEnds(bytes: Uint8Array): Uint8Array {
  if (!bytes.includes(LF) && !bytes.includes(CR)) return bytes;
  const out = new Uint8Array(bytes.length);
  let at = 0;
  for (let i = 0; i < bytes.length; i++) {
    const octet = bytes[i]!;
    if (octet !== LF && octet !== CR) out[at++] = octet;
  }
  return out.subarray(0, at);
}

interface Lenient {
  /** The octets up to complete padding, or to the end. */
  data: Uint8Array;
  /** Characters at the end that no padding completes: 0 to 3. */
  over: number;
  /** Whether padding at the end is all that is missing. */
  unpadded: boolean;
}

/** Decodes what is in the alphabet up to complete padding; the rest is skipped. */
function lenientBase64(bytes: Uint8Array): Lenient {
  const { length } = bytes;
  const out = new Uint8Array(((length + 3) >> 2) * 3);
  let at = 0;
  let group = 0;
  let over = 0;
  let pads = 0;
  let unpadded = true;
  for (let i = 0; i < length; i++) {
    const octet = bytes[i]!;
    const value = DECODE64[octet]!;
    if (value !== 0xff) {
      if (pads > 0) {
        pads = 0;
        unpadded = false;
      }
      group = group << 6 | value;
      if (++over === 4) {
        out[at++] = group >> 16;
        out[at++] = group >> 8;
        out[at++] = group;
        group = over = 0;
      }
    } else if (octet !== EQUALS) {
      if (octet !== LF && octet !== CR) unpadded = false;
    } else if (over < 2) {
      unpadded = false;
    } else if (over + ++pads === 4) {
      break;
    }
  }
  if (over > 1) out[at++] = group >> (over === 2 ? 4 : 10);
  if (over === 3) out[at++] = group >> 2;
  const ended = over + pads === 4;
  return { data: out.subarray(0, at), over: ended ? 0 : over, unpadded: unpadded && !ended && over > 1 };
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

/** `binascii.a2b_base64` in its lenient mode; null where it raises. */
export function a2bBase64(bytes: Uint8Array): Uint8Array | null {
  const clean = decodeLargeBase64(bytes, 0);
  if (clean !== null) return clean;
  const { data, over } = lenientBase64(bytes);
  return over === 0 ? data : null;
}
