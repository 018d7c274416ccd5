/** From ENVELOPE to what people read: decoded texts, addresses, a date. */

import type { Address, Envelope } from "../../codec/_gen/types.ts";
import { decodeWords } from "../../../email/content/encoded_words.ts";
import { oneLine, trimBlanks } from "../../../email/content/fields.ts";
import { readDate } from "../../../email/content/dates.ts";
import { readMessageIds } from "../../../email/content/message_ids.ts";
import type { MailAddress } from "../../../email/content/model.ts";

/** A header text, decoded, on one line. */
export function readable(text: string | null | undefined): string {
  return text ? trimBlanks(oneLine(decodeWords(text))).toWellFormed() : "";
}

/** The mailboxes of a list of addresses; groups are taken apart (RFC 9051 7.5.2). */
export function mailboxesOf(addresses: readonly Address[] | undefined): MailAddress[] {
  const found: MailAddress[] = [];
  let group: string | undefined;
  for (const { name, mailbox, host } of addresses ?? []) {
    if (host === null) {
      group = mailbox === null ? undefined : readable(mailbox);
      continue;
    }
    // What Exchange and Dovecot write where the address could not be read. Making a pattern takes longer than a list of addresses.
    const domain =
      "MmSs.".includes(host[0]!) && /^\.?(?:missing|syntax)[-_](?:host[-_]name|domain|error)\.?$/i.test(host)
        ? ""
        : host;
    const local = mailbox === null || mailbox.length === 15 && /^missing_mailbox$/i.test(mailbox)
      ? ""
      : mailbox;
    const address = domain === "" ? local : `${local}@${domain}`;
    found.push({ name: readable(name), address, ...(group === undefined ? {} : { group }) });
  }
  return found;
}

/** When a message was written, as its sender says; undefined when that cannot be told. */
export function dateOf(envelope: Envelope | undefined): Date | undefined {
  return envelope?.date ? readDate(envelope.date)?.date : undefined;
}

/** The first identifier of a field; undefined when there is none. */
export function idsIn(text: string | null | undefined): string[] {
  return text ? readMessageIds(text) : [];
}
