/** APPEND of several messages (RFC 3502) and from parts (RFC 4469). */

import { test } from "node:test";
import { assertEquals, assertMatch } from "@std/assert";
import { startServer } from "@postern/postern/testing";
import { Wire } from "./wire.ts";

const mail = "Subject: one\r\nContent-Type: text/plain\r\n\r\nText\r\n";

test("what is not a message, and flags that no client may set, are refused by name", async () => {
  await using s = await startServer({ with: ["MULTIAPPEND"] });
  const wire = await Wire.login(s);
  // RFC 3502 6.3.11: that cancels the others, too.
  assertMatch(await wire.status("APPEND INBOX {3+}\r\na:b {0+}\r\n") ?? "", /^NO A message of no octets/);
  for (const flag of ["\\Recent", "\\Foo"]) {
    assertEquals(
      await wire.status(`APPEND INBOX (${flag}) {3+}\r\na:b`),
      `BAD ${flag} is not a flag that a client may set`,
    );
  }
  assertEquals(
    await wire.status('APPEND INBOX "1-Jan-2026 00:00:00 +0000" {3+}\r\na:b'),
    // Without the point, a client would wait for a literal.
    'BAD APPEND: a date such as " 1-Jan-2026 00:00:00 +0000" expected before {3}.',
  );
  assertEquals(s.mailbox("INBOX").messages.length, 0);
});

test("several messages are added together, or none of them", async () => {
  await using s = await startServer({ with: ["MULTIAPPEND"], quota: { MESSAGE: 3 } });
  const wire = await Wire.login(s);
  assertMatch(
    await wire.status(
      'APPEND INBOX (\\Seen) {6+}\r\na: 1\r\n "01-Jan-2026 00:00:00 +0000" {6+}\r\na: 2\r\n',
    ) ?? "",
    /^OK \[APPENDUID \d+ 1:2\]/,
  );
  assertEquals(s.mailbox("INBOX").messages.map(({ flags, text }) => [flags.join(), text.trim()]), [
    ["\\Seen", "a: 1"],
    ["", "a: 2"],
  ]);
  assertMatch(await wire.status("APPEND INBOX {6+}\r\na: 3\r\n {6+}\r\na: 4\r\n") ?? "", /^NO \[OVERQUOTA\]/);
  assertEquals(s.mailbox("INBOX").messages.length, 2);
  await using plain = await startServer();
  const other = await Wire.login(plain);
  assertMatch(await other.status("APPEND INBOX {6+}\r\na: 3\r\n {6+}\r\na: 4\r\n") ?? "", /^BAD /);
});

test("a message is put together from texts and from what is there", async () => {
  await using s = await startServer({ with: ["CATENATE"], mailboxes: { INBOX: [mail], Drafts: [mail] } });
  const wire = await Wire.login(s, "INBOX");
  const { uidValidity } = s.mailbox("Drafts");
  await wire.ok(
    `APPEND INBOX CATENATE (TEXT {8+}\r\nTo: me\r\n URL "/Drafts;UIDVALIDITY=${uidValidity}/;UID=1/;SECTION=HEADER" ` +
      `URL "/;UID=1/;SECTION=TEXT" TEXT {5+}\r\nmore\n)`,
  );
  assertEquals(
    s.mailbox("INBOX").messages[1]!.text,
    "To: me\r\nSubject: one\r\nContent-Type: text/plain\r\n\r\nText\r\nmore\n",
  );
  for (
    const url of [
      "/Nowhere/;UID=1",
      "/Drafts;UIDVALIDITY=1/;UID=1",
      "/Drafts/;UID=9",
      "/;UID=1/;SECTION=7",
      "/;UID=1/;SECTION=)TEXT",
      "x",
      "/%zz/;UID=1",
    ]
  ) {
    const answer = await wire.status(`APPEND INBOX CATENATE (URL "${url}")`) ?? "";
    assertEquals(
      answer.startsWith(`NO [BADURL ${url}]`) || answer.startsWith(`NO [BADURL "${url}"]`),
      true,
      answer,
    );
  }
  assertMatch(
    await wire.status("APPEND INBOX CATENATE (URL ~{3+}\r\na\0b)") ?? "",
    /^(?:NO \[BADURL "?a\?b"?\]|BAD )/,
  );
  assertMatch(
    await wire.status("APPEND INBOX CATENATE (URL {4+}\r\na\r\nb)") ?? "",
    /^NO \[BADURL "?a\?\?b"?\]/,
  );
  assertEquals(s.mailbox("INBOX").messages.length, 2);
});
