import { test } from "node:test";
import { assertEquals, assertMatch } from "@std/assert";
import { startServer, type TestServer } from "@postern/postern/testing";
import { Wire } from "./wire.ts";

function server(): Promise<TestServer> {
  return startServer({
    mailboxes: {
      INBOX: [
        {
          message:
            "From: Ann <ann@example.org>\nTo: sam@example.org\nSubject: Lunch\nDate: Mon, 2 Nov 2026 10:00:00 +0000\n\nfish soup\n",
          flags: ["\\Seen", "\\Answered"],
          date: new Date("2026-11-03T12:00:00Z"),
        },
        {
          message: "From: =?ISO-8859-1?Q?J=F6rg?= <joerg@example.org>\nCc: ann@example.org\n" +
            "Subject: =?UTF-8?B?R3LDvMOfZQ==?= =?UTF-8?Q?_aus_K=C3=B6ln?=\nDate: 4 Nov 26 23:30 -0800\n" +
            "Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n\nsch=F6n=\n er Tag\n",
          flags: ["\\Flagged", "$Work"],
          date: new Date("2026-11-04T23:59:59Z"),
        },
        {
          message: "From: list@example.org\nBcc: ann@example.org\nSubject: digest\nX-Tag: \n" +
            "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain; charset=iso-2022-jp\n\n\x1b$BF|K\\\x1b(B\n--b\n" +
            "Content-Type: message/rfc822\n\nSubject: inner secret\n\ndeep text\n--b--\n",
          flags: ["\\Deleted", "\\Draft"],
          date: new Date("2026-11-05T00:00:00Z"),
        },
      ],
    },
  });
}

test("each search key finds what it says", async () => {
  await using s = await server();
  const wire = await Wire.login(s, "INBOX");
  const cases: [string, string][] = [
    ["ALL", "1 2 3"],
    ["ANSWERED", "1"],
    ["UNANSWERED", "2 3"],
    ["DELETED", "3"],
    ["UNDELETED", "1 2"],
    ["DRAFT", "3"],
    ["UNDRAFT", "1 2"],
    ["FLAGGED", "2"],
    ["UNFLAGGED", "1 3"],
    ["SEEN", "1"],
    ["UNSEEN", "2 3"],
    ["KEYWORD $work", "2"],
    ["UNKEYWORD $Work", "1 3"],
    ["KEYWORD $None", ""],
    ["FROM ann", "1"],
    ["FROM ANN@EXAMPLE", "1"],
    ["TO sam", "1"],
    ["CC ann", "2"],
    ["BCC ann", "3"],
    ["SUBJECT lunch", "1"],
    ['BODY "fish soup"', "1"],
    ["TEXT lunch", "1"],
    ["BODY lunch", ""],
    ["BODY deep", "3"],
    ["BODY secret", "3"],
    ["SUBJECT secret", ""],
    ['HEADER X-Tag ""', "3"],
    ['HEADER Date "nov 2026"', "1"],
    ["BEFORE 4-Nov-2026", "1"],
    ["ON 4-Nov-2026", "2"],
    ['SINCE "4-Nov-2026"', "2 3"],
    // One without a date that can be read was sent on 1 January 1970, as Dovecot has it.
    ["SENTBEFORE 4-Nov-2026", "1 3"],
    ["SENTON 4-Nov-2026", "2"],
    ["SENTSINCE 3-Nov-2026", "2"],
    ["LARGER 200", "2 3"],
    ["SMALLER 200", "1"],
    ["1,3", "1 3"],
    ["*", "3"],
    ["UID 2:9", "2 3"],
    ["NOT SEEN", "2 3"],
    ["OR SEEN FLAGGED", "1 2"],
    ["SEEN FLAGGED", ""],
    ["(SEEN ANSWERED) UNDELETED", "1"],
    ["OR (SEEN ANSWERED) NOT UID 1:2", "1 3"],
    ["NOT (OR 1 2)", "3"],
  ];
  for (const [keys, expected] of cases) {
    assertEquals(await wire.ok(`SEARCH ${keys}`), [`* SEARCH ${expected}`.trimEnd()], keys);
  }
  assertEquals(await wire.ok("UID SEARCH UNSEEN"), ["* SEARCH 2 3"]);
});

test("encoded words, charsets and transfer encodings are taken off before the comparison", async () => {
  await using s = await server();
  const wire = await Wire.login(s, "INBOX");
  for (
    const [key, text, expected] of [
      ["FROM", "J\u00d6RG", "2"],
      ["SUBJECT", "Gr\u00fc\u00dfe aus k\u00f6ln", "2"],
      ["BODY", "sch\u00f6n er", "2"],
      ["BODY", "\u65e5\u672c", "3"],
    ] as const
  ) {
    const octets = new TextEncoder().encode(text).length;
    assertEquals(
      await wire.ok(`SEARCH CHARSET UTF-8 ${key} {${octets}}`, text),
      [`* SEARCH ${expected}`],
      text,
    );
  }
  assertMatch(
    await wire.status("SEARCH CHARSET KOI8-R TEXT x") ?? "",
    /^NO \[BADCHARSET \(US-ASCII UTF-8\)\]/,
  );
  assertEquals(await wire.ok("SEARCH CHARSET us-ascii TEXT soup"), ["* SEARCH 1"]);
});

test("RETURN gives MIN, MAX, ALL and COUNT; ALL when it is empty", async () => {
  await using s = await server();
  const wire = await Wire.login(s, "INBOX");
  const run = async (command: string) =>
    (await wire.ok(command)).map((line) => line.replace(wire.lastTag, "t"));
  assertEquals(await run("SEARCH RETURN (MIN MAX COUNT ALL) ALL"), [
    "* ESEARCH (TAG t) MIN 1 MAX 3 ALL 1:3 COUNT 3",
  ]);
  assertEquals(await run("UID SEARCH RETURN () UNSEEN"), ["* ESEARCH (TAG t) UID ALL 2:3"]);
  assertEquals(await run("SEARCH RETURN (MIN COUNT) KEYWORD none"), ["* ESEARCH (TAG t) COUNT 0"]);
  assertMatch(await wire.status("SEARCH RETURN (NONSENSE) ALL") ?? "", /^BAD /);
});

test("after ENABLE IMAP4rev2 every SEARCH is answered with ESEARCH", async () => {
  await using s = await server();
  const wire = await Wire.login(s, "INBOX", { rev2: true });
  const run = async (command: string) =>
    (await wire.ok(command)).map((line) => line.replace(wire.lastTag, "t"));
  assertEquals(await run("SEARCH UNSEEN"), ["* ESEARCH (TAG t) ALL 2:3"]);
  assertEquals(await run('SEARCH SUBJECT "Gr\u00fc\u00dfe"'), ["* ESEARCH (TAG t) ALL 2"]);
  assertEquals(await run("SEARCH KEYWORD none"), ["* ESEARCH (TAG t)"]);
});

test("SAVE keeps a result for $, as table 4 of RFC 9051 has it", async () => {
  await using s = await server();
  const wire = await Wire.login(s, "INBOX", { rev2: true });
  assertEquals(await wire.ok("SEARCH RETURN (SAVE) UNSEEN"), []);
  assertEquals(await wire.ok("FETCH $ UID"), ["* 2 FETCH (UID 2)", "* 3 FETCH (UID 3)"]);
  const saved = async (options: string) => {
    await wire.ok(`SEARCH RETURN (${options}) ALL`);
    return (await wire.ok("UID FETCH $ UID")).map((line) => Number(line.split(" ")[1]));
  };
  assertEquals(await saved("SAVE MIN"), [1]);
  assertEquals(await saved("MAX SAVE"), [3]);
  assertEquals(await saved("SAVE MIN MAX"), [1, 3]);
  assertEquals(await saved("SAVE MIN COUNT"), [1, 2, 3]);
  assertEquals(await saved("ALL"), [1, 2, 3]);
  s.expunge("INBOX", [2]);
  await wire.ok("NOOP");
  assertEquals(await wire.ok("FETCH $ UID"), ["* 1 FETCH (UID 1)", "* 2 FETCH (UID 3)"]);
  assertMatch(await wire.status("SEARCH RETURN (SAVE) CHARSET KOI8-R ALL") ?? "", /^NO /);
  assertEquals(await wire.ok("FETCH $ UID"), []);
  assertEquals(await wire.run("COPY $ INBOX"), ["OK COPY completed"]);
});
