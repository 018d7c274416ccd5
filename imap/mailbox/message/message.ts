/** A message in a mailbox: its header and structure are here, its content is fetched when it is asked for. */

import { showAs } from "../../base/shown.ts";
import { checkFields } from "../../codec/arguments.ts";
import type { FetchResponse } from "../../codec/_gen/types.ts";
import { decodeText } from "../../../email/content/decode_text.ts";
import type { Mail, MailAddress } from "../../../email/content/model.ts";
import { unixLines } from "../../../email/content/part.ts";
import { readMail } from "../../../email/content/read_mail.ts";
import { readBody } from "../../../email/content/transfer.ts";
import { messageId, type MessagePlace } from "../message_id.ts";
import { MailboxAttachment } from "./attachment.ts";
import { dateOf, idsIn, mailboxesOf, readable } from "./envelope.ts";
import type { PartReader, ReadOptions } from "./reader.ts";
import { type PartInfo, type Parts, partsOf } from "./structure.ts";

/** How to read a text. */
export interface TextOptions {
  /** Octets that are fetched at most; the text is then perhaps its beginning. All when left out. */
  maxBytes?: number | undefined;
  /** Gives up. */
  signal?: AbortSignal | undefined;
}

/**
 * A message in a mailbox. What a list shows - subject, people, dates, flags, names of attachments - is here already, decoded when it
 * is asked for; text and files are fetched when they are, without marking the message as seen.
 *
 * @example
 * ```ts
 * import { openAccount } from "@postern/postern/mailbox";
 * import { startServer } from "@postern/postern/testing";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await startServer({ mailboxes: { INBOX: ["Subject: hello\r\n\r\nworld\r\n"] } });
 * await using account = await openAccount({
 *   host: "imap.example.org",
 *   dial: () => Promise.resolve(server.connect()),
 *   auth: { user: "alice", pass: "alice-pw" },
 * });
 * for await (const message of account.mailbox("INBOX").messages()) {
 *   assertEquals([message.subject, message.attachments.length], ["hello", 0]);
 *   assertEquals((await message.text())?.trim(), "world");
 * }
 * ```
 */
export class MailboxMessage {
  /** Identifies the message permanently: mailbox, UIDVALIDITY and UID. `account.message(id)` finds it again. */
  readonly id: string;
  /** Its UID. */
  readonly uid: number;
  /** UIDVALIDITY of its mailbox. */
  readonly uidValidity: number;
  /** Name of its mailbox. */
  readonly mailbox: string;
  /** Its flags and keywords, as they were when it was fetched. */
  readonly flags: readonly string[];
  /** Octets of the whole message. */
  readonly size: number;
  readonly #row: FetchResponse;
  readonly #place: MessagePlace;
  readonly #reader: PartReader;
  #parts: Parts | undefined;
  #attachments: MailboxAttachment[] | undefined;

  /**
   * Mailboxes make their messages.
   *
   * @internal
   */
  constructor(row: FetchResponse, place: MessagePlace, reader: PartReader) {
    this.id = messageId(place);
    this.uid = place.uid;
    this.uidValidity = place.uidValidity;
    this.mailbox = place.mailbox;
    this.flags = lastingFlags(row.flags ?? []);
    this.size = row.size ?? 0;
    this.#row = row;
    this.#place = place;
    this.#reader = reader;
  }

  /** The subject, decoded, one line; `""` when there is none. */
  get subject(): string {
    return readable(this.#row.envelope?.subject);
  }

  /** Authors. */
  get from(): MailAddress[] {
    return mailboxesOf(this.#row.envelope?.from);
  }

  /** Who sent it; the server names the author where the message names nobody else. */
  get sender(): MailAddress | undefined {
    return mailboxesOf(this.#row.envelope?.sender)[0];
  }

  /** Where answers go; the server names the author where the message says nothing else. */
  get replyTo(): MailAddress[] {
    return mailboxesOf(this.#row.envelope?.replyTo);
  }

  /** Recipients. */
  get to(): MailAddress[] {
    return mailboxesOf(this.#row.envelope?.to);
  }

  /** Further recipients. */
  get cc(): MailAddress[] {
    return mailboxesOf(this.#row.envelope?.cc);
  }

  /** Hidden recipients: only in drafts and in what one has sent. */
  get bcc(): MailAddress[] {
    return mailboxesOf(this.#row.envelope?.bcc);
  }

  /** When it was written, as the sender says; when it was received, where that cannot be told. */
  get date(): Date | undefined {
    return dateOf(this.#row.envelope) ?? this.receivedAt;
  }

  /** When the server received it. */
  get receivedAt(): Date | undefined {
    return this.#row.internalDate?.toDate() ?? undefined;
  }

  /** Identifier of the message, angle brackets included; undefined when there is none. Senders use one twice. */
  get messageId(): string | undefined {
    return idsIn(this.#row.envelope?.messageId)[0];
  }

  /** Identifiers of the messages that it answers. */
  get inReplyTo(): string[] {
    return idsIn(this.#row.envelope?.inReplyTo);
  }

  /** Names the conversation, where the server has one for it (RFC 8474, Gmail); undefined otherwise: see `conversationsOf`. */
  get threadId(): string | undefined {
    return this.#row.threadId ?? this.#row.gmailThreadId?.toString();
  }

  /** Names the content, the same in every mailbox, where the server does (RFC 8474, Gmail). */
  get emailId(): string | undefined {
    return this.#row.emailId ?? this.#row.gmailMessageId?.toString();
  }

  /** Its labels, at Gmail; undefined elsewhere. */
  get labels(): readonly string[] | undefined {
    return this.#row.gmailLabels;
  }

  /** Whether it has been read. */
  get seen(): boolean {
    return this.#has("\\seen");
  }

  /** Whether it has been answered. */
  get answered(): boolean {
    return this.#has("\\answered");
  }

  /** Whether it is flagged. */
  get flagged(): boolean {
    return this.#has("\\flagged");
  }

  /** Whether it is a draft. */
  get draft(): boolean {
    return this.#has("\\draft");
  }

  /** Everything that is not its text: files, images inside HTML, enclosed messages. Nothing is fetched. */
  get attachments(): MailboxAttachment[] {
    return this.#attachments ??= this.#found.attachments.map((info) =>
      new MailboxAttachment(info, this.#place, this.#reader)
    );
  }

  /** Whether there is a plain text; `text()` fetches it. */
  get hasText(): boolean {
    return this.#found.text !== undefined;
  }

  /** Whether there is an HTML text; `html()` fetches it. */
  get hasHtml(): boolean {
    return this.#found.html !== undefined;
  }

  /**
   * Fetches the plain text alone.
   *
   * @param options How much of it, and a signal.
   * @returns The text, line ends as `\n`; undefined when there is none: see `html()`.
   * @throws {MessageGoneError} When the message is not there any more.
   */
  async text(options: TextOptions = {}): Promise<string | undefined> {
    checkFields("text()", options, { maxBytes: "any?", signal: "signal?" });
    const { text } = this.#found;
    return text && await this.#read(text, options);
  }

  /**
   * Fetches the HTML text alone. It is the sender's: sanitize it.
   *
   * @param options How much of it, and a signal.
   * @returns The text, line ends as `\n`; undefined when there is none.
   * @throws {MessageGoneError} When the message is not there any more.
   */
  async html(options: TextOptions = {}): Promise<string | undefined> {
    checkFields("html()", options, { maxBytes: "any?", signal: "signal?" });
    const { html } = this.#found;
    return html && await this.#read(html, options);
  }

  /**
   * Fetches the whole message and reads it.
   *
   * @param options A signal, and who is told how it gets on.
   * @throws {MessageGoneError} When the message is not there any more.
   */
  async parse(options: ReadOptions = {}): Promise<Mail> {
    return readMail(await this.bytes(options));
  }

  /**
   * The whole message as it was sent.
   *
   * @param options A signal, and a function that is told the progress.
   * @throws {MessageGoneError} When the message is not there any more.
   */
  async bytes(options: ReadOptions = {}): Promise<Uint8Array> {
    return await this.#reader.bytes(this.#place, this.#whole, options);
  }

  /**
   * The whole message as it was sent, while it arrives.
   *
   * @param options A signal, and who is told how it gets on.
   */
  stream(options: ReadOptions = {}): ReadableStream<Uint8Array> {
    return this.#reader.stream(this.#place, this.#whole, options);
  }

  /** What a list shows, for `JSON.stringify`. */
  toJSON(): object {
    const { id, subject, from, to, date, size, flags } = this;
    const attachments = this.attachments.map(({ part, name, type, size }) => ({ part, name, type, size }));
    return { id, subject, from, to, date, size, flags, attachments };
  }

  get #found(): Parts {
    return this.#parts ??= partsOf(this.#row.bodyStructure ?? this.#row.body);
  }

  get #whole(): { part: string; encoding: "identity"; encodedSize: number } {
    return { part: "", encoding: "identity", encodedSize: this.size };
  }

  #has(flag: string): boolean {
    return this.flags.some((one) => one.toLowerCase() === flag);
  }

  async #read({ part, encoding, charset, encodedSize }: PartInfo, options: TextOptions): Promise<string> {
    const { maxBytes, signal } = options;
    if (maxBytes !== undefined && !(Number.isInteger(maxBytes) && maxBytes > 0)) {
      throw new RangeError('"maxBytes" must be a positive integer');
    }
    const most = maxBytes !== undefined && maxBytes < encodedSize ? maxBytes : undefined;
    const octets = await this.#reader.octets(this.#place, part, most, signal);
    return unixLines(decodeText(readBody(octets, encoding, undefined, true), charset));
  }
}

/** Flags without \Recent, which is about a session and not about the message. */
export function lastingFlags(flags: readonly string[]): readonly string[] {
  return flags.some(isRecent) ? flags.filter((flag) => !isRecent(flag)) : flags;
}

function isRecent(flag: string): boolean {
  return flag.toLowerCase() === "\\recent";
}

showAs(MailboxMessage, "MailboxMessage", (message) => message.toJSON());
