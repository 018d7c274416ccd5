/** X-GM-EXT-1: labels, All Mail, the bin, ids, and what the search box takes. */

import { test } from "node:test";
import { assertEquals, assertMatch } from "@std/assert";
import { startServer, type TestServer } from "@postern/postern/testing";
import { Wire } from "./wire.ts";

function server(): Promise<TestServer> {
  return startServer({
    with: ["X-GM-EXT-1"],
    mailboxes: {
      INBOX: [
        "From: ann@example.org\nSubject: Lunch\nMessage-ID: <1@x>\n\nToday?\n",
        "From: bob@example.org\nSubject: Re: Lunch\nMessage-ID: <2@x>\nIn-Reply-To: <1@x>\n\nNo.\n",
      ],
      Work: [],
      "[Gmail]/All Mail": { specialUse: ["\\All"] },
      "[Gmail]/Trash": { specialUse: ["\\Trash"] },
      "[Gmail]/Starred": { specialUse: ["\\Flagged"] },
    },
  });
}

const count = (s: TestServer, name: string) => s.mailbox(name).messages.length;

test("every message is in All Mail, with one id and one conversation in all mailboxes", async () => {
  await using s = await server();
  assertEquals(count(s, "[Gmail]/All Mail"), 2);
  const wire = await Wire.login(s, "INBOX");
  const here = await wire.ok("FETCH 1:2 (X-GM-MSGID X-GM-THRID X-GM-LABELS)");
  assertEquals(here, [
    "* 1 FETCH (X-GM-MSGID 1800000000000000001 X-GM-THRID 1800000000000000001 X-GM-LABELS ())",
    "* 2 FETCH (X-GM-MSGID 1800000000000000002 X-GM-THRID 1800000000000000001 X-GM-LABELS ())",
  ]);
  await wire.ok('SELECT "[Gmail]/All Mail"');
  assertEquals(await wire.ok("FETCH 2 (X-GM-MSGID X-GM-LABELS)"), [
    "* 2 FETCH (X-GM-MSGID 1800000000000000002 X-GM-LABELS (\\Inbox))",
  ]);
  assertEquals(await wire.ok("SEARCH X-GM-THRID 1800000000000000001"), ["* SEARCH 1 2"]);
  assertEquals(await wire.ok("SEARCH X-GM-MSGID 1800000000000000002"), ["* SEARCH 2"]);
});

test("labels are mailboxes", async () => {
  await using s = await server();
  const wire = await Wire.login(s, "INBOX");
  assertEquals(await wire.ok("STORE 1 +X-GM-LABELS (Work New)"), ["* 1 FETCH (X-GM-LABELS (New Work))"]);
  assertEquals([count(s, "Work"), count(s, "New"), count(s, "[Gmail]/All Mail")], [1, 1, 2]);
  await wire.ok("STORE 1 -X-GM-LABELS.SILENT (New)");
  assertEquals(count(s, "New"), 0);
  await wire.ok("STORE 1 X-GM-LABELS (\\Starred)");
  assertEquals(await wire.ok("FETCH 1 X-GM-LABELS"), ["* 1 FETCH (X-GM-LABELS (\\Starred))"]);
  assertEquals([count(s, "Work"), count(s, "[Gmail]/Starred"), count(s, "INBOX")], [0, 1, 2]);
  await wire.ok("STORE 1 +FLAGS (\\Seen)");
  assertEquals(s.mailbox("[Gmail]/All Mail").messages[0]!.flags, ["\\Seen"]);
  await wire.ok("COPY 1 Work");
  await wire.ok("COPY 1 Work");
  assertEquals(count(s, "Work"), 1);
});

test("what is expunged is archived; what goes to the bin is nowhere else, and comes back", async () => {
  await using s = await server();
  const wire = await Wire.login(s, "INBOX");
  await wire.ok("STORE 1 +FLAGS (\\Deleted)");
  await wire.ok("EXPUNGE");
  assertEquals([count(s, "INBOX"), count(s, "[Gmail]/All Mail")], [1, 2]);
  await wire.ok('MOVE 1 "[Gmail]/Trash"');
  assertEquals([count(s, "INBOX"), count(s, "[Gmail]/All Mail"), count(s, "[Gmail]/Trash")], [0, 1, 1]);
  await wire.ok('SELECT "[Gmail]/Trash"');
  await wire.ok("COPY 1 INBOX");
  assertEquals([count(s, "INBOX"), count(s, "[Gmail]/All Mail"), count(s, "[Gmail]/Trash")], [1, 2, 0]);
});

test("the search box", async () => {
  await using s = await server();
  const wire = await Wire.login(s, "INBOX");
  const found = async (raw: string) => (await wire.ok(`SEARCH X-GM-RAW ${JSON.stringify(raw)}`))[0];
  assertEquals(await found("from:ann lunch"), "* SEARCH 1");
  assertEquals(await found("subject:lunch -from:ann"), "* SEARCH 2");
  assertEquals(await found("from:ann OR from:bob"), "* SEARCH 1 2");
  assertEquals(await found("is:unread in:inbox rfc822msgid:2@x"), "* SEARCH 2");
  assertEquals(await found("has:attachment"), "* SEARCH");
  assertEquals(await found("newer_than:1d smaller:1k after:2020/1/1"), "* SEARCH 1 2");
  await using plain = await startServer();
  assertMatch(await (await Wire.login(plain, "INBOX")).status("SEARCH X-GM-RAW x") ?? "", /^BAD /);
  assertMatch(await (await Wire.login(plain, "INBOX")).status("STORE 1 +X-GM-LABELS (a)") ?? "", /^BAD /);
});
