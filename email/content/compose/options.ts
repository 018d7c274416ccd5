// Arguments that a program gives, checked first: an option that does nothing because its name is spelled
// otherwise would cost its user an hour, and a line end in a field would let one value write another field.

import { ValueError } from "../../errors.ts";
import { Message } from "../../message.ts";
import { kindOf, textFor, wrongType } from "../../text/given.ts";
import type { Mail } from "../model.ts";
import { readMail } from "../read_mail.ts";

/**
 * Refuses an option that does not exist.
 *
 * @param of what takes the options, for the message
 * @param options what was given
 * @param known names of all options
 * @throws {TypeError} for something that is not an object, and for an unknown name, with the known one that is most like it
 */
export function checkOptions(of: string, options: object, known: readonly string[]): void {
  if (typeof options !== "object" || options === null || Array.isArray(options) || "then" in options) {
    throw new TypeError(`${of} takes an object of options: ${known.join(", ")}; not ${kindOf(options)}`);
  }
  for (const key of Object.keys(options)) {
    if (known.includes(key)) continue;
    throw new TypeError(`${of} has no option ${JSON.stringify(key)}: did you mean "${nearest(key, known)}"?`);
  }
}

/** The known name that shares most with what was written, at its start and at its end; a change of case does not count. */
function nearest(key: string, known: readonly string[]): string {
  const wanted = key.toLowerCase();
  let best = known[0]!;
  let most = -Infinity;
  for (const name of known) {
    const lower = name.toLowerCase();
    let start = 0;
    let end = 0;
    while (start < lower.length && lower[start] === wanted[start]) start++;
    while (end < lower.length && lower.at(-1 - end) === wanted.at(-1 - end)) end++;
    const shared = start + end - Math.abs(lower.length - wanted.length);
    if (shared > most) [most, best] = [shared, name];
  }
  return best;
}

/**
 * The message of whatever takes the place of one.
 *
 * @param of what takes it, for the message
 * @param input octets, a message, or a mail
 * @throws {TypeError} for anything else
 */
export function messageIn(of: string, input: unknown): Message {
  if (input instanceof Message) return input;
  if (ArrayBuffer.isView(input)) return readMail(input as Uint8Array).message;
  if (isMail(input)) return input.message;
  throw wrongType(of, "a message (createMail() makes one) as Uint8Array, Message or Mail", input);
}

/**
 * A mail of whatever takes the place of one.
 *
 * @param of what takes it, for the message
 * @param input octets, a message, or a mail
 * @throws {TypeError} for anything else
 */
export function mailIn(of: string, input: unknown): Mail {
  return isMail(input)
    ? input
    : readMail(ArrayBuffer.isView(input) ? input as Uint8Array : messageIn(of, input));
}

/** Whether a value is what {@linkcode readMail} gives. */
export function isMail(value: unknown): value is Mail {
  return typeof value === "object" && value !== null && "listHeaders" in value &&
    (value as Mail).message instanceof Message;
}

/** What ends a line, or a text in C: RFC 5322 section 2.2 has none of them in a field. */
const BREAKS = /[\r\n\0]/;
const LINE_ENDS = /[\r\n]/;

/**
 * A text that is one line.
 *
 * @param what name of the value, for the message
 * @param value the value
 * @throws {TypeError} when it is not text
 * @throws {ValueError} when it holds CR, LF or NUL
 */
export function oneLine(what: string, value: unknown): string {
  return checked(what, value, BREAKS);
}

/**
 * Free text that is one line: NUL may be in it, since what a sender wrote may hold one, and goes into an encoded word.
 *
 * @param what name of the value, for the message
 * @param value the value
 * @throws {TypeError} when it is not text
 * @throws {ValueError} when it holds CR or LF
 */
export function freeText(what: string, value: unknown): string {
  return checked(what, value, LINE_ENDS);
}

function checked(what: string, value: unknown, refused: RegExp): string {
  const text = textFor(what, value, "must be");
  const at = text.search(refused);
  if (at >= 0) {
    const name = text[at] === "\0" ? "a NUL character" : "a line end";
    throw new ValueError(`${what} holds ${name} at offset ${at}: take it out, a header field is one line`);
  }
  // A lone surrogate is nobody's character; in a Message it would pass for an escaped octet.
  return text.toWellFormed();
}
