// What answers and forwarded messages say of the message they are about.

import type { Mail, MailAddress } from "../model.ts";
import { clean } from "./attachments.ts";

/** Longest text of another message that is quoted; the rest is left out. */
const MAX_QUOTED = 1_000_000;

/**
 * Text as a quotation: `>` before what is quoted already, `> ` before the rest (RFC 3676 section 4.5).
 *
 * @param text text of the message
 */
export function quoted(text: string): string {
  const lines = withoutLastLineEnds(text.slice(0, MAX_QUOTED)).split("\n");
  return lines.map((line) => line.startsWith(">") ? `>${line}` : line === "" ? ">" : `> ${line}`).join("\n") +
    "\n";
}

/** Text without the line ends at its end. */
export function withoutLastLineEnds(text: string): string {
  let end = text.length;
  while (end > 0 && text[end - 1] === "\n") end--;
  return text.slice(0, end);
}

/** The writer's own words and a blank line, before what follows them; empty when there are no words. */
export function ownWords(text: string | undefined): string {
  return text === undefined || text === "" ? "" : `${withoutLastLineEnds(text)}\n\n`;
}

/** Options without those that are undefined, which would hide what follows from the message. */
export function definedOnly<T extends object>(options: T): T {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as T;
}

/**
 * Text for an HTML body, which nothing in it can end.
 *
 * @param text the text
 */
export function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll(
    '"',
    "&quot;",
  );
}

/** Text as HTML, its line ends kept. */
export function htmlOf(text: string): string {
  return escapeHtml(text.slice(0, MAX_QUOTED)).replaceAll("\n", "<br>\n");
}

/**
 * Name and address of a mailbox for a text.
 *
 * @param mailbox the mailbox
 */
export function shown(mailbox: MailAddress): string {
  const name = clean(mailbox.name).slice(0, 200);
  const address = clean(mailbox.address).slice(0, 300);
  return name === "" ? address : `${name} <${address}>`;
}

/** A date for a text: `2026-11-03 09:15 UTC`. */
export function shownDate(date: Date): string {
  return date.toISOString().replace(/^(.*)T(\d\d:\d\d).*$/, "$1 $2 UTC");
}

/**
 * The line before a quotation.
 *
 * @param mail the message that is answered
 */
export function attribution(mail: Mail): string {
  const author = mail.from[0];
  const who = author === undefined ? "somebody" : shown(author);
  return mail.date === undefined ? `${who} wrote:` : `On ${shownDate(mail.date)}, ${who} wrote:`;
}

/**
 * The lines that tell where a forwarded message comes from.
 *
 * @param mail the message that is forwarded
 */
export function forwardedHeader(mail: Mail): string {
  const list = (mailboxes: MailAddress[]) => {
    const first = mailboxes.slice(0, 50).map(shown).join(", ");
    return mailboxes.length > 50 ? `${first}, and ${mailboxes.length - 50} more` : first;
  };
  const lines = [
    ["From", list(mail.from)],
    ["Date", mail.date === undefined ? "" : shownDate(mail.date)],
    ["Subject", clean(mail.subject).slice(0, 2000)],
    ["To", list(mail.to)],
    ["Cc", list(mail.cc)],
  ].filter(([, value]) => value !== "").map(([name, value]) => `${name}: ${value}`);
  return ["---------- Forwarded message ----------", ...lines].join("\n") + "\n";
}

// subj-refwd = ("re" / ("fw" ["d"])) *WSP [subj-blob] ":"   (RFC 5256 section 5)
// And what mailers write for "re" in German, Dutch, Swedish, Polish, Turkish, Italian, Portuguese, Greek, Hebrew and Chinese,
// with how often: `Re[2]:`, `Re(2):`, `Re^2:`.
const REPLY =
  /^(?:(?:re|aw|antw|sv|odp|ynt|rif|res|απ|השב|回复|回覆|答复)[ \t]*(?:\[[^\[\]]{0,20}\]|\(\d{1,3}\)|\^\d{1,3})?[ \t]*[:：][ \t]*)+/i;
const FORWARD = /^(?:fwd?|wg|tr|rv|enc|vb|vl|pd|ilt|转发|轉寄)[ \t]*(?:\[[^\[\]]{0,20}\])?[ \t]*[:：]/i;

/**
 * The subject of an answer: `Re: ` once (RFC 5322 section 3.6.5).
 *
 * @param subject subject of the message
 */
export function replySubject(subject: string): string {
  return `Re: ${clean(subject).slice(0, 2000).replace(REPLY, "")}`.trimEnd();
}

/**
 * The subject of a forwarded message.
 *
 * @param subject subject of the message
 */
export function forwardSubject(subject: string): string {
  const text = clean(subject).slice(0, 2000);
  return FORWARD.test(text) ? text : `Fwd: ${text}`.trimEnd();
}
