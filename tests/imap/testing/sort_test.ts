/** SORT and THREAD (RFC 5256, RFC 5957) as a client sees them. */

import { test } from "node:test";
import { assertEquals, assertMatch } from "@std/assert";
import { startServer, type TestServer } from "@postern/postern/testing";
import { Wire } from "./wire.ts";

const capabilities = ["IMAP4rev1", "ESEARCH", "SORT", "SORT=DISPLAY", "ESORT", "CONDSTORE"];

function server(messages: string[], more: string[] = []): Promise<TestServer> {
  return startServer({ capabilities: [...capabilities, ...more], mailboxes: { INBOX: messages } });
}

const letters = [
  "From: Zoe <anna@example.org>\nTo: c@example.org\nSubject: Re: [list] beta\nDate: 3 Jan 2026 10:00 +0000\n\nxxxx\n",
  "From: =?UTF-8?Q?=C3=84nne?= <zed@example.org>\nTo: b@example.org\nCc: x@example.org\nSubject: alpha\n" +
  "Date: 3 Jan 2026 11:30 +0200\n\nx\n",
  "From: mike@example.org\nTo: A@example.org\nSubject: Fwd: ALPHA (fwd)\nDate: 1 Jan 2026 10:00 +0000\n\nxxxxxxxxx\n",
];

test("SORT orders by each criterion, REVERSE turns it round, and the number decides what is equal", async () => {
  await using s = await server(letters);
  const wire = await Wire.login(s, "INBOX");
  const cases: [string, string][] = [
    ["DATE", "3 2 1"],
    ["REVERSE DATE", "1 2 3"],
    ["SUBJECT", "2 3 1"],
    ["SUBJECT REVERSE DATE", "2 3 1"],
    ["REVERSE SUBJECT DATE", "1 3 2"],
    ["FROM", "1 3 2"],
    ["TO", "3 2 1"],
    ["CC", "1 3 2"],
    ["SIZE", "1 3 2"],
    ["ARRIVAL", "1 2 3"],
    ["DISPLAYFROM", "2 3 1"],
    ["DISPLAYTO", "3 2 1"],
  ];
  for (const [criteria, expected] of cases) {
    assertEquals(await wire.ok(`SORT (${criteria}) UTF-8 ALL`), [`* SORT ${expected}`], criteria);
  }
  assertEquals(await wire.ok("SORT (DATE) UTF-8 SUBJECT nowhere"), ["* SORT"]);
  assertEquals(await wire.ok("UID SORT (DATE) US-ASCII SUBJECT alpha"), ["* SORT 3 2"]);
});

test("SORT RETURN gives the order in ALL, and its ends in MIN and MAX (RFC 5267 3.1)", async () => {
  await using s = await server(letters);
  const wire = await Wire.login(s, "INBOX");
  assertEquals(await wire.ok("SORT RETURN (MIN MAX ALL COUNT) (SUBJECT) UTF-8 ALL"), [
    `* ESEARCH (TAG ${wire.lastTag}) MIN 2 MAX 1 ALL 2:3,1 COUNT 3`,
  ]);
  assertEquals((await wire.ok("SORT (DATE) UTF-8 MODSEQ 1")).at(-1), "* SORT 3 2 1 (MODSEQ 4)");
});

test("SORT with unknown criteria is BAD, with an unknown charset BADCHARSET", async () => {
  await using s = await server(letters);
  const wire = await Wire.login(s, "INBOX");
  assertMatch(await wire.status("SORT (DATE) KOI8-R ALL") ?? "", /^NO \[BADCHARSET \(US-ASCII UTF-8\)\]/);
  assertMatch(await wire.status("SORT (RELEVANCY) UTF-8 ALL") ?? "", /^BAD /);
  assertEquals(await wire.status("THREAD REFERENCES UTF-8 ALL"), "BAD Unknown command THREAD");
  await using plain = await startServer({ capabilities: ["IMAP4rev1"] });
  const other = await Wire.login(plain, "INBOX");
  assertEquals(await other.status("SORT (DATE) UTF-8 ALL"), "BAD Unknown command SORT");
  assertEquals(await other.status("UID SORT (DATE) UTF-8 ALL"), "BAD Unknown command UID SORT");
});

function letter(id: string, subject: string, day: number, references: string[] = []): string {
  const refs = references.length > 0
    ? `References: ${references.map((one) => `<${one}@x>`).join(" ")}\n`
    : "";
  return `Message-ID: <${id}@x>\nSubject: ${subject}\nDate: ${day} Jan 2026 10:00 +0000\n${refs}\nx\n`;
}

test("THREAD ORDEREDSUBJECT: one thread for each base subject, by date", async () => {
  await using s = await server([
    letter("a", "one", 5),
    letter("b", "Re: two", 2),
    letter("c", "Re: one", 6),
    letter("d", "two", 1),
    letter("e", "one", 7),
  ], ["THREAD=ORDEREDSUBJECT"]);
  const wire = await Wire.login(s, "INBOX");
  assertEquals(await wire.ok("THREAD ORDEREDSUBJECT UTF-8 ALL"), ["* THREAD (4 2)(1 (3)(5))"]);
  assertMatch(
    await wire.status("THREAD REFERENCES UTF-8 ALL") ?? "",
    /^BAD THREAD has no algorithm REFERENCES/,
  );
});

test("THREAD REFERENCES: chains, branches, messages that are missing, loops, and subjects", async () => {
  await using s = await server([
    letter("a", "plan", 1),
    letter("b", "Re: plan", 2, ["a"]),
    letter("c", "Re: plan", 4, ["a", "b"]),
    letter("d", "Re: plan", 3, ["a", "b"]),
    // Both name a message that is not there.
    letter("e", "Re: lost", 6, ["gone"]),
    letter("f", "Re: lost", 5, ["gone"]),
    // These name each other.
    letter("g", "loop", 8, ["h"]),
    letter("h", "Re: loop", 9, ["g"]),
    // No reference, the subject alone.
    letter("i", "Re: plan", 10),
  ], ["THREAD=REFERENCES"]);
  const wire = await Wire.login(s, "INBOX");
  assertEquals(await wire.ok("THREAD REFERENCES UTF-8 ALL"), [
    "* THREAD (1 (2 (4)(3))(9))((6)(5))(8 7)",
  ]);
  assertEquals(await wire.ok("UID THREAD REFERENCES UTF-8 UID 3:4"), ["* THREAD ((4)(3))"]);
  assertEquals(await wire.ok("THREAD REFERENCES UTF-8 SUBJECT nowhere"), ["* THREAD"]);
});
