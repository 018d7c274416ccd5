/** CONDSTORE and QRESYNC (RFC 7162) as a client sees them. */

import { test } from "node:test";
import { assertEquals, assertMatch } from "@std/assert";
import { startServer, type TestServer } from "@postern/postern/testing";
import { Wire } from "./wire.ts";

const capabilities = ["IMAP4rev1", "ENABLE", "UIDPLUS", "MOVE", "ESEARCH", "UNSELECT", "CONDSTORE"];

function serverWith(more: string[] = [], count = 5): Promise<TestServer> {
  const messages = Array.from({ length: count }, (_, i) => `Subject: ${i + 1}\n\n${i + 1}\n`);
  return startServer({
    capabilities: [...capabilities, ...more],
    mailboxes: { INBOX: messages, Other: [] },
    uidValidity: 77,
  });
}

/** Logs in and enables QRESYNC. */
async function resyncing(server: TestServer): Promise<Wire> {
  const wire = await Wire.login(server);
  assertEquals(await wire.ok("ENABLE QRESYNC"), ["* ENABLED QRESYNC"]);
  return wire;
}

function modSeqOf(lines: readonly string[]): bigint {
  const found = /HIGHESTMODSEQ (\d+)\]/.exec(lines.join("\n"));
  if (found === null) throw new Error(`no HIGHESTMODSEQ in ${lines}`);
  return BigInt(found[1]!);
}

test("every command that enables CONDSTORE does, and HIGHESTMODSEQ of the selected mailbox is sent once (3.1)", async () => {
  for (
    const command of [
      "FETCH 1 MODSEQ",
      "FETCH 1 FLAGS (CHANGEDSINCE 1)",
      "SEARCH MODSEQ 1",
      "STORE 1 (UNCHANGEDSINCE 900) +FLAGS (x)",
      "STATUS INBOX (HIGHESTMODSEQ)",
    ]
  ) {
    await using server = await serverWith();
    const wire = await Wire.login(server, "INBOX");
    const codes = async () =>
      (await wire.ok(command)).filter((line) => line.startsWith("* OK [HIGHESTMODSEQ ")).length;
    assertEquals([await codes(), await codes()], [1, 0], command);
    // From here on every FETCH that nobody asked for has a modification sequence (3.1.4.2).
    server.setFlags("INBOX", 2, ["\\Seen"]);
    assertMatch(
      (await wire.ok("NOOP")).join("\n"),
      /^\* 2 FETCH \(FLAGS \(\\Seen.*\) MODSEQ \(\d+\)\)$/,
      command,
    );
  }
});

test("a client that does not ask for them gets no modification sequences but HIGHESTMODSEQ", async () => {
  await using server = await serverWith();
  const wire = await Wire.login(server);
  assertEquals(modSeqOf(await wire.ok("SELECT INBOX")), 6n);
  assertEquals(await wire.ok("STORE 1 +FLAGS (\\Seen)"), ["* 1 FETCH (FLAGS (\\Seen \\Recent))"]);
  assertEquals(await wire.ok("STORE 1 -FLAGS.SILENT (\\Seen)"), []);
});

test("a server without CONDSTORE refuses what it brings, and says which argument", async () => {
  await using server = await startServer({
    capabilities: ["IMAP4rev1", "ENABLE"],
    mailboxes: { INBOX: ["a"] },
  });
  const wire = await Wire.login(server, "INBOX");
  assertEquals(await wire.status("SELECT INBOX (CONDSTORE)"), "BAD SELECT has no argument condstore here");
  assertEquals(await wire.status("FETCH 1 MODSEQ"), "BAD FETCH has no item MODSEQ here");
  assertEquals(
    await wire.status("FETCH 1 UID (CHANGEDSINCE 1)"),
    "BAD FETCH has no argument changedSince here",
  );
  assertEquals(await wire.status("SEARCH MODSEQ 1"), "BAD SEARCH has no key MODSEQ here");
  assertEquals(
    await wire.status("STATUS INBOX (HIGHESTMODSEQ)"),
    "BAD STATUS has no item HIGHESTMODSEQ here",
  );
});

test("each change gives a greater number, and no change gives none (3.1.11)", async () => {
  await using server = await serverWith();
  const wire = await Wire.login(server);
  await wire.ok("SELECT INBOX (CONDSTORE)");
  assertEquals(await wire.ok("STORE 2 +FLAGS.SILENT (\\Seen)"), ["* 2 FETCH (MODSEQ (7))"]);
  assertEquals(await wire.ok("STORE 2 +FLAGS.SILENT (\\Seen)"), []);
  assertEquals(await wire.ok("FETCH 1:2 MODSEQ"), ["* 1 FETCH (MODSEQ (2))", "* 2 FETCH (MODSEQ (7))"]);
  assertEquals(await wire.ok("FETCH 3 BODY[]<0.1>"), [
    "* 3 FETCH (FLAGS (\\Seen \\Recent) BODY[]<0> {1}\r\nS MODSEQ (8))",
  ]);
  assertEquals(await wire.ok("FETCH 1:* UID (CHANGEDSINCE 6)"), [
    "* 2 FETCH (UID 2 MODSEQ (7))",
    "* 3 FETCH (UID 3 MODSEQ (8))",
  ]);
  assertEquals(await wire.ok("STATUS INBOX (HIGHESTMODSEQ)"), ["* STATUS INBOX (HIGHESTMODSEQ 8)"]);
});

test("UNCHANGEDSINCE leaves messages alone that changed, and names them (3.1.3)", async () => {
  await using server = await serverWith();
  const wire = await Wire.login(server);
  const since = modSeqOf(await wire.ok("SELECT INBOX (CONDSTORE)"));
  server.setFlags("INBOX", 2, ["\\Flagged"]);
  const lines = await wire.run(`STORE 1:3 (UNCHANGEDSINCE ${since}) FLAGS.SILENT (\\Deleted)`);
  assertEquals(lines.at(-1), "OK [MODIFIED 2] Some of the messages had changed");
  // The message that was left alone is told of, so that the client need not ask.
  assertEquals(lines.slice(0, -1), [
    "* 1 FETCH (MODSEQ (8))",
    "* 3 FETCH (MODSEQ (9))",
    "* 2 FETCH (FLAGS (\\Flagged \\Recent) MODSEQ (7))",
  ]);
  assertMatch(await wire.status("UID STORE 2:3 (UNCHANGEDSINCE 1) FLAGS (x)") ?? "", /^OK \[MODIFIED 2:3\]/);
});

test("a change of other flags does not stand in the way of +FLAGS and -FLAGS (3.1.12)", async () => {
  await using server = await serverWith();
  const wire = await Wire.login(server);
  const since = modSeqOf(await wire.ok("SELECT INBOX (CONDSTORE)"));
  server.setFlags("INBOX", 1, ["\\Flagged"]);
  assertMatch(await wire.status(`STORE 1 (UNCHANGEDSINCE ${since}) +FLAGS ($Processed)`) ?? "", /^OK STORE/);
  assertMatch(
    await wire.status(`STORE 1 (UNCHANGEDSINCE ${since}) -FLAGS (\\Flagged)`) ?? "",
    /^OK \[MODIFIED 1\]/,
  );
});

test("UNCHANGEDSINCE 0 fails on what exists, and every system flag exists (3.1.3)", async () => {
  await using server = await serverWith();
  const wire = await Wire.login(server, "INBOX");
  const code = async (flag: string) =>
    (await wire.status(`STORE 1 (UNCHANGEDSINCE 0) +FLAGS.SILENT (${flag})`)) ?? "";
  assertMatch(await code("$MDNSent"), /^OK STORE/);
  assertMatch(await code("$MDNSent"), /^OK \[MODIFIED 1\]/);
  assertMatch(await code("\\Draft"), /^OK \[MODIFIED 1\]/);
});

test("a search for MODSEQ tells the highest of what it found (3.1.5, 3.1.10)", async () => {
  await using server = await serverWith();
  const wire = await Wire.login(server, "INBOX");
  await wire.ok("STORE 2 +FLAGS (x)");
  await wire.ok("STORE 4 +FLAGS (x)");
  const found = async (command: string) =>
    (await wire.ok(command)).filter((line) => !line.includes("HIGHESTMODSEQ"));
  assertEquals(await found("SEARCH MODSEQ 7"), ["* SEARCH 2 4 (MODSEQ 8)"]);
  assertEquals(await found("SEARCH MODSEQ 900"), ["* SEARCH"]);
  assertEquals(await found("SEARCH OR MODSEQ 8 1"), ["* SEARCH 1 4 (MODSEQ 8)"]);
  assertEquals(await found("SEARCH RETURN (MIN) MODSEQ 7"), [
    `* ESEARCH (TAG ${wire.lastTag}) MIN 2 MODSEQ 7`,
  ]);
  assertEquals(await found("SEARCH RETURN (MIN COUNT) MODSEQ 7"), [
    `* ESEARCH (TAG ${wire.lastTag}) MIN 2 COUNT 2 MODSEQ 8`,
  ]);
});

test("QRESYNC: VANISHED takes the place of EXPUNGE, and EXPUNGE reports the modification sequence (3.2.7, 3.2.10)", async () => {
  await using server = await serverWith(["QRESYNC"]);
  const wire = await resyncing(server);
  await wire.ok("SELECT INBOX");
  assertEquals(await wire.ok("STORE 2:3 +FLAGS.SILENT (\\Deleted)"), [
    "* 2 FETCH (UID 2 MODSEQ (7))",
    "* 3 FETCH (UID 3 MODSEQ (8))",
  ]);
  assertEquals(await wire.run("EXPUNGE"), ["* VANISHED 2:3", "OK [HIGHESTMODSEQ 9] EXPUNGE completed"]);
  assertEquals(await wire.run("EXPUNGE"), ["OK EXPUNGE completed"]);
  server.expunge("INBOX", [4]);
  assertEquals(await wire.ok("FETCH 1 UID"), ["* 1 FETCH (UID 1)"]);
  // RFC 7162 3.2.10.2: not while message numbers are searched for, also by UID SEARCH.
  assertEquals(await wire.ok("UID SEARCH 1"), ["* SEARCH 1"]);
  assertEquals(await wire.ok("UID SEARCH ALL"), ["* SEARCH 1 5", "* VANISHED 4"]);
  assertEquals((await wire.run("UID MOVE 5 Other")).slice(0, -1), [
    "* OK [COPYUID 78 5 1] Moved",
    "* VANISHED 5",
  ]);
});

test("QRESYNC: a client that reconnects gets what vanished and what changed (3.2.5)", async () => {
  await using server = await serverWith(["QRESYNC"]);
  const first = await resyncing(server);
  const since = modSeqOf(await first.ok("SELECT INBOX"));
  await first.ok("LOGOUT");
  server.setFlags("INBOX", 1, ["\\Flagged"]);
  server.expunge("INBOX", [2, 4]);
  server.append("INBOX", "Subject: 6\n\n6\n");
  const told = async (params: string) => {
    const wire = await resyncing(server);
    const lines = await wire.ok(`SELECT INBOX (QRESYNC (${params}))`);
    return lines.filter((line) => /VANISHED|FETCH/.test(line)).map((line) => line.replace(/ \\Recent/, ""));
  };
  assertEquals(await told(`77 ${since}`), [
    "* VANISHED (EARLIER) 2,4",
    "* 1 FETCH (UID 1 FLAGS (\\Flagged) MODSEQ (7))",
    "* 4 FETCH (UID 6 FLAGS (\\Recent) MODSEQ (9))",
  ]);
  assertEquals(await told(`77 ${since} 3:4`), ["* VANISHED (EARLIER) 4"]);
  // Message 1 is still UID 1 and 2 is now UID 3: the client knows of nothing up to 1 (3.2.5.2).
  assertEquals(await told(`77 ${since} 1:5 (1:3 1:3)`), [
    "* VANISHED (EARLIER) 2,4",
    "* 1 FETCH (UID 1 FLAGS (\\Flagged) MODSEQ (7))",
  ]);
  assertEquals(
    (await told(`77 ${since} 1:5 (2,3 3,5)`))[0],
    "* 1 FETCH (UID 1 FLAGS (\\Flagged) MODSEQ (7))",
  );
  assertEquals(await told(`76 ${since}`), []);
});

test("QRESYNC: VANISHED of UID FETCH, and the forms that are BAD (3.2.6)", async () => {
  await using server = await serverWith(["QRESYNC"]);
  const plain = await Wire.login(server);
  assertMatch(await plain.status("SELECT INBOX (QRESYNC (77 1))") ?? "", /^BAD ENABLE QRESYNC/);
  await plain.ok("SELECT INBOX");
  assertMatch(await plain.status("UID FETCH 1 UID (CHANGEDSINCE 1 VANISHED)") ?? "", /^BAD ENABLE QRESYNC/);
  const wire = await resyncing(server);
  await wire.ok("SELECT INBOX");
  server.expunge("INBOX", [2, 4]);
  await wire.ok("NOOP");
  assertEquals(await wire.ok("UID FETCH 3:* FLAGS (CHANGEDSINCE 6 VANISHED)"), ["* VANISHED (EARLIER) 4"]);
  assertMatch(
    await wire.status("FETCH 1 UID (CHANGEDSINCE 1 VANISHED)") ?? "",
    /^BAD VANISHED is for UID FETCH/,
  );
  assertMatch(await wire.status("UID FETCH 1 UID (VANISHED)") ?? "", /^BAD VANISHED comes with CHANGEDSINCE/);
  assertMatch(await wire.status("SELECT INBOX (QRESYNC (77 1 1:*))") ?? "", /^BAD QRESYNC takes/);
});

test("QRESYNC: what the server no longer remembers is reported in full (3.2.6)", async () => {
  await using server = await serverWith(["QRESYNC"], 10_500);
  const uids = Array.from({ length: 10_400 }, (_, i) => i + 1);
  // One by one, so that each has a modification sequence of its own.
  for (const uid of uids) if (uid % 2 === 1 || uid > 100) server.expunge("INBOX", [uid]);
  const wire = await resyncing(server);
  const lines = await wire.ok("SELECT INBOX (QRESYNC (77 10600 1:10))");
  assertEquals(lines.find((line) => line.includes("VANISHED")), "* VANISHED (EARLIER) 1,3,5,7,9");
  await wire.ok("UNSELECT");
  const later = await wire.ok("SELECT INBOX (QRESYNC (77 20850))");
  assertMatch(later.find((line) => line.includes("VANISHED")) ?? "", /^\* VANISHED \(EARLIER\) 10400$/);
});

test("ENABLE QRESYNC and CONDSTORE are answered once, and CLOSE reports no number (3.2.3, 3.2.8)", async () => {
  await using server = await serverWith(["QRESYNC"]);
  const wire = await Wire.login(server);
  assertEquals(await wire.ok("ENABLE CONDSTORE QRESYNC X-NONE"), ["* ENABLED CONDSTORE QRESYNC"]);
  assertEquals(await wire.ok("ENABLE QRESYNC"), ["* ENABLED"]);
  await wire.ok("SELECT INBOX");
  await wire.ok("STORE 1 +FLAGS (\\Deleted)");
  assertEquals(await wire.run("CLOSE"), ["OK CLOSE completed"]);
  assertEquals(server.mailbox("INBOX").messages.length, 4);
});
