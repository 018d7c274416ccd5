/** Small extensions as a client sees them: QUOTA, METADATA, REPLACE, PREVIEW, SAVEDATE, OBJECTID, PARTIAL, WITHIN. */

import { test } from "node:test";
import { assertEquals, assertMatch } from "@std/assert";
import { ManualClock, type ServerOptions, startServer, type TestServer } from "@postern/postern/testing";
import { Wire } from "./wire.ts";

function server(capabilities: string[], options: ServerOptions = {}): Promise<TestServer> {
  return startServer({
    capabilities: ["IMAP4rev1", "UIDPLUS", ...capabilities],
    uidValidity: 77,
    ...options,
  });
}

test("QUOTA reports limits and usage, and APPEND, COPY and CREATE obey it (RFC 9208)", async () => {
  await using s = await server(["QUOTA", "QUOTA=RES-STORAGE", "MOVE"], {
    quota: { STORAGE: 2, MESSAGE: 3, MAILBOX: 2 },
    mailboxes: { INBOX: ["a".repeat(1500)], Other: [] },
  });
  const wire = await Wire.login(s, "INBOX");
  assertEquals(await wire.ok("GETQUOTAROOT inbox"), [
    '* QUOTAROOT INBOX ""',
    '* QUOTA "" (STORAGE 2 2 MESSAGE 1 3 MAILBOX 2 2)',
  ]);
  assertMatch(await wire.status("APPEND INBOX {600}", "b".repeat(600)) ?? "", /^NO \[OVERQUOTA\]/);
  assertMatch(await wire.status("COPY 1 Other") ?? "", /^NO \[OVERQUOTA\]/);
  assertMatch(await wire.status("CREATE Third") ?? "", /^NO \[OVERQUOTA\]/);
  assertMatch(await wire.status("MOVE 1 Other") ?? "", /^OK /);
  assertMatch(await wire.status("GETQUOTA other") ?? "", /^NO \[NONEXISTENT\]/);
  assertEquals(await wire.status('SETQUOTA "" (STORAGE 9)'), "BAD QUOTASET is not offered");
});

test("SETQUOTA replaces all limits, and refuses unknown resources", async () => {
  await using s = await server(["QUOTA", "QUOTASET"], { quota: { MESSAGE: 1 } });
  const wire = await Wire.login(s);
  assertEquals(await wire.ok('SETQUOTA "" (STORAGE 10)'), ['* QUOTA "" (STORAGE 0 10)']);
  assertEquals(await wire.ok('SETQUOTA "" ()'), ['* QUOTA "" ()']);
  assertMatch(await wire.status('SETQUOTA "" (X-LINES 1)') ?? "", /^NO \[CANNOT\]/);
});

test("METADATA: entries of a mailbox and of the server, private ones for one user (RFC 5464)", async () => {
  await using s = await server(["METADATA", "CONDSTORE"], {
    users: { alice: "alice-pw", bob: "bob-pw" },
    mailboxes: { INBOX: [] },
  });
  const wire = await Wire.login(s);
  await wire.ok(
    'SETMETADATA INBOX (/private/comment "mine" /shared/comment "all" /shared/vendor/x/y "deep")',
  );
  assertEquals(await wire.ok("GETMETADATA INBOX (/private/comment /SHARED/Comment /shared/none)"), [
    "* METADATA INBOX (/private/comment {4}\r\nmine /SHARED/Comment {3}\r\nall /shared/none NIL)",
  ]);
  assertEquals(await wire.ok("GETMETADATA (DEPTH infinity) INBOX /shared/vendor"), [
    "* METADATA INBOX (/shared/vendor/x/y {4}\r\ndeep)",
  ]);
  assertEquals(await wire.ok("GETMETADATA (DEPTH 1) INBOX /shared/vendor"), []);
  assertEquals(await wire.run("GETMETADATA (MAXSIZE 3) INBOX (/private/comment /shared/comment)"), [
    "* METADATA INBOX (/shared/comment {3}\r\nall)",
    "OK [METADATA LONGENTRIES 4] GETMETADATA completed",
  ]);
  await wire.ok('SETMETADATA "" (/shared/admin "postmaster")');
  assertEquals(await wire.ok('GETMETADATA "" /shared/admin'), [
    '* METADATA "" (/shared/admin {10}\r\npostmaster)',
  ]);
  await wire.ok("SETMETADATA INBOX (/shared/comment NIL)");
  assertEquals(await wire.ok("GETMETADATA INBOX /shared/comment"), [
    "* METADATA INBOX (/shared/comment NIL)",
  ]);
  assertMatch(
    await wire.status('SETMETADATA INBOX (/comment "x")') ?? "",
    /^BAD No entry can be called \/comment$/,
  );
  assertMatch(await wire.status('SETMETADATA Nowhere (/shared/comment "x")') ?? "", /^NO \[NONEXISTENT\]/);
  assertMatch(
    await wire.status("SETMETADATA INBOX (/shared/comment {70000}", `${"x".repeat(70_000)})`) ?? "",
    /^NO \[METADATA MAXSIZE 65536\]/,
  );
  // RFC 7162 3.2: three changes since the mailbox was made.
  assertEquals(await wire.ok("STATUS INBOX (HIGHESTMODSEQ)"), ["* STATUS INBOX (HIGHESTMODSEQ 3)"]);
  const bob = await Wire.open(s);
  await bob.ok("LOGIN bob bob-pw");
  assertEquals(await bob.ok("GETMETADATA INBOX (/private/comment)"), [
    "* METADATA INBOX (/private/comment NIL)",
  ]);
});

test("REPLACE adds the new message, then takes the old one away (RFC 8508)", async () => {
  await using s = await server(["REPLACE"], { mailboxes: { INBOX: ["a", "b"], Drafts: [] } });
  const wire = await Wire.login(s, "INBOX");
  assertEquals(
    await wire.run("REPLACE 1 INBOX (\\Draft) {3}", "new"),
    [
      "+ Ready for the literal",
      "* OK [APPENDUID 77 3] Replacement ready",
      "* 1 EXPUNGE",
      "* 2 EXISTS",
      "* 2 RECENT",
      "OK REPLACE completed",
    ].slice(1),
  );
  assertEquals((await wire.run("UID REPLACE 2 Drafts {3}", "two")).slice(0, 2), [
    "* OK [APPENDUID 78 1] Replacement ready",
    "* 1 EXPUNGE",
  ]);
  assertMatch(await wire.status("UID REPLACE 900 Drafts {1}", "x") ?? "", /^NO REPLACE takes one message/);
  assertMatch(await wire.status("REPLACE 1 Nowhere {1}", "x") ?? "", /^NO \[TRYCREATE\]/);
  assertEquals(s.mailbox("INBOX").messages.map(({ uid, flags }) => [uid, flags]), [[3, ["\\Draft"]]]);
});

test("PREVIEW is the beginning of the text: plain before HTML, white space in one (RFC 8970)", async () => {
  const html = "Content-Type: text/html\n\n<p>Hello\n\n<b>you</b></p>\n";
  const both = "Content-Type: multipart/alternative; boundary=b\n\n--b\n" + html +
    "--b\nContent-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n\nGr=FC=DFe  an\nalle\n--b--\n";
  await using s = await server(["PREVIEW"], {
    mailboxes: { INBOX: [both, html, "Content-Type: image/png\n\nx", `\n${"x".repeat(500)}`] },
  });
  const wire = await Wire.login(s, "INBOX");
  assertEquals(await wire.ok("FETCH 1:3 (PREVIEW (LAZY))"), [
    "* 1 FETCH (PREVIEW {15}\r\nGr\u00fc\u00dfe an alle)",
    '* 2 FETCH (PREVIEW "Hello you")',
    '* 3 FETCH (PREVIEW "")',
  ]);
  assertEquals((await wire.ok("FETCH 4 PREVIEW"))[0]?.length, '* 4 FETCH (PREVIEW "")'.length + 200);
});

test("SAVEDATE is when a message came into this mailbox, OBJECTID what stays the same (RFC 8514, RFC 8474)", async () => {
  const clock = new ManualClock(Date.UTC(2026, 0, 1));
  await using s = await server(["SAVEDATE", "OBJECTID", "WITHIN"], {
    clock,
    mailboxes: {
      INBOX: [
        "Message-ID: <a@x>\n\n1\n",
        "Message-ID: <b@x>\nReferences: <a@x>\n\n2\n",
        { message: "\n3\n", date: new Date(Date.UTC(2025, 11, 31)) },
      ],
      Other: [],
    },
  });
  const wire = await Wire.login(s, "INBOX");
  assertEquals(await wire.ok("FETCH 1:3 (EMAILID THREADID)"), [
    "* 1 FETCH (EMAILID (M1) THREADID (T1))",
    "* 2 FETCH (EMAILID (M2) THREADID (T1))",
    "* 3 FETCH (EMAILID (M3) THREADID (T3))",
  ]);
  assertEquals(await wire.ok("SEARCH OLDER 3600"), ["* SEARCH 3"]);
  assertEquals(await wire.ok("SEARCH YOUNGER 3600"), ["* SEARCH 1 2"]);
  await clock.advance(86_400_000);
  await wire.ok("COPY 3 Other");
  assertEquals(await wire.ok("SEARCH EMAILID M2"), ["* SEARCH 2"]);
  assertEquals(await wire.ok("SEARCH THREADID T1"), ["* SEARCH 1 2"]);
  await wire.ok("SELECT Other");
  assertEquals(await wire.ok("FETCH 1 (SAVEDATE INTERNALDATE EMAILID)"), [
    '* 1 FETCH (INTERNALDATE "31-Dec-2025 00:00:00 +0000" SAVEDATE " 2-Jan-2026 00:00:00 +0000" EMAILID (M3))',
  ]);
  assertEquals(await wire.ok("SEARCH SAVEDON 2-Jan-2026"), ["* SEARCH 1"]);
  assertMatch(
    (await wire.ok("STATUS Other (MAILBOXID)"))[0] ?? "",
    /^\* STATUS Other \(MAILBOXID \(F\d+\)\)$/,
  );
});

test("PARTIAL cuts a result from either end, and saves what it shows (RFC 9394)", async () => {
  await using s = await server(["PARTIAL", "ESEARCH", "SEARCHRES"], {
    mailboxes: { INBOX: Array.from({ length: 10 }, () => "x") },
  });
  const wire = await Wire.login(s, "INBOX");
  const partial = async (range: string) => {
    const [line] = await wire.ok(`UID SEARCH RETURN (PARTIAL ${range}) ALL`);
    return /PARTIAL \((.*)\)$/.exec(line ?? "")?.[1];
  };
  assertEquals(await partial("2:4"), "2:4 2:4");
  assertEquals(await partial("4:2"), "4:2 2:4");
  assertEquals(await partial("-1:-3"), "-1:-3 8:10");
  assertEquals(await partial("9:20"), "9:20 9:10");
  assertEquals(await partial("11:20"), "11:20 NIL");
  assertMatch(await wire.status("SEARCH RETURN (PARTIAL 1:-2) ALL") ?? "", /^BAD PARTIAL takes/);
  assertMatch(await wire.status("SEARCH RETURN (ALL PARTIAL 1:2) ALL") ?? "", /^BAD PARTIAL and ALL/);
  await wire.ok("SEARCH RETURN (SAVE PARTIAL -1:-2 MIN) ALL");
  assertEquals(await wire.ok("SEARCH $"), ["* SEARCH 1 9 10"]);
  assertEquals(await wire.ok("UID FETCH 1:* UID (PARTIAL -1:-2)"), [
    "* 9 FETCH (UID 9)",
    "* 10 FETCH (UID 10)",
  ]);
  assertMatch(await wire.status("FETCH 1:* UID (PARTIAL 1:2)") ?? "", /^BAD PARTIAL is for UID FETCH/);
});

test("APPENDLIMIT for all mailboxes, and for one (RFC 7889)", async () => {
  await using s = await startServer({
    without: ["APPENDLIMIT"],
    with: ["APPENDLIMIT=300"],
    mailboxes: { Small: { maxMessage: 20 } },
  });
  const wire = await Wire.login(s);
  assertEquals(await wire.ok("STATUS INBOX (APPENDLIMIT)"), ["* STATUS INBOX (APPENDLIMIT 300)"]);
  assertEquals(await wire.ok("STATUS Small (APPENDLIMIT)"), ["* STATUS Small (APPENDLIMIT 20)"]);
  const message = `Subject: x\r\n\r\n${"x".repeat(50)}`;
  assertMatch((await wire.run(`APPEND Small {${message.length}+}\r\n${message}`)).at(-1)!, /^NO \[TOOBIG\]/);
  await wire.ok(`APPEND INBOX {${message.length}+}\r\n${message}`);
  const large = "x".repeat(301);
  assertMatch(
    (await wire.run(`APPEND INBOX {${large.length}+}\r\n${large}`)).at(-1)!,
    /^NO \[TOOBIG\]/,
  );
});
