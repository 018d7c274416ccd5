// Lines of a header that lost their indentation, as readMail reads them.

import { test } from "node:test";
import { assertEquals } from "@std/assert";
import { readMail } from "../../email/mod.ts";

test("a line without indentation belongs to the field before it, when fields follow", () => {
  const mail = readMail("Subject: tea at four\nin the garden\nTo: joe@example.org\n\nbody\n");
  assertEquals(mail.subject, "tea at four in the garden");
  assertEquals(mail.to.length, 1);
  assertEquals(mail.text, "body\n");
});

test("what looks like a field but for its name is dropped and ends the field before it", () => {
  const mail = readMail("Subject: tea\nSome Words: x\nmore\nTo: joe@example.org\n\nbody\n");
  assertEquals(mail.subject, "tea");
  assertEquals(mail.to.length, 1);
});

test("a parameter that lost its indentation has a name of letters, digits, hyphens and asterisks", () => {
  const nameAfter = (name: string) =>
    readMail(`Content-Type: a/b;\n${name}=1; name=x.txt\n\ny`).attachments[0]?.fileName;
  for (const name of ["a", "z", "A", "Z", "a0", "a9", "a-", "a*0*"]) {
    assertEquals(nameAfter(name), "x.txt", name);
  }
  for (const name of ["", "a_", "a/", "{", "a:"]) assertEquals(nameAfter(name), undefined, name);
});

test("a blank line ends in LF, CR, CRLF or CRCRLF, and the body begins after it", () => {
  const bodies = [
    ["A: b\n\r\r\nbody", "body"],
    ["A: b\r\n\r\r\nbody", "body"],
    ["A: b\r\r\n\r\r\nbody", "body"],
    ["A: b\n\r\rX", "\nX"],
    ["A: b\n\n\r\nX", "\nX"],
    ["A: b\n\r\n\nX", "\nX"],
    ["A: b\r\rx\nY", "x\nY"],
    ["A: b\n\rx", "x"],
  ];
  for (const [text, body] of bodies) assertEquals(readMail(text!).text, body, JSON.stringify(text));
});

test("ten thousand lines of a header may be damaged, what follows is body", () => {
  const mail = (count: number) => readMail(`A: b\n${"lost\n".repeat(count)}Subject: x\n\nbody\n`);
  assertEquals([mail(10_000).subject, mail(10_000).text], ["x", "body\n"]);
  assertEquals([mail(10_001).subject, mail(10_001).text], ["", "lost\nSubject: x\n\nbody\n"]);
});
