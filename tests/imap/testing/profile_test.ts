/** Servers that the test server takes after. */

import { test } from "node:test";
import { assertEquals, assertMatch } from "@std/assert";
import { connect } from "@postern/postern/imap";
import { type ProfileName, startServer } from "@postern/postern/testing";
import { Wire } from "./wire.ts";

const mailboxes = { INBOX: [{ message: "Subject: one\n\n1\n", date: new Date("2026-01-06T00:00:00Z") }] };

test("rev1 knows nothing but RFC 3501", async () => {
  await using s = await startServer({ profile: "rev1", mailboxes });
  const wire = await Wire.login(s, "INBOX");
  assertEquals(await wire.ok("CAPABILITY"), ["* CAPABILITY IMAP4rev1"]);
  for (
    const command of [
      "IDLE",
      "MOVE 1 x",
      "ENABLE CONDSTORE",
      "NAMESPACE",
      "SORT (DATE) UTF-8 ALL",
      "UNSELECT",
    ]
  ) {
    assertMatch(await wire.status(command) ?? "", /^BAD Unknown command/, command);
  }
  assertMatch(await wire.status("APPEND INBOX {3+}\r\na:b") ?? "", /^BAD /);
  assertMatch(await wire.status("SEARCH RETURN (ALL) ALL") ?? "", /^BAD /);
  assertEquals((await wire.run("APPEND INBOX {3}", "a:b")).at(-1), "OK APPEND completed");
});

test("dovecot reports the time it took, and has the texts of Dovecot", async () => {
  await using s = await startServer({ profile: "dovecot", mailboxes });
  const wire = await Wire.login(s);
  assertEquals(await wire.ok("ENABLE XNONE"), []);
  assertMatch((await wire.run("SELECT INBOX")).at(-1) ?? "", /completed \(0\.001 \+ 0\.000 secs\)\.$/);
  assertEquals(await wire.ok("FETCH 1 (INTERNALDATE BODY.PEEK[9])"), [
    '* 1 FETCH (INTERNALDATE "06-Jan-2026 00:00:00 +0000" BODY[9] {0}\r\n)',
  ]);
  assertEquals(await wire.ok("THREAD REFERENCES UTF-8 SEEN"), ["* THREAD "]);
  assertMatch(await wire.status("FETCH 2 UID") ?? "", /^BAD /);
});

test("cyrus repeats what is enabled, and sends NO where others send BAD", async () => {
  await using s = await startServer({ profile: "cyrus", mailboxes });
  const wire = await Wire.login(s);
  assertEquals(await wire.ok("ENABLE CONDSTORE"), ["* ENABLED CONDSTORE"]);
  assertEquals(await wire.ok("ENABLE IMAP4rev2"), ["* ENABLED CONDSTORE IMAP4rev2"]);
  await wire.ok("SELECT INBOX");
  assertMatch(await wire.status("FETCH 2 UID") ?? "", /^NO /);
  assertEquals(await wire.ok("FETCH 1 BODY.PEEK[9]"), ["* 1 FETCH (BODY[9] NIL)"]);
});

test("gmail has its mailboxes, and all mail in one of them", async () => {
  await using s = await startServer({ profile: "gmail", mailboxes });
  assertEquals(s.mailbox("[Gmail]/All Mail").messages.length, 1);
  const wire = await Wire.login(s);
  assertMatch((await wire.ok('LIST "" "[Gmail]/%"')).join(), /\\All\) "\/" "\[Gmail\]\/All Mail"/);
  await using own = await startServer({ profile: "gmail", with: ["NOTIFY"], without: ["MOVE"] });
  const [line = ""] = await (await Wire.login(own)).ok("CAPABILITY");
  assertEquals([/ NOTIFY\b/.test(line), / MOVE\b/.test(line), / X-GM-EXT-1\b/.test(line)], [
    true,
    false,
    true,
  ]);
});

test("Postern's client works with each of them", async () => {
  for (const profile of ["rev1", "dovecot", "cyrus", "gmail"] satisfies ProfileName[]) {
    await using s = await startServer({ profile, mailboxes });
    await using client = await connect({
      transport: s.connect(),
      auth: { user: "alice", pass: "alice-pw" },
    });
    await client.select("INBOX");
    const rows = await client.fetch("1", ["ENVELOPE", "INTERNALDATE"]);
    assertEquals(rows[0]?.envelope?.subject, "one", profile);
    assertEquals(rows[0]?.internalDate?.toDate()?.getTime(), Date.UTC(2026, 0, 6), profile);
    await client.append("INBOX", "a: b\r\n\r\n");
    assertEquals(s.mailbox("INBOX").messages.length, 2, profile);
  }
});
