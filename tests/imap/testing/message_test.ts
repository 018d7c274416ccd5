import { test } from "node:test";
import { assertEquals, assertMatch } from "@std/assert";
import { startServer } from "@postern/postern/testing";
import { Wire } from "./wire.ts";

const five = ["S: 1\n\n", "S: 2\n\n", "S: 3\n\n", "S: 4\n\n", "S: 5\n\n"];

test("STORE sets, adds and removes, with and without SILENT", async () => {
  await using server = await startServer({ mailboxes: { INBOX: five } });
  const wire = await Wire.login(server, "INBOX", { rev2: true });
  assertEquals(await wire.ok("STORE 1:2 +FLAGS (\\Deleted)"), [
    "* 1 FETCH (UID 1 FLAGS (\\Deleted))",
    "* 2 FETCH (UID 2 FLAGS (\\Deleted))",
  ]);
  assertEquals(await wire.ok("STORE 1 FLAGS (\\seen \\ANSWERED)"), [
    "* 1 FETCH (UID 1 FLAGS (\\Seen \\Answered))",
  ]);
  assertEquals(await wire.ok("STORE 1 -FLAGS \\Seen"), ["* 1 FETCH (UID 1 FLAGS (\\Answered))"]);
  assertEquals(await wire.ok("STORE 1 FLAGS.SILENT ()"), []);
  assertEquals(server.mailbox("INBOX").messages[0]!.flags, []);
  assertMatch(await wire.status("STORE 1 +FLAGS (\\Recent)") ?? "", /^BAD /);
  assertEquals(await wire.ok("NOOP"), []);
});

test("a new keyword is announced, and keeps the case in which it came first", async () => {
  await using server = await startServer({ mailboxes: { INBOX: five } });
  const wire = await Wire.login(server, "INBOX");
  assertEquals(await wire.ok("UID STORE 1 +FLAGS.SILENT ($Forwarded)"), [
    "* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft $Forwarded)",
    "* OK [PERMANENTFLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft $Forwarded \\*)] Keywords allowed",
  ]);
  assertEquals(await wire.ok("UID STORE 2 +FLAGS ($FORWARDED)"), [
    "* 2 FETCH (UID 2 FLAGS ($Forwarded \\Recent))",
  ]);
});

test("EXPUNGE numbers each message as it is at that moment", async () => {
  await using server = await startServer({ mailboxes: { INBOX: five } });
  const wire = await Wire.login(server, "INBOX");
  await wire.ok("STORE 2,3,5 +FLAGS.SILENT (\\Deleted)");
  assertEquals(await wire.ok("EXPUNGE"), ["* 2 EXPUNGE", "* 2 EXPUNGE", "* 3 EXPUNGE"]);
  assertEquals(await wire.ok("FETCH 1:* UID"), ["* 1 FETCH (UID 1)", "* 2 FETCH (UID 4)"]);
});

test("UID EXPUNGE removes only what it names; CLOSE removes the rest without EXPUNGE; UNSELECT nothing", async () => {
  await using server = await startServer({ mailboxes: { INBOX: five } });
  const wire = await Wire.login(server, "INBOX");
  await wire.ok("STORE 2:4 +FLAGS.SILENT (\\Deleted)");
  assertEquals(await wire.ok("UID EXPUNGE 1:2"), ["* 2 EXPUNGE"]);
  await wire.ok("UNSELECT");
  assertEquals(server.mailbox("INBOX").messages.map(({ uid }) => uid), [1, 3, 4, 5]);
  await wire.ok("SELECT INBOX");
  assertEquals(await wire.ok("CLOSE"), []);
  assertEquals(server.mailbox("INBOX").messages.map(({ uid }) => uid), [1, 5]);
});

test("COPY and MOVE report the UIDs; MOVE before it expunges", async () => {
  await using server = await startServer({ mailboxes: { INBOX: five, Archive: [] } });
  const wire = await Wire.login(server, "INBOX");
  const { uidValidity } = server.mailbox("Archive");
  await wire.ok("STORE 2 +FLAGS.SILENT (\\Flagged $Work)");
  assertEquals(await wire.status("COPY 2,4 Archive"), `OK [COPYUID ${uidValidity} 2,4 1:2] COPY completed`);
  assertEquals(await wire.run("UID MOVE 1:2 Archive"), [
    `* OK [COPYUID ${uidValidity} 1:2 3:4] Moved`,
    "* 1 EXPUNGE",
    "* 1 EXPUNGE",
    "OK MOVE completed",
  ]);
  assertEquals(
    server.mailbox("Archive").messages.map(({ text, flags }) => [text.slice(0, 4), ...flags]),
    [["S: 2", "$Work", "\\Flagged"], ["S: 4"], ["S: 1"], ["S: 2", "$Work", "\\Flagged"]],
  );
  assertMatch(await wire.status("COPY 1 Nowhere") ?? "", /^NO \[TRYCREATE\]/);
  assertEquals(await wire.run("UID COPY 99 Archive"), ["OK COPY completed"]);
});

test("COPY into the mailbox itself adds messages at its end", async () => {
  await using server = await startServer({ mailboxes: { INBOX: ["S: 1\n\n"] }, uidValidity: 5 });
  const wire = await Wire.login(server, "INBOX", { rev2: true });
  assertEquals(await wire.run("COPY 1 INBOX"), ["* 2 EXISTS", "OK [COPYUID 5 1 2] COPY completed"]);
});

test("changes of one session reach the others, EXPUNGE never during FETCH, STORE or SEARCH", async () => {
  await using server = await startServer({ mailboxes: { INBOX: five } });
  const mine = await Wire.login(server, "INBOX", { rev2: true });
  const other = await Wire.login(server, "INBOX");
  await other.ok("STORE 4 +FLAGS.SILENT (\\Flagged)");
  await other.ok("STORE 1:2 +FLAGS.SILENT (\\Deleted)");
  await other.ok("EXPUNGE");
  server.append("INBOX", "S: 6\n\n");
  // Five messages are still counted, two of them gone; the sixth has come.
  assertEquals(await mine.ok("FETCH 5 UID"), [
    "* 5 FETCH (UID 5)",
    "* 6 EXISTS",
    "* 4 FETCH (UID 4 FLAGS (\\Flagged))",
  ]);
  assertEquals(await mine.ok("FETCH 1 BODY.PEEK[HEADER]"), ["* 1 FETCH (BODY[HEADER] {8}\r\nS: 1\r\n\r\n)"]);
  assertMatch(await mine.status("STORE 1 +FLAGS (\\Seen)") ?? "", /^NO \[EXPUNGEISSUED\]/);
  assertMatch(await mine.status("COPY 1:3 INBOX") ?? "", /^NO \[EXPUNGEISSUED\]/);
});

test("an EXPUNGE that had to wait comes with the next command that may carry it", async () => {
  await using server = await startServer({ mailboxes: { INBOX: five } });
  const wire = await Wire.login(server, "INBOX", { rev2: true });
  server.expunge("INBOX", [1, 3]);
  assertEquals(await wire.ok("FETCH 2 UID"), ["* 2 FETCH (UID 2)"]);
  assertEquals(await wire.ok("SEARCH ALL"), [`* ESEARCH (TAG ${wire.lastTag}) ALL 2,4:5`]);
  assertEquals(await wire.ok("NOOP"), ["* 1 EXPUNGE", "* 2 EXPUNGE"]);
  server.expunge("INBOX", [2]);
  assertEquals(await wire.ok("UID FETCH 4 FLAGS"), ["* 2 FETCH (UID 4 FLAGS ())", "* 1 EXPUNGE"]);
});

test("a message that came and went unseen is never mentioned", async () => {
  await using server = await startServer({ mailboxes: { INBOX: five } });
  const wire = await Wire.login(server, "INBOX", { rev2: true });
  const uid = server.append("INBOX", "S: 6\n\n");
  server.expunge("INBOX", [uid]);
  assertEquals(await wire.ok("NOOP"), []);
  server.append("INBOX", "S: 7\n\n");
  assertEquals(await wire.ok("NOOP"), ["* 6 EXISTS"]);
  assertEquals(await wire.ok("FETCH 6 UID"), ["* 6 FETCH (UID 7)"]);
});

test("IDLE reports new mail, flags and expunged messages while it lasts", async () => {
  await using server = await startServer({ mailboxes: { INBOX: five } });
  const wire = await Wire.login(server, "INBOX");
  await wire.send("i IDLE\r\n");
  assertEquals(await wire.response(), "+ idling");
  server.append("INBOX", "S: 6\n\n");
  assertEquals([await wire.response(), await wire.response()], ["* 6 EXISTS", "* 6 RECENT"]);
  server.setFlags("INBOX", 2, ["\\Seen"]);
  assertEquals(await wire.response(), "* 2 FETCH (FLAGS (\\Seen \\Recent))");
  server.expunge("INBOX", [1]);
  assertEquals(await wire.response(), "* 1 EXPUNGE");
  await wire.send("done\r\n");
  assertEquals(await wire.response(), "i OK IDLE terminated");
  await wire.send("i IDLE\r\n");
  assertEquals(await wire.response(), "+ idling");
  await wire.send("NOOP\r\n");
  assertMatch(await wire.response() ?? "", /^i BAD /);
  assertEquals(await wire.ok("NOOP"), []);
});

test("events that came before IDLE are reported at its beginning", async () => {
  await using server = await startServer({ mailboxes: { INBOX: five } });
  const wire = await Wire.login(server, "INBOX", { rev2: true });
  server.append("INBOX", "S: 6\n\n");
  await wire.send("i IDLE\r\n");
  assertEquals(await wire.response(), "+ idling");
  assertEquals(await wire.response(), "* 6 EXISTS");
});

test("recent messages are recent for one session only", async () => {
  await using server = await startServer({ mailboxes: { INBOX: five } });
  const first = await Wire.login(server);
  const second = await Wire.login(server);
  assertEquals((await first.ok("SELECT INBOX")).includes("* 5 RECENT"), true);
  assertEquals((await second.ok("SELECT INBOX")).includes("* 0 RECENT"), true);
  server.append("INBOX", "S: 6\n\n");
  assertEquals(await second.ok("NOOP"), ["* 6 EXISTS", "* 1 RECENT"]);
  assertEquals(await first.ok("NOOP"), ["* 6 EXISTS"]);
  assertEquals(await first.ok("SEARCH NEW"), ["* SEARCH 1 2 3 4 5"]);
  assertEquals(await second.ok("SEARCH RECENT"), ["* SEARCH 6"]);
  assertEquals(await second.ok("SEARCH OLD"), ["* SEARCH 1 2 3 4 5"]);
});
