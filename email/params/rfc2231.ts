// RFC 2231: parameter values with a charset and a language, in pieces and percent-encoded. All of it is here, reading
// and writing, with and without conversion of charsets.

import { decode, encode, type ErrorMode } from "../codecs/mod.ts";
import { LookupError } from "../errors.ts";
import { unescaped } from "../text/hex.ts";
import { addTo } from "../text/map.ts";
import { encodeRawUnicodeEscape } from "../text/text.ts";
import { quoteText, unquoteText } from "./quoting.ts";
import { listFor, textFor } from "../text/given.ts";

/** A parameter value in RFC 2231 form: charset, language and the text, one character for each octet. */
export type Rfc2231Value = [charset: string | null, language: string | null, text: string];

/** What a decoded parameter holds: plain text, or the three pieces of an RFC 2231 value. */
export type ParamValue = string | Rfc2231Value;

/** See `decodeRfc2231` of utils.ts. */
export function splitRfc2231(text: string): Rfc2231Value {
  const first = text.indexOf("'");
  const second = first < 0 ? -1 : text.indexOf("'", first + 1);
  if (second < 0) return [null, null, text];
  return [text.slice(0, first), text.slice(first + 1, second), text.slice(second + 1)];
}

interface Segment {
  /** Digits without leading zeros; null for a parameter without a number, which sorts first. */
  number: string | null;
  value: string;
  encoded: boolean;
}

/** Order of two numbers given as digits: a 5,000 digit number is not a reason to fail. */
function compareDigits(a: string | null, b: string | null): number {
  if (a === b) return 0;
  if (a === null) return -1;
  if (b === null) return 1;
  if (a.length !== b.length) return a.length - b.length;
  return a < b ? -1 : 1;
}

/** Order by code point: JavaScript compares UTF-16 units, where U+FFFF sorts after U+10000. */
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
// underscores, so `x-name*0` is not a continuation; one line end after it is let through.
const CONTINUATION = /^([A-Za-z0-9_]+)\*(?:([0-9]+)\*?)?\n?$/;

const PAIRS = "pairs [name, value]";

/** See `decodeParams` of utils.ts. */
export function decodeParamList(params: readonly (readonly [string, string])[]): [string, ParamValue][] {
  const [head, ...rest] = listFor("decodeParams", PAIRS, params);
  if (head === undefined) throw new RangeError("list index out of range");
  const [type, first] = listFor("decodeParams", PAIRS, head);
  const decoded: [string, ParamValue][] = [[type, first]];
  const continued = new Map<string, Segment[]>();
  for (const pair of rest) {
    const [name, quoted] = listFor("decodeParams", PAIRS, pair);
    const value = unquoteText(textFor("decodeParams", quoted));
    const match = CONTINUATION.exec(name);
    const base = match?.[1];
    if (base === undefined) {
      decoded.push([name, `"${quoteText(value)}"`]);
      continue;
    }
    const number = match?.[2]?.replace(/^0+(?=.)/, "") ?? null;
    addTo(continued, base, { number, value, encoded: name.endsWith("*") });
  }
  for (const [name, segments] of continued) {
    segments.sort(compareSegments);
    const text = quoteText(segments.map((s) => s.encoded ? unescaped(s.value, "%") : s.value).join(""));
    if (segments.some((s) => s.encoded)) {
      const [charset, language, value] = splitRfc2231(text);
      decoded.push([name, [charset, language, `"${value}"`]]);
    } else {
      decoded.push([name, `"${text}"`]);
    }
  }
  return decoded;
}

/**
 * Writes a value in the form of RFC 2231, without the parameter's name.
 *
 * @param s text
 * @param charset charset to write it in; us-ascii if null
 * @param language language tag; none if null
 * @returns `charset'language'text` with the text percent-encoded; only the text when both are null
 * @throws {UnicodeEncodeError} when the charset cannot express the text
 * @throws {LookupError} when the charset is not known
 *
 * @example
 * ```ts
 * import { utils } from "@postern/postern/email";
 *
 * console.log(utils.encodeRfc2231("Fußballer.ppt", "iso-8859-1")); // iso-8859-1''Fu%DFballer.ppt
 * ```
 *
 * Source: RFC 2231 section 4; Python's `email.utils.encode_rfc2231`.
 */
export function encodeRfc2231(
  s: string,
  charset: string | null = null,
  language: string | null = null,
): string {
  // CPython looks no charset up for an empty text, so an unknown one does no harm there.
  const text = textFor("encodeRfc2231", s) === ""
    ? ""
    : percentEncode(encode(s, charset || "us-ascii", "strict"));
  // Python prints a charset of None as such; kept, since a language without a charset has no form of its own.
  return charset === null && language === null ? text : `${charset ?? "None"}'${language ?? ""}'${text}`;
}

/** Every octet but ASCII letters, digits and `_.-~` as %XX. */
export function percentEncode(octets: Uint8Array): string {
  const parts: string[] = [];
  for (const octet of octets) parts.push(PERCENT[octet]!);
  return parts.join("");
}

const PERCENT: readonly string[] = /* @__PURE__ */ Array.from({ length: 256 }, (_, octet) => {
  const char = String.fromCharCode(octet);
  return /[A-Za-z0-9_.~-]/.test(char) ? char : `%${octet.toString(16).toUpperCase().padStart(2, "0")}`;
});

/** Options of {@linkcode collapseRfc2231Value}. */
export interface CollapseOptions {
  /** What to do with octets that are not valid in the charset: Python's `errors`; "replace" by default. */
  errors?: ErrorMode;
  /** Charset of a value that names none; us-ascii by default. */
  fallbackCharset?: string;
}

/**
 * Text of a parameter value, whichever of its two forms it has.
 *
 * @param value text, or charset, language and octets of an RFC 2231 value
 * @param options charset to assume, and what to do with bad octets
 * @returns the text without quotes; that of an unknown charset stays as it is
 * @throws {UnicodeDecodeError} when octets are not valid in the charset and `errors` is "strict"
 *
 * @example
 * ```ts
 * import { utils } from "@postern/postern/email";
 *
 * console.log(utils.collapseRfc2231Value(["iso-8859-1", "", "Fu\xdfballer.ppt"])); // Fußballer.ppt
 * ```
 *
 * Source: RFC 2231 section 4; Python's `email.utils.collapse_rfc2231_value`.
 */
export function collapseRfc2231Value(value: ParamValue, options: CollapseOptions = {}): string {
  if (typeof value === "string") return unquoteText(value);
  const { errors = "replace", fallbackCharset = "us-ascii" } = options ?? {};
  const [charset, , text] = listFor("collapseRfc2231Value", "a value of getParam", value);
  try {
    return decode(
      encodeRawUnicodeEscape(textFor("collapseRfc2231Value", text)),
      charset ?? fallbackCharset,
      errors,
    );
  } catch (error) {
    if (!(error instanceof LookupError)) throw error;
    return unquoteText(text);
  }
}
