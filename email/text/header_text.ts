/**
 * The text of a header field for people to read.
 *
 * @module
 */

import { headerRuns, joinPieces, qOctets, type Word } from "./header_words.ts";
import { encodeAsciiEscape, encodeRawUnicodeEscape, hasSurrogates } from "./text.ts";
import { decodeBase64 } from "../transfer/transfer.ts";
import { decode } from "../codecs/mod.ts";
import { InvalidBase64LengthDefect, LookupError } from "../errors.ts";
import { Header } from "../header.ts";

/**
 * The text of a header field, encoded words decoded, folding undone. Never fails: `makeHeader(decodeHeader(value))`, which gives
 * the same text for what is well-formed, throws for a charset that is not known, octets that are not valid in theirs, and
 * broken base64.
 *
 * @param value value of the field, as `message.get` gives it; null gives ""
 * @returns the text; octets of no known charset are read as UTF-8 if they are that, else as windows-1252
 *
 * @example
 * ```ts
 * import { headerText, messageFromString } from "@postern/postern/email";
 * import { assertEquals } from "@std/assert";
 *
 * const message = messageFromString("Subject: =?utf-8*de?q?Gr=C3=BC=C3=9Fe?=\n aus =?x-none?b?S/ZsbgQ?=\n\n");
 * assertEquals(headerText(message.get("subject")), "Grüße aus Köln\u0004");
 * ```
 *
 * Source: RFC 2047 section 6, RFC 2231 section 5.
 */
export function headerText(value: string | Header | null): string {
  if (value === null) return "";
  // A field with octets outside ASCII comes as one chunk of unknown-8bit, whose text still holds encoded words.
  if (value instanceof Header && value.chunks.some(([, charset]) => String(charset) !== "unknown-8bit")) {
    return String(value);
  }
  const text = value instanceof Header ? value.chunks.map(([chunk]) => chunk).join(" ") : value;
  return joinPieces(
    headerRuns(text).map(({ words, charset }) => {
      if (charset === null) return [words.map((word) => readable(word.text)).join(" "), true];
      return [decodeOctets(join(words.map(decodeWord)), charset), charset === "us-ascii"];
    }),
  );
}

function decodeWord(word: Word): Uint8Array {
  const text = word.text.replace(
    /[\udc80-\udcff]/g,
    (octet) => String.fromCharCode(octet.charCodeAt(0) & 0xff),
  );
  if (word.encoding === "q") return qOctets(text);
  const { data, defects } = decodeBase64(encodeRawUnicodeEscape(text));
  if (!defects.some((defect) => defect instanceof InvalidBase64LengthDefect)) return data;
  // One character too many: a body would stay encoded, a reader wants what is there.
  return decodeBase64(text.replace(/[^A-Za-z0-9+/]+/g, "").slice(0, -1)).data;
}

/** Text that holds escaped octets, with what they most likely mean. */
function readable(text: string): string {
  if (!hasSurrogates(text)) return text;
  return text.replace(/[\udc80-\udcff]+/g, (octets) => guess(encodeAsciiEscape(octets)));
}

function decodeOctets(octets: Uint8Array, charset: string): string {
  const star = charset.indexOf("*");
  const name = star < 0 ? charset : charset.slice(0, star); // RFC 2231 section 5 puts the language there
  if (name === "us-ascii" || name === "unknown-8bit") return guess(octets);
  try {
    return decode(octets, name, "replace");
  } catch (error) {
    if (!(error instanceof LookupError)) throw error;
    return guess(octets);
  }
}

function guess(octets: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(octets);
  } catch {
    return new TextDecoder("windows-1252").decode(octets);
  }
}

function join(parts: Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
