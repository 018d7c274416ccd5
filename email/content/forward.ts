/**
 * Forwarding messages.
 *
 * @module
 */

import type { Message } from "../message.ts";
import { checkOptions, mailIn } from "./compose/options.ts";
import { definedOnly, forwardedHeader, forwardSubject, htmlOf, ownWords } from "./compose/quote.ts";
import { CREATE_OPTIONS, createMail, type CreateMailOptions } from "./create.ts";
import type { Mail, MailPart, MessageInput } from "./model.ts";

/** How {@linkcode forward} passes a message on: everything that {@linkcode createMail} takes, `from` and `to` above all, and this. */
export interface ForwardOptions extends CreateMailOptions {
  /**
   * `"inline"` puts text, HTML and files of the message into the new one; `"attachment"` encloses it as it was sent, so that its
   * signatures can be checked. Default `"inline"`.
   */
  readonly as?: "inline" | "attachment";
}

/**
 * Builds a message that passes another one on.
 *
 * Inline, the text follows the one in `options`, with who wrote it; HTML follows too, **as its sender wrote it**, and files are
 * attached. Whatever else is given in `options` takes the place of what follows from the message, `attachments` come after its own.
 * Hidden recipients of the message are left out in both forms.
 *
 * @param message octets, a message, or a mail
 * @param options `from`, `to`, words of one's own, and everything else that {@linkcode createMail} takes
 * @returns the message: write it with {@linkcode writeMail}
 * @throws {TypeError} for an unknown option, and a value of a wrong type. Nothing in the message that is forwarded makes it throw
 * @throws {ValueError} for an option that cannot be written
 *
 * @example
 * ```ts
 * import { forward, readMail } from "@postern/postern/email";
 * import { assertEquals } from "@std/assert";
 *
 * const mail = readMail("From: Nora <nora@example.org>\r\nSubject: Tea\r\n\r\nAt four?\r\n");
 * const own = { from: "kai@example.net", to: "lea@example.net", text: "See below.\n" };
 * const passed = readMail(forward(mail, own));
 *
 * assertEquals(passed.subject, "Fwd: Tea");
 * assertEquals(
 *   passed.text,
 *   "See below.\n\n---------- Forwarded message ----------\nFrom: Nora <nora@example.org>\nSubject: Tea\n\nAt four?\n",
 * );
 * const whole = readMail(forward(mail, { ...own, as: "attachment" }));
 * assertEquals(whole.attachments[0]?.mail()?.subject, "Tea");
 * ```
 *
 * Source: RFC 2046 section 5.2.1, RFC 5322 section 3.6.6 (which calls this forwarding, and not resending).
 */
export function forward(message: MessageInput, options: ForwardOptions): Message {
  checkOptions("forward", options, [...CREATE_OPTIONS, "as"]);
  const { as = "inline", ...rest } = options;
  const given = definedOnly(rest);
  if (as !== "inline" && as !== "attachment") {
    throw new TypeError(`as must be "inline" or "attachment", not ${JSON.stringify(as)}`);
  }
  const mail = mailIn("forward", message);
  const subject = forwardSubject(mail.subject);
  const attachments = [...given.attachments ?? []];
  if (as === "attachment") {
    return createMail({ text: "", subject, ...given, attachments: [mail, ...attachments] });
  }
  const header = forwardedHeader(mail);
  const related = mail.html === undefined
    ? []
    : mail.attachments.filter((part) => part.related && isShown(part));
  const files = mail.attachments.filter((part) => !related.includes(part));
  return createMail({
    subject,
    ...given,
    ...bodies(given, mail, header),
    inline: [...related, ...given.inline ?? []],
    attachments: [...files, ...attachments],
  });
}

/** Whether a part can be shown by its identifier in the new message too. */
function isShown(part: MailPart): boolean {
  return part.contentId !== undefined && /^[!-;=?-~]{1,900}$/.test(part.contentId) &&
    !/^(?:message|multipart)\//.test(part.contentType);
}

function bodies(given: CreateMailOptions, mail: Mail, header: string): { text?: string; html?: string } {
  const own = ownWords(given.text);
  const out: { text?: string; html?: string } = {};
  if (mail.text !== undefined || mail.html === undefined || given.text !== undefined) {
    out.text = `${own}${header}\n${mail.text ?? ""}`;
  }
  if (mail.html !== undefined || given.html !== undefined) {
    const words = given.html ?? (own === "" ? "" : `<p>${htmlOf(own.trimEnd())}</p>`);
    const passed = mail.html ?? `<p>${htmlOf(mail.text ?? "")}</p>`;
    out.html = `${words}\n<p>${htmlOf(header)}</p>\n${passed}\n`;
  }
  return out;
}
