// Header fields from what a program gives: which of them hold addresses, which text, and what each refuses.

import { ValueError } from "../../errors.ts";
import { decodeAsciiEscape, isAscii } from "../../text/text.ts";
import { utf8Of } from "../../text/utf8.ts";
import { foldPieces, foldText } from "./fold.ts";
import { addressesFrom, type AddressInput, addressPieces } from "./mailboxes.ts";
import { freeText, oneLine } from "./options.ts";
import { wrongType } from "../../text/given.ts";

/** Fields that {@linkcode createMail} and {@linkcode editHeaders} take: names and values, or pairs of them. */
export type HeaderFields =
  | { readonly [name: string]: string | readonly string[] }
  | Iterable<readonly [name: string, value: string]>;

/** Fields of addresses: RFC 5322 section 3.6, RFC 8098 section 2.1, and two of the field. */
const ADDRESS_FIELDS = /* @__PURE__ */ new Set(
  [
    ...["from", "sender", "reply-to", "to", "cc", "bcc", "resent-from", "resent-sender", "resent-reply-to"],
    ...[
      "resent-to",
      "resent-cc",
      "resent-bcc",
      "disposition-notification-to",
      "return-receipt-to",
      "errors-to",
    ],
    "mail-followup-to",
  ],
);
/** Fields whose grammar has no place for an encoded word (RFC 2047 section 5). */
const NO_WORDS =
  /^(?:content-(?!description$)|resent-date|message-id|date|mime-version|in-reply-to|references|received|return-path|dkim-|arc-|list-(?!id$)|autocrypt|resent-message-id)/;

// field-name = 1*ftext ; ftext = %d33-57 / %d59-126   (RFC 5322 section 3.6.8)
const FIELD_NAME = /^[!-9;-~]+$/;

/**
 * The name of a field, checked.
 *
 * @param name the name
 * @throws {TypeError} when it is not text
 * @throws {ValueError} when it cannot be a name
 */
export function fieldName(name: unknown): string {
  const text = oneLine("the name of a header field", name);
  if (!FIELD_NAME.test(text) || text.length > 76) {
    throw new ValueError(
      `${JSON.stringify(text.slice(0, 80))} cannot be the name of a header field: ` +
        "a name has up to 76 printable ASCII characters, without blank and colon",
    );
  }
  return text;
}

/**
 * The value of a field as it is stored in a message: folded, and encoded where it is not ASCII.
 *
 * @param name its name, checked
 * @param value its text; addresses for a field that holds them
 * @throws {TypeError} when the value has the wrong type
 * @throws {ValueError} when it holds CR, LF or NUL, or cannot be written in this field
 */
export function fieldValue(name: string, value: unknown): string {
  if (ADDRESS_FIELDS.has(name.toLowerCase())) return addressField(name, value as AddressInput);
  return encodedValue(name, freeText(name, value));
}

/**
 * The same for text that is one line already, and may hold NUL, which then goes into an encoded word.
 *
 * @param name its name
 * @param text its text
 */
export function encodedValue(name: string, text: string): string {
  const lower = name.toLowerCase();
  if (ADDRESS_FIELDS.has(lower)) return addressField(name, text);
  if (!NO_WORDS.test(lower)) return foldText(name, text.toWellFormed());
  if (!isAscii(text) || text.includes("\0")) {
    throw new ValueError(
      `${name} takes ASCII only: encode ${JSON.stringify(text.slice(0, 80))} as the RFC of the field says`,
    );
  }
  return foldPieces(name, text.split(" ").filter((piece) => piece !== ""));
}

/**
 * The value of a field of addresses.
 *
 * @param name name of the field, or of the option that gives it
 * @param input mailboxes, groups, or text
 */
export function addressField(name: string, input: AddressInput): string {
  return foldPieces(name, addressPieces(name, addressesFrom(name, input), name.length + 2));
}

/**
 * Names and values of what a program gave as fields, in order.
 *
 * @param what name of the option, for messages
 * @param fields the fields
 */
export function* fieldPairs(what: string, fields: HeaderFields): Generator<[name: string, value: string]> {
  if (typeof fields !== "object" || fields === null) {
    throw wrongType(what, "an object of names and values, or pairs [name, value]", fields);
  }
  if (Symbol.iterator in fields) {
    for (const pair of fields) {
      if (!Array.isArray(pair) || pair.length !== 2) throw wrongType(what, "pairs [name, value]", pair);
      yield [fieldName(pair[0]), pair[1]];
    }
    return;
  }
  for (const [name, value] of Object.entries(fields)) {
    for (const one of Array.isArray(value) ? value : [value]) yield [fieldName(name), one];
  }
}

// msg-id = "<" id-left "@" id-right ">"   (RFC 5322 section 3.6.4)
/** What was read is more: ids without `@`, and with characters outside ASCII (RFC 6532 section 3.2). */
const MESSAGE_ID = /^<?([^\s<>]+)>?$/;

/**
 * A message id with its angle brackets, octets outside ASCII escaped.
 *
 * @param what name of the option, for messages
 * @param id the id, with or without them
 * @throws {ValueError} when it cannot be one
 */
export function messageId(what: string, id: unknown): string {
  const text = oneLine(what, id);
  const match = MESSAGE_ID.exec(text.trim());
  const written = match === null ? "" : decodeAsciiEscape(utf8Of(match[1]!));
  if (written === "" || written.length > 900) {
    throw new ValueError(
      `${what} cannot be ${JSON.stringify(text.slice(0, 80))}: a message id is <left@right>, without blanks`,
    );
  }
  return `<${written}>`;
}
