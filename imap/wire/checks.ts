/** What values are checked with before they are written, and text as octets. */

import { kindOf } from "../base/option_names.ts";

const utf8Encoder = /* @__PURE__ */ new TextEncoder();

/** A set of byte values: 256 flags. */
export type ByteClass = Uint8Array;

/**
 * Makes a set of byte values.
 *
 * @param ranges first and last byte of each range, one after another
 * @returns the set
 */
export function byteClassOf(...ranges: number[]): ByteClass {
  const set = new Uint8Array(256);
  for (let i = 0; i < ranges.length; i += 2) set.fill(1, ranges[i], ranges[i + 1]! + 1);
  return set;
}

/** The set of the characters of some texts. */
export function classOf(...chars: string[]): ByteClass {
  const set = new Uint8Array(256);
  for (const char of chars.join("")) set[char.charCodeAt(0)] = 1;
  return set;
}

/**
 * Refuses a value that no alternative of a rule can write.
 *
 * @param rule name of the rule
 * @param value the value
 * @throws {RangeError} always
 */
export function refuse(rule: string, value: unknown): never {
  const { type, op } = Object(value) as { type?: unknown; op?: unknown };
  throw new RangeError(`not a value of ${rule}: ${shown(String(type ?? op ?? value))}`);
}

/**
 * Refuses a value that is missing where the grammar wants one.
 *
 * @param what name of the field
 * @param value the value
 * @returns the value
 * @throws {RangeError} when it is undefined
 */
export function need<T>(what: string, value: T | undefined): T {
  if (value === undefined) throw new RangeError(`${what} is missing`);
  return value;
}

/**
 * Refuses a list without elements where the grammar wants one.
 *
 * @param what name of the rule or field
 * @param list the list
 * @throws {RangeError} when it is empty
 */
export function atLeastOne(what: string, list: readonly unknown[]): void {
  if (list.length === 0) throw new RangeError(`${what} needs at least one element`);
}

/**
 * Checks that a value is one of the words of a rule.
 *
 * @param value the value
 * @param words the words
 * @returns the value
 * @throws {RangeError} when it is not one of them
 */
export function wordOf(value: string, words: readonly string[]): string {
  if (!words.includes(value)) {
    const given = typeof value === "string" ? shown(value) : kindOf(value);
    throw new RangeError(`not one of ${words.join(", ")}: ${given}`);
  }
  return value;
}

/** UTF-8 of a text; an unpaired surrogate would silently become U+FFFD, another value. */
export function utf8(text: string): Uint8Array {
  if (typeof text !== "string") throw new RangeError(`not a text: ${typeof text}`);
  if (!text.isWellFormed()) throw new RangeError(`holds an unpaired surrogate: ${shown(text)}`);
  return utf8Encoder.encode(text);
}

/** Whether a name is one of ISO 8859-1. */
export function isLatin1(charset: string): boolean {
  return /^(?:iso[-_]?8859-1|latin-?1)$/i.test(charset);
}

/** ISO 8859-1 of a text. */
export function latin1(text: string): Uint8Array {
  const bytes = utf8(text);
  if (bytes.length === text.length) return bytes;
  return Uint8Array.from(text, (character) => {
    const code = character.charCodeAt(0);
    if (character.length > 1 || code > 0xff) throw new RangeError(`is not in ISO-8859-1: ${shown(text)}`);
    return code;
  });
}

/** The beginning of a text as a message shows it. */
export function shown(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}...` : text);
}
