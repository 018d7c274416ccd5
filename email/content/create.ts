/**
 * Building messages.
 *
 * @module
 */

import { ValueError } from "../errors.ts";
import { Message } from "../message.ts";
import { type AttachmentInput, attachmentPart, type InlineInput, isSevenBit } from "./compose/attachments.ts";
import { addressField, fieldPairs, fieldValue, type HeaderFields, messageId } from "./compose/fields.ts";
import { foldPieces, foldText } from "./compose/fold.ts";
import { addressesFrom, type AddressInput, writtenAddress } from "./compose/mailboxes.ts";
import { checkOptions, freeText, oneLine } from "./compose/options.ts";
import { multipart, textPart, withFields } from "./compose/parts.ts";
import type { Mail, MailPart } from "./model.ts";
import { textFor, wrongType } from "../text/given.ts";

/** What {@linkcode createMail} makes a message of. */
export interface CreateMailOptions {
  /** Author, or authors. */
  readonly from: AddressInput;
  /** The sender, when it is not the author; needed where there is more than one author. */
  readonly sender?: AddressInput;
  /** Recipients. */
  readonly to?: AddressInput;
  /** Further recipients. */
  readonly cc?: AddressInput;
  /** Hidden recipients: {@linkcode envelopeOf} has them, {@linkcode writeMail} leaves them out. */
  readonly bcc?: AddressInput;
  /** Where answers go. */
  readonly replyTo?: AddressInput;
  /** Subject, in any script. */
  readonly subject?: string;
  /** Plain text body. */
  readonly text?: string;
  /** HTML body. Escape what others wrote before it gets here. */
  readonly html?: string;
  /** Files and whole messages. What was read can be given as it is: a part, a mail, a message. */
  readonly attachments?: Iterable<AttachmentInput | MailPart | Message | Mail>;
  /** Files that the HTML body shows, by their `contentId`. */
  readonly inline?: Iterable<InlineInput | MailPart>;
  /** Further fields. Those that have an option of their own are refused here. */
  readonly headers?: HeaderFields;
  /** When it was written. Default: now. */
  readonly date?: Date;
  /** Identifier, with or without angle brackets. Default: a random one at the domain of the author. */
  readonly messageId?: string;
  /** Identifiers of the messages that this one answers. */
  readonly inReplyTo?: string | readonly string[];
  /** Identifiers of the conversation, oldest first. */
  readonly references?: string | readonly string[];
}

/** Names of the options. */
export const CREATE_OPTIONS: readonly string[] = [
  ...["from", "sender", "to", "cc", "bcc", "replyTo", "subject", "text", "html", "attachments", "inline"],
  ...["headers", "date", "messageId", "inReplyTo", "references"],
];

/** Fields that an option writes, or the structure of the message. */
const OWNED: ReadonlyMap<string, string> = /* @__PURE__ */ owned();

function owned(): Map<string, string> {
  return new Map([
    ...CREATE_OPTIONS.filter((name) => !["text", "html", "attachments", "inline", "headers"].includes(name))
      .map((
        name,
      ): [string, string] => [name.replace(/[A-Z]/g, "-$&").toLowerCase(), `give it as \`${name}\``]),
    ...["mime-version", "content-type", "content-transfer-encoding", "content-disposition"]
      .map((name): [string, string] => [name, "text, html, attachments and inline make it"]),
  ]);
}

/**
 * Builds a message.
 *
 * The body is a `multipart/alternative` when there are text and HTML, in a `multipart/related` when the HTML shows files, in a
 * `multipart/mixed` when there are attachments. Text outside ASCII is UTF-8: in encoded words of at most 75 octets in fields,
 * in quoted-printable or base64 in bodies; no line is longer than 998 octets. File names are written for readers that know
 * RFC 2231 and for those that do not. Domains outside ASCII become A-labels (`xn--`); a local part outside ASCII stays, and
 * makes the message one for servers with SMTPUTF8: see {@linkcode MailEnvelope.smtpUtf8}.
 *
 * @param options what to write
 * @returns the message, with Python's interface: write it with {@linkcode writeMail}
 * @throws {TypeError} for an unknown option, and a value of a wrong type
 * @throws {ValueError} for a value that cannot be written: CR or LF in anything that becomes a field, NUL in anything but free
 * text (where a sender may have put it, and an encoded word takes it), text without an address where one is needed, a name that a
 * field cannot have. What {@linkcode readMail} gives can be written
 *
 * @example
 * ```ts
 * import { createMail, envelopeOf, readMail, writeMail } from "@postern/postern/email";
 * import { assertEquals } from "@std/assert";
 *
 * const message = createMail({
 *   from: "Nora Lind <nora@example.org>",
 *   to: [{ name: "Jörg Weiß", address: "joerg@exämple.net" }, "kai@example.net"],
 *   bcc: "archive@example.org",
 *   subject: "Grüße aus Köln",
 *   text: "Hello!\n",
 *   html: '<p>Hello! <img src="cid:logo"></p>\n',
 *   inline: [{ contentId: "logo", fileName: "logo.png", content: new Uint8Array([137, 80, 78, 71]) }],
 *   attachments: [{ fileName: "Übersicht.csv", content: "a;b\n" }],
 * });
 *
 * assertEquals(envelopeOf(message), {
 *   from: "nora@example.org",
 *   to: ["joerg@xn--exmple-cua.net", "kai@example.net", "archive@example.org"],
 *   smtpUtf8: false,
 * });
 * const bytes = writeMail(message); // for SMTP, or for client.append()
 * const mail = readMail(bytes);
 * assertEquals([mail.subject, mail.text, mail.bcc], ["Grüße aus Köln", "Hello!\n", []]);
 * ```
 *
 * Source: RFC 5322, RFC 2045 to 2047, RFC 2183, RFC 2231, RFC 2387, RFC 6532.
 */
export function createMail(options: CreateMailOptions): Message {
  checkOptions("createMail", options, CREATE_OPTIONS);
  const message = new Message();
  writeHeader(message, options);
  const body = bodyOf(options);
  withFields(message, [["MIME-Version", "1.0"]]);
  for (const [name, value] of body.rawItems()) message.setRaw(name, value);
  const payload = body.getPayload();
  if (!Array.isArray(payload)) message.setPayload(payload ?? "");
  else for (const part of payload) message.attach(part);
  return message;
}

function writeHeader(message: Message, options: CreateMailOptions): void {
  const { from, subject, date = new Date() } = options;
  if (from === undefined) {
    throw new TypeError("createMail needs `from`: the author, such as Nora <nora@example.org>");
  }
  const authors = addressesFrom("from", from).flatMap((one) => "members" in one ? one.members : [one]);
  if (authors.length === 0) {
    throw new ValueError("createMail needs `from`: the author, such as Nora <nora@example.org>");
  }
  message.setRaw("Date", dateField(date));
  const people: [name: string, input: AddressInput | undefined][] = [
    ["From", from],
    ["Sender", options.sender],
    ["Reply-To", options.replyTo],
    ["To", options.to],
    ["Cc", options.cc],
    ["Bcc", options.bcc],
  ];
  for (const [name, input] of people) {
    if (input === undefined) continue;
    const value = addressField(name, input);
    // An empty list makes no field (RFC 5322 section 3.6.3).
    if (value !== "") message.setRaw(name, value);
  }
  const address = writtenAddress("from", authors[0]!.address);
  const id = options.messageId === undefined ? newId(address) : messageId("messageId", options.messageId);
  message.setRaw("Message-ID", id);
  identifiers(message, "In-Reply-To", "inReplyTo", options.inReplyTo);
  identifiers(message, "References", "references", options.references);
  if (subject !== undefined) message.setRaw("Subject", foldText("Subject", freeText("subject", subject)));
  for (const [name, value] of fieldPairs("headers", options.headers ?? {})) {
    const owned = OWNED.get(name.toLowerCase());
    if (owned !== undefined) throw new ValueError(`headers cannot hold ${name}: ${owned}`);
    message.setRaw(name, fieldValue(name, value));
  }
}

function identifiers(
  message: Message,
  name: string,
  what: string,
  ids: string | readonly string[] | undefined,
): void {
  if (ids === undefined) return;
  if (typeof ids !== "string" && !Array.isArray(ids)) {
    throw wrongType(what, "a Message-ID or a list of them", ids, "must be");
  }
  const list = typeof ids === "string" ? ids.split(/\s+/).filter((id) => id !== "") : [...ids];
  if (typeof ids === "string") oneLine(what, ids);
  if (list.length > 0) message.setRaw(name, foldPieces(name, list.map((id) => messageId(what, id))));
}

function newId(address: string): string {
  const domain = address.slice(address.lastIndexOf("@") + 1);
  // A domain that has no A-labels is not one. An identifier has to differ from others, and to be ASCII for all readers.
  return `<${crypto.randomUUID()}@${domain.replace(/[^!-~]+/g, "x")}>`;
}

// date-time = [ day-of-week "," ] date time   (RFC 5322 section 3.3)
function dateField(date: Date): string {
  if (!(date instanceof Date)) throw wrongType("date", "a Date", date, "must be");
  const year = date.getUTCFullYear();
  if (!(year >= 0 && year <= 9999)) {
    throw new ValueError("date must be a valid Date before the year 10000: mail has four digits for it");
  }
  return date.toUTCString().replace("GMT", "+0000");
}

// ---- body

/** Alternative inside related inside mixed, each where it is needed. */
function bodyOf(options: CreateMailOptions): Message {
  const texts: Message[] = [];
  if (options.text !== undefined || options.html === undefined) {
    texts.push(textPart("plain", textFor("text", options.text ?? "", "must be")));
  }
  if (options.html !== undefined) texts.push(textPart("html", textFor("html", options.html, "must be")));
  let body = texts.length === 1 ? texts[0]! : multipart("alternative", texts);
  const inline = partsOf("inline", options.inline, true);
  if (inline.length > 0) {
    if (options.html === undefined) {
      throw new ValueError("inline needs html that shows the files: give them as attachments");
    }
    // The type of the root is required (RFC 2387 section 3.1).
    body = multipart("related", [body, ...inline], [`type="${body.getContentType()}"`]);
  }
  const attached = partsOf("attachments", options.attachments, false);
  if (attached.length > 0) body = multipart("mixed", [body, ...attached]);
  if (body.isMultipart() && !isSevenBit(body)) body.setRaw("Content-Transfer-Encoding", "8bit");
  return body;
}

function partsOf(
  what: string,
  inputs: CreateMailOptions["attachments"] | CreateMailOptions["inline"],
  inline: boolean,
): Message[] {
  if (inputs === undefined) return [];
  if (typeof inputs !== "object" || inputs === null || !(Symbol.iterator in inputs)) {
    throw wrongType(what, "a list of files", inputs, "must be");
  }
  return Array.from(inputs as Iterable<AttachmentInput>, (input, i) => {
    const name = `${what}[${i}]`;
    if (typeof input !== "object" || input === null) {
      throw wrongType(name, "{ fileName, content }, a part, a Message or a Mail", input, "must be");
    }
    const part = attachmentPart(name, input, inline);
    if (inline && !part.has("content-id")) {
      throw new ValueError(`${name} needs a contentId: the one that "cid:" names in the html`);
    }
    return part;
  });
}
