/** Text of stored messages for SEARCH: encoded words, transfer encodings and charsets taken off. */

import { decode } from "../../../email/codecs/mod.ts";
import { headerText as readableText } from "../../../email/content/header_text.ts";
import { decodeText, type FieldRange, mediaType, type ScannedPart, valueText } from "./fields.ts";
import { decodedBody } from "./section.ts";

export { readableText };

/**
 * Folds text for comparison: SEARCH matches without regard to case (RFC 9051 6.4.4), and a composed letter
 * equals the same letter with its accent apart.
 */
export function foldText(text: string): string {
  return text.normalize("NFC").toLowerCase();
}

/** Value of a header field with encoded words decoded. */
export function headerText(bytes: Uint8Array, field: FieldRange): string {
  return readableText(valueText(bytes, field));
}

/** All header fields of a part, one on a line. */
export function headersText(bytes: Uint8Array, part: ScannedPart): string {
  return part.fields
    .map((field) =>
      decodeText(bytes.subarray(field.start, field.valueStart)) + " " + headerText(bytes, field)
    )
    .join("\n");
}

/**
 * All text below the header of a message: bodies of text parts, headers of the parts and of messages inside.
 */
export function bodyText(bytes: Uint8Array, part: ScannedPart): string {
  const pieces: string[] = [];
  for (const child of part.parts) pieces.push(headersText(bytes, child), bodyText(bytes, child));
  if (part.message !== null) {
    pieces.push(headersText(bytes, part.message), bodyText(bytes, part.message));
  } else if (part.contentType.startsWith("text/") || isUnsplit(part)) {
    pieces.push(leafText(bytes, part));
  }
  return pieces.join("\n");
}

/** A multipart whose boundary never comes is text. */
function isUnsplit(part: ScannedPart): boolean {
  return part.parts.length === 0 && part.contentType.startsWith("multipart/");
}

/** The text of a part that has no parts, transfer encoding and charset taken off. */
export function leafText(bytes: Uint8Array, part: ScannedPart): string {
  let body: Uint8Array;
  try {
    body = decodedBody(bytes, part);
  } catch {
    body = bytes.subarray(part.bodyStart, part.end);
  }
  const { params } = mediaType(bytes, part);
  const charset = params.find(([name]) => name.toLowerCase() === "charset")?.[1] ?? "utf-8";
  return decodeCharset(body, charset.replace(/\*.*/s, "").toLowerCase());
}

function decodeCharset(bytes: Uint8Array, charset: string): string {
  if (charset === "us-ascii" || charset === "utf-8") return decodeText(bytes);
  try {
    return decode(bytes, charset, "replace");
  } catch {
    // An unknown charset.
    return decodeText(bytes);
  }
}
