// Messages that readers got wrong, each with what a user should get: data/cases.json says what, data/ID.eml is the message.
// Those without a message build one.

import { test } from "node:test";
import { readFileSync } from "node:fs";
import { assert, assertEquals } from "@std/assert";
import {
  addressesOf,
  createMail,
  datesOf,
  editHeaders,
  headerText,
  loadCharsets,
  type Mail,
  type MailAddress,
  Message,
  messageFromBytes,
  readMail,
  writeMail,
} from "../../../email/mod.ts";

interface Case {
  id: string;
  title: string;
  expect: Record<string, unknown>;
}

const folder = new URL("./data/", import.meta.url);
const cases: Case[] = JSON.parse(readFileSync(new URL("cases.json", folder), "utf8"));

function bytesOf(id: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(`${id}.eml`, folder)));
}

const pairs = (list: MailAddress[]) => list.map(({ name, address }) => [name, address]);
const addresses = (list: MailAddress[]) => list.map(({ address }) => address);
const ascii = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** What is asked of a mail, by the names that cases.json has. */
const READERS: Record<string, (mail: Mail, expected: unknown) => unknown> = {
  subject: (mail) => mail.subject,
  subjectAny: (mail, expected) => (expected as string[]).includes(mail.subject) ? expected : mail.subject,
  subjectOneLine: (mail) => !/[\r\n\v\f\x85\u2028\u2029]/.test(mail.subject),
  fromOneLine: (mail) => !/[\r\n\v\f\x85\u2028\u2029]/.test(mail.from[0]!.name),
  from: (mail) => pairs(mail.from),
  to: (mail) => pairs(mail.to),
  fromAddrs: (mail) => addresses(mail.from),
  toAddrs: (mail) => addresses(mail.to),
  text: (mail) => mail.text?.trimEnd(),
  // A body that is cut is asked for as far as it goes.
  html: (mail, expected) => mail.html?.slice(0, (expected as string).length),
  files: (mail) => mail.attachments.map(({ fileName }) => fileName),
  data: (mail) => mail.attachments.map((part) => ascii(part.bytes())),
  innerSubject: (mail) => mail.attachments[0]?.mail()?.subject,
  reparse: (mail) => {
    const again = readMail(writeMail(mail));
    return { subject: again.subject, toAddrs: addresses(again.to) };
  },
  roundtrip: (mail) => ascii(writeMail(mail)) === ascii(mail.rawBytes()),
  roundtripSigned: (mail) => {
    const edited = editHeaders(mail.rawBytes(), { add: [["X-Seen", "yes"]] });
    const [signed] = readMail(edited).message.getPayload() as Message[];
    const [before] = mail.message.getPayload() as Message[];
    return ascii(readMail(edited).parts()[0]!.rawBytes()) === ascii(mail.parts()[0]!.rawBytes()) &&
      signed!.asString() === before!.asString() && ascii(writeMail(mail)) === ascii(mail.rawBytes());
  },
};

/** Cases that build or write, by their names. */
const BUILDERS: Record<string, () => void> = {
  "m41-string-with-euro": () => {
    const text = "Pfad C:\\Users – 5 €";
    const mail = readMail(`Subject: ${text}\nContent-Type: text/plain; charset=iso-8859-1\n\n${text}`);
    assertEquals([mail.subject, mail.text], [text, text]);
    assertEquals(new TextDecoder().decode(mail.parts()[0]!.bytes()), text);
  },
  "m44-long-name": () => {
    const name = "漢字".repeat(60);
    const lines = ascii(
      writeMail(createMail({ from: { name, address: "a@example.org" }, to: "b@example.net", text: "x" })),
    );
    for (const line of lines.split("\r\n")) assert(line.length <= 78, line);
    for (const [word] of lines.matchAll(/=\?[^ ]+\?=/g)) assert(word.length <= 75, word);
    assertEquals(pairs(readMail(new TextEncoder().encode(lines)).from), [[name, "a@example.org"]]);
  },
  "m45-filename-specials": () => {
    for (const name of ["a\tb.pdf", 'a"b\\c;d.pdf', "100%25 sure.pdf", 'übung "1"; 50%.pdf']) {
      const part = new Message();
      part.addHeader("Content-Disposition", "attachment", { filename: name });
      part.setPayload("x");
      assertEquals(readMail(part.asBytes()).attachments[0]?.fileName, name);
    }
  },
  "m51-reply-headers": () => {
    const hostile = messageFromBytes(bytesOf("m10-crlf-in-word"));
    const answer = new Message();
    answer.set("Subject", headerText(hostile.get("subject")));
    assertEquals(answer.asString().match(/^Subject:/gm)?.length, 1);
    assertEquals(readMail(writeMail(answer)).message.keys(), ["Subject"]);
  },
  "m54-long-token": () => {
    const message = createMail({
      from: "a@example.org",
      to: "b@example.net",
      subject: "x".repeat(2000),
      text: "x",
    });
    for (const line of ascii(writeMail(message)).split("\r\n")) assert(line.length <= 998);
    assertEquals(readMail(writeMail(message)).subject, "x".repeat(2000));
  },
};

for (const { id, title, expect } of cases) {
  test(`${id}: ${title}`, () => {
    const build = BUILDERS[id];
    if (build !== undefined) return build();
    const mail = readMail(bytesOf(id));
    for (const [name, expected] of Object.entries(expect)) {
      if (name === "dates") assertDates(mail, expected as string[][]);
      else assertEquals(READERS[name]!(mail, expected), expected, name);
    }
  });
}

/** Each date is one of those that are right: with a zone that is not known, the clock alone. */
function assertDates(mail: Mail, expected: string[][]): void {
  expected.forEach((right, i) => {
    const [read] = datesOf(mail, `x-date-${String(i).padStart(2, "0")}`);
    const text = read === null || read === undefined
      ? "null"
      : read.date.toISOString().slice(0, 19) + (read.offset === null ? " naive" : "Z");
    assert(right.includes(text), `${i}: ${text}, not ${right}`);
  });
}

test("what is read does not depend on what was loaded", async () => {
  const ids = cases.map(({ id }) => id).filter((id) => BUILDERS[id] === undefined);
  const all = () =>
    ids.map((id) => {
      const { subject, from, text, html } = readMail(bytesOf(id));
      return { id, subject, from, text, html };
    });
  const before = all();
  await loadCharsets();
  assertEquals(all(), before);
});

test("an encoded word is never taken apart into addresses", () => {
  const message = readMail("From: =?utf-8?q?ceo=40bank.example=2C_x?= <evil@attacker.example>\n\n");
  assertEquals(addressesOf(message, "from"), [{
    name: "ceo@bank.example, x",
    address: "evil@attacker.example",
  }]);
});
