/** The messages of the benchmark: what real mail looks like in its shapes and sizes, the same every time. */

import { type Random, seeded } from "../../support/seeded.ts";

const encoder = new TextEncoder();
const ALPHABET = encoder.encode("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");

const WORDS =
  ("the quarterly figures for review before Thursday please find attached minutes of meeting with our new " +
    "supplier regarding delivery schedule invoice payment within thirty days thank you kindly regards team we will " +
    "need another week because testing took longer than planned let me know if that works").split(" ");
const NON_ASCII = [
  "Grüße",
  "für",
  "über",
  "naïve",
  "café",
  "señor",
  "Größe",
  "déjà",
  "Ærø",
  "smörgås",
  "Straße",
];
const HOSTS = ["mx1.example.org", "relay.example.net", "mail-wr1.example.com", "smtp.lists.example.net"];
const NAMES = [
  "=?UTF-8?Q?J=C3=BCrgen_M=C3=BCller?=",
  "=?ISO-2022-JP?B?GyRCOzNFREJATzobKEI=?=",
  "=?iso-8859-1?q?Andr=E9_Lef=E8vre?=",
  '"Support, Tier 2"',
  "Ana Maria de Souza",
];
const SUBJECTS = [
  "=?UTF-8?B?UmVjaG51bmcgTnIuIDIwMjYtMDQ4MTUgZsO8ciBJaHJlIEJlc3RlbGx1bmc=?=",
  "Re: =?UTF-8?Q?Besprechung_am_Donnerstag=3A_?=\r\n =?UTF-8?Q?n=C3=A4chste_Schritte_f=C3=BCr_das_B=C3=BCro?=",
  "=?ISO-2022-JP?B?GyRCJDNGfEZ8JE4lYSE8JWsbKEI=?= (2/3)",
  "=?windows-1252?Q?D=E9j=E0_vu_=96_le_r=E9sum=E9?= of last week",
];

/** Small messages of 2 to 5 kB: five Received fields, a signature, encoded words, one or two text parts. */
export function smallMessages(count: number): Uint8Array[] {
  const random = seeded(2047);
  return Array.from({ length: count }, (_, i) => {
    const text = prose(random, random.between(500, 2200));
    const kind = i % 4;
    if (kind === 0) return message(random, "text/plain; charset=utf-8", "8bit", encoder.encode(text));
    if (kind === 1) return message(random, "text/plain; charset=utf-8", "quoted-printable", quoted(text));
    if (kind === 2) {
      return message(random, 'text/plain; charset="UTF-8"', "base64", base64(encoder.encode(text)));
    }
    return alternative(random, text.slice(0, 400), `<html><body><p>${text.slice(0, 800)}</p></body></html>`);
  });
}

/** Messages of a newsletter's shape: text and HTML of 10 to 50 kB in quoted-printable. */
export function htmlMessages(count: number): Uint8Array[] {
  const random = seeded(2045);
  return Array.from({ length: count }, () => {
    const size = random.between(8_000, 40_000);
    let html = '<!DOCTYPE html>\n<html><head><meta charset="utf-8"></head><body>\n';
    while (html.length < size) {
      html += `<table width="100%" cellpadding="0" style="border:0;color:#333333"><tr><td class="c${
        random.below(9)
      }"><a href="https://news.example.com/r?u=${random.below(1e9)}&amp;c=${random.below(1e9)}">${
        prose(random, random.between(60, 400))
      }</a></td></tr></table>\n`;
    }
    return alternative(random, prose(random, size / 4), `${html}</body></html>\n`);
  });
}

/** A message with a note and an attachment of `size` octets in base64. */
export function attachmentMessage(size: number): Uint8Array {
  const random = seeded(size);
  const mark = `----=_Part_${random.between(1e6, 1e7)}`;
  const note = prose(random, 400).replace(/[^\x20-\x7e\r\n]/g, "?");
  const before = `This is a multi-part message in MIME format.\r\n\r\n--${mark}\r\n` +
    `Content-Type: text/plain; charset=us-ascii\r\n\r\n${note}\r\n--${mark}\r\n` +
    'Content-Type: application/pdf; name="report.pdf"\r\nContent-Transfer-Encoding: base64\r\n' +
    'Content-Disposition: attachment; filename="report.pdf"\r\n\r\n';
  const octets = new Uint8Array(size);
  // Four octets a draw: drawing each one takes longer than everything that is measured.
  const words = new Uint32Array(octets.buffer, 0, size >> 2);
  for (let i = 0; i < words.length; i++) words[i] = random.below(0x100000000);
  const body = join([encoder.encode(before), base64(octets), encoder.encode(`--${mark}--\r\n`)]);
  return message(random, `multipart/mixed; boundary="${mark}"`, null, body);
}

function message(random: Random, type: string, encoding: string | null, body: Uint8Array): Uint8Array {
  const lines: string[] = [];
  for (let i = 0; i < 5; i++) {
    const to = HOSTS[i % HOSTS.length];
    lines.push(
      `Received: from ${random.pick(HOSTS)} (${random.pick(HOSTS)} [192.0.2.${random.below(256)}])\r\n` +
        `\tby ${to} (Postfix) with ESMTPS id ${random.between(1e8, 1e9).toString(36).toUpperCase()}\r\n` +
        `\tfor <alice@example.org>; ${date(random)}`,
    );
  }
  const token = (size: number) =>
    Array.from({ length: size }, () => random.pick([..."AbCd3fGh1jKl"])).join("");
  lines.push(
    "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.com; s=s2026;\r\n" +
      "\th=from:to:subject:date:message-id:mime-version:content-type;\r\n" +
      `\tbh=${token(43)}=;\r\n\tb=${token(64)}\r\n\t ${token(64)}=`,
    `From: ${random.pick(NAMES)} <sender${random.below(100)}@example.com>`,
    `To: ${random.pick(NAMES)} <alice@example.org>, ${random.pick(NAMES)} <bob@example.net>`,
    `Subject: ${random.pick(SUBJECTS)}`,
    `Date: ${date(random)}`,
    `Message-ID: <${random.between(1e8, 1e9)}.${random.between(1e5, 1e6)}@mail.example.com>`,
    "MIME-Version: 1.0",
    `Content-Type: ${type}`,
  );
  if (encoding !== null) lines.push(`Content-Transfer-Encoding: ${encoding}`);
  return join([encoder.encode(`${lines.join("\r\n")}\r\n\r\n`), body]);
}

function alternative(random: Random, text: string, html: string): Uint8Array {
  const mark = `000000000000${random.between(1e8, 1e9).toString(16)}`;
  const head = (type: string) =>
    encoder.encode(
      `\r\n--${mark}\r\nContent-Type: ${type}; charset="UTF-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n`,
    );
  const body = join([
    head("text/plain"),
    quoted(text),
    head("text/html"),
    quoted(html),
    encoder.encode(`\r\n--${mark}--\r\n`),
  ]);
  return message(random, `multipart/alternative; boundary="${mark}"`, null, body);
}

function prose(random: Random, size: number): string {
  let text = "";
  let column = 0;
  while (text.length < size) {
    const word = random.chance(0.06) ? random.pick(NON_ASCII) : random.pick(WORDS);
    text += word;
    column += word.length + 1;
    if (column > 66) column = 0;
    text += column === 0 ? "\r\n" : " ";
  }
  return `${text}\r\n`;
}

function date(random: Random): string {
  const two = (value: number) => String(value).padStart(2, "0");
  return `Sat, ${random.between(1, 28)} Nov 2026 ${two(random.below(24))}:${two(random.below(60))}:${
    two(random.below(60))
  } +0100`;
}

function quoted(text: string): Uint8Array {
  const lines = text.replaceAll("\r\n", "\n").split("\n");
  const out = lines.map((line) => {
    let written = "";
    let column = 0;
    for (const octet of encoder.encode(line)) {
      const plain = octet >= 0x20 && octet < 0x7f && octet !== 0x3d;
      const unit = plain
        ? String.fromCharCode(octet)
        : `=${octet.toString(16).toUpperCase().padStart(2, "0")}`;
      if (column + unit.length > 75) {
        written += "=\r\n";
        column = 0;
      }
      written += unit;
      column += unit.length;
    }
    return written.endsWith(" ") ? `${written.slice(0, -1)}=20` : written;
  });
  return encoder.encode(out.join("\r\n"));
}

function base64(octets: Uint8Array): Uint8Array {
  const groups = Math.ceil(octets.length / 3);
  const out = new Uint8Array(groups * 4 + Math.ceil(groups / 19) * 2);
  let at = 0;
  for (let i = 0; i < groups; i++) {
    const from = i * 3;
    const left = octets.length - from;
    const word = (octets[from]! << 16) | ((octets[from + 1] ?? 0) << 8) | (octets[from + 2] ?? 0);
    out[at++] = ALPHABET[word >> 18]!;
    out[at++] = ALPHABET[(word >> 12) & 63]!;
    out[at++] = left > 1 ? ALPHABET[(word >> 6) & 63]! : 0x3d;
    out[at++] = left > 2 ? ALPHABET[word & 63]! : 0x3d;
    if (i % 19 === 18 || i === groups - 1) {
      out[at++] = 0x0d;
      out[at++] = 0x0a;
    }
  }
  return out;
}

function join(parts: Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
