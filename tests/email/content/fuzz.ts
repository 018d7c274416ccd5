// Damaged messages through readMail, writeMail and createMail; run it with Deno or Bun.
//
//   fuzz.ts [--count 200000] [--seconds N] [--seed N]
//
// Messages of ../messages and ./data are damaged at random; everything is asked of what is read of them. Nothing may throw, take
// longer than a moment, or break what is promised: an address has an @, a value is one line, names of files are safe and differ.
// The first message that does is printed with the seed, and the exit status is 1.

import { readdirSync, readFileSync } from "node:fs";
import process from "node:process";
import {
  createMail,
  deliveryStatus,
  forward,
  type Mail,
  type MailAddress,
  readMail,
  reply,
  unflow,
  writeMail,
} from "../../../email/mod.ts";
import { options } from "../../support/options.ts";
import { seeded } from "../../support/seeded.ts";

const { count, seconds, seed } = options({
  count: 200_000,
  seconds: Infinity,
  seed: Date.now() % 1_000_000_000,
});
const random = seeded(seed);

/** Longest processor time that one message may take: they are small. */
const MOMENT_MS = 2000;

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Pieces that make readers stumble. */
const TOKENS = [
  ...'\n|\r\n|\r|\n\n| |\t|\n |:|;|=|"|\\|(|)|<|>|@|,|\0|\x0b|\x1c|\x85|\xe9|\xc3\xa9|\xff|--|--\n|\xef\xbb\xbf'
    .split("|"),
  ..."=?utf-8?q?a=C3=A9?=|=?utf-8?b?w6k?=|=?x?q?y?=|=?iso-2022-jp?b?GyRCRnwbKEI=?=|=?|?=|=20\n|=\n|=zz|QUJD|QQ=="
    .split("|"),
  "From x\n",
  ">From x\n",
  "no field at all\n",
  "Subject : x\n",
  'To: Team: a@x.org, "B, C" <b@x.org>; c@x.org\n',
  "From: ceo@bank.example <evil@x.org>\n",
  "Date: Fri, 21 Nov 97 09(comment):   55  :  06 -0600\n",
  "Content-Type: multipart/mixed; boundary=b\n",
  "Content-Type: multipart/alternative\n",
  'Content-Type: multipart/related; boundary="b"\n',
  "Content-Type: message/rfc822\n",
  "Content-Type: message/delivery-status\n",
  "Content-Type: text/html; charset=gb2312\n",
  "Content-Type: text/plain; charset=iso-2022-jp; format=flowed\n",
  "Content-Type: application/pdf; name*0*=utf-8''%C3; name*1*=%9C.pdf\n",
  'Content-Disposition: attachment; filename="../a b.txt"\n',
  "Content-Transfer-Encoding: base64\n",
  "Content-Transfer-Encoding: quoted-printable \n",
  "Content-Transfer-Encoding: x-uuencode\n",
  "Content-ID: <a@b>\n",
  "\n--b\n",
  "\n--b--\n",
  "begin 644 a\n",
].map((text) => Uint8Array.from(text, (char) => char.charCodeAt(0)));

function messages(folder: string): Uint8Array[] {
  const url = new URL(folder, import.meta.url);
  return readdirSync(url).filter((name) => name.endsWith(".eml"))
    .map((name) => new Uint8Array(readFileSync(new URL(name, url))));
}

const corpus = [...messages("../messages/"), ...messages("./data/")].filter(({ length }) => length < 20_000);

function join(parts: Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** A message with a few octets dropped, doubled, changed, or put in. */
function damaged(): Uint8Array {
  let bytes = random.pick(corpus);
  for (let changes = random.between(1, 6); changes > 0; changes--) {
    const at = random.below(bytes.length + 1);
    const end = Math.min(bytes.length, at + random.below(random.chance(0.2) ? 200 : 8));
    const [before, piece, after] = [bytes.subarray(0, at), bytes.subarray(at, end), bytes.subarray(end)];
    switch (random.below(5)) {
      case 0:
        bytes = join([before, after]);
        break;
      case 1:
        bytes = join([before, piece, piece, after]);
        break;
      case 2: {
        const other = random.pick(corpus);
        const from = random.below(other.length + 1);
        bytes = join([before, other.subarray(from, from + random.below(300)), after]);
        break;
      }
      case 3:
        bytes = join([before, random.bytes(random.between(1, 3)), after]);
        break;
      default:
        bytes = join([before, random.pick(TOKENS), bytes.subarray(at)]);
    }
  }
  return bytes.length > 40_000 ? bytes.subarray(0, 40_000) : bytes;
}

function expect(right: boolean, what: string): void {
  if (!right) throw new Error(what);
}

const LINE_END = /[\r\n\v\f\x85\u2028\u2029]/;

/** Asks everything. */
function ask(mail: Mail, depth = 0): void {
  expect(!LINE_END.test(mail.subject), "the subject is one line");
  for (
    const list of [mail.from, mail.to, mail.cc, mail.bcc, mail.replyTo, mail.sender ? [mail.sender] : []]
  ) {
    for (const { name, address } of list) {
      expect(/^.+@.+$/.test(address) && !LINE_END.test(address), "an address has an @");
      expect(!LINE_END.test(name) && name.isWellFormed(), "a name is one line");
    }
  }
  const { date, messageId, inReplyTo, references, listHeaders, text, html } = mail;
  expect(date === undefined || !Number.isNaN(date.getTime()), "a date is a date");
  for (const id of [messageId ?? "<>", ...inReplyTo, ...references]) {
    expect(/^<.*>$/s.test(id), "an identifier has brackets");
  }
  for (const url of listHeaders.unsubscribe) expect(/^(?:https?|mailto):/.test(url), "an address of the web");
  for (const body of [text, html]) {
    expect(!body?.includes("\r") && body?.isWellFormed() !== false, "lines end in LF, of characters");
  }
  if (text !== undefined) unflow(text);
  const names = new Set<string>();
  for (const part of mail.parts()) {
    const { fileName, safeFileName } = part;
    expect(fileName === undefined || !LINE_END.test(fileName), "the name of a file is one line");
    expect(
      /^[^/\\\p{Cc}<>:"|?*]{1,255}$/u.test(safeFileName) && !/^\.|[. ]$/.test(safeFileName),
      "a name is safe",
    );
    expect(!names.has(safeFileName.toLowerCase()), "names differ");
    names.add(safeFileName.toLowerCase());
    expect(part.size === part.bytes().length, "the size is that of the octets");
    part.text();
    part.rawBytes();
    mail.byContentId(part.contentId ?? "");
    const inner = part.mail();
    if (inner !== undefined && depth < 3) ask(inner, depth + 1);
  }
  expect(mail.attachments.length >= mail.parts().length - 2, "what is not a body is an attachment");
  deliveryStatus(mail);
  expect(mail.problems.length <= 100 * (1 + mail.parts().length), "problems are bounded");
}

const AUTHOR = "nora@example.org";

/** Builds a message of what was read, as a program that sends mail on does; it has to be read as it was given. */
function build(mail: Mail): void {
  const { from, to, cc, subject, text, html, date, attachments } = mail;
  const sender = from.length > 0 ? from : AUTHOR;
  const given = { from: sender, to, cc, subject, attachments, ...(date === undefined ? {} : { date }) };
  const built = readMail(
    writeMail(createMail({ ...given, text: text ?? "", ...(html === undefined ? {} : { html }) })),
  );
  expect(
    built.subject === subject || built.subject === subject.trim(),
    `the subject is built as it was: ${JSON.stringify([built.subject, subject])}`,
  );
  expect(
    same(built.to, to) && same(built.cc, cc),
    `recipients are built as they were ${JSON.stringify([built.to, to])}`,
  );
  expect(built.text === (text ?? ""), "the text is built as it was");
  expect(built.attachments.length === attachments.length, "the files are built as they were");
  for (
    const again of [
      reply(mail, { from: AUTHOR, all: true, text: "" }),
      forward(mail, { from: AUTHOR, to: AUTHOR }),
    ]
  ) {
    expect(readMail(writeMail(again)).from[0]?.address === AUTHOR, "an answer has its author");
  }
}

/** Domains are written in lower case, and as A-labels; local parts in quotes where they need them. */
function same(a: MailAddress[], b: MailAddress[]): boolean {
  const isPlain = (text: string) => /^[\0-\x7f]*$/.test(text);
  const bare = (text: string) => text.toLowerCase().replace(/^"(.*)"@/, "$1@");
  return a.length === b.length &&
    a.every(({ address }, i) => !isPlain(b[i]!.address) || bare(address) === bare(b[i]!.address));
}

const started = performance.now();
let slowest = 0;
let done = 0;
for (; done < count && performance.now() - started < seconds * 1000; done++) {
  const bytes = damaged();
  const before = cpuMs();
  try {
    const mail = readMail(bytes);
    ask(mail);
    const written = writeMail(mail);
    // Where Bcc was the only field, what is left begins with an empty line, and the body may look like a header.
    expect(
      written[0] === 0x0d || readMail(written).subject === mail.subject,
      "the subject is written as it was",
    );
    build(mail);
    const time = cpuMs() - before;
    slowest = Math.max(slowest, time);
    expect(time < MOMENT_MS, `it took ${time} ms`);
  } catch (error) {
    console.error(error);
    console.error(`seed ${random.seed}, message ${done}:`);
    console.error(JSON.stringify(Array.from(bytes, (octet) => String.fromCharCode(octet)).join("")));
    process.exit(1);
  }
}
console.log(
  `${done} messages with seed ${random.seed}, ${Math.round((performance.now() - started) / 1000)} s, ` +
    `the slowest ${slowest.toFixed(0)} ms`,
);
