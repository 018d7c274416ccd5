/** Edges of the readers that tests of whole messages do not reach. */

import { test } from "node:test";
import { assertEquals } from "@std/assert";
import { messageIdsOf, readMail } from "../../../email/mod.ts";

const octets = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0));

test("a comment separates what is around it", () => {
  assertEquals(messageIdsOf(octets("References: a@b.example(and)d@e.example\n\n"), "references"), [
    "<a@b.example>",
    "<d@e.example>",
  ]);
});

test("parts without a name are named by their type", () => {
  const names: Record<string, string> = {
    "application/ms-tnef": "attachment.dat",
    "application/pgp-signature": "attachment.asc",
    "application/pdf": "attachment.pdf",
    "audio/mpeg": "attachment.mp3",
    "text/calendar": "attachment.ics",
    "message/rfc822": "message.eml",
    "message/delivery-status": "attachment.txt",
    "x/y": "attachment.bin",
  };
  for (const [type, name] of Object.entries(names)) {
    const text = `Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: ${type}\n` +
      "Content-Disposition: attachment\n\nSubject: x\n\nx\n--b--\n";
    assertEquals(readMail(octets(text)).attachments[0]!.safeFileName, name, type);
  }
});

test("the lowest character that does not belong in base64 is reported, blanks and controls are not", () => {
  const problems = (body: string) => {
    const mail = readMail(octets(`Content-Transfer-Encoding: base64\n\n${body}`));
    assertEquals(mail.text, "ABC");
    return mail.problems.map(({ detail }) => detail);
  };
  assertEquals(problems("QUJ!D\n"), ["characters in base64 that do not belong there were left out"]);
  assertEquals(problems("QU JD\n"), []);
  assertEquals(problems("QQ==\nQkM=\n"), ["pieces of base64, each with its own end, were joined"]);
  assertEquals(problems("QUJDR\n"), ["base64 that is not complete"]);
});

test("an empty type is not damage", () => {
  for (const field of ["", "Content-Type:\n", "Content-Type: \n"]) {
    const mail = readMail(octets(`${field}\nx\n`));
    assertEquals([mail.text, mail.problems], ["x\n", []], field);
  }
  assertEquals(readMail(octets("Content-Type: ;\n\nx\n")).parts()[0]!.problems.length, 1);
});

test("words of a subject are read where they are, in whatever charsets and forms", () => {
  const subjects: [string, string][] = [
    ["=?utf-8?b?w6k=?= =?UTF-8*de?q?=C3=A9?=", "éé"],
    ["=?utf-8?b?w6k?=", "é"],
    ["=?utf-8?b?QQ==?= =?utf-8?b?QUI=?= =?utf-8?b?QUJD?=", "AABABC"],
    ["=?utf-8?b?-_8=?=", "ûÿ"],
    ["=?utf-8?q?=C3?= =?utf-8?b?qQ==?=", "é"],
    ["=?koi8-r?b?8A==?= =?utf-8?q?a?=", "Пa"],
    ["=?x-1?q?a=E9?= =?x-2?q?b=E9?=", "aébé"],
    ["=?utf-8?q?a_b=_=3?=", "a b= =3"],
    ["=?utf-8?q??= x", " x"],
    ["a \xe9 b \xc3\xa9 \xef\xbb\xbfc \xc3", "a é b é c Ã"],
  ];
  for (const [field, text] of subjects) {
    assertEquals(readMail(octets(`Subject: ${field}\n\n`)).subject, text, field);
  }
});
