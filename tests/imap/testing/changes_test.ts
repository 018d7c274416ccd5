/** What comes from outside of a session, in a script of faults and from a test, and how sessions hear of it. */

import { test } from "node:test";
import { assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import { type Fault, ManualClock, startServer, type TestServer } from "@postern/postern/testing";
import { Wire } from "./wire.ts";

const three = ["Subject: 1\n\n1\n", "Subject: 2\n\n2\n", "Subject: 3\n\n3\n"];

function server(...faults: Fault[]): Promise<TestServer> {
  return startServer({ faults, mailboxes: { INBOX: three, Work: three }, uidValidity: 7 });
}

const uids = (s: TestServer, name = "INBOX") => s.mailbox(name).messages.map(({ uid }) => uid);

test("mail comes and goes while a client works, and EXPUNGE waits for a command that allows it", async () => {
  await using s = await server({
    on: "FETCH",
    times: 2,
    meanwhile: [
      { expunge: { oldest: 1 } },
      { deliver: ["Subject: new\n\n!\n"], setFlags: { messages: { newest: 1 }, flags: ["\\Flagged"] } },
    ],
  });
  const wire = await Wire.login(s, "INBOX");
  assertEquals(await wire.ok("FETCH 1 UID"), [
    "* 1 FETCH (UID 1)",
    "* 4 EXISTS",
    "* 4 RECENT",
    "* 4 FETCH (FLAGS (\\Flagged \\Recent))",
  ]);
  await wire.ok("FETCH 1 UID");
  assertEquals(await wire.ok("NOOP"), ["* 1 EXPUNGE", "* 1 EXPUNGE"]);
  assertEquals(uids(s), [3, 4, 5]);
  await wire.ok("FETCH 1 UID");
  assertEquals(uids(s), [3, 4, 5]);
  assertEquals(s.mailbox("INBOX").messages[2]!.flags, ["\\Flagged"]);
});

test("a change names its mailbox, or means the one that is selected", async () => {
  await using s = await server({ on: "NOOP", meanwhile: { expunge: "all" } });
  await (await Wire.login(s, "Work")).ok("NOOP");
  assertEquals([uids(s), uids(s, "Work")], [[1, 2, 3], []]);
  s.change({ mailbox: "Work", rename: "Old", deliver: three });
  s.change({ mailbox: "Gone", expunge: "all" });
  s.change({ mailbox: "Made", create: true, deliver: three });
  s.change({ mailbox: "Old", rename: "Made" });
  assertEquals(s.mailboxes(), ["INBOX", "Made", "Old"]);
  s.change({ mailbox: "Old", expunge: [5, 99] });
  assertEquals(uids(s, "Old"), [4, 6]);
  assertThrows(() => s.change({ user: "nobody", expunge: "all" }), Error, "No such user");
});

test("a restart ends every session, and UIDs mean something else afterwards", async () => {
  await using s = await server({
    on: "SELECT",
    nth: 2,
    meanwhile: { restart: { bye: "Restarting", uidValidities: true } },
  });
  const [first, second] = [await Wire.login(s, "INBOX"), await Wire.login(s)];
  s.expunge("INBOX", [1]);
  await second.send("x SELECT INBOX\r\n");
  assertEquals(await second.rest(), "* BYE Restarting\r\n");
  assertEquals(await first.rest(), "* BYE Restarting\r\n");
  assertEquals([uids(s), s.mailbox("INBOX").uidValidity], [[1, 2], 8]);
  const third = await Wire.login(s);
  assertMatch((await third.ok("SELECT INBOX")).join(), /UIDVALIDITY 8\]/);
  s.change({ restart: {} });
  assertEquals(await third.rest(), "");
});

test("one mailbox gets another UIDVALIDITY, or is deleted", async () => {
  await using s = await server();
  const [inbox, work] = [await Wire.login(s, "INBOX"), await Wire.login(s, "Work")];
  s.change({ uidValidity: 99 });
  assertMatch(await inbox.rest(), /^\* BYE /);
  assertEquals(s.mailbox("INBOX").uidValidity, 99);
  await work.ok("NOOP");
  s.change({ mailbox: "Work", delete: true });
  assertMatch(await work.rest(), /^\* BYE /);
  assertEquals(s.mailboxes(), ["INBOX"]);
});

test("a modification sequence goes back", async () => {
  await using s = await server();
  const wire = await Wire.login(s);
  const highest = async () =>
    /HIGHESTMODSEQ (\d+)/.exec((await wire.ok("STATUS INBOX (HIGHESTMODSEQ)")).join())?.[1];
  assertEquals(await highest(), "4");
  s.change({ modSeqBack: 2 });
  assertEquals(await highest(), "2");
  await wire.ok("SELECT INBOX");
  assertEquals(await wire.ok("FETCH 1:3 MODSEQ"), [
    "* 1 FETCH (MODSEQ (2))",
    "* 2 FETCH (MODSEQ (2))",
    "* 3 FETCH (MODSEQ (2))",
  ]);
  s.change({ modSeqBack: 100 });
  assertEquals(await highest(), "1");
});

test("capabilities come and go", async () => {
  await using s = await server({
    on: "NOOP",
    nth: 1,
    meanwhile: { capabilities: { without: ["MOVE", "IMAP4rev2"], with: ["XTEST"] } },
  });
  const wire = await Wire.login(s, "INBOX");
  await wire.ok("NOOP");
  const [line = ""] = await wire.ok("CAPABILITY");
  assertEquals([/ MOVE\b/.test(line), / XTEST\b/.test(line)], [false, true]);
  assertEquals(await wire.status("MOVE 1 Work"), "BAD Unknown command MOVE");
  s.change({ capabilities: { with: ["MOVE"] } });
  await wire.ok("MOVE 1 Work");
});

test("tokens expire, and a session that began with one ends", async () => {
  await using s = await startServer({
    with: ["AUTH=XOAUTH2"],
    users: { alice: { password: "alice-pw", tokens: { t1: null } } },
    faults: [{
      on: "NOOP",
      nth: 1,
      meanwhile: { expireTokens: { bye: "Session expired, please login again." } },
    }],
  });
  const command = (token: string) =>
    `AUTHENTICATE XOAUTH2 ${btoa(`user=alice\x01auth=Bearer ${token}\x01\x01`)}`;
  const byToken = await Wire.open(s);
  await byToken.ok(command("t1"));
  const byPassword = await Wire.login(s);
  await byPassword.ok("NOOP");
  assertEquals(await byToken.rest(), "* BYE Session expired, please login again.\r\n");
  const later = await Wire.open(s);
  assertMatch(await later.status(command("t1"), "") ?? "", /^NO \[EXPIRED\]/);
  s.addToken("t2");
  await later.ok(command("t2"));
});

test("too many commands in a period are refused, with the time to wait", async () => {
  const clock = new ManualClock();
  await using s = await startServer({
    clock,
    faults: [{ on: "NOOP", throttle: { commands: 2, within: 1000 } }],
  });
  const wire = await Wire.login(s);
  await wire.ok("NOOP");
  await clock.advance(400);
  await wire.ok("NOOP");
  const other = await Wire.login(s);
  assertEquals(
    await other.status("NOOP"),
    "NO [LIMIT] Request is throttled. Suggested Backoff Time: 600 milliseconds",
  );
  await clock.advance(600);
  await other.ok("NOOP");
  assertMatch(await wire.status("NOOP") ?? "", /Backoff Time: 400 /);
});

test("what a server should send is left out", async () => {
  await using s = await server({ omit: ["UIDNEXT", "Exists", "flags", "RFC822.SIZE", "READ-WRITE"] });
  const wire = await Wire.login(s);
  const select = await wire.run("SELECT INBOX");
  assertEquals(select.filter((line) => /UIDNEXT|EXISTS|FLAGS \(\\Ans/.test(line)).length, 1);
  assertEquals(select.at(-1), "OK SELECT completed");
  assertEquals(await wire.ok("FETCH 1 (UID FLAGS RFC822.SIZE)"), ["* 1 FETCH (UID 1)"]);
  assertEquals(await wire.ok("STATUS Work (MESSAGES UIDNEXT)"), ["* STATUS Work (MESSAGES 3)"]);
});

test("a connection ends after so many octets in all, or within what the client sends", async () => {
  await using s = await server(
    { connection: 1, dropSessionAfter: 300 },
    { on: "APPEND", connection: 2, dropInUpload: 3 },
  );
  const first = new Wire(s.connect());
  await first.send("a LOGIN alice alice-pw\r\n");
  assertEquals((await first.rest()).length, 300);
  const second = await Wire.login(s);
  await second.send("x APPEND INBOX {9+}\r\na: b\r\n\r\nc\r\n");
  assertEquals(await second.rest(), "");
  assertEquals(uids(s), [1, 2, 3]);
  await (await Wire.login(s)).ok("APPEND INBOX {9+}\r\na: b\r\n\r\nc");
  assertEquals(uids(s), [1, 2, 3, 4]);
  assertThrows(() => s.faults.add({ dropInUpload: -1 }), RangeError);
});

test("a change that cannot be made is an error in the test", async () => {
  const s = await server({ on: "NOOP", meanwhile: { delete: true } });
  const wire = await Wire.login(s);
  await wire.send("x NOOP\r\n");
  assertEquals(await wire.rest(), "");
  await assertRejects(() => s.close(), Error, "INBOX cannot be deleted");
});
