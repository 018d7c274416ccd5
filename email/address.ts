/**
 * Addresses: reading them as tolerantly as Python does, writing them.
 *
 * @module
 */

import type { Header } from "./header.ts";
import { type AddressPair, parseAddressList } from "./text/address_parser.ts";
import { isAscii } from "./text/text.ts";
import { Charset } from "./charset.ts";
import { UnicodeEncodeError } from "./errors.ts";
import { listFor, textFor, wrongType } from "./text/given.ts";

export type { AddressPair } from "./text/address_parser.ts";

/** Options of {@linkcode parseaddr} and {@linkcode getaddresses}. */
export interface AddressOptions {
  /** Give up on input that could be read in two ways (CVE-2023-27043); true by default. */
  strict?: boolean;
}

/**
 * The text with its quoted parts cut out: pairs of `"` without a backslash before them.
 * An opening quote without an end stays.
 */
function withoutQuoted(text: string): string {
  let out = "";
  let start = 0;
  let open = -1;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (char === "\\") {
      i++;
    } else if (char === '"') {
      if (open < 0) {
        open = i;
      } else {
        out += text.slice(start, open);
        start = i + 1;
        open = -1;
      }
    }
  }
  return out + text.slice(start);
}

function parenthesesMatch(text: string): boolean {
  const rest = withoutQuoted(text);
  let depth = 0;
  for (let i = 0; i < rest.length; i++) {
    const char = rest[i];
    if (char === "\\") i++;
    else if (char === "(") depth++;
    else if (char === ")" && --depth < 0) return false;
  }
  return depth === 0;
}

// What CPython reads in place of a field whose parentheses do not match: it gives a pair of '' for each comma more.
const REJECTED = "('', '')";

function strictField(field: string): string {
  return parenthesesMatch(field) ? field : REJECTED;
}

/** A bracket left in an address is a sign of a failed reading, and rules out domain literals too. */
function strictPairs(pairs: AddressPair[]): AddressPair[] {
  return pairs.map((pair) => pair[1].includes("[") ? ["", ""] : pair);
}

/**
 * Reads one address.
 *
 * @param addr text of a field with one address, as `message.get` gives it. A Header, which holds octets that have to be
 * decoded first, has none, nor has null
 * @param options `strict: false` takes the first of several addresses and does no checks
 * @returns display name and address; both `""` when there is no address, or, if strict, more than one
 *
 * @example
 * ```ts
 * import { utils } from "@postern/postern/email";
 *
 * console.log(utils.parseaddr('"Doe, Jane" <jane@example.org>')); // ["Doe, Jane", "jane@example.org"]
 * console.log(utils.parseaddr("alice@example.org )bob@example.org")); // ["", ""]
 * ```
 *
 * Source: RFC 5322 section 3.4; Python's `email.utils.parseaddr`.
 */
export function parseaddr(
  addr: string | Header | null | undefined,
  options: AddressOptions = {},
): AddressPair {
  if (options?.strict === false) return parseAddressList(String(addr ?? ""))[0] ?? ["", ""];
  if (typeof addr !== "string") return ["", ""];
  const pairs = strictPairs(parseAddressList(strictField(addr)));
  const [pair, ...others] = pairs;
  return pair === undefined || others.length > 0 ? ["", ""] : pair;
}

/**
 * Reads the addresses of several fields.
 *
 * Strict reading guards a decision that hangs on the address: one part of the list that is odd, or one group, and the
 * whole answer is a single pair of `""`. To show addresses, read with `strict: false`.
 *
 * @param fieldvalues texts (or Header objects) of the fields, as `message.getAll("to")` gives them; null for none
 * @param options `strict: false` gives what can be read and does no checks
 * @returns pairs of display name and address; members of groups like all others
 *
 * @example
 * ```ts
 * import { utils } from "@postern/postern/email";
 *
 * const to = ["Jane <jane@example.org>, joe@example.org", "Team: ann@example.org, bob@example.org;"];
 * console.log(utils.getaddresses(to)); // [["", ""]]: a group is not one address for each comma
 * console.log(utils.getaddresses(to, { strict: false }).length); // 4
 * ```
 *
 * Source: RFC 5322 section 3.4; Python's `email.utils.getaddresses`.
 */
export function getaddresses(
  fieldvalues: Iterable<unknown> | null | undefined,
  options: AddressOptions = {},
): AddressPair[] {
  const texts = Array.from(listFor("getaddresses", "a list of field values", fieldvalues ?? []), String);
  if (options?.strict === false) return parseAddressList(texts.join(", "));
  const fields = texts.map(strictField);
  const pairs = strictPairs(parseAddressList(fields.join(", ")));
  let expected = 0;
  for (const field of fields) expected += withoutQuoted(field).split(",").length;
  return pairs.length === expected ? pairs : [["", ""]];
}

/**
 * Writes a name and an address for a field.
 *
 * @param pair display name (`""` or null for none) and address
 * @param charset charset for a name that is not ASCII; a name of one, or a Charset
 * @returns `name <address>`, the name quoted or encoded where it has to be; the address alone without a name
 * @throws {UnicodeEncodeError} when the address is not ASCII, or the charset cannot express the name
 *
 * @example
 * ```ts
 * import { utils } from "@postern/postern/email";
 *
 * console.log(utils.formataddr(["Doe, Jane", "jane@example.org"])); // "Doe, Jane" <jane@example.org>
 * console.log(utils.formataddr(["Jörg", "j@example.org"])); // =?utf-8?b?SsO2cmc=?= <j@example.org>
 * ```
 *
 * Source: RFC 5322 section 3.4, RFC 2047 section 5; Python's `email.utils.formataddr`.
 */
export function formataddr(
  pair: readonly [name: string | null, address: string],
  charset: string | Charset = "utf-8",
): string {
  const [name, address] = listFor("formataddr", "a pair [name, address]", pair);
  for (const text of [name ?? "", address]) textFor("formataddr", text);
  if (!isAscii(address)) {
    const at = address.search(/[^\0-\x7f]/);
    throw new UnicodeEncodeError("ascii", at, at + 1, "ordinal not in range(128)");
  }
  if (name === null || name === "") return address;
  if (!isAscii(name)) {
    const encoder = typeof charset === "string" ? new Charset(charset) : charset;
    return `${encoder.headerEncode(name)} <${address}>`;
  }
  const quotes = /[[\]\\()<>@,:;".]/.test(name) ? '"' : "";
  return `${quotes}${name.replace(/[\\"]/g, "\\$&")}${quotes} <${address}>`;
}

/**
 * The addresses of a field as a set with order: Python's `AddressList`, whose operators are methods here.
 *
 * @example
 * ```ts
 * import { utils } from "@postern/postern/email";
 *
 * const to = new utils.AddressList("jane@example.org, joe@example.org");
 * const seen = new utils.AddressList("joe@example.org");
 * console.log(to.minus(seen).addresslist); // [["", "jane@example.org"]]
 * ```
 *
 * Source: Python's `email._parseaddr.AddressList` (the `AddressList` of `email.utils` in Python 2).
 */
export class AddressList implements Iterable<AddressPair> {
  /** The pairs of name and address. */
  addresslist: AddressPair[];

  /**
   * Reads the addresses of a field, without checks.
   *
   * @param field text of a field; null or `""` for an empty list
   */
  constructor(field: string | null = null) {
    this.addresslist = field ? parseAddressList(textFor("AddressList", field)) : [];
  }

  /** How many addresses there are: Python's `len(list)`. */
  get length(): number {
    return this.addresslist.length;
  }

  /** The pair at an index, negative ones counted from the end: Python's `list[i]`. */
  at(index: number): AddressPair | undefined {
    return this.addresslist.at(index);
  }

  /** The pairs in order. */
  [Symbol.iterator](): IterableIterator<AddressPair> {
    return this.addresslist[Symbol.iterator]();
  }

  /** These addresses and those of the other list that are not among them: Python's `+`. */
  plus(other: AddressList): AddressList {
    const sum = new AddressList();
    const known = keys(this.addresslist);
    sum.addresslist = [...this.addresslist, ...pairsOf(other).filter((pair) => !known.has(key(pair)))];
    return sum;
  }

  /** Adds those of the other list that are not here yet, each once: Python's `+=`. */
  add(other: AddressList): this {
    const known = keys(this.addresslist);
    for (const pair of pairsOf(other)) {
      if (known.has(key(pair))) continue;
      known.add(key(pair));
      this.addresslist.push(pair);
    }
    return this;
  }

  /** These addresses without those of the other list: Python's `-`. */
  minus(other: AddressList): AddressList {
    const difference = new AddressList();
    const known = keys(pairsOf(other));
    difference.addresslist = this.addresslist.filter((pair) => !known.has(key(pair)));
    return difference;
  }

  /** Removes the addresses of the other list, for each entry there the first one here: Python's `-=`. */
  subtract(other: AddressList): this {
    const due = new Map<string, number>();
    for (const pair of pairsOf(other)) due.set(key(pair), (due.get(key(pair)) ?? 0) + 1);
    this.addresslist = this.addresslist.filter((pair) => {
      const left = due.get(key(pair)) ?? 0;
      due.set(key(pair), left - 1);
      return left <= 0;
    });
    return this;
  }
}

function pairsOf(other: AddressList): AddressPair[] {
  if (!(other instanceof AddressList)) throw wrongType("an AddressList", "another one", other);
  return other.addresslist;
}

function key(pair: AddressPair): string {
  return JSON.stringify(pair);
}

function keys(pairs: AddressPair[]): Set<string> {
  return new Set(pairs.map(key));
}
