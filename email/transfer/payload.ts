// Payloads as bytes.

import { decodeLargeBase64 } from "./base64_table.ts";
import { UnicodeEncodeError } from "../errors.ts";
import { encodeAsciiEscape } from "../text/text.ts";
import { decodeQuotedPrintable } from "./quoted_printable.ts";
import { decodeBase64, type DecodedPayload } from "./base64.ts";
import { decodeUu } from "./uu.ts";

/** Bytes of escaped text; null when it holds characters that no byte represents. */
export function textToBytes(text: string): Uint8Array | null {
  try {
    return encodeAsciiEscape(text);
  } catch (error) {
    if (error instanceof UnicodeEncodeError) return null;
    throw error;
  }
}

/**
 * Undoes a transfer encoding.
 *
 * @param bytes the encoded body
 * @param encoding the whole value of the header in lower case: `base64 (comment)` is not base64 to CPython
 * @returns null when the encoding does not change bytes
 */
export function decodeTransfer(bytes: Uint8Array, encoding: string): DecodedPayload | null {
  switch (encoding) {
    case "base64": {
      const data = decodeLargeBase64(bytes);
      return data === null ? decodeBase64(bytes) : { data, defects: [] };
    }
    case "quoted-printable":
      return { data: decodeQuotedPrintable(bytes), defects: [] };
    case "x-uuencode":
    case "uuencode":
    case "uue":
    case "x-uue":
      return { data: decodeUu(bytes), defects: [] };
    default:
      return null;
  }
}
