/** The prepared mailboxes of the replay server: what a busy mailbox looks like on the wire, the same every time. */

import { type Random, seeded } from "../support/seeded.ts";

/** The untagged FETCH responses of a mailbox, one after the other. */
export interface Rows {
  octets: Uint8Array;
  /** Where each row ends in `octets`. */
  ends: number[];
}

const NAMES = [
  '"Terry Gray"',
  '"John Klensin"',
  '"=?UTF-8?Q?J=C3=BCrgen_M=C3=BCller?="',
  '"=?ISO-2022-JP?B?GyRCOzNFREJATzobKEI=?="',
  '"Ana Maria de Souza"',
  '"Support \\"Tier 2\\" Desk"',
  "NIL",
  '"billing"',
];
const LOCALS = [
  "gray",
  "klensin",
  "j.mueller",
  "yamada",
  "ana.souza",
  "support+tickets",
  "no-reply",
  "billing-2026",
];
const HOSTS = [
  "example.org",
  "mail.example.com",
  "lists.example.net",
  "cac.washington.example",
  "example.co.jp",
];
const SUBJECTS = [
  '"IMAP4rev2 WG mtg summary and minutes"',
  '"Re: [postgres-dev] vacuum stalls on the replica, again"',
  '"=?UTF-8?B?UmVjaG51bmcgTnIuIDIwMjYtMDQ4MTUgZsO8ciBJaHJlIEJlc3RlbGx1bmc=?="',
  '"Your order #4815162342 has shipped"',
  '"Fwd: quarterly figures \\"final\\" v3"',
  '"=?ISO-2022-JP?B?GyRCJDNGfEZ8JE4lYSE8JWsbKEI=?= (2/3)"',
  '""',
];
const FLAGS = ["\\Seen", "\\Answered", "\\Flagged", "\\Draft", "$Forwarded", "$Junk", "$MDNSent", "work"];
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const ZONES = ["+0000", "-0700", "+0530", "+0900", "+0200"];

/** FETCH rows of UID, FLAGS, INTERNALDATE, RFC822.SIZE, ENVELOPE and BODYSTRUCTURE, about 630 octets each. */
export function prepareMetadata(count: number): Rows {
  const random = seeded(9051);
  const rows: string[] = [];
  for (let i = 1; i <= count; i++) rows.push(metadataRow(random, i));
  return join(rows.map((row) => new TextEncoder().encode(row)));
}

/** FETCH rows of UID and BODY[], each with a message of `size` octets. */
export function prepareBodies(count: number, size: number): Rows {
  const random = seeded(3501);
  // A few different bodies are enough: nobody compresses or caches them.
  const bodies = Array.from({ length: 16 }, () => body(random, size));
  const encoder = new TextEncoder();
  const parts: Uint8Array[] = [];
  const ends: number[] = [];
  let end = 0;
  for (let i = 1; i <= count; i++) {
    const head = encoder.encode(`* ${i} FETCH (UID ${i} BODY[] {${size}}\r\n`);
    const tail = encoder.encode(")\r\n");
    parts.push(head, bodies[i % bodies.length]!, tail);
    end += head.length + size + tail.length;
    ends.push(end);
  }
  return { octets: join(parts).octets, ends };
}

function metadataRow(random: Random, number: number): string {
  const day = random.between(1, 28);
  const month = random.pick(MONTHS);
  const zone = random.pick(ZONES);
  const time = `${two(random.below(24))}:${two(random.below(60))}:${two(random.below(60))}`;
  const flags = FLAGS.filter(() => random.chance(0.2)).join(" ");
  const from = address(random);
  const to = Array.from({ length: random.chance(0.3) ? 2 : 1 }, () => address(random)).join("");
  const cc = random.chance(0.15) ? `(${address(random)})` : "NIL";
  const reply = random.chance(0.4) ? `"<${messageId(random)}>"` : "NIL";
  const envelope = [
    `"${random.pick(DAYS)}, ${day} ${month} 2026 ${time} ${zone}"`,
    subject(random),
    `(${from})`,
    `(${from})`,
    `(${random.chance(0.3) ? address(random) : from})`,
    `(${to})`,
    cc,
    "NIL",
    reply,
    `"<${messageId(random)}>"`,
  ].join(" ");
  return `* ${number} FETCH (UID ${number} FLAGS (${flags}) ` +
    `INTERNALDATE "${String(day).padStart(2, " ")}-${month}-2026 ${time} ${zone}" ` +
    `RFC822.SIZE ${random.between(900, 4_000_000)} ENVELOPE (${envelope}) ` +
    `BODYSTRUCTURE ${structure(random)})\r\n`;
}

function address(random: Random): string {
  return `(${random.pick(NAMES)} NIL "${random.pick(LOCALS)}" "${random.pick(HOSTS)}")`;
}

function subject(random: Random): string {
  // Dovecot and Cyrus send a subject that holds a quote or 8-bit octets as a literal in the middle of the row.
  if (!random.chance(0.03)) return random.pick(SUBJECTS);
  const text = 'Re: the "new" build\u00a0server';
  return `{${new TextEncoder().encode(text).length}}\r\n${text}`;
}

function messageId(random: Random): string {
  return `${random.between(1e8, 1e9)}.${random.between(1e5, 1e6)}@${random.pick(HOSTS)}`;
}

function structure(random: Random): string {
  const plain = textPart(random, "plain", random.chance(0.7) ? "utf-8" : "us-ascii");
  const kind = random.below(10);
  if (kind < 8) return plain;
  const boundary = `("boundary" "----=_Part_${random.between(1e6, 1e7)}")`;
  const alternative = `(${plain}${textPart(random, "html", "utf-8")} "alternative" ${boundary} NIL NIL NIL)`;
  if (kind < 9) return alternative;
  const name = `"invoice-${random.between(1000, 9999)}.pdf"`;
  const file = `("application" "pdf" ("name" ${name}) NIL NIL "base64" ${random.between(1e4, 3e6)} NIL ` +
    `("attachment" ("filename" ${name})) NIL NIL)`;
  return `(${random.chance(0.5) ? alternative : plain}${file} "mixed" ${boundary} NIL NIL NIL)`;
}

function textPart(random: Random, subtype: string, charset: string): string {
  const size = random.between(200, 60_000);
  const encoding = random.pick(["7bit", "8bit", "quoted-printable", "base64"]);
  const lines = Math.ceil(size / 60);
  return `("text" "${subtype}" ("charset" "${charset}") NIL NIL "${encoding}" ${size} ${lines} NIL NIL NIL NIL)`;
}

function body(random: Random, size: number): Uint8Array {
  const head =
    "From: sender@example.org\r\nTo: alice@example.org\r\nSubject: a message of the benchmark\r\n" +
    "MIME-Version: 1.0\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\n";
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  let text = head;
  while (text.length < size) {
    let line = "";
    for (let i = 0; i < 76; i++) line += alphabet[random.below(64)];
    text += line + "\r\n";
  }
  return new TextEncoder().encode(text.slice(0, size - 2) + "\r\n");
}

function join(parts: Uint8Array[]): Rows {
  const octets = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  const ends: number[] = [];
  let at = 0;
  for (const part of parts) {
    octets.set(part, at);
    at += part.length;
    ends.push(at);
  }
  return { octets, ends };
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}
