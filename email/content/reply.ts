/**
 * Answering messages.
 *
 * @module
 */

import type { Message } from "../message.ts";
import { clean } from "./compose/attachments.ts";
import { addressesFrom, type MailboxInput, writtenAddress } from "./compose/mailboxes.ts";
import { checkOptions, mailIn, oneLine } from "./compose/options.ts";
import { attribution, definedOnly, htmlOf, ownWords, quoted, replySubject } from "./compose/quote.ts";
import { CREATE_OPTIONS, createMail, type CreateMailOptions } from "./create.ts";
import type { Mail, MailAddress, MessageInput } from "./model.ts";

/** How {@linkcode reply} answers: everything that {@linkcode createMail} takes, `from` above all, and this. */
export interface ReplyOptions extends CreateMailOptions {
  /** Answer the other recipients too. Default false: the author alone, or those that Reply-To names. */
  readonly all?: boolean;
  /** Quote the text of the message after the answer. Default true. */
  readonly quote?: boolean;
  /** The line before the quotation. Default: `On <date>, <author> wrote:` */
  readonly attribution?: string;
}

/** As many identifiers of the conversation are kept: the first and the last ones. */
const MAX_REFERENCES = 50;

/**
 * Builds the answer to a message.
 *
 * It goes to those that Reply-To names, else to the author; to the recipients as well with `all`, but not to the address in `from`.
 * An answer to one's own message goes to its recipients. Subject, In-Reply-To and References follow from the message, the text
 * is quoted; whatever is given in `options` takes the place of what follows. Files of the message are not attached again:
 * `attachments: mail.attachments` does that. HTML that others wrote is never put into the answer; its `html` quotes the text.
 *
 * @param message octets, a message, or a mail
 * @param options `from`, the answer, and everything else that {@linkcode createMail} takes
 * @returns the message: write it with {@linkcode writeMail}
 * @throws {TypeError} for an unknown option, and a value of a wrong type. Nothing in the message that is answered makes it throw
 * @throws {ValueError} for an option that cannot be written
 *
 * @example
 * ```ts
 * import { readMail, reply } from "@postern/postern/email";
 * import { assertEquals } from "@std/assert";
 *
 * const mail = readMail([
 *   "From: Nora <nora@example.org>",
 *   "To: kai@example.net, lea@example.net",
 *   "Message-ID: <1@example.org>",
 *   "Subject: Tea",
 *   "",
 *   "At four?",
 * ].join("\r\n"));
 * const answer = readMail(reply(mail, { from: "kai@example.net", text: "Yes!\n", all: true }));
 *
 * assertEquals(answer.subject, "Re: Tea");
 * assertEquals(answer.to, [{ name: "Nora", address: "nora@example.org" }]);
 * assertEquals(answer.cc, [{ name: "", address: "lea@example.net" }]);
 * assertEquals(answer.references, ["<1@example.org>"]);
 * assertEquals(answer.text, "Yes!\n\nNora <nora@example.org> wrote:\n> At four?\n");
 * ```
 *
 * Source: RFC 5322 sections 3.6.2 to 3.6.5, RFC 3676 section 4.5.
 */
export function reply(message: MessageInput, options: ReplyOptions): Message {
  checkOptions("reply", options, [...CREATE_OPTIONS, "all", "quote", "attribution"]);
  const mail = mailIn("reply", message);
  const { all = false, quote = true, attribution: line, ...rest } = options;
  const given = definedOnly(rest);
  const intro = line === undefined ? attribution(mail) : oneLine("attribution", line);
  const { to, cc } = recipients(mail, given.from, all);
  const id = idOf(mail.messageId);
  return createMail({
    ...(id === undefined ? {} : { inReplyTo: id }),
    references: conversation(mail),
    subject: replySubject(mail.subject),
    to,
    ...(cc.length > 0 ? { cc } : {}),
    ...given,
    ...(quote ? withQuotation(given, mail.text, intro) : {}),
  });
}

function withQuotation(
  { text, html }: CreateMailOptions,
  original: string | undefined,
  intro: string,
): { text?: string; html?: string } {
  if (original === undefined) return {};
  const bodies: { text?: string; html?: string } = {};
  if (html === undefined || text !== undefined) {
    bodies.text = `${ownWords(text)}${intro}\n${quoted(original)}`;
  }
  if (html !== undefined) {
    bodies.html = `${html}\n<p>${htmlOf(intro)}</p>\n<blockquote type="cite">${
      htmlOf(original)
    }</blockquote>\n`;
  }
  return bodies;
}

function recipients(
  mail: Mail,
  from: CreateMailOptions["from"],
  all: boolean,
): { to: MailboxInput[]; cc: MailboxInput[] } {
  const own = new Set<string>();
  if (from !== undefined) {
    for (const one of addressesFrom("from", from)) {
      for (const { address } of "members" in one ? one.members : [one]) own.add(keyOf(address));
    }
  }
  const isOwn = ({ address }: MailAddress) => own.has(keyOf(address));
  const answersSelf = mail.from.length > 0 && mail.from.every(isOwn) && mail.to.some((one) => !isOwn(one));
  const first = answersSelf ? mail.to : mail.replyTo.length > 0 ? mail.replyTo : mail.from;
  const seen = new Set<string>();
  const each = (list: MailAddress[]) =>
    list.flatMap((one) => {
      const key = keyOf(one.address);
      const writable = canWrite(one);
      if (writable === null || seen.has(key)) return [];
      seen.add(key);
      return [writable];
    });
  // The author may be the one who answers: then the answer goes to the same person.
  const to = each(first);
  if (!all) return { to, cc: [] };
  for (const key of own) seen.add(key);
  return { to, cc: each([...(answersSelf ? [] : mail.to), ...mail.cc]) };
}

function keyOf(address: string): string {
  return address.toLowerCase();
}

/** A mailbox of a sender's, as it can be written; null when it cannot be. */
function canWrite({ name, address }: MailAddress): MailboxInput | null {
  try {
    writtenAddress("an address field", address);
    return { name: clean(name).slice(0, 1000), address };
  } catch {
    return null;
  }
}

/** Identifiers for References (RFC 5322 section 3.6.4), bounded. */
function conversation(mail: Mail): string[] {
  const before = mail.references.length > 0
    ? mail.references
    : mail.inReplyTo.length === 1
    ? mail.inReplyTo
    : [];
  const ids = before.slice(0, 1).concat(before.slice(1).slice(-MAX_REFERENCES + 2));
  if (mail.messageId !== undefined) ids.push(mail.messageId);
  return ids.flatMap((id) => idOf(id) ?? []);
}

function idOf(id: string | undefined): string | undefined {
  // Others would make the answer one for servers with SMTPUTF8, or break it.
  return id !== undefined && /^<[!-;=?-~]{1,900}>$/.test(id) ? id : undefined;
}
