/** How messages look in `console.log` and in JSON, in the runtime that runs this. */

import { test } from "node:test";
import { inspect } from "node:util";
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { Message, messageFromString, readMail } from "../../email/mod.ts";

const text = [
  "From: Ida <ida@example.org>",
  "Subject: Minutes",
  'Content-Type: multipart/mixed; boundary="b"',
  "",
  "--b",
  "",
  "See the file.",
  "--b",
  "Content-Type: application/pdf",
  "Content-Disposition: attachment; filename=a.pdf",
  "Content-Transfer-Encoding: base64",
  "",
  "QUJD",
  "--b--",
  "",
].join("\r\n");

test("a mail shows people, subject, text and files", () => {
  const mail = readMail(text);
  const shown = inspect(mail);
  assertMatch(shown, /^Mail \{\s+subject: ["']Minutes["'],/);
  for (const part of ["ida@example.org", "See the file.", "MailPart {", "a.pdf"]) {
    assertStringIncludes(shown, part);
  }
  assert(!shown.includes("undefined"), shown);
  const json = JSON.parse(JSON.stringify(mail));
  assertEquals([json.subject, json.text, json.attachments[0].fileName, json.attachments[0].size], [
    "Minutes",
    "See the file.",
    "a.pdf",
    3,
  ]);
});

test("a message shows its fields and its parts", () => {
  const message = messageFromString(text);
  const shown = inspect(message);
  assertMatch(shown, /^Message \{\s+type: ["']multipart\/mixed["'],/);
  assertStringIncludes(shown, "Subject: Minutes");
  assertStringIncludes(shown, "Message {");
  assertEquals(JSON.parse(JSON.stringify(message)).headers[1], ["Subject", "Minutes"]);
});

test("a message that contains itself can be printed", () => {
  const message = new Message();
  message.attach(message);
  assertStringIncludes(inspect(message), "Message");
  assert(inspect(Message.prototype).length > 0);
});
