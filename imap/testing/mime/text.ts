/** Text of stored messages for SEARCH: encoded words, transfer encodings and charsets taken off. */

import type { HeaderField, Part } from "./mime.ts";
import { decodeText } from "./mime_header.ts";
import { decodedBody } from "./section.ts";

/**
 * Folds text for comparison: SEARCH matches without regard to case (RFC 9051 6.4.4), and a composed letter
 * equals the same letter with its accent apart.
 */
export function foldText(text: string): string {
  return text.normalize("NFC").toLowerCase();
}

/** Value of a header field with encoded words decoded. */
export function headerText(bytes: Uint8Array, field: HeaderField): string {
  const raw = decodeText(bytes.subarray(field.valueStart, field.end)).replace(/\r?\n(?=[ \t])/g, "").trim();
  return decodeWords(raw);
}

/** All header fields of a part, one on a line. */
export function headersText(bytes: Uint8Array, part: Part): string {
  return part.fields
    .map((field) =>
      decodeText(bytes.subarray(field.start, field.valueStart)) + " " + headerText(bytes, field)
    )
    .join("\n");
}

/**
 * All text below the header of a message: bodies of text parts, headers of the parts and of messages inside.
 */
export function bodyText(bytes: Uint8Array, part: Part): string {
  const pieces: string[] = [];
  for (const child of part.parts) pieces.push(headersText(bytes, child), bodyText(bytes, child));
  if (part.message !== undefined) {
    pieces.push(headersText(bytes, part.message), bodyText(bytes, part.message));
  } else if (part.type.type === "text" || part.parts.length === 0 && part.type.type === "multipart") {
    pieces.push(leafText(bytes, part));
  }
  return pieces.join("\n");
}

function leafText(bytes: Uint8Array, part: Part): string {
  const charset = part.type.params.find(([name]) => name.toLowerCase() === "charset")?.[1] ?? "utf-8";
  let body: Uint8Array;
  try {
    body = decodedBody(bytes, part);
  } catch {
    body = bytes.subarray(part.bodyStart, part.end);
  }
  return decodeCharset(body, charset);
}

function decodeCharset(bytes: Uint8Array, charset: string): string {
  const label = charset.split("*", 1)[0].toLowerCase();
  if (label === "us-ascii" || label === "utf-8") return decodeText(bytes);
  try {
    return new TextDecoder(label).decode(bytes);
  } catch {
    return decodeText(bytes);
  }
}

// Every repetition excludes the character that ends it, so no input is read twice.
const ENCODED_WORD = /=\?([^?\s]+)\?([bBqQ])\?([^?\s]*)\?=/g;

/** Decodes encoded words (RFC 2047); white space between two of them is not text. */
function decodeWords(text: string): string {
  let out = "";
  let end = 0;
  let afterWord = false;
  for (const match of text.matchAll(ENCODED_WORD)) {
    const between = text.slice(end, match.index);
    if (!afterWord || between.trim() !== "") out += between;
    out += decodeCharset(wordBytes(match[2], match[3]), match[1]);
    end = match.index + match[0].length;
    afterWord = true;
  }
  return out + text.slice(end);
}

function wordBytes(encoding: string, text: string): Uint8Array {
  if (encoding === "b" || encoding === "B") {
    try {
      return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
    } catch {
      return new TextEncoder().encode(text);
    }
  }
  const bytes: number[] = [];
  for (let i = 0; i < text.length; i++) {
    const pair = text[i] === "=" ? text.slice(i + 1, i + 3) : "";
    if (/^[0-9a-fA-F]{2}$/.test(pair)) {
      bytes.push(parseInt(pair, 16));
      i += 2;
    } else if (text[i] === "_") {
      bytes.push(0x20);
    } else {
      bytes.push(...new TextEncoder().encode(text[i]));
    }
  }
  return Uint8Array.from(bytes);
}
