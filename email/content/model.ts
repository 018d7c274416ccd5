/**
 * What people ask of a message: the types of the content layer.
 *
 * @module
 */

import type { Message } from "../message.ts";

/** Whatever takes a message takes its octets, a parsed or built message, or one that is being read. */
export type MessageInput = Uint8Array | Message | Mail;

/** A mailbox: where mail goes to, and whose it is. */
export interface MailAddress {
  /** Display name, decoded, one line; `""` when there is none. The sender chooses it, and may write an address here. */
  name: string;
  /** Address with its `@`; as it was sent, not decoded. */
  address: string;
  /** Name of the group that the mailbox is a member of (RFC 5322 section 3.4); absent outside groups. */
  group?: string;
}

/** A group of mailboxes: `Team: a@example.org, b@example.org;` (RFC 5322 section 3.4). */
export interface MailGroup {
  /** Name of the group, decoded, one line. */
  name: string;
  /** Mailboxes in it; none in `undisclosed-recipients:;`. */
  members: MailAddress[];
}

/** A date of a header field. */
export interface MailDate {
  /** The moment. Without a zone the clock's reading is taken as UTC. */
  date: Date;
  /** Minutes east of UTC; null when the sender did not say, or said what has no one meaning. */
  offset: number | null;
}

/**
 * What kind of thing is off:
 *
 * - `charset`: the label is unknown, or the octets are not in the charset it names
 * - `transfer-encoding`: the body is not what its Content-Transfer-Encoding says, or that is misspelt
 * - `content-type`: type or parameters are damaged
 * - `address`: something in an address field is not an address
 * - `date`: a date that nobody can tell
 * - `structure`: parts are damaged or missing
 * - `limit`: there is more of something than is read
 */
export type ProblemKind =
  | "charset"
  | "transfer-encoding"
  | "content-type"
  | "address"
  | "date"
  | "structure"
  | "limit";

/** Something in a message that is off, and was read all the same. */
export interface Problem {
  /** What kind of thing it is. */
  kind: ProblemKind;
  /** What was found and what was made of it, for a log. May hold words of the sender, of bounded length, on one line. */
  detail: string;
}

/** The fields that say how to deal with a mailing list. */
export interface ListHeaders {
  /** Identifier of the list: RFC 2919. */
  id: string | undefined;
  /** Name of the list, as `List-Id` has it before the identifier. */
  name: string | undefined;
  /** Addresses (`https:`, `http:` or `mailto:`) to unsubscribe at, best first: RFC 2369 section 3.2. */
  unsubscribe: string[];
  /** The `https:` address to send `List-Unsubscribe=One-Click` to with POST, when the sender offers that: RFC 8058. */
  oneClick: string | undefined;
  /** Addresses to subscribe at. */
  subscribe: string[];
  /** Addresses to post to; empty when posting is not allowed (`NO`). */
  post: string[];
  /** Addresses with help. */
  help: string[];
  /** Addresses of the list's owner. */
  owner: string[];
  /** Addresses of the list's archive. */
  archive: string[];
}

/**
 * A part of a message, as {@linkcode Mail.parts} and {@linkcode Mail.attachments} have it. Nothing is decoded before it is
 * asked for.
 */
export interface MailPart {
  /** Type in lower case, without parameters: `application/pdf`. */
  readonly contentType: string;
  /** Charset as it is labelled, in lower case; undefined without a label. */
  readonly charset: string | undefined;
  /** Name the sender gives the file, decoded, on one line; undefined when there is none. Not to be used as a path. */
  readonly fileName: string | undefined;
  /** A name that can be used for a file: no path, no control characters, no reserved name, bounded, unique in the message. */
  readonly safeFileName: string;
  /** Identifier that `cid:` addresses refer to, without angle brackets. */
  readonly contentId: string | undefined;
  /** What the sender says the part is: `Content-Description`. */
  readonly description: string | undefined;
  /** True when the part is to be shown with the text: `Content-Disposition: inline`, or part of a `multipart/related`. */
  readonly inline: boolean;
  /** True when the part belongs to another one, such as the images of an HTML body: inside `multipart/related`. */
  readonly related: boolean;
  /** Number of octets that {@linkcode MailPart.bytes} gives. */
  readonly size: number;
  /** What is off in this part, as far as it has been read. */
  readonly problems: readonly Problem[];
  /** The part as a message, to change or to write it. Throws in a bundle without class {@linkcode Message}: see {@linkcode messageOf}. */
  readonly message: Message;
  /** The content, its transfer encoding undone; the whole message of a `message/rfc822`. A new array each time. */
  bytes(): Uint8Array;
  /** Header and body of the part as they were sent, not an octet changed: what a signature is about. */
  rawBytes(): Uint8Array;
  /** The content as text, line ends as `\n`. Never fails: see {@linkcode decodeText}. */
  text(): string;
  /** The enclosed message of a `message/rfc822` or `message/global`; undefined for every other type. */
  mail(): Mail | undefined;
  /** The content in pieces. */
  stream(): ReadableStream<Uint8Array>;
}

/**
 * A message as people ask about it: a read-only view of a {@linkcode Message}. Nothing is decoded before it is asked for,
 * and nothing that a sender wrote makes it fail.
 */
export interface Mail {
  /** The message itself, with Python's interface. Throws in a bundle without class {@linkcode Message}: see {@linkcode messageOf}. */
  readonly message: Message;
  /** The subject, decoded, one line; `""` when there is none. */
  readonly subject: string;
  /** Authors. */
  readonly from: MailAddress[];
  /** The sender, when it is not the author. */
  readonly sender: MailAddress | undefined;
  /** Where answers go; empty when the field is absent. */
  readonly replyTo: MailAddress[];
  /** Recipients, the members of groups too. */
  readonly to: MailAddress[];
  /** Further recipients. */
  readonly cc: MailAddress[];
  /** Hidden recipients: only in drafts and in what one has sent. */
  readonly bcc: MailAddress[];
  /** When it was written, as the sender says; undefined when that cannot be told. */
  readonly date: Date | undefined;
  /** Identifier, angle brackets included; undefined when there is none. */
  readonly messageId: string | undefined;
  /** Identifiers of the messages that this one answers. */
  readonly inReplyTo: string[];
  /** Identifiers of the conversation, oldest first. */
  readonly references: string[];
  /** The first plain text body, line ends as `\n`; undefined when there is none. HTML is not converted. */
  readonly text: string | undefined;
  /** The first HTML body, line ends as `\n`; undefined when there is none. It is the sender's: sanitize it. */
  readonly html: string | undefined;
  /** Everything that is not body: files, images inside HTML, further texts, enclosed messages as a whole. */
  readonly attachments: MailPart[];
  /** How to deal with the mailing list it came by. */
  readonly listHeaders: ListHeaders;
  /** What is off, as far as the message has been read. */
  readonly problems: readonly Problem[];
  /**
   * The parts that hold content, in order, not those of enclosed messages.
   *
   * @param type only those of this type: `text/calendar`, `image/*`
   */
  parts(type?: string): MailPart[];
  /**
   * The part that a `cid:` address in the HTML body means.
   *
   * @param id the identifier, with or without `cid:` or angle brackets
   */
  byContentId(id: string): MailPart | undefined;
  /** The text of a header field, decoded, one line; undefined when there is none. */
  header(name: string): string | undefined;
  /** The message as it was sent, not an octet changed. */
  rawBytes(): Uint8Array;
}
