/** NOTIFY, UIDONLY, COMPRESS and UNAUTHENTICATE. */

import { test } from "node:test";
import { assertEquals, assertMatch } from "@std/assert";
import { startServer, type TestServer } from "@postern/postern/testing";
import { deflateTransport } from "../../../imap/transport/deflate.ts";
import { Wire } from "./wire.ts";

const mail = "Subject: one\n\n1\n";

function server(options: { with?: string[] } = {}): Promise<TestServer> {
  return startServer({
    with: ["NOTIFY", "UIDONLY", "COMPRESS=DEFLATE", "UNAUTHENTICATE"],
    mailboxes: { INBOX: [mail, mail, mail], Work: [mail], "Work/Deep": [] },
    ...options,
  });
}

test("changes of other mailboxes are reported without a command", async () => {
  await using s = await server();
  const wire = await Wire.login(s);
  assertEquals(
    await wire.ok("NOTIFY SET STATUS (SUBTREE (Work) (MessageNew MessageExpunge FlagChange MailboxName))"),
    [
      "* STATUS Work (MESSAGES 1 UIDNEXT 2 UIDVALIDITY 1700000002 UNSEEN 1)",
      "* STATUS Work/Deep (MESSAGES 0 UIDNEXT 1 UIDVALIDITY 1700000003 UNSEEN 0)",
    ],
  );
  s.append("INBOX", mail);
  s.append("Work", mail);
  s.append("Work", mail);
  assertEquals(await wire.response(), "* STATUS Work (MESSAGES 3 UIDNEXT 4)");
  s.setFlags("Work", 1, ["\\Seen"]);
  assertEquals(await wire.response(), "* STATUS Work (UIDVALIDITY 1700000002 UNSEEN 2)");
  s.change({ mailbox: "Work/New", create: true });
  assertMatch(await wire.response() ?? "", /^\* LIST \(\\HasNoChildren\) "\/" Work\/New$/);
  s.change({ mailbox: "Work/New", delete: true });
  assertMatch(await wire.response() ?? "", /^\* LIST \(\\NonExistent\) "\/" Work\/New$/);
  s.rename("Work/Deep", "Work/Deeper");
  assertMatch(await wire.response() ?? "", /"\/" Work\/Deeper \(OLDNAME \(Work\/Deep\)\)$/);
  await wire.ok("NOTIFY NONE");
  s.append("Work", mail);
  assertEquals(await wire.ok("NOOP"), []);
});

test("changes of the selected mailbox are reported at once, with the items that were asked for", async () => {
  await using s = await server();
  const wire = await Wire.login(s, "INBOX");
  await wire.ok(
    "NOTIFY SET (SELECTED (MessageNew (UID BODY.PEEK[HEADER.FIELDS (SUBJECT)]) MessageExpunge FlagChange))",
  );
  s.append("INBOX", "Subject: news\n\n!\n");
  assertEquals(await wire.response(), "* 4 EXISTS");
  assertEquals(await wire.response(), "* 4 RECENT");
  assertMatch(
    await wire.response() ?? "",
    /^\* 4 FETCH \(UID 4 BODY\[HEADER.FIELDS \(SUBJECT\)\] \{\d+\}\r\nSubject: news/,
  );
  s.expunge("INBOX", [1]);
  assertEquals(await wire.response(), "* 1 EXPUNGE");
  s.setFlags("INBOX", 2, ["\\Seen"]);
  assertEquals(await wire.response(), "* 1 FETCH (UID 2 FLAGS (\\Seen \\Recent))");
  await wire.ok("NOTIFY SET (SELECTED-DELAYED (MessageNew MessageExpunge))");
  s.expunge("INBOX", [2]);
  s.append("INBOX", mail);
  assertEquals(await wire.response(), "* 4 EXISTS");
  assertEquals((await wire.ok("NOOP")).includes("* 1 EXPUNGE"), true);
});

test("names, subscriptions and annotations are reported, also during IDLE", async () => {
  await using s = await server();
  const [wire, other] = [await Wire.login(s), await Wire.login(s)];
  await wire.ok(
    "NOTIFY SET (PERSONAL (SubscriptionChange MailboxMetadataChange ServerMetadataChange)) (INBOXES NONE)",
  );
  await wire.send("i IDLE\r\n");
  assertMatch(await wire.response() ?? "", /^\+/);
  await other.ok("UNSUBSCRIBE Work");
  assertEquals(await wire.response(), '* LIST (\\HasChildren) "/" Work');
  await other.ok('SETMETADATA Work (/shared/comment "x")');
  assertEquals(await wire.response(), "* METADATA Work /shared/comment");
  await other.ok('SETMETADATA "" (/shared/comment "x")');
  assertEquals(await wire.response(), '* METADATA "" /shared/comment');
  await wire.send("DONE\r\n");
  assertMatch(await wire.response() ?? "", /^i OK/);
});

test("NOTIFY arguments without a meaning are refused", async () => {
  await using s = await server();
  const wire = await Wire.login(s);
  assertMatch(
    await wire.status("NOTIFY SET (PERSONAL (AnnotationChange))") ?? "",
    /^NO \[BADEVENT \(MESSAGENEW /,
  );
  assertMatch(await wire.status("NOTIFY SET (PERSONAL (MessageNew))") ?? "", /^BAD /);
  assertMatch(await wire.status("NOTIFY SET (SELECTED (MailboxName))") ?? "", /^BAD /);
  await using plain = await startServer();
  assertEquals(await (await Wire.login(plain)).status("NOTIFY NONE"), "BAD Unknown command NOTIFY");
});

test("after ENABLE UIDONLY nothing goes by message number (RFC 9586)", async () => {
  await using s = await server();
  const wire = await Wire.login(s);
  assertEquals(await wire.ok("ENABLE UIDONLY"), ["* ENABLED UIDONLY"]);
  assertEquals((await wire.ok("SELECT INBOX")).some((line) => line.includes("UNSEEN")), false);
  for (
    const command of ["FETCH 1 FLAGS", "STORE 1 FLAGS ()", "COPY 1 Work", "SEARCH ALL", "UID SEARCH 1:2"]
  ) {
    assertMatch(await wire.status(command) ?? "", /^BAD \[UIDREQUIRED\]/, command);
  }
  assertEquals(await wire.ok("UID STORE 2 +FLAGS (\\Deleted)"), [
    "* 2 UIDFETCH (FLAGS (\\Deleted \\Recent))",
  ]);
  assertEquals(await wire.ok("EXPUNGE"), ["* VANISHED 2"]);
  assertEquals(await wire.ok("UID FETCH 3 (RFC822.SIZE)"), ["* 3 UIDFETCH (RFC822.SIZE 19)"]);
});

test("COMPRESS compresses what follows, once", async () => {
  await using s = await server();
  const inner = s.connect();
  const plain = new Wire(inner);
  await plain.response();
  await plain.ok("LOGIN alice alice-pw");
  await plain.ok("COMPRESS DEFLATE");
  const wire = new Wire(deflateTransport(inner));
  assertEquals(await wire.ok("STATUS INBOX (MESSAGES)"), ["* STATUS INBOX (MESSAGES 3)"]);
  assertMatch(await wire.status("COMPRESS DEFLATE") ?? "", /^NO \[COMPRESSIONACTIVE\]/);
  wire.close();
});

test("UNAUTHENTICATE goes back to before the login (RFC 8437)", async () => {
  await using s = await server();
  const wire = await Wire.login(s, "INBOX", { rev2: true });
  assertMatch((await wire.run("UNAUTHENTICATE")).at(-1) ?? "", /^OK \[CAPABILITY .*AUTH=PLAIN/);
  assertMatch(await wire.status("SELECT INBOX") ?? "", /^BAD /);
  await wire.ok("LOGIN alice alice-pw");
  assertEquals(await wire.ok("ENABLE IMAP4rev2"), ["* ENABLED IMAP4rev2"]);
});
