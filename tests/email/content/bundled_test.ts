// Programs that only read mail are bundled without class Message. Nothing here may import it: Deno runs this file by itself, so
// that it is what such a program sees. Where test files share their modules, the class may be there.

import { test } from "node:test";
import { assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import { addressesOf } from "../../../email/content/header_fields.ts";
import { readMail } from "../../../email/content/read_mail.ts";
import { EmailError } from "../../../email/errors.ts";
import { internals } from "../../../email/model/message_model.ts";

const TEXT = [
  "From: Ida <ida@example.org>",
  "Subject: Minutes",
  'Content-Type: multipart/mixed; boundary="b"',
  "",
  "--b",
  "",
  "See the message.",
  "--b",
  "Content-Type: message/rfc822",
  "",
  "Subject: inner",
  "",
  "At four?",
  "--b",
  "Content-Type: application/pdf; name=a.pdf",
  "Content-Transfer-Encoding: base64",
  "",
  "QUJD",
  "--b--",
  "",
].join("\r\n");

test("mail is read without class Message", () => {
  const mail = readMail(TEXT);
  assertEquals(mail.subject, "Minutes");
  assertEquals(mail.text, "See the message.");
  assertEquals(mail.attachments.map(({ safeFileName, size }) => [safeFileName, size]), [
    ["message.eml", 26],
    ["a.pdf", 3],
  ]);
  assertEquals(mail.attachments[0]!.mail()?.subject, "inner");
  assertEquals(new TextDecoder().decode(mail.attachments[0]!.rawBytes()).slice(-8), "At four?");
  assertEquals(new TextDecoder().decode(mail.rawBytes()), TEXT);
  assertEquals(addressesOf(mail, "from"), [{ name: "Ida", address: "ida@example.org" }]);
  assertEquals(JSON.parse(JSON.stringify(mail)).subject, "Minutes");
});

test("what needs the class says how to get it", () => {
  const mail = readMail(TEXT);
  if (internals === undefined) {
    assertThrows(() => mail.message, EmailError, "messageOf(mail)");
    assertThrows(() => mail.attachments[0]!.message, EmailError, "messageOf(mail)");
  } else {
    assertEquals(mail.message.get("subject"), "Minutes");
  }
  assertThrows(() => readMail({} as never), TypeError);
  assertInstanceOf(readMail(mail), Object);
});

test("the class may come later, and finds what was read before", async () => {
  const mail = readMail(TEXT);
  const [enclosed] = mail.attachments;
  const { messageOf } = await import("../../../email/mod.ts");
  const message = messageOf(mail);
  assertEquals(message.get("subject"), "Minutes");
  assertEquals(message.getPayload(1), enclosed!.message);
  assertEquals(messageOf(mail) === message && mail.message === message, true);
  message.set("Subject", "Other");
  message.getPayload(0).setPayload("Changed.");
  const changed = readMail(mail.message);
  assertEquals([changed.subject, changed.text, changed.attachments.length], ["Other", "Changed.", 2]);
});
