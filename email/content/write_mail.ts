/**
 * Writing messages for SMTP and APPEND.
 *
 * @module
 */

import { HeaderWriteError } from "../errors.ts";
import { compat32, type HeaderValue } from "../policy.ts";
import { hasSurrogates } from "../text/text.ts";
import { assemble, headerText } from "../write/flatten.ts";
import { verbatimPieces } from "../write/verbatim.ts";
import { encodedValue } from "./compose/fields.ts";
import { foldWords, LONGEST_WORD } from "./compose/fold.ts";
import { checkOptions, messageIn } from "./compose/options.ts";
import type { MessageInput } from "./model.ts";

/** How {@linkcode writeMail} writes. */
export interface WriteMailOptions {
  /** Write the Bcc field too: for a copy in a mailbox of the author's, not for SMTP. Default false. */
  keepBcc?: boolean;
}

/** Fields of hidden recipients: RFC 5322 sections 3.6.3 and 3.6.6. */
const HIDDEN: ReadonlySet<string> = new Set(["bcc", "resent-bcc"]);
/** Longest line that is left as it is (RFC 5322 section 2.1.1). */
const WANTED = 78;
const NONE: ReadonlySet<string> = new Set();

/**
 * Octets of a message, ready for SMTP and for IMAP's APPEND: every line ends in CRLF.
 *
 * Fields and parts that were parsed and have not changed since are written as they were sent, octet for octet but for their line
 * ends, so that signatures stay valid. In a `multipart/signed`, and in binary parts, line ends stay too, unless the whole message
 * has none but LF. Fields that were set are folded and encoded; the envelope line of a mailbox file and the fields of hidden
 * recipients are left out.
 *
 * @param message octets, a message, or a mail
 * @param options whether to keep Bcc
 * @returns an array of its own
 * @throws {HeaderWriteError} when a field that a program has set would be read back as more than one
 * @throws {ValueError} when such a field cannot be written: an address with characters that no server takes, a word longer than a
 * line in a field that cannot be encoded
 *
 * @example
 * ```ts
 * import { messageFromString, writeMail } from "@postern/postern/email";
 * import { assertEquals } from "@std/assert";
 *
 * const message = messageFromString("To: kai@example.net\nBcc: boss@example.org\nSubject:  tea\n\nAt four?\n");
 * message.set("Subject", "Tee für zwei");
 * assertEquals(
 *   new TextDecoder().decode(writeMail(message)),
 *   "To: kai@example.net\r\nSubject: Tee =?utf-8?q?f=C3=BCr?= zwei\r\n\r\nAt four?\r\n",
 * );
 * ```
 *
 * Source: RFC 5322 sections 2.1 and 2.3, RFC 5321 section 2.3.8, RFC 9051 section 6.3.12.
 */
export function writeMail(message: MessageInput, options: WriteMailOptions = {}): Uint8Array {
  checkOptions("writeMail", options, ["keepBcc"]);
  const pieces = verbatimPieces(messageIn("writeMail", message), {
    linesep: "\r\n",
    convert: true,
    omitted: options.keepBcc ? NONE : HIDDEN,
    field: fieldText,
  });
  return assemble(pieces);
}

/** A field that a program has set, with its line end. */
function fieldText(name: string, value: HeaderValue): string {
  if (typeof value !== "string") return headerText(compat32, name, value, true);
  const line = value.replace(/(?:\r\n|\r|\n)(?=[ \t])/g, "");
  const text = `${name}: ${value}`;
  if (/[\r\n]/.test(line) || /[\r\n]/.test(name)) {
    throw new HeaderWriteError(
      `a field is one line, and this one would be read as more: ${JSON.stringify(text.slice(0, 200))}`,
    );
  }
  if (needsEncoding(value)) return `${name}: ${encodedValue(name, line)}\n`;
  const isShort = text.length <= WANTED || text.split(/[\r\n]+/).every(({ length }) => length <= WANTED);
  return isShort || hasSurrogates(value) ? `${text}\n` : `${name}: ${foldWords(name, line)}\n`;
}

/** Characters outside ASCII that are not escaped octets, NUL, and words that no line has room for. */
function needsEncoding(value: string): boolean {
  // deno-lint-ignore no-control-regex
  if (/[^\x01-\x7f\udc80-\udcff]/.test(value)) return true;
  return value.length > LONGEST_WORD && value.split(/[ \t\r\n]+/).some((word) => word.length > LONGEST_WORD);
}
