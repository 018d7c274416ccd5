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
