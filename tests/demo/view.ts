/** From what the server says to what a person reads. */

import {
  collapseRfc2231Value,
  decodeHeader,
  decodeParams,
  makeHeader,
  type Message,
  mktimeTz,
  parseaddr,
  parsedateTz,
  readMail,
} from "@postern/postern/email";
import type { BodyStructure } from "@postern/postern/imap";
import type { Column } from "./table.ts";

/** A part of a message that a person would call an attachment. */
export interface Attachment {
  /** Its file name, decoded; of a stranger's making, so never a path to write to. */
  name: string;
  /** Octets as transferred. */
  size: number;
}

/** Columns of the message list. */
export const columns: readonly Column[] = [
  { title: "", width: 1 },
  { title: "From", width: 24 },
  { title: "Subject", width: 50 },
  { title: "Date", width: 16 },
  { title: "Size", width: 8, align: "right" },
  { title: "Attachments", width: 50 },
];

/** Text of a header field with its encoded words decoded (RFC 2047). */
export function displayHeader(value: unknown): string {
  return String(makeHeader(decodeHeader(String(value ?? ""))));
}

/** The sender's name, or the address where there is none. Names are decoded only after the address was taken apart. */
export function displaySender(message: Message): string {
  const [name, address] = parseaddr(String(message.get("From") ?? ""));
  return name === "" ? address : displayHeader(name);
}

/** `2026-11-21 06:00`, in UTC. */
export function displayDate(date: Date | null): string {
  return date === null ? "" : date.toISOString().slice(0, 16).replace("T", " ");
}

/** When a message says it was written. */
export function dateOf(message: Message): Date | undefined {
  const parsed = parsedateTz(String(message.get("Date") ?? ""));
  return parsed === null ? undefined : new Date(mktimeTz(parsed) * 1000);
}

/** `633 B`, `12.3 KB`. */
export function displaySize(octets: number): string {
  if (octets < 1000) return `${octets} B`;
  return octets < 1_000_000 ? `${(octets / 1000).toFixed(1)} KB` : `${(octets / 1_000_000).toFixed(1)} MB`;
}

/** The attachments that a BODYSTRUCTURE names, without fetching any of them. */
export function attachmentsOf(body: BodyStructure | null | undefined): Attachment[] {
  if (body === null || body === undefined) return [];
  if (body.kind === "multipart") return body.parts.flatMap(attachmentsOf);
  const name = parameter(body.disposition?.params, "filename") ?? parameter(body.params, "name");
  const attached = body.disposition?.type.toLowerCase() === "attachment";
  // A picture that the HTML shows has a name too, but nobody attached it.
  if (!attached && (name === undefined || body.id !== null)) return [];
  return [{ name: name ?? `${body.type}/${body.subtype}`.toLowerCase(), size: body.size }];
}

/** A parameter that may come in RFC 2231 pieces: `filename*`, `filename*0*`. */
function parameter(
  params: readonly { name: string; value: string }[] | undefined,
  wanted: string,
): string | undefined {
  if (params === undefined) return undefined;
  const decoded = decodeParams([
    ["", ""],
    ...params.map(({ name, value }): [string, string] => [name, value]),
  ]);
  const found = decoded.find(([name]) => name.toLowerCase() === wanted);
  return found === undefined ? undefined : displayHeader(unquoted(collapseRfc2231Value(found[1])));
}

function unquoted(text: string): string {
  return text.length > 1 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1) : text;
}

/** The plain text of a message, whatever charset its sender labels it with. */
export function plainText(message: Message): string {
  return readMail(message).text ?? "";
}
