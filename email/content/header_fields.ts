/**
 * Readers of single header fields.
 *
 * @module
 */

import { readAddresses } from "./addresses.ts";
import { readDate } from "./dates.ts";
import { FieldReader, fieldValues } from "./fields.ts";
import { readListHeaders } from "./list_headers.ts";
import { readMessageIds } from "./message_ids.ts";
import type { ListHeaders, MailAddress, MailDate, MailGroup, MessageInput, Problem } from "./model.ts";
import { note } from "./problems.ts";
import { entityIn } from "./read_mail.ts";

/**
 * The mailboxes of an address field, the members of groups too.
 *
 * Addresses may be separated by semicolons, names may be addresses themselves, may lack their quotes or be raw UTF-8 (RFC 6532).
 * Nothing without an `@` is an address, and nothing inside an encoded word is.
 *
 * @param message the message
 * @param field name of the field: `to`, `from`, `reply-to`; all fields of that name are read
 * @param problems where to note what is not an address
 * @returns the mailboxes in order
 *
 * @example
 * ```ts
 * import { addressesOf, messageFromString } from "@postern/postern/email";
 * import { assertEquals } from "@std/assert";
 *
 * const message = messageFromString("To: =?utf-8?q?Gro=C3=9F=2C_Ida?= <ida@example.org>; jo@example.net\n\n");
 * assertEquals(addressesOf(message, "to"), [
 *   { name: "Groß, Ida", address: "ida@example.org" },
 *   { name: "", address: "jo@example.net" },
 * ]);
 * ```
 *
 * Source: RFC 5322 section 3.4 and 4.4, RFC 2047 section 6.2.
 */
export function addressesOf(message: MessageInput, field: string, problems?: Problem[]): MailAddress[] {
  return fieldValues(entityIn(message), field).flatMap((value) => readAddresses(value, problems).mailboxes);
}

/**
 * The groups of an address field, those without members too, such as `undisclosed-recipients:;`.
 *
 * @param message the message
 * @param field name of the field
 *
 * @example
 * ```ts
 * import { groupsOf, messageFromString } from "@postern/postern/email";
 * import { assertEquals } from "@std/assert";
 *
 * const message = messageFromString("To: undisclosed-recipients:;\n\n");
 * assertEquals(groupsOf(message, "to"), [{ name: "undisclosed-recipients", members: [] }]);
 * ```
 *
 * Source: RFC 5322 section 3.4.
 */
export function groupsOf(message: MessageInput, field: string): MailGroup[] {
  return fieldValues(entityIn(message), field).flatMap((value) => readAddresses(value).groups);
}

/**
 * The dates of a field.
 *
 * Read are the form of RFC 5322 with all that its section 4.3 calls obsolete, ISO 8601, the form of `ctime`, and what mailers
 * write in their place: names of zones, blanks and signs too many, two digits for a year. `10/11/2020` is a date that nobody
 * can tell.
 *
 * @param message the message
 * @param field name of the field; of `received` the date at its end
 * @param problems where to note what is not a date
 * @returns one for each field of that name, in order; null when nobody can tell
 *
 * @example
 * ```ts
 * import { datesOf, messageFromString } from "@postern/postern/email";
 * import { assertEquals } from "@std/assert";
 *
 * const message = messageFromString("Date: Fri, 21 Nov 97 09(comment):   55  :  06 -0600\n\n");
 * const [read] = datesOf(message, "date");
 * assertEquals(read?.date.toISOString(), "1997-11-21T15:55:06.000Z");
 * assertEquals(read?.offset, -360);
 * ```
 *
 * Source: RFC 5322 sections 3.3 and 4.3, appendix A.6.2.
 */
export function datesOf(message: MessageInput, field: string, problems?: Problem[]): (MailDate | null)[] {
  return fieldValues(entityIn(message), field).map((value) => {
    const read = readDate(value);
    if (read === null) note(problems, "date", `not a date: ${JSON.stringify(value.slice(0, 60))}`);
    return read;
  });
}

/**
 * The identifiers of a field: `message-id`, `in-reply-to`, `references`.
 *
 * @param message the message
 * @param field name of the field
 * @returns the identifiers in order, angle brackets included, blanks that folding left inside removed. Words without brackets
 * count when they have an `@`
 *
 * @example
 * ```ts
 * import { messageFromString, messageIdsOf } from "@postern/postern/email";
 * import { assertEquals } from "@std/assert";
 *
 * const message = messageFromString("References: <1@example.org>\n <2@example.org>\n\n");
 * assertEquals(messageIdsOf(message, "references"), ["<1@example.org>", "<2@example.org>"]);
 * ```
 *
 * Source: RFC 5322 section 3.6.4.
 */
export function messageIdsOf(message: MessageInput, field: string): string[] {
  return fieldValues(entityIn(message), field).flatMap(readMessageIds);
}

/**
 * The fields that say how to deal with a mailing list. Addresses are `https:`, `http:` and `mailto:` ones only; the sender writes
 * them.
 *
 * @param message the message
 *
 * @example
 * ```ts
 * import { listHeaders, messageFromString } from "@postern/postern/email";
 * import { assertEquals } from "@std/assert";
 *
 * const list = listHeaders(messageFromString([
 *   "List-Id: News of the week <news.example.org>",
 *   "List-Unsubscribe: <mailto:leave@example.org>, <https://example.org/leave?u=1>",
 *   "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
 *   "",
 *   "",
 * ].join("\n")));
 * assertEquals(list.id, "news.example.org");
 * assertEquals(list.name, "News of the week");
 * assertEquals(list.oneClick, "https://example.org/leave?u=1");
 * ```
 *
 * Source: RFC 2369, RFC 2919, RFC 8058.
 */
export function listHeaders(message: MessageInput): ListHeaders {
  return readListHeaders(new FieldReader(entityIn(message)));
}
