// Parameters of Content-Type and Content-Disposition fields, as CPython's compat32 reads them.
// Everything here is one pass over its input: CPython 3.13.0 needs 0.35 s for an open quote followed by
// 20,000 semicolons and four times that for twice as many (python/cpython#136063, #136072).

import { strip } from "../text/text.ts";

/** A parameter value in RFC 2231 form: charset, language and the text, one character for each octet. */
export type Rfc2231Value = [charset: string | null, language: string | null, text: string];

/** What a decoded parameter holds: plain text, or the three pieces of an RFC 2231 value. */
export type ParamValue = string | Rfc2231Value;

const SEMICOLON = 0x3b;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Splits a field value at the semicolons that stand outside quotes.
 *
 * A quote counts unless the character before it is a backslash, wherever the quote stands: CPython compares
 * the number of `"` with the number of `\"` and looks at nothing else, so `a="x\\";b` is one piece.
 */
export function splitParams(value: string): string[] {
  const pieces: string[] = [];
  let start = 0;
  let open = false;
  for (let i = 0; i < value.length; i++) {
    const unit = value.charCodeAt(i);
    if (unit === QUOTE) {
      if (i === start || value.charCodeAt(i - 1) !== BACKSLASH) open = !open;
    } else if (unit === SEMICOLON && !open) {
      pieces.push(value.slice(start, i));
      start = i + 1;
    }
  }
  pieces.push(value.slice(start));
  return pieces;
}

/**
 * The parameters of a field value before RFC 2231 decoding: pairs of name and value, first the value
 * itself. Names with a value are lower-cased, names without one keep their case, quotes stay.
 */
export function parseParams(value: string): [string, string][] {
  return splitParams(value).map((piece) => {
    const equals = piece.indexOf("=");
    if (equals < 0) return [strip(piece), ""];
    return [strip(piece.slice(0, equals)).toLowerCase(), strip(piece.slice(equals + 1))];
  });
}

/** See `quote` of utils.ts, which carries the documentation of the public name. */
export function quoteText(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll('"', '\\"');
}

/** See `unquote` of utils.ts. The two replacements are one after the other, as in CPython (`"\\"` gives `\`). */
export function unquoteText(text: string): string {
  if (text.length < 2) return text;
  if (text.startsWith('"') && text.endsWith('"')) {
    return text.slice(1, -1).replaceAll("\\\\", "\\").replaceAll('\\"', '"');
  }
  if (text.startsWith("<") && text.endsWith(">")) return text.slice(1, -1);
  return text;
}

/** See `decodeRfc2231` of utils.ts. */
export function splitRfc2231(text: string): Rfc2231Value {
  const first = text.indexOf("'");
  const second = first < 0 ? -1 : text.indexOf("'", first + 1);
  if (second < 0) return [null, null, text];
  return [text.slice(0, first), text.slice(first + 1, second), text.slice(second + 1)];
}

/** Undoes %XX, each giving the character with that code (the octets are decoded later, with the charset). */
export function percentDecode(text: string): string {
  if (!text.includes("%")) return text;
  return text.replace(/%([0-9A-Fa-f]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
}

interface Segment {
  /** Digits without leading zeros; null for a parameter without a number, which sorts first. */
  number: string | null;
  value: string;
  encoded: boolean;
}

/** Order of two numbers given as digits: a 5,000 digit number is no reason to fail. */
function compareDigits(a: string | null, b: string | null): number {
  if (a === b) return 0;
  if (a === null) return -1;
  if (b === null) return 1;
  if (a.length !== b.length) return a.length - b.length;
  return a < b ? -1 : 1;
}

/** Order by code point: JavaScript compares UTF-16 units, where U+FFFF sorts behind U+10000. */
function compareText(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x === y) continue;
    const xPair = isPairAt(a, i);
    const yPair = isPairAt(b, i);
    return xPair === yPair ? x - y : xPair ? 1 : -1;
  }
  return a.length - b.length;
}

function isPairAt(text: string, i: number): boolean {
  return text.codePointAt(i)! > 0xffff ||
    (i > 0 && (text.charCodeAt(i) & 0xfc00) === 0xdc00 && text.codePointAt(i - 1)! > 0xffff);
}

function compareSegments(a: Segment, b: Segment): number {
  return compareDigits(a.number, b.number) || compareText(a.value, b.value) ||
    Number(a.encoded) - Number(b.encoded);
}

// name*, name*0, name*0*: the forms of RFC 2231 sections 3 and 4. The name is one word of ASCII letters, digits and
// underscores, so `x-name*0` is no continuation; one line end behind it is let through.
const CONTINUATION = /^([A-Za-z0-9_]+)\*(?:([0-9]+)\*?)?\n?$/;

/** See `decodeParams` of utils.ts. */
export function decodeParamList(params: readonly (readonly [string, string])[]): [string, ParamValue][] {
  if (params.length === 0) throw new RangeError("list index out of range");
  const [head, ...rest] = params;
  const decoded: [string, ParamValue][] = [[head[0], head[1]]];
  const continued = new Map<string, Segment[]>();
  for (const [name, quoted] of rest) {
    const value = unquoteText(quoted);
    const match = CONTINUATION.exec(name);
    if (match === null) {
      decoded.push([name, `"${quoteText(value)}"`]);
      continue;
    }
    const number = match[2] === undefined ? null : match[2].replace(/^0+(?=.)/, "");
    const segment = { number, value, encoded: name.endsWith("*") };
    const segments = continued.get(match[1]);
    if (segments === undefined) continued.set(match[1], [segment]);
    else segments.push(segment);
  }
  for (const [name, segments] of continued) {
    segments.sort(compareSegments);
    const text = quoteText(segments.map((s) => s.encoded ? percentDecode(s.value) : s.value).join(""));
    if (segments.some((s) => s.encoded)) {
      const [charset, language, value] = splitRfc2231(text);
      decoded.push([name, [charset, language, `"${value}"`]]);
    } else {
      decoded.push([name, `"${text}"`]);
    }
  }
  return decoded;
}
