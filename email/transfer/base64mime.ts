/**
 * Base64 for headers (the B encoding of RFC 2047 section 4.1) and bodies (RFC 2045 section 6.8).
 *
 * @module
 */

import { a2bBase64, base64Line } from "./base64.ts";
import { encode } from "../codecs/mod.ts";
import { ValueError } from "../errors.ts";
import { encodeRawUnicodeEscape } from "../text/text.ts";
import { octetsFor, wrongType } from "../text/given.ts";

/**
 * Length of octets in base64.
 *
 * ```ts
 * import { base64mime } from "@postern/postern/email";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(base64mime.headerLength(new Uint8Array(4)), 8);
 * ```
 *
 * Source: `email.base64mime.header_length`.
 *
 * @param bytes the octets, or anything with a length
 * @returns number of characters
 */
export function headerLength(bytes: ArrayLike<number> | string): number {
  if (typeof bytes?.length !== "number") throw wrongType("headerLength", "octets", bytes);
  return Math.ceil(bytes.length / 3) * 4;
}

/**
 * Makes an encoded word of octets or text, in the B encoding.
 *
 * ```ts
 * import { base64mime } from "@postern/postern/email";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(base64mime.headerEncode("ü", "utf-8"), "=?utf-8?b?w7w=?=");
 * ```
 *
 * Source: `email.base64mime.header_encode`, RFC 2047 section 4.1.
 *
 * @param bytes octets in the charset, or text to encode in it
 * @param charset name written into the word
 * @returns the encoded word, empty when there are no octets
 * @throws {LookupError} for text in an unknown charset
 * @throws {UnicodeEncodeError} for text the charset lacks
 */
export function headerEncode(bytes: Uint8Array | string, charset = "iso-8859-1"): string {
  if (bytes?.length === 0) return "";
  const octets = typeof bytes === "string" ? encode(bytes, charset) : octetsFor("headerEncode", bytes);
  return `=?${charset}?b?${base64Line(octets)}?=`;
}

/**
 * Writes octets as a base64 body.
 *
 * ```ts
 * import { base64mime } from "@postern/postern/email";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(base64mime.bodyEncode(new TextEncoder().encode("abcd"), 4), "YWJj\nZA==\n");
 * ```
 *
 * Source: `email.base64mime.body_encode`, RFC 2045 section 6.8.
 *
 * @param bytes the octets
 * @param maxlinelen longest line, without its end
 * @param eol line end to write after every line
 * @returns the encoded text
 * @throws {ValueError} when a line has no room for one octet
 */
export function bodyEncode(bytes: Uint8Array, maxlinelen = 76, eol = "\n"): string {
  if (octetsFor("bodyEncode", bytes).length === 0) return "";
  const size = Math.floor((maxlinelen * 3) / 4);
  if (size <= 0) throw new ValueError("maxlinelen leaves no room");
  const out: string[] = [];
  if (size % 3 === 0) {
    const whole = base64Line(bytes);
    for (let i = 0; i < whole.length; i += (size / 3) * 4) out.push(whole.slice(i, i + (size / 3) * 4), eol);
  } else {
    for (let i = 0; i < bytes.length; i += size) out.push(base64Line(bytes.subarray(i, i + size)), eol);
  }
  return out.join("");
}

/**
 * Decodes base64 as Python does: characters outside the alphabet are skipped, everything after complete padding is
 * dropped.
 *
 * ```ts
 * import { base64mime } from "@postern/postern/email";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(base64mime.decode("Q U\nI="), new TextEncoder().encode("AB"));
 * ```
 *
 * Source: `email.base64mime.decode`.
 *
 * @param text the encoded text; characters past U+00FF count as the ASCII escapes of raw-unicode-escape
 * @returns the octets
 * @throws {ValueError} when padding is missing or one character is left over (Python's `binascii.Error`)
 */
export function decode(text: string | Uint8Array): Uint8Array {
  const octets = a2bBase64(
    typeof text === "string" ? encodeRawUnicodeEscape(text) : octetsFor("decode", text),
  );
  if (octets === null) throw new ValueError("incorrect padding");
  return octets;
}

/** Another name of {@linkcode decode}. */
export const bodyDecode: typeof decode = decode;

/** Another name of {@linkcode decode}. */
export const decodestring: typeof decode = decode;
