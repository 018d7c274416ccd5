// What two million octets of nothing but trouble cost: processor time and memory of the email package for inputs whose parts,
// parameters, defects or words are as many as octets allow. Every input has a process of its own. Prints one line an input and
// exits with 1 when one takes more than 0.3 s or, on Linux, holds more than 64 MB above the message at its height.
//
//   deno run -A tests/bench/email_adversarial.ts [part of an input's name]

import process from "node:process";
import { readFileSync } from "node:fs";
import * as utils from "../../email/utils.ts";
import {
  decodeHeader,
  deliveryStatus,
  envelopeOf,
  headerText,
  makeHeader,
  messageFromBytes,
  messagesFromMbox,
  readMail,
  unflow,
  writeMail,
} from "../../email/mod.ts";
import { scanMessage } from "../../email/parse/scan.ts";

const SECONDS = 0.3;
const MEGABYTES = 64;
/** Octets of every input. */
const TRIES = Number(process.env.TRIES ?? 3);
const SIZE = 2_000_000;

interface Input {
  name: string;
  make(): string;
  run(bytes: Uint8Array): unknown | Promise<unknown>;
}

/** As often as the size allows. */
function fill(each: string, around = 0): string {
  return each.repeat(Math.floor((SIZE - around) / each.length));
}

function counted(each: (i: number) => string): string {
  const out: string[] = [];
  for (let size = 0, i = 0; size < SIZE - 100; i++) {
    const text = each(i);
    out.push(text);
    size += text.length;
  }
  return out.join("");
}

/** What a program asks of every message: its parts, their types, names, texts and defects. */
function read(bytes: Uint8Array): unknown {
  const message = messageFromBytes(bytes);
  let count = 0;
  for (const part of message.walk()) {
    count += part.getContentType().length + (part.getFilename()?.length ?? 0) + part.defects.length;
    count += part.getContentCharset("ascii").length;
    if (!part.isMultipart()) count += part.getPayload({ decode: true })?.length ?? 0;
  }
  return [message, count];
}

/** Everything that a view of a message has. */
function mail(bytes: Uint8Array): unknown {
  const view = readMail(bytes);
  const { subject, from, sender, replyTo, to, cc, date, messageId, references, text, html, listHeaders } =
    view;
  let count = 0;
  for (const file of view.attachments) {
    count += file.contentType.length + file.safeFileName.length + file.size + (file.contentId?.length ?? 0);
    count += file.contentType.startsWith("text/") ? file.text().length : 0;
  }
  const kept = [subject, from, sender, replyTo, to, cc, date, messageId, references, text, html, listHeaders];
  return [view, kept, view.problems, count];
}

const words = (bytes: Uint8Array) => decodeHeader(field("subject", bytes)!);
const made = (bytes: Uint8Array) => String(makeHeader(words(bytes)));
const written = (bytes: Uint8Array) => messageFromBytes(bytes).asBytes();
const field = (name: string, bytes: Uint8Array) => messageFromBytes(bytes).get(name);
const subject = (bytes: Uint8Array) => headerText(field("subject", bytes));
const params = (bytes: Uint8Array) => messageFromBytes(bytes).getParams();
const addresses = (bytes: Uint8Array) =>
  utils.getaddresses(messageFromBytes(bytes).getAll("to"), { strict: false });
const multipart = (inside: string) => `Content-Type: multipart/mixed; boundary=b\n\n${inside}--b--\n`;
const type = (params: string) => `Content-Type: text/plain${params}\n\nx\n`;

const flowed = (bytes: Uint8Array) => unflow(new TextDecoder().decode(bytes));
const files = (...parts: string[]) => multipart(parts.map((part) => `--b\n${part}\n`).join(""));
const name = (value: string) => files(`Content-Disposition: attachment; ${value}\n\nx`);

async function mbox(bytes: Uint8Array): Promise<number> {
  let count = 0;
  for await (const each of messagesFromMbox(new Blob([bytes as Uint8Array<ArrayBuffer>]).stream())) {
    count += each.subject.length + 1;
  }
  return count;
}

/** Names of 5,000 files, each twice, that differ after more octets than a name that is made unique keeps. */
function longNames(): string {
  const out: string[] = [];
  for (let i = 0; i < 2_490; i++) {
    const part = `Content-Disposition: attachment; filename=${"n".repeat(190)}${
      String(i).padStart(5, "0")
    }\n\nx`;
    out.push(part, part);
  }
  return files(...out);
}

/** What only some of the readers meet. */
const MORE: Input[] = [
  {
    name: "comments in comments that are closed",
    make: () => `To: ${"(".repeat(SIZE / 2)}${")".repeat(SIZE / 2)} <a@b>\n\n`,
    run: mail,
  },
  { name: "quoted pairs of a name", make: () => `To: "${fill("\\a")}" <a@b>\n\n`, run: mail },
  { name: "groups in groups", make: () => `To: ${fill("a:")}\n\n`, run: mail },
  { name: "address fields", make: () => fill("To: a@b\n") + "\n", run: mail },
  { name: "routes that are not closed", make: () => `To: ${fill("<@a,")}\n\n`, run: mail },
  { name: "quotes in angle brackets", make: () => `To: ${fill('<"a,')}\n\n`, run: mail },
  {
    name: "recipients outside ASCII",
    make: () => `To: ${fill("a@\xc3\xa9.x,")}\n\n`,
    run: (bytes) => envelopeOf(bytes),
  },
  { name: "pieces with gaps", make: () => name(counted((i) => `filename*${2 * i}*=%41;`)), run: mail },
  { name: "quotes in a name that is quoted", make: () => name(`filename="${fill('"a')}"`), run: mail },
  { name: "equals signs of a name", make: () => name(`filename=${fill("=")}`), run: mail },
  { name: "bidi marks of a name", make: () => name(`filename="${fill("\xe2\x80\xae")}"`), run: mail },
  { name: "combining marks of a name", make: () => name(`filename="a${fill("\xcc\x81")}"`), run: mail },
  { name: "long names, all twice", make: longNames, run: mail },
  {
    name: "one name for all files",
    make: () => multipart(fill("--b\nContent-Disposition: attachment; filename=a\n\n")),
    run: mail,
  },
  {
    name: "identifiers of a thread",
    make: () => `References: ${counted((i) => `<${i}@b> `)}\n\n`,
    run: mail,
  },
  { name: "identifiers without brackets", make: () => `References: ${fill("a@b ")}\n\n`, run: mail },
  {
    name: "boundaries that begin like others",
    make: () =>
      counted((i) =>
        `Content-Type: multipart/x; boundary=${"b".repeat(i % 60 + 1)}\n\n--${"b".repeat(i % 60 + 1)}\n`
      ),
    run: mail,
  },
  { name: "lines that begin like a boundary", make: () => multipart(`--b\n\n${fill("--bb\n")}`), run: mail },
  { name: "lines of two hyphens", make: () => multipart(`--b\n\n${fill("--\n")}`), run: mail },
  {
    name: "multiparts without a boundary",
    make: () => fill("Content-Type: multipart/x\n\n--b\n"),
    run: mail,
  },
  {
    name: "charsets, one for each part",
    make: () =>
      multipart(
        counted((i) =>
          `--b\nContent-Type: text/plain; charset=${["koi8-r", "big5", "gbk", "utf-7", "hz", "x"][i % 6]}${
            i % 7
          }\n\n\xe9\n`
        ),
      ),
    run: mail,
  },
  { name: "types, all of one part", make: () => fill("Content-Type: a\n") + "\n", run: mail },
  {
    name: "quoted From lines of a mailbox file",
    make: () => "From x\n\n" + fill(`${">".repeat(99)}F\n`),
    run: mbox,
  },
  {
    name: "recipients of a delivery status",
    make: () => `Content-Type: message/delivery-status\n\n${fill("Action: failed\n\n")}`,
    run: (bytes) => deliveryStatus(bytes),
  },
  {
    name: "continued field of a delivery status",
    make: () => `Content-Type: message/delivery-status\n\nAction: a\n${fill(" b\n")}`,
    run: (bytes) => deliveryStatus(bytes),
  },
  {
    name: "deep quotes of flowed text",
    make: () => counted((i) => `${">".repeat(i % 1000)} a \n`),
    run: flowed,
  },
  { name: "one quote of flowed text", make: () => fill(">"), run: flowed },
  { name: "zone of a date", make: () => `Date: Thu, 26 Nov 2026 17:00:00 +${fill("0")}\n\n`, run: mail },
  { name: "comments of a date", make: () => `Date: ${fill("(")} 26 Nov 2026\n\n`, run: mail },
  { name: "fields of a list", make: () => fill("List-Unsubscribe: <https://a>\n") + "\n", run: mail },
  { name: "one address of a list", make: () => `List-Unsubscribe: <https://a?${fill("a")}>\n\n`, run: mail },
  {
    name: "pieces of base64 in one line",
    make: () => "Content-Transfer-Encoding: base64\n\n" + fill("QQ=="),
    run: mail,
  },
  { name: "lines that lost their indentation", make: () => "To: a@b,\n" + fill("a@b,\n"), run: mail },
  {
    name: "parameters that lost their indentation",
    make: () => "Content-Type: a/b;\n" + fill("a=b;\n"),
    run: mail,
  },
  {
    name: "fields with blanks in their names",
    make: () => "A: b\n" + fill("a b:\n") + "Subject: x\n\n",
    run: mail,
  },
  { name: "blank lines before the header", make: () => fill("\n") + "A: b\n\n", run: mail },
  { name: "carriage returns", make: () => "A: b\n" + fill("\r"), run: mail },
  { name: "line ends of two carriage returns", make: () => fill("a:\r\r\n") + "\r\r\n", run: mail },
  { name: "fields, written", make: () => fill("a:\n") + "\n", run: (bytes) => writeMail(bytes) },
  {
    name: "bare carriage returns, written",
    make: () => "A: b\n\n" + fill("\r"),
    run: (bytes) => writeMail(bytes),
  },
  {
    name: "messages in messages, written",
    make: () => fill("Content-Type: message/rfc822\n\n"),
    run: (bytes) => writeMail(bytes),
  },
  {
    name: "escapes of UTF-7",
    make: () => "Content-Type: text/plain; charset=utf-7\n\n" + fill("+-"),
    run: mail,
  },
  {
    name: "escapes of ISO-2022-JP",
    make: () => "Content-Type: text/plain; charset=iso-2022-jp\n\n" + fill("\x1b$B"),
    run: mail,
  },
];

const INPUTS: Input[] = [
  { name: "semicolons", make: () => type(fill(";")), run: read },
  { name: "semicolons, as pairs", make: () => type(fill(";")), run: params },
  { name: "parameters ;a=b", make: () => type(fill(";a=b")), run: read },
  { name: "parameters ;a=b, as pairs", make: () => type(fill(";a=b")), run: params },
  { name: "parameters of many names", make: () => type(counted((i) => `;a${i}=b`)), run: read },
  { name: "pieces of one parameter", make: () => type(counted((i) => `;a*${i}=b`)), run: read },
  { name: "encoded pieces of one parameter", make: () => type(counted((i) => `;name*${i}*=%41`)), run: read },
  { name: "parameters of one piece", make: () => type(counted((i) => `;a${i}*0=b`)), run: read },
  { name: "open quote and semicolons", make: () => type(`;a="${fill(";")}`), run: read },
  { name: "percent signs", make: () => type(`;name*=utf-8''${fill("%41")}`), run: read },
  { name: "subject of 8-bit words", make: () => `Subject: ${fill('"a\xe9 "')}\n\n`, run: subject },
  { name: "subject of 8-bit octets", make: () => `Subject: ${fill("\xe9 ")}\n\n`, run: subject },
  { name: "subject of blanks", make: () => `Subject: ${fill(" ")}x\n\n`, run: subject },
  {
    name: "subject of encoded words",
    make: () => `Subject: ${fill("=?utf-8?q?=C3=A9?= ")}\n\n`,
    run: subject,
  },
  {
    name: "subject of words of other charsets",
    make: () => `Subject: ${fill("=?koi8-r?b?8A==?= =?utf-8?q?a?= ")}\n\n`,
    run: subject,
  },
  {
    name: "subject of words of charsets nobody knows",
    make: () => `Subject: ${counted((i) => `=?x-${i}?q?a?= `)}\n\n`,
    run: subject,
  },
  { name: "words, decodeHeader", make: () => `Subject: ${fill("=?utf-8?q?=C3=A9?= ")}\n\n`, run: words },
  { name: "words, makeHeader", make: () => `Subject: ${fill("=?utf-8?q?=C3=A9?= ")}\n\n`, run: made },
  {
    name: "words of two charsets, decodeHeader",
    make: () => `Subject: ${fill("=?koi8-r?b?8A==?= =?utf-8?q?a?= ")}\n\n`,
    run: words,
  },
  { name: "words and text, decodeHeader", make: () => `Subject: ${fill("=?l1?q?a?= b ")}\n\n`, run: words },
  { name: "broken words, decodeHeader", make: () => `Subject: ${fill("=?x?b?Q")}\n\n`, run: words },
  { name: "subject of broken words", make: () => `Subject: ${fill("=?x?b?Q")}\n\n`, run: subject },
  { name: "From lines among the headers", make: () => fill("From x\n") + "\n", run: read },
  { name: "From lines after a field", make: () => "A: b\n" + fill("From x\n") + "\n", run: read },
  { name: "lines without a name", make: () => fill(":\n") + "\n", run: read },
  { name: "fields", make: () => fill("a:\n") + "\n", run: read },
  {
    name: "fields, all of one name",
    make: () => fill("a:\n") + "\n",
    run: (bytes) => messageFromBytes(bytes).getAll("a"),
  },
  {
    name: "fields, as pairs",
    make: () => fill("a:\n") + "\n",
    run: (bytes) => messageFromBytes(bytes).items(),
  },
  {
    name: "continuation lines",
    make: () => "A: b\n" + fill(" c\n") + "\n",
    run: (bytes) => field("a", bytes),
  },
  { name: "continuations of nothing", make: () => fill(" c\n") + "\n", run: read },
  { name: "parts", make: () => multipart(fill("--b\n\nx\n")), run: read },
  { name: "parts, written", make: () => multipart(fill("--b\n\nx\n")), run: written },
  { name: "parts with a field", make: () => multipart(fill("--b\nA: b\n\nx\n")), run: read },
  { name: "parts without a body", make: () => multipart(fill("--b\nx\n")), run: read },
  {
    name: "100,000 nested parts",
    make: () => multipart(fill("--b\nContent-Type: multipart/x; boundary=c\n\n--c\n\n", 0)),
    run: read,
  },
  { name: "messages in messages", make: () => fill("Content-Type: message/rfc822\n\n"), run: read },
  {
    name: "messages in parts",
    make: () => multipart(fill("--b\nContent-Type: message/rfc822\n\nA: b\n\nx\n")),
    run: read,
  },
  {
    name: "multiparts that are not closed",
    make: () => counted((i) => `Content-Type: multipart/x; boundary=b${i}\n\n--b${i}\n`),
    run: read,
  },
  {
    name: "blocks of a delivery status",
    make: () => `Content-Type: message/delivery-status\n\n${fill("A: b\n\n")}`,
    run: read,
  },
  {
    name: "blank lines of a delivery status",
    make: () => `Content-Type: message/delivery-status\n\n${fill("\n")}`,
    run: read,
  },
  {
    name: "parts of a digest",
    make: () => multipart(fill("--b\n\n\n")).replace("mixed", "digest"),
    run: read,
  },
  {
    name: "base64 parts with defects",
    make: () => multipart(fill("--b\nContent-Transfer-Encoding: base64\n\nQ\n")),
    run: read,
  },
  { name: "addresses", make: () => `To: ${fill("a@b,")}\n\n`, run: addresses },
  { name: "nested comments of an address", make: () => `To: ${fill("(")}\n\n`, run: addresses },
  { name: "quoted names of an address", make: () => `To: ${fill('"a" ')} <a@b>\n\n`, run: addresses },
  { name: "angle brackets of an address", make: () => `To: ${fill("<a@b>")}\n\n`, run: addresses },
  { name: "open angle brackets", make: () => `To: ${fill("<")}\n\n`, run: addresses },
  { name: "addresses without commas", make: () => `To: ${fill("a@b ")}\n\n`, run: addresses },
  { name: "groups of addresses", make: () => `To: ${fill("a:b@c;")}\n\n`, run: addresses },
  { name: "identifiers", make: () => `References: ${fill("<a@b>")}\n\n`, run: subject },
  { name: "dates", make: () => fill("Date: 1 Jan 2020\n") + "\n", run: read },
  { name: "addresses of a list", make: () => `List-Unsubscribe: ${fill("<mailto:a@b>,")}\n\n`, run: subject },
  { name: "lines of base64", make: () => "Content-Transfer-Encoding: base64\n\n" + fill("Q\n"), run: read },
  {
    name: "ends of base64",
    make: () => "Content-Transfer-Encoding: base64\n\n" + fill("QQ==\n"),
    run: read,
  },
  {
    name: "soft line breaks",
    make: () => "Content-Transfer-Encoding: quoted-printable\n\n" + fill("= \n"),
    run: read,
  },
  {
    name: "lines of uuencode",
    make: () => "Content-Transfer-Encoding: x-uue\n\nbegin 644 a\n" + fill("!!\n"),
    run: read,
  },
  {
    name: "parts with names",
    make: () => multipart(fill("--b\nContent-Type: a/b; name=a\n\nx\n")),
    run: read,
  },
  { name: "parts, scanned", make: () => multipart(fill("--b\n\nx\n")), run: (bytes) => scanMessage(bytes) },
  {
    name: "fields, scanned",
    make: () => fill("a:\n") + "\n",
    run: (bytes) => scanMessage(bytes).fields.length,
  },
];

INPUTS.push(...MORE);

/** The same for readMail. */
const VIEWED = new Set<unknown>([read, subject, addresses]);
for (const { name, make, run } of [...INPUTS]) {
  if (VIEWED.has(run)) INPUTS.push({ name: `${name}, by readMail`, make, run: mail });
}

function octets(text: string): Uint8Array {
  const out = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) out[i] = text.charCodeAt(i);
  return out;
}

/** Megabytes of memory, of a line of the process's status; 0 where there is none. */
function memory(line: string): number {
  try {
    const status = readFileSync("/proc/self/status", "utf-8");
    return Number(new RegExp(`${line}:\\s*(\\d+)`).exec(status)![1]) / 1024;
  } catch {
    return 0;
  }
}

function cpu(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** Runs one input and prints seconds and megabytes. */
async function child(name: string): Promise<void> {
  const input = INPUTS.find((each) => each.name === name)!;
  // What is loaded and compiled once is not the input's.
  const small = octets(input.make().slice(0, 2000) + "\n\n--b--\n");
  for (let i = 0; i < 20; i++) await input.run(small);
  const bytes = octets(input.make());
  const before = memory("VmHWM");
  const start = cpu();
  const kept = await input.run(bytes);
  const seconds = cpu() - start;
  console.log(JSON.stringify([seconds, memory("VmHWM") - before, kept === undefined]));
}

async function main(wanted: string): Promise<number> {
  let missed = 0;
  for (const { name } of INPUTS) {
    if (!name.includes(wanted)) continue;
    let [seconds, megabytes] = [Infinity, Infinity];
    for (let round = 0; round < TRIES && (seconds > SECONDS || megabytes > MEGABYTES); round++) {
      const args = ["run", "-A", "--no-check", import.meta.filename!, "--child", name];
      const { stdout, success } = await new Deno.Command(Deno.execPath(), { args, stderr: "inherit" })
        .output();
      if (!success) throw new Error(`${name} failed`);
      const [time, room] = JSON.parse(new TextDecoder().decode(stdout)) as [number, number];
      seconds = Math.min(seconds, time);
      megabytes = Math.min(megabytes, room);
    }
    const large = seconds > SECONDS || megabytes > MEGABYTES;
    if (large) missed++;
    const figures = `${seconds.toFixed(3).padStart(7)} s ${megabytes.toFixed(0).padStart(5)} MB`;
    console.log(`${name.padEnd(46)} ${figures}${large ? "  TOO DEAR" : ""}`);
  }
  console.log(`${missed} inputs take more than ${SECONDS} s or ${MEGABYTES} MB`);
  return missed;
}

if (process.argv[2] === "--child") await child(process.argv[3]!);
else process.exitCode = await main(process.argv[2] ?? "") > 0 ? 1 : 0;
