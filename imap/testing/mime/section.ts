/** The octets of a body section: `BODY[...]`, `BINARY[...]` (RFC 9051 6.4.5.1). */

import { fieldText } from "./mime_header.ts";
import type { Part } from "./mime.ts";
import { Refusal } from "../protocol/reply.ts";

/** What follows the part numbers of a section. */
export type SectionText = "" | "HEADER" | "HEADER.FIELDS" | "HEADER.FIELDS.NOT" | "TEXT" | "MIME";

/** A section, taken apart. */
export interface SectionSpec {
  readonly path: readonly number[];
  readonly text: SectionText;
  /** Header names of HEADER.FIELDS and HEADER.FIELDS.NOT. */
  readonly fields: readonly string[];
}

/** Thrown for a body part in a transfer encoding that nobody knows: `NO [UNKNOWN-CTE]`. */
export class UnknownEncodingError extends Error {
  override name = "UnknownEncodingError";
}

const EMPTY = new Uint8Array(0);
const CRLF = new Uint8Array([0x0d, 0x0a]);

/** The octets of a section, null when the message has no such part. */
export function sectionBytes(bytes: Uint8Array, root: Part, section: SectionSpec): Uint8Array | null {
  const { path, text } = section;
  if (path.length === 0 && text === "") return bytes;
  const found = findPart(root, path);
  if (found === undefined) return null;
  if (text === "") return bytes.subarray(found.bodyStart, found.end);
  if (text === "MIME") return path.length === 0 ? null : header(bytes, found);
  const message = path.length === 0 ? root : found.message;
  if (message === undefined) return null;
  switch (text) {
    case "HEADER":
      return header(bytes, message);
    case "TEXT":
      return bytes.subarray(message.bodyStart, message.end);
    case "HEADER.FIELDS":
    case "HEADER.FIELDS.NOT":
      return headerFields(bytes, message, section.fields, text === "HEADER.FIELDS");
  }
}

/**
 * The decoded content of a leaf part, null when there is no such part.
 *
 * @throws {UnknownEncodingError} when its transfer encoding is not known
 * @throws {Refusal} when it is no leaf (RFC 9051 6.4.5)
 */
export function binaryBytes(bytes: Uint8Array, root: Part, path: readonly number[]): Uint8Array | null {
  if (path.length === 0) {
    // BINARY[] is the whole message, which has no transfer encoding of its own (RFC 3516 4.2).
    return bytes;
  }
  const part = findPart(root, path);
  if (part === undefined) return null;
  if (part.type.type === "multipart" || part.message !== undefined) {
    throw new Refusal("BAD", "BINARY is for parts that have no parts");
  }
  return decodedBody(bytes, part);
}

/** The body of a leaf part without its transfer encoding. */
export function decodedBody(bytes: Uint8Array, part: Part): Uint8Array {
  const body = bytes.subarray(part.bodyStart, part.end);
  const encoding = (fieldText(bytes, part, "content-transfer-encoding") ?? "7bit").toLowerCase();
  switch (encoding) {
    case "":
    case "7bit":
    case "8bit":
    case "binary":
      return body;
    case "base64":
      return decodeBase64(body);
    case "quoted-printable":
      return decodeQuotedPrintable(body);
    default:
      throw new UnknownEncodingError("The transfer encoding is not known");
  }
}

/** The octets from `origin` on, at most `count`. */
export function partial(bytes: Uint8Array, origin: number, count: number): Uint8Array {
  return origin >= bytes.length ? EMPTY : bytes.subarray(origin, Math.min(bytes.length, origin + count));
}

/**
 * Follows part numbers. A multipart has its parts; everything else has only part 1, which is the body itself; a
 * message inside a part lends it its own numbers.
 */
function findPart(root: Part, path: readonly number[]): Part | undefined {
  let container: Part | undefined = root;
  let part: Part | undefined = root;
  for (const number of path) {
    if (container === undefined) return undefined;
    part = container.parts.length > 0 ? container.parts[number - 1] : number === 1 ? container : undefined;
    if (part === undefined) return undefined;
    container = part.message ?? (part.parts.length > 0 ? part : undefined);
  }
  return part;
}

/** A header with the empty line behind it. */
function header(bytes: Uint8Array, part: Part): Uint8Array {
  return bytes.subarray(part.start, part.bodyStart);
}

function headerFields(
  bytes: Uint8Array,
  part: Part,
  names: readonly string[],
  wanted: boolean,
): Uint8Array {
  const listed = new Set(names.map((name) => name.toLowerCase()));
  const pieces = part.fields
    .filter((field) => listed.has(field.name) === wanted)
    .map((field) => bytes.subarray(field.start, field.end));
  // Also when the message has no empty line itself: RFC 9051 excludes only a message without body.
  pieces.push(CRLF);
  return concat(pieces);
}

/** Puts byte strings behind each other. */
export function concat(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

const BASE64 = new Int16Array(256).fill(-1);
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
for (let value = 0; value < ALPHABET.length; value++) BASE64[ALPHABET.charCodeAt(value)] = value;

/** Characters outside the alphabet are passed over (RFC 2045 6.8); "=" ends the data. */
function decodeBase64(body: Uint8Array): Uint8Array {
  const out = new Uint8Array(Math.ceil(body.length * 3 / 4));
  let length = 0;
  let buffer = 0;
  let bits = 0;
  for (const byte of body) {
    if (byte === 0x3d) break;
    const value = BASE64[byte];
    if (value < 0) continue;
    buffer = ((buffer << 6) | value) & 0xffffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      out[length++] = (buffer >> bits) & 0xff;
    }
  }
  return out.subarray(0, length);
}

function decodeQuotedPrintable(body: Uint8Array): Uint8Array {
  const out = new Uint8Array(body.length);
  let length = 0;
  /** Length without the white space that ends the line, which transport may have added (RFC 2045 6.7). */
  let solid = 0;
  for (let i = 0; i < body.length; i++) {
    const byte = body[i];
    if (byte === 0x3d) {
      const value = hexPair(body, i + 1);
      if (value >= 0) {
        out[length++] = value;
        i += 2;
      } else {
        const end = softBreak(body, i + 1);
        if (end < 0) out[length++] = byte;
        else i = end;
      }
      solid = length;
    } else if (byte === 0x0d || byte === 0x0a) {
      if (byte === 0x0a || body[i + 1] === 0x0a) length = solid;
      out[length++] = byte;
      solid = length;
    } else {
      out[length++] = byte;
      if (byte !== 0x20 && byte !== 0x09) solid = length;
    }
  }
  return out.subarray(0, solid);
}

function hexPair(body: Uint8Array, at: number): number {
  const high = hexDigit(body[at]);
  const low = hexDigit(body[at + 1]);
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

function hexDigit(byte: number | undefined): number {
  if (byte === undefined) return -1;
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const upper = byte & 0xdf;
  return upper >= 0x41 && upper <= 0x46 ? upper - 0x37 : -1;
}

/** Index of the line feed of a soft line break, -1 when this is none. White space may stand before it. */
function softBreak(body: Uint8Array, at: number): number {
  let i = at;
  while (i - at < 76 && (body[i] === 0x20 || body[i] === 0x09)) i += 1;
  if (body[i] === 0x0d && body[i + 1] === 0x0a) return i + 1;
  return body[i] === 0x0a ? i : i === body.length ? i - 1 : -1;
}
