// The functions of RFC 2231 that convert charsets. Splitting is in _params.ts, which needs none.

import { type ParamValue, unquoteText } from "./params.ts";
import { encodeRawUnicodeEscape } from "../text/text.ts";
import { decode, encode, type ErrorMode } from "../codecs/mod.ts";
import { LookupError } from "../errors.ts";

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
  const text = s === "" ? "" : percentEncode(encode(s, charset || "us-ascii", "strict"));
  // Python prints a charset of None as such; kept, since a language without a charset has no form of its own.
  return charset === null && language === null ? text : `${charset ?? "None"}'${language ?? ""}'${text}`;
}

/** Every octet but ASCII letters, digits and `_.-~` as %XX. */
function percentEncode(octets: Uint8Array): string {
  const parts: string[] = [];
  for (const octet of octets) parts.push(PERCENT[octet]);
  return parts.join("");
}

const PERCENT: readonly string[] = Array.from({ length: 256 }, (_, octet) => {
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
  const { errors = "replace", fallbackCharset = "us-ascii" } = options;
  const [charset, , text] = value;
  try {
    return decode(encodeRawUnicodeEscape(text), charset ?? fallbackCharset, errors);
  } catch (error) {
    if (!(error instanceof LookupError)) throw error;
    return unquoteText(text);
  }
}
