/**
 * Mail: reading what others sent, building and writing new ones, and Python's `email` package under both.
 *
 * {@linkcode readMail} gives what people ask of a message, decoded when it is asked for, and never fails for what a sender wrote.
 * {@linkcode createMail}, {@linkcode reply} and {@linkcode forward} build messages, {@linkcode writeMail} makes the octets for
 * SMTP and APPEND.
 *
 * ```ts
 * import { createMail, readMail, writeMail } from "@postern/postern/email";
 * import { assertEquals } from "@std/assert";
 *
 * const bytes = writeMail(createMail({
 *   from: { name: "Ida Groß", address: "ida@example.org" },
 *   to: "kai@example.net",
 *   subject: "Übersicht",
 *   text: "See the file.\n",
 *   attachments: [{ fileName: "Übersicht.csv", content: "a;b\n" }],
 * }));
 *
 * const mail = readMail(bytes);
 * assertEquals(mail.subject, "Übersicht");
 * assertEquals(mail.from, [{ name: "Ida Groß", address: "ida@example.org" }]);
 * assertEquals(mail.text, "See the file.\n");
 * assertEquals(mail.attachments[0]?.safeFileName, "Übersicht.csv");
 * assertEquals(mail.attachments[0]?.text(), "a;b\n");
 * ```
 *
 * Below that is {@linkcode Message} with its parsers, generators and policies, with the answers of Python's `email` package (its
 * older, `compat32` API), to the byte. Parsing never fails on content: what is wrong with a message is in the `defects` of its
 * parts. One pass over the bytes finds the parts; headers are cut, parameters read and bodies decoded when they are asked for.
 *
 * ```ts
 * import { decodeText, messageFromBytes } from "@postern/postern/email";
 * import { assertEquals } from "@std/assert";
 *
 * const bytes = new TextEncoder().encode([
 *   "From: a@example.org",
 *   'Content-Type: multipart/mixed; boundary="b"',
 *   "",
 *   "--b",
 *   "Content-Type: text/plain; charset=utf-8",
 *   "Content-Transfer-Encoding: quoted-printable",
 *   "",
 *   "Gr=C3=BC=C3=9Fe",
 *   "--b--",
 *   "",
 * ].join("\r\n"));
 *
 * const message = messageFromBytes(bytes);
 * const texts = [];
 * for (const part of message.walk()) {
 *   if (part.isMultipart()) continue;
 *   // A sender's label may be anything: decodeText knows what to make of it, new TextDecoder(label) would throw.
 *   texts.push(decodeText(part.getPayload({ decode: true })!, part.getContentCharset()));
 * }
 * assertEquals(texts, ["Grüße"]);
 * ```
 *
 * Names are Python's in camel case, keyword arguments one options object at the end, `None` is `null`. Special methods
 * are JavaScript's protocols: `len(m)` is `m.length`, `name in m` is `m.has(name)`, `m[name]` is `m.get(name)`,
 * `m[name] = value` is `m.append(name, value)`, `del m[name]` is `m.delete(name)`, `bytes(m)` is `m.asBytes()`.
 *
 * @module
 */

import "./order.ts";

export * from "./errors.ts";
export {
  type AsBytesOptions,
  type AsStringOptions,
  type HeaderParams,
  Message,
  type MessageFactory,
  type MessageJson,
  type ParamOptions,
  type Payload,
  type SetParamOptions,
  type VerbatimWriter,
} from "./message.ts";
export { Compat32, compat32, type HeaderValue, Policy, type PolicyOptions } from "./policy.ts";
export {
  BytesHeaderParser,
  BytesParser,
  HeaderParser,
  messageFromBytes,
  messageFromStream,
  messageFromString,
  Parser,
  type ParserOptions,
  type ParseTextOptions,
} from "./parse/parser.ts";
export { BytesFeedParser, FeedParser } from "./parse/feed_parser.ts";
export {
  BytesGenerator,
  type BytesSink,
  DecodedGenerator,
  type DecodedGeneratorOptions,
  type FlattenMessageOptions,
  Generator,
  type GeneratorOptions,
  type TextSink,
} from "./write/generator.ts";
export { verbatim } from "./write/verbatim.ts";
export { bodyLineIterator, structure, typedSubpartIterator, walk } from "./iterators.ts";
export {
  type DecodedChunk,
  decodeHeader,
  Header,
  type HeaderChunk,
  type HeaderEncodeOptions,
  type HeaderOptions,
  makeHeader,
  type MakeHeaderOptions,
} from "./header.ts";
export { headerText } from "./content/header_text.ts";
export { decodeText } from "./content/decode_text.ts";
export { addressesOf, datesOf, groupsOf, listHeaders, messageIdsOf } from "./content/header_fields.ts";
export { type DeliveryStatus, deliveryStatus, type RecipientStatus } from "./content/delivery_status.ts";
export { type MboxOptions, messagesFromMbox } from "./content/mbox.ts";
export { unflow, type UnflowOptions } from "./content/unflow.ts";
export { messageOf } from "./content/message_of.ts";
export { readMail, readMailStream } from "./content/read_mail.ts";
export { createMail, type CreateMailOptions } from "./content/create.ts";
export type { AttachmentInput, InlineInput } from "./content/compose/attachments.ts";
export type { HeaderFields } from "./content/compose/fields.ts";
export type { AddressInput, GroupInput, MailboxInput } from "./content/compose/mailboxes.ts";
export { editHeaders, type HeaderEdits } from "./content/edit_headers.ts";
export { envelopeOf, type MailEnvelope } from "./content/envelope.ts";
export { forward, type ForwardOptions } from "./content/forward.ts";
export { reply, type ReplyOptions } from "./content/reply.ts";
export { writeMail, type WriteMailOptions } from "./content/write_mail.ts";
export type {
  ListHeaders,
  Mail,
  MailAddress,
  MailDate,
  MailGroup,
  MailPart,
  MessageInput,
  Problem,
  ProblemKind,
} from "./content/model.ts";
export * from "./charset.ts";
export { loadCharset, loadCharsets } from "./codecs/load.ts";
export * from "./transfer/encoders.ts";
export * from "./utils.ts";
export * as utils from "./utils.ts";
export * as quoprimime from "./transfer/quoprimime.ts";
export * as base64mime from "./transfer/base64mime.ts";
export { MIMEBase, type MimeOptions } from "./mime/base.ts";
export { MIMENonMultipart } from "./mime/nonmultipart.ts";
export { MIMEMultipart, type MimeMultipartOptions } from "./mime/multipart.ts";
export { MIMEText } from "./mime/text.ts";
export { MIMEApplication, type MimeDataOptions } from "./mime/application.ts";
export { MIMEImage } from "./mime/image.ts";
export { MIMEAudio } from "./mime/audio.ts";
export { MIMEMessage } from "./mime/message.ts";
