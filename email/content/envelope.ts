/**
 * Who gets a message.
 *
 * @module
 */

import { entityOf } from "../model/message_model.ts";
import { readAddresses } from "./addresses.ts";
import { fieldValues } from "./fields.ts";
import { messageIn } from "./compose/options.ts";
import { needsUtf8, writtenAddress } from "./compose/mailboxes.ts";
import type { MessageInput } from "./model.ts";

/** What SMTP is told beside the message. */
export interface MailEnvelope {
  /** Address for MAIL FROM: where reports of failure go. Null when the message names nobody. */
  from: string | null;
  /** Addresses for RCPT TO, hidden recipients too, each once. */
  to: string[];
  /** True when an address is not ASCII, so that the server must offer SMTPUTF8 (RFC 6531). */
  smtpUtf8: boolean;
}

/**
 * Sender and recipients of a message, as SMTP wants them: Sender, else the first author; To, Cc and Bcc. A message that
 * was resent goes to those it was resent to. {@linkcode writeMail} leaves Bcc out, so ask before you write.
 *
 * @param message octets, a message, or a mail
 * @returns the addresses, domains as A-labels. What cannot be an address is left out
 *
 * @example
 * ```ts
 * import { createMail, envelopeOf } from "@postern/postern/email";
 * import { assertEquals } from "@std/assert";
 *
 * const message = createMail({ from: "nora@example.org", to: "Kai <kai@example.net>", bcc: "jörg@example.com", text: "" });
 * assertEquals(envelopeOf(message), {
 *   from: "nora@example.org",
 *   to: ["kai@example.net", "jörg@example.com"],
 *   smtpUtf8: true,
 * });
 * ```
 *
 * Source: RFC 5321 section 3.3, RFC 5322 sections 3.6.2, 3.6.3 and 3.6.6, as Python's `smtplib.SMTP.send_message` has them.
 */
export function envelopeOf(message: MessageInput): MailEnvelope {
  const of = messageIn("envelopeOf", message);
  const held = entityOf(of);
  // The block of the newest resending is the first one (RFC 5322 section 3.6.6).
  const prefix = of.has("resent-date") || of.has("resent-to") ? "resent-" : "";
  const addresses = (names: string[]) => {
    // As they are read, so that one that comes again is not made ready for SMTP again.
    const found = new Map<string, string | null>();
    for (const name of names) {
      const fields = fieldValues(held, prefix + name);
      for (const field of prefix === "" ? fields : fields.slice(0, 1)) {
        for (const { address } of readAddresses(field).mailboxes) {
          if (!found.has(address)) found.set(address, asWritten(address));
        }
      }
    }
    return [...new Set(found.values())].filter((written) => written !== null);
  };
  const from = addresses(["sender"])[0] ?? addresses(["from"])[0] ?? null;
  const to = addresses(["to", "cc", "bcc"]);
  return { from, to, smtpUtf8: [from ?? "", ...to].some(needsUtf8) };
}

function asWritten(address: string): string | null {
  try {
    return writtenAddress("an address field", address);
  } catch {
    return null;
  }
}
