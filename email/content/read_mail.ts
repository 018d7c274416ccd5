/**
 * Reading messages.
 *
 * @module
 */

import type { Entity } from "../model/entity.ts";
import { entityOf, isMessage } from "../model/message_model.ts";
import { Feed, piecesOf } from "../parse/feed.ts";
import { parse } from "../parse/parse.ts";
import { Source } from "../parse/source.ts";
import { shownAs } from "../shown.ts";
import { wrongType } from "../text/given.ts";
import { isAscii } from "../text/text.ts";
import { octetsOf, utf8Of } from "../text/utf8.ts";
import { contentDialect } from "./content_type.ts";
import { mailShown, MailView } from "./mail.ts";
import type { Mail, MessageInput, Problem } from "./model.ts";

/**
 * Reads a message: subject, people, dates, bodies and files, decoded when they are asked for.
 *
 * Nothing that a sender wrote makes it fail. What is damaged costs as little as can be: a line of the header, not the header.
 * What was guessed is in `problems`.
 *
 * @param input octets; text, whose characters outside ASCII stay what they are; or a message, which is not parsed again. Octets
 * are not copied: leave them alone as long as the mail is in use
 * @returns a view of the message
 * @throws {TypeError} when the input is not one of them
 *
 * @example
 * ```ts
 * import { readMail } from "@postern/postern/email";
 * import { assertEquals } from "@std/assert";
 *
 * const mail = readMail([
 *   "From: =?utf-8?q?Ida_Gro=C3=9F?= <ida@example.org>",
 *   "Subject: Minutes",
 *   'Content-Type: multipart/mixed; boundary="b"',
 *   "",
 *   "--b",
 *   "",
 *   "See the file.",
 *   "--b",
 *   "Content-Type: application/pdf",
 *   "Content-Disposition: attachment; filename*=utf-8''%C3%9Cbersicht.pdf",
 *   "Content-Transfer-Encoding: base64",
 *   "",
 *   "QUJD",
 *   "--b--",
 *   "",
 * ].join("\r\n"));
 *
 * assertEquals(mail.subject, "Minutes");
 * assertEquals(mail.from, [{ name: "Ida Groß", address: "ida@example.org" }]);
 * assertEquals(mail.text, "See the file.");
 * for (const file of mail.attachments) {
 *   assertEquals(file.safeFileName, "Übersicht.pdf");
 *   assertEquals(file.bytes(), new TextEncoder().encode("ABC"));
 * }
 * ```
 */
export function readMail(input: MessageInput | string): Mail {
  if (typeof input === "string") return readText(input);
  if (isMessage(input)) return new View(entityOf(input), false, readOctets);
  // An array of another realm, such as a Buffer, is one all the same.
  if (ArrayBuffer.isView(input)) return readOctets(input);
  if (input instanceof MailView || isMessage((input as Mail | null)?.message)) return input;
  throw wrongType("readMail", "octets, text, a message or a mail", input);
}

/** Parts and enclosed messages are made by a view, which a program has from here. */
const View = /* @__PURE__ */ shownAs(MailView, "Mail", mailShown);

/**
 * Reads octets.
 *
 * @param problems what is off already
 */
export function readOctets(bytes: Uint8Array, problems: Problem[] = []): MailView {
  return readSource(Source.fromBytes(bytes), false, problems);
}

function readSource(source: Source, fromText: boolean, problems: Problem[] = []): MailView {
  return new View(parse(source, contentDialect), fromText, readOctets, problems);
}

/** Text as UTF-8, escaped octets (U+DC80 to U+DCFF, as `messageFromString` takes them) as octets. */
function readText(text: string): MailView {
  return readSource(Source.fromBytes(octetsOf(text)), text.isWellFormed() && !isAscii(text));
}

/**
 * Reads a message that arrives in pieces. It is kept whole.
 *
 * @param stream octets, or text
 * @returns the message, see {@linkcode readMail}
 *
 * @example
 * ```ts
 * import { readMailStream } from "@postern/postern/email";
 * import { assertEquals } from "@std/assert";
 *
 * const mail = await readMailStream(new Blob(["Subject: tea\r\n\r\nAt four?\r\n"]).stream());
 * assertEquals([mail.subject, mail.text], ["tea", "At four?\n"]);
 * ```
 */
export async function readMailStream(
  stream: ReadableStream<Uint8Array> | AsyncIterable<Uint8Array | string>,
): Promise<Mail> {
  const feed = new Feed();
  let text = false;
  for await (const piece of piecesOf("readMailStream", stream)) {
    text ||= typeof piece === "string";
    feed.add(typeof piece === "string" ? utf8Of(piece) : piece);
  }
  return readSource(feed.source(), text);
}

/**
 * What whatever takes the place of a message holds.
 *
 * @param input octets, a message, or a mail
 */
export function entityIn(input: MessageInput): Entity {
  if (isMessage(input)) return entityOf(input);
  const mail = readMail(input);
  return mail instanceof MailView ? mail.entity : entityOf(mail.message);
}
