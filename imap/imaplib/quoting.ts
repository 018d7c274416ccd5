/** How arguments go out: quoted as in Python 2.x, with what could end the command's line refused. */

import { kindOf } from "../base/option_names.ts";
import { error } from "./errors.ts";
import { octetsOf, textOf } from "./text.ts";
import type { Argument } from "./values.ts";

/** What needs no quotes: Python 2.x leaves out `/ @ [ ] \` and everything that is not ASCII. */
const PLAIN = /^[\w!#$%&'*+,.:;<=>?^`|~-]+$/;
/** A quoted string and nothing after it. RFC 9051 section 9 `quoted`. */
const QUOTED = /^"(?:[^"\\]|\\.)*"$/s;

/**
 * The octets of an argument, quoted where it has to be.
 *
 * @throws {error} When it holds CR, LF or NUL, which would end the line, or is of another type.
 */
export function argumentText(argument: Exclude<Argument, null | undefined>): string {
  if (typeof argument === "number" || typeof argument === "bigint") return String(argument);
  const text = typeof argument === "string"
    ? argument
    : argument instanceof Uint8Array
    ? textOf(argument)
    : undefined;
  if (text === undefined) {
    throw new error(`An argument must be text, a number or octets, not ${typeof argument}`);
  }
  refuseControls(text);
  return checkQuote(text);
}

/** Quotes text unless it is quoted, in parentheses, or needs no quotes. */
export function checkQuote(text: string): string {
  if (text.length >= 2 && text.startsWith("(") && text.endsWith(")")) return text;
  if (text.length >= 2 && QUOTED.test(text)) return text;
  return PLAIN.test(text) ? text : quote(text);
}

/**
 * Refuses something else than text.
 *
 * @throws {error} With what it should be. The value is not shown: it may be a password.
 */
export function checkText(name: string, value: unknown): asserts value is string {
  if (typeof value !== "string") throw new error(`${name} must be text, not ${kindOf(value)}`);
}

/** Puts text into double quotes. */
export function quote(text: string): string {
  return `"${text.replace(/[\\"]/g, "\\$&")}"`;
}

/**
 * Refuses what would end the command's line (CVE-2025-15366 in Python).
 *
 * @throws {error} When the text holds CR, LF or NUL.
 */
export function refuseControls(text: string): void {
  if (/[\r\n\0]/.test(text)) throw new error("CR, LF and NUL are not allowed in an argument");
}

/**
 * Text in parentheses, unless it has them.
 *
 * @throws {error} For something else than text.
 */
export function inParentheses(text: string, name: string): string {
  checkText(name, text);
  return text.startsWith("(") && text.endsWith(")") ? text : `(${text})`;
}

/** A message with every CR, LF and CR LF made CR LF. */
export function withCrlf(message: Uint8Array): Uint8Array {
  let more = 0;
  for (let i = 0; i < message.length; i++) {
    if (message[i] === CR && message[i + 1] !== LF || message[i] === LF && message[i - 1] !== CR) more++;
  }
  if (more === 0) return message;
  const result = new Uint8Array(message.length + more);
  let at = 0;
  for (let i = 0; i < message.length; i++) {
    const octet = message[i]!;
    if (octet === CR || octet === LF) {
      result[at++] = CR;
      result[at++] = LF;
      if (octet === CR && message[i + 1] === LF) i++;
    } else {
      result[at++] = octet;
    }
  }
  return result;
}

/**
 * Octets of text or octets themselves.
 *
 * @throws {error} For something else.
 */
export function octets(value: string | Uint8Array): Uint8Array {
  if (value instanceof Uint8Array) return value;
  if (typeof value !== "string") throw new error(`A message must be text or octets, not ${kindOf(value)}`);
  return octetsOf(value);
}

const CR = 13;
const LF = 10;
