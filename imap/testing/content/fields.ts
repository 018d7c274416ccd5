/** Header fields of a scanned message as ENVELOPE and BODYSTRUCTURE show them: encoded words stay as they are. */

import { parseParams } from "../../../email/params/split.ts";
import { type FieldRange, scanMessage, type ScannedPart } from "../../../email/parse/scan.ts";

export type { FieldRange, ScannedPart };

/** Levels of multiparts and messages inside each other; what lies deeper is shown as a part without parts. */
const MAX_DEPTH = 50;

/** Finds the structure of a message. A line in the header that is not a field is passed over, as IMAP servers do. */
export function scan(bytes: Uint8Array): ScannedPart {
  return scanMessage(bytes, { strayLine: "skip", maxDepth: MAX_DEPTH });
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const latin1 = new TextDecoder("latin1");

/** Up to this many octets, a decoder takes longer to start than to decode. */
const SHORT = 200;

/** Text of header bytes: UTF-8 when it is that, else Latin-1, so that every byte has a character. */
export function decodeText(bytes: Uint8Array): string {
  if (bytes.length <= SHORT && bytes.every((byte) => byte < 0x80)) {
    // The type wants an array; apply takes octets as they are, and three times as fast as `...`.
    return String.fromCharCode.apply(null, bytes as unknown as number[]);
  }
  try {
    return utf8.decode(bytes);
  } catch {
    return latin1.decode(bytes);
  }
}

/**
 * The unfolded value of a field: one space where it was folded, as Dovecot shows it. NUL cannot be in an IMAP string, so it
 * goes with the line ends.
 */
export function valueText(bytes: Uint8Array, field: FieldRange): string {
  const text = decodeText(bytes.subarray(field.valueStart, field.end)).trim();
  return /[\r\n\0]/.test(text)
    ? text.split(/\r?\n/).map((line) => line.trim()).filter((line) => line !== "").join(" ").replace(
      /[\r\0]/g,
      "",
    )
    : text;
}

/** The value of the first field of this name (lower case), undefined when there is none. */
export function fieldText(bytes: Uint8Array, part: ScannedPart, name: string): string | undefined {
  const field = part.field(name);
  return field === undefined ? undefined : valueText(bytes, field);
}

/** All values of this name joined by a comma, as for an address field that occurs twice; "" when there is none. */
export function fieldTexts(bytes: Uint8Array, part: ScannedPart, name: string): string {
  let texts: string | undefined;
  for (const field of part.fields) {
    if (field.name !== name) continue;
    const text = valueText(bytes, field);
    texts = texts === undefined ? text : `${texts}, ${text}`;
  }
  return texts ?? "";
}

/** A value with its parameters, such as `attachment; filename=x`. Of the forms of RFC 2231, pieces are joined (section 6). */
export function valueWithParams(text: string): { value: string; params: [name: string, value: string][] } {
  const [[value] = [""], ...params] = parseParams(text);
  return {
    value: withoutComment(value).toLowerCase(),
    params: joinedPieces(
      params.filter(([name]) => name !== "").map(([name, text]) => [name, paramText(text)]),
    ),
  };
}

/** A piece of a parameter (RFC 2231 section 3). */
interface Piece {
  readonly number: number;
  readonly written: string;
  readonly value: string;
  readonly encoded: boolean;
}

/**
 * RFC 2231 section 6: a server joins `name*0`, `name*1` and so on to `name`, or to `name*` where one of them is encoded.
 * Pieces of which one is missing or there twice stay apart, in order.
 */
function joinedPieces(params: readonly [name: string, value: string][]): [name: string, value: string][] {
  const all = new Map<string, Piece[]>();
  const out: (() => [name: string, value: string][])[] = [];
  for (const [written, value] of params) {
    const match = /^([^*]+)\*(0|[1-9]\d{0,3})(\*?)$/.exec(written);
    if (match === null) {
      out.push(() => [[written, value]]);
      continue;
    }
    const name = match[1]!.toLowerCase();
    const pieces = all.get(name) ?? [];
    if (pieces.length === 0) out.push(() => joined(pieces));
    pieces.push({ number: Number(match[2]), written, value, encoded: match[3] !== "" });
    all.set(name, pieces);
  }
  return out.flatMap((param) => param());
}

function joined(pieces: readonly Piece[]): [name: string, value: string][] {
  const inOrder = pieces.toSorted((a, b) => a.number - b.number);
  const [first] = inOrder;
  if (first === undefined || inOrder.some(({ number }, index) => number !== index)) {
    return inOrder.map(({ written, value }) => [written, value]);
  }
  const encoded = inOrder.some((piece) => piece.encoded);
  // Where the first piece is not encoded, it does not say charset and language.
  const start = encoded && !first.encoded ? "''" : "";
  const name = first.written.replace(/\*.*/s, "") + (encoded ? "*" : "");
  return [[name, start + inOrder.map(({ value }) => value).join("")]];
}

/** Type and subtype, as they are shown. */
export function mediaType(part: ScannedPart): { type: string; subtype: string } {
  const slash = part.contentType.indexOf("/");
  return {
    type: token(part.contentType.slice(0, slash)) || "text",
    subtype: token(part.contentType.slice(slash + 1)) || "plain",
  };
}

/** Parameters of the Content-Type field. A text without a charset gets that of RFC 2045 5.2, as Dovecot and Cyrus show it. */
export function typeParams(bytes: Uint8Array, part: ScannedPart): [name: string, value: string][] {
  const text = fieldText(bytes, part, "content-type");
  const params = text === undefined ? [] : valueWithParams(text).params;
  if (part.contentType.startsWith("text/") && !params.some(([name]) => name.toLowerCase() === "charset")) {
    params.push(["charset", "us-ascii"]);
  }
  return params;
}

/** An unquoted value ends at white space: `charset=us-ascii (Plain text)` of RFC 2045 5.1. */
function paramText(text: string): string {
  return text.startsWith('"') ? unquoted(text) : withoutComment(text);
}

/** Index of the quote that ends a quoted string, -1 where there is none. */
function closingQuote(text: string): number {
  for (let at = 1; at < text.length; at++) {
    if (text[at] === '"') return at;
    if (text[at] === "\\") at += 1;
  }
  return -1;
}

/** RFC 822 3.3: what follows a backslash is meant as it is, also where a browser sent the path of a file. */
function unquoted(text: string): string {
  const end = closingQuote(text);
  return (end === -1 ? text : text.slice(1, end)).replace(/\\(.)/g, "$1");
}

/** The token of RFC 2045 5.1 at the beginning; comments and octets that no token may have are cut off. */
export function token(text: string): string {
  return /^[!#$%&'*+\-.0-9A-Z^_`a-z{|}~]*/.exec(text.trim())![0];
}

function withoutComment(text: string): string {
  return text.replace(/[\s(][^]*/, "");
}
