/**
 * Reports about mail that was not delivered.
 *
 * @module
 */

import { decodeText } from "./decode_text.ts";
import { addressIn } from "./addresses.ts";
import { readDate } from "./dates.ts";
import { oneLine, stripComments, trimBlanks } from "./fields.ts";
import type { Mail, MailPart, MessageInput } from "./model.ts";
import { readMail } from "./read_mail.ts";
import { unixLines } from "./part.ts";

/** What became of a message for one recipient. */
export interface RecipientStatus {
  /** Address that it was for at the end; undefined when none is readable. */
  address: string | undefined;
  /** Address that the sender gave, when that was another. */
  originalAddress: string | undefined;
  /** What was done, in lower case: `failed`, `delayed`, `delivered`, `relayed` or `expanded`; undefined when it is not one of them. */
  action: "failed" | "delayed" | "delivered" | "relayed" | "expanded" | undefined;
  /** Status code of RFC 3463, such as `5.1.1`; undefined when there is none. */
  status: string | undefined;
  /** True when another attempt will not help: the action is `failed`, or there is none and the code begins with 5. */
  permanent: boolean;
  /** What the other server said, or why else it failed, on one line. */
  diagnostic: string | undefined;
  /** The server that said it. */
  remoteMta: string | undefined;
  /** When it was tried last. */
  lastAttempt: Date | undefined;
  /** Until when it will be tried. */
  willRetryUntil: Date | undefined;
  /** All fields by their names in lower case, the first of each. */
  fields: Map<string, string>;
}

/** A report. */
export interface DeliveryStatus {
  /** The server that reports. */
  reportingMta: string | undefined;
  /** Identifier that the sender gave with `ENVID` (RFC 3461). */
  envelopeId: string | undefined;
  /** When the message arrived at that server. */
  arrival: Date | undefined;
  /** What became of it, for each recipient. */
  recipients: RecipientStatus[];
  /** The message that the report is about, or its header; undefined when it does not come with the report. */
  original: Mail | undefined;
  /** All fields about the message by their names in lower case, the first of each. */
  fields: Map<string, string>;
}

/** As many recipients are read. */
const MAX_RECIPIENTS = 10_000;
/** As many lines of a report are read: ten for each of them. */
const MAX_LINES = 100_000;

/**
 * What a report about delivery says: the `message/delivery-status` part of a bounce.
 *
 * @param message octets, a message, or a mail
 * @returns undefined when it is not such a report
 *
 * @example
 * ```ts
 * import { deliveryStatus } from "@postern/postern/email";
 * import { assertEquals } from "@std/assert";
 *
 * const report = deliveryStatus(new TextEncoder().encode([
 *   'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
 *   "",
 *   "--b",
 *   "",
 *   "It could not be delivered.",
 *   "--b",
 *   "Content-Type: message/delivery-status",
 *   "",
 *   "Reporting-MTA: dns; mx.example.org",
 *   "",
 *   "Final-Recipient: rfc822; jo@example.net",
 *   "Action: failed",
 *   "Status: 5.1.1",
 *   "--b--",
 *   "",
 * ].join("\r\n")));
 * assertEquals(report?.recipients[0]?.address, "jo@example.net");
 * assertEquals(report?.recipients[0]?.permanent, true);
 * ```
 *
 * Source: RFC 3464, RFC 6533.
 */
export function deliveryStatus(message: MessageInput): DeliveryStatus | undefined {
  const mail = readMail(message);
  const parts = mail.parts();
  const part = parts.find(({ contentType }) => /^message\/(?:global-)?delivery-status$/.test(contentType));
  if (part === undefined) return undefined;
  const [first, ...rest] = blocks(unixLines(decodeText(part.bytes())));
  const fields = first ?? new Map<string, string>();
  // A report without a block about the message.
  if (fields.has("final-recipient") || fields.has("action")) rest.unshift(fields);
  return {
    reportingMta: typed(fields.get("reporting-mta")),
    envelopeId: fields.get("original-envelope-id"),
    arrival: dateOf(fields.get("arrival-date")),
    recipients: rest.filter((block) =>
      block.has("final-recipient") || block.has("action") || block.has("status")
    )
      .slice(0, MAX_RECIPIENTS).map(recipient),
    original: originalOf(parts),
    fields,
  };
}

function recipient(fields: Map<string, string>): RecipientStatus {
  const action = /^[a-z]+/i.exec(fields.get("action") ?? "")?.[0]?.toLowerCase();
  const status = /\b[245]\.\d{1,3}\.\d{1,3}\b/.exec(fields.get("status") ?? "")?.[0];
  const known = /^(?:failed|delayed|delivered|relayed|expanded)$/.test(action ?? "");
  return {
    address: addressOf(fields.get("final-recipient")),
    originalAddress: addressOf(fields.get("original-recipient")),
    action: known ? action as RecipientStatus["action"] : undefined,
    status,
    permanent: known ? action === "failed" : status?.startsWith("5") ?? false,
    diagnostic: typed(fields.get("diagnostic-code"), false),
    remoteMta: typed(fields.get("remote-mta")),
    lastAttempt: dateOf(fields.get("last-attempt-date")),
    willRetryUntil: dateOf(fields.get("will-retry-until")),
    fields,
  };
}

/** The message in the report, or its header as a message of its own. */
function originalOf(parts: MailPart[]): Mail | undefined {
  for (const part of parts) {
    if (part.contentType === "text/rfc822-headers" || part.contentType === "message/global-headers") {
      return readMail(part.bytes());
    }
    const mail = part.mail();
    if (mail !== undefined) return mail;
  }
  return undefined;
}

/** The blocks of fields. Blank lines part them; as many of them as there are. */
function blocks(text: string): Map<string, string>[] {
  const out: Map<string, string>[] = [];
  let block: Map<string, string> | null = null;
  let name = "";
  let first = false;
  for (const line of text.split("\n", MAX_LINES)) {
    if (line.trim() === "") {
      block = null;
      if (out.length > MAX_RECIPIENTS) break;
      continue;
    }
    if (block === null) {
      out.push(block = new Map());
      first = false;
    }
    if (/^[ \t]/.test(line)) {
      if (first) block.set(name, `${block.get(name)} ${line.trim()}`);
      continue;
    }
    const colon = line.indexOf(":");
    if (colon <= 0) continue;
    name = line.slice(0, colon).trim().toLowerCase();
    // The next recipient, without the blank line before it.
    if (name === "final-recipient" && block.has(name)) out.push(block = new Map());
    first = !block.has(name);
    if (first) block.set(name, trimBlanks(oneLine(line.slice(colon + 1))));
  }
  return out;
}

/** A value after its type: `dns; mx.example.org`. */
function typed(value: string | undefined, comments = true): string | undefined {
  if (value === undefined) return undefined;
  const bare = trimBlanks(value.replace(/^[\w-]{1,40}\s{0,9};/, ""));
  return (comments ? stripComments(bare) : bare) || undefined;
}

/** The address of `rfc822; jo@example.net`, and of `utf-8; j\x{FC}rgen@example.net` (RFC 6533 section 3). */
function addressOf(value: string | undefined): string | undefined {
  const type = /^([\w-]{1,40})\s{0,9};/.exec(value ?? "")?.[1]?.toLowerCase();
  let text = typed(value);
  if (text === undefined) return undefined;
  if (type === "utf-8") {
    text = text.replace(/\\x\{([0-9a-f]{1,6})\}/gi, (escape, digits: string) => {
      const code = parseInt(digits, 16);
      return code > 0x10ffff || code >= 0xd800 && code < 0xe000 ? escape : String.fromCodePoint(code);
    });
  }
  return addressIn(text) ?? undefined;
}

function dateOf(value: string | undefined): Date | undefined {
  return value === undefined ? undefined : readDate(value)?.date;
}
