/**
 * Quoted-printable text for headers (the Q encoding of RFC 2047 section 4.2) and bodies (RFC 2045 section 6.7),
 * over text whose characters U+0000-U+00FF represent octets.
 *
 * Payloads are not decoded with this but octet by octet; these functions are Python's text-level helpers.
 *
 * @module
 */

import { unescaped } from "../text/hex.ts";
import { rstrip, splitLines } from "../text/text.ts";
import { ValueError } from "../errors.ts";
import { octetsFor, textFor, wrongType } from "../text/given.ts";

/** Characters an encoded word may hold as they are: the safe set of RFC 2047 section 5 (3). */
const HEADER_SAFE = /[!*+/0-9A-Za-z-]/;

function escapeOctet(octet: number): string {
  return "=" + (octet < 16 ? "0" : "") + octet.toString(16).toUpperCase();
}

const HEADER_MAP: string[] = /* @__PURE__ */ Array.from({ length: 256 }, (_, octet) => {
  const character = String.fromCharCode(octet);
  return character === " " ? "_" : HEADER_SAFE.test(character) ? character : escapeOctet(octet);
});
const BODY_MAP: string[] = /* @__PURE__ */ Array.from({ length: 256 }, (_, octet) => {
  const literal = octet === 0x09 || (octet >= 0x20 && octet < 0x7f && octet !== 0x3d);
  return literal ? String.fromCharCode(octet) : escapeOctet(octet);
});

/**
 * Tells whether an octet has to be escaped in a header.
 *
 * ```ts
 * import { quoprimime } from "@postern/postern/email";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([quoprimime.headerCheck(0x41), quoprimime.headerCheck(0x3f)], [false, true]);
 * ```
 *
 * Source: `email.quoprimime.header_check`, RFC 2047 section 5 (3).
 *
 * @param octet 0 to 255
 * @returns true when it needs an escape; a space does not, it becomes `_`
 */
export function headerCheck(octet: number): boolean {
  return isEscaped(HEADER_MAP, octet);
}

/**
 * Tells whether an octet has to be escaped in a body.
 *
 * ```ts
 * import { quoprimime } from "@postern/postern/email";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([quoprimime.bodyCheck(0x20), quoprimime.bodyCheck(0x3d)], [false, true]);
 * ```
 *
 * Source: `email.quoprimime.body_check`, RFC 2045 section 6.7.
 *
 * @param octet 0 to 255
 * @returns true when it needs an escape
 */
export function bodyCheck(octet: number): boolean {
  return isEscaped(BODY_MAP, octet);
}

function isEscaped(map: string[], octet: number): boolean {
  const text = map[octet];
  if (text === undefined) throw wrongType("headerCheck and bodyCheck", "an octet", octet);
  return text.length > 1;
}

function mappedLength(bytes: Uint8Array, map: string[]): number {
  octetsFor("headerLength and bodyLength", bytes);
  let length = 0;
  for (let i = 0; i < bytes.length; i++) length += map[bytes[i]!]!.length;
  return length;
}

/**
 * Length of octets in the Q encoding, without the frame of the encoded word.
 *
 * ```ts
 * import { quoprimime } from "@postern/postern/email";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(quoprimime.headerLength(new TextEncoder().encode("a ü")), 8);
 * ```
 *
 * Source: `email.quoprimime.header_length`.
 *
 * @param bytes the octets
 * @returns number of characters
 */
export function headerLength(bytes: Uint8Array): number {
  return mappedLength(bytes, HEADER_MAP);
}

/**
 * Length of octets in a quoted-printable body, without soft line breaks.
 *
 * ```ts
 * import { quoprimime } from "@postern/postern/email";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(quoprimime.bodyLength(new TextEncoder().encode("a=b")), 5);
 * ```
 *
 * Source: `email.quoprimime.body_length`.
 *
 * @param bytes the octets
 * @returns number of characters
 */
export function bodyLength(bytes: Uint8Array): number {
  return mappedLength(bytes, BODY_MAP);
}

/**
 * The escape of a character.
 *
 * ```ts
 * import { quoprimime } from "@postern/postern/email";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(quoprimime.quote("é"), "=E9");
 * ```
 *
 * Source: `email.quoprimime.quote`.
 *
 * @param character one character up to U+00FF
 * @returns `=` and two hex digits
 * @throws {RangeError} for a character past U+00FF
 */
export function quote(character: string): string {
  const octet = textFor("quote", character).charCodeAt(0);
  if (!(octet < 256)) throw new RangeError("character past U+00FF");
  return escapeOctet(octet);
}

/**
 * The character of an escape.
 *
 * ```ts
 * import { quoprimime } from "@postern/postern/email";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(quoprimime.unquote("=E9"), "é");
 * ```
 *
 * Source: `email.quoprimime.unquote`.
 *
 * @param text `=` and two hex digits
 * @returns a character up to U+00FF
 * @throws {ValueError} when there are no two hex digits
 */
export function unquote(text: string): string {
  const digits = textFor("unquote", text).slice(1, 3);
  if (!/^[0-9A-Fa-f]{1,2}$/.test(digits)) throw new ValueError(`no escape: ${text}`);
  return String.fromCharCode(parseInt(digits, 16));
}

/**
 * Makes an encoded word of octets, in the Q encoding.
 *
 * ```ts
 * import { quoprimime } from "@postern/postern/email";
 * import { assertEquals } from "@std/assert";
 *
 * const word = quoprimime.headerEncode(new TextEncoder().encode("a ü"), "utf-8");
 * assertEquals(word, "=?utf-8?q?a_=C3=BC?=");
 * ```
 *
 * Source: `email.quoprimime.header_encode`, RFC 2047 section 4.2.
 *
 * @param bytes the text, already in the charset
 * @param charset name written into the word
 * @returns the encoded word, empty when there are no octets
 */
export function headerEncode(bytes: Uint8Array, charset = "iso-8859-1"): string {
  if (octetsFor("headerEncode", bytes).length === 0) return "";
  const out: string[] = [];
  for (let i = 0; i < bytes.length; i++) out.push(HEADER_MAP[bytes[i]!]!);
  return `=?${charset}?q?${out.join("")}?=`;
}

/**
 * Decodes the inside of an encoded word in the Q encoding.
 *
 * ```ts
 * import { quoprimime } from "@postern/postern/email";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(quoprimime.headerDecode("a_=E9"), "a é");
 * ```
 *
 * Source: `email.quoprimime.header_decode`.
 *
 * @param text what comes between `?q?` and `?=`
 * @returns text whose characters represent octets
 */
export function headerDecode(text: string): string {
  return unescaped(textFor("headerDecode", text).replaceAll("_", " "), "=");
}

/**
 * Writes a body in quoted-printable.
 *
 * ```ts
 * import { quoprimime } from "@postern/postern/email";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(quoprimime.bodyEncode("caf\u00e9 \nx=y"), "caf=E9=20\nx=3Dy");
 * ```
 *
 * Source: `email.quoprimime.body_encode`, RFC 2045 section 6.7.
 *
 * @param body text whose characters represent octets; characters past U+00FF stay as they are
 * @param maxlinelen longest line, without its end; 4 at least
 * @param eol line end to write
 * @returns the encoded text; it ends with a line end when the body does
 * @throws {ValueError} when `maxlinelen` is below 4
 */
export function bodyEncode(body: string, maxlinelen = 76, eol = "\n"): string {
  if (maxlinelen < 4) throw new ValueError("maxlinelen must be at least 4");
  if (textFor("bodyEncode", body) === "") return body;
  const quoted = body.replace(/[^\t\n\r -<>-~\u0100-\uffff]/g, (c) => BODY_MAP[c.charCodeAt(0)]!);
  const out: string[] = [];
  for (const line of splitLines(quoted)) {
    let start = 0;
    while (line.length - start > maxlinelen) {
      // Room for the `=` of the break, and no cut inside an escape.
      let stop = start + maxlinelen - 1;
      if (line[stop - 1] === "=") stop -= 1;
      else if (line[stop - 2] === "=") stop -= 2;
      out.push(line.slice(start, stop) + "=");
      start = stop;
    }
    const last = line[line.length - 1];
    if (last !== " " && last !== "\t") {
      out.push(line.slice(start));
      continue;
    }
    // A blank must not end a line: escaped where that fits, else cut off by a soft break before or after it.
    const room = maxlinelen - (line.length - start);
    if (room >= 2) out.push(line.slice(start, -1) + escapeOctet(last.charCodeAt(0)));
    else if (room === 1) out.push(line.slice(start) + "=", "");
    else out.push(line.slice(start, -1) + "=", escapeOctet(last.charCodeAt(0)));
  }
  if (body.endsWith("\n") || body.endsWith("\r")) out.push("");
  return out.join(eol);
}

/**
 * Decodes quoted-printable text line by line; blanks at line ends are dropped and bad escapes stay.
 *
 * ```ts
 * import { quoprimime } from "@postern/postern/email";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(quoprimime.decode("caf=E9=20=\nx=3Dy"), "caf\u00e9 x=y");
 * ```
 *
 * Source: `email.quoprimime.decode`.
 *
 * @param encoded the encoded text
 * @param eol line end to write
 * @returns text whose characters represent octets
 */
export function decode(encoded: string, eol = "\n"): string {
  const out: string[] = [];
  for (const whole of splitLines(textFor("decode", encoded))) {
    const line = rstrip(whole);
    const soft = line.endsWith("=");
    out.push(unescaped(soft ? line.slice(0, -1) : line, "="));
    if (!soft) out.push(eol);
  }
  const decoded = out.join("");
  // One character is taken back, not the whole of a two-character end: Python's answer for CRLF.
  return !/[\r\n]$/.test(encoded) && decoded.endsWith(eol) ? decoded.slice(0, -1) : decoded;
}

/** Another name of {@linkcode decode}. */
export const bodyDecode: typeof decode = decode;

/** Another name of {@linkcode decode}. */
export const decodestring: typeof decode = decode;
