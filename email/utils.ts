/**
 * Addresses, dates, parameters and message ids: Python's `email.utils`.
 *
 * @module
 */

import { quoteText, unquoteText } from "./params/quoting.ts";
import { decodeParamList, type ParamValue, type Rfc2231Value, splitRfc2231 } from "./params/rfc2231.ts";

export type { ParamValue, Rfc2231Value } from "./params/rfc2231.ts";
export type { ErrorMode } from "./codecs/mod.ts";
export { type CollapseOptions, collapseRfc2231Value, encodeRfc2231 } from "./params/rfc2231.ts";
export {
  AddressList,
  type AddressOptions,
  type AddressPair,
  formataddr,
  getaddresses,
  parseaddr,
} from "./address.ts";
export {
  Datetime,
  type DateTuple,
  formatdate,
  type FormatdateOptions,
  formatDatetime,
  type FormatDatetimeOptions,
  localtime,
  mktimeTz,
  parsedate,
  parsedateToDatetime,
  parsedateTz,
  type ShortDateTuple,
} from "./dates.ts";
import { textFor } from "./text/given.ts";

/**
 * Escapes text for a quoted string: a backslash before every backslash and every `"`.
 *
 * @param str text
 * @returns the text to put between quotes; the quotes themselves are not added
 *
 * @example
 * ```ts
 * import { utils } from "@postern/postern/email";
 *
 * console.log(utils.quote('a "b"')); // a \"b\"
 * ```
 *
 * Source: RFC 5322 section 3.2.4; Python's `email.utils.quote`.
 */
export function quote(str: string): string {
  return quoteText(textFor("quote", str));
}

/**
 * Takes the quotes or angle brackets off a text that both begins and ends with them, and undoes the escapes inside quotes.
 *
 * @param str text
 * @returns what stands inside; the text itself when there are no quotes around it
 *
 * @example
 * ```ts
 * import { utils } from "@postern/postern/email";
 *
 * console.log(utils.unquote('"a \\"b\\""')); // a "b"
 * console.log(utils.unquote("<jane@example.org>")); // jane@example.org
 * ```
 *
 * Source: RFC 5322 section 3.2.4; Python's `email.utils.unquote`.
 */
export function unquote(str: string): string {
  return unquoteText(textFor("unquote", str));
}

/**
 * Takes an RFC 2231 value apart. Nothing is percent-decoded.
 *
 * @param s `charset'language'text`
 * @returns charset, language and text; nulls and the whole text when there are no two apostrophes
 *
 * @example
 * ```ts
 * import { utils } from "@postern/postern/email";
 *
 * console.log(utils.decodeRfc2231("utf-8'en'a%20b")); // ["utf-8", "en", "a%20b"]
 * ```
 *
 * Source: RFC 2231 section 4; Python's `email.utils.decode_rfc2231`.
 */
export function decodeRfc2231(s: string): Rfc2231Value {
  return splitRfc2231(textFor("decodeRfc2231", s));
}

/**
 * Joins the pieces of parameters that RFC 2231 has split, and undoes their percent-encoding.
 *
 * Never fails on odd names: a piece without a number comes first, and numbers may be of any length. (CPython 3.13.0 raises
 * TypeError and ValueError for these.)
 *
 * @param params names and values; the first pair is the field's value itself and stays as it is
 * @returns the first pair, the parameters in one piece, then the joined ones; every value quoted, a joined one that has
 * a charset in three pieces
 * @throws {RangeError} when there is not even a first pair
 *
 * @example
 * ```ts
 * import { utils } from "@postern/postern/email";
 *
 * const params: [string, string][] = [["text/plain", ""], ["title*1", "two"], ["title*0", "one "]];
 * console.log(utils.decodeParams(params)); // [["text/plain", ""], ["title", '"one two"']]
 * ```
 *
 * Source: RFC 2231 sections 3 and 4; Python's `email.utils.decode_params`.
 */
export function decodeParams(
  params: readonly (readonly [name: string, value: string])[],
): [string, ParamValue][] {
  return decodeParamList(params);
}

/** Options of {@linkcode makeMsgid}. */
export interface MakeMsgidOptions {
  /** What comes after the `@`; "localhost" by default, since workers have no host name. */
  domain?: string;
}

/**
 * Makes a message id that no other message has: the time and 128 random bits.
 *
 * @param idstring text to show in the id, e.g. the name of the program
 * @param options the domain: give one that is yours, as RFC 5322 section 3.6.4 recommends
 * @returns the id with its angle brackets
 *
 * @example
 * ```ts
 * import { utils } from "@postern/postern/email";
 *
 * const id = utils.makeMsgid("report", { domain: "example.org" });
 * console.log(id); // <176375921512.32010839...7.report@example.org>
 * ```
 *
 * Source: RFC 5322 section 3.6.4; Python's `email.utils.make_msgid`.
 */
export function makeMsgid(idstring: string | null = null, options: MakeMsgidOptions = {}): string {
  const time = Math.floor(Date.now() / 10);
  const [a, b] = crypto.getRandomValues(new BigUint64Array(2));
  const shown = idstring === null ? "" : `.${idstring}`;
  return `<${time}.${a}.${b}${shown}@${options?.domain ?? "localhost"}>`;
}
