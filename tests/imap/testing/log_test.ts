/** What a test is told: the transcript, answers that say what is wrong, changes that others make. */

import { test } from "node:test";
import { assertEquals, assertMatch } from "@std/assert";
import { startServer } from "@postern/postern/testing";
import { Wire } from "./wire.ts";

test("the log has every line of both sides, by connection, without secrets", async () => {
  await using server = await startServer({ capabilities: ["IMAP4rev1", "AUTH=PLAIN", "IDLE"] });
  const first = await Wire.open(server);
  await first.run("LOGIN alice {8}", "alice-pw");
  await first.run("IDLE", "DONE");
  await first.run("APPEND INBOX {7}", "private");
  const second = await Wire.open(server);
  await second.run("AUTHENTICATE PLAIN", btoa("\0alice\0alice-pw"));
  await second.run(`AUTHENTICATE PLAIN ${btoa("\0alice\0alice-pw")}`);
  await second.run(" login alice alice-pw");
  await second.run("LOGIN\talice alice-pw");
  const { log } = server;
  assertEquals(/alice-pw|YWxpY2|private/.test(log), false, log);
  assertMatch(
    log,
    /^1 S: \* OK \[CAPABILITY IMAP4rev1 AUTH=PLAIN\] Postern test server ready\n1 S: \+ Ready/,
  );
  assertMatch(log, /\n1 C: T1 LOGIN \*\*\*\n1 S: T1 OK /);
  assertMatch(log, /\n1 C: DONE\n1 S: T2 OK IDLE terminated\n/);
  assertMatch(log, /\n1 C: T3 APPEND INBOX \{7\}\n1 S: T3 OK /);
  assertMatch(log, /\n2 C: T1 AUTHENTICATE PLAIN\n/);
  assertMatch(log, /\n2 C: \*\*\*\n/);
  assertMatch(log, /\n2 C: T2 AUTHENTICATE PLAIN \*\*\*\n/);
});

test("the log is bounded, and a long answer is cut", async () => {
  await using server = await startServer({ mailboxes: { INBOX: ["x".repeat(100_000)] } });
  const wire = await Wire.login(server, "INBOX");
  for (let i = 0; i < 300; i++) await wire.ok("FETCH 1 BODY.PEEK[]");
  assertEquals(server.log.length < 1_100_000, true);
  assertMatch(server.log, /\n1 S: \[\d+ octets more\]\n/);
  assertMatch(server.log, /C: T302 FETCH 1 BODY\.PEEK\[\]\n/);
});

test("a command that cannot be read is answered with its name and what is wrong", async () => {
  await using server = await startServer({ capabilities: ["IMAP4rev1"], mailboxes: { INBOX: ["x"] } });
  const wire = await Wire.login(server, "INBOX");
  const cases: [string, RegExp][] = [
    ["XYZZY", /^BAD Unknown command XYZZY$/],
    ["SORT (DATE) UTF-8 ALL", /^BAD Unknown command SORT$/],
    ["UID THREAD REFERENCES UTF-8 ALL", /^BAD Unknown command UID THREAD$/],
    ["UID XYZZY", /^BAD Unknown command UID XYZZY$/],
    ["FETCH x FLAGS", /^BAD FETCH: .* expected, not x FLAGS/],
    ["FETCH 1", /^BAD FETCH ends where .* is missing$/],
    ["SEARCH ON yesterday", /^BAD SEARCH: .* expected, not /],
    ["SEARCH NOWHERE x", /^BAD SEARCH: .* expected, not /],
    ["STORE 1 FLAGZ (x)", /^BAD STORE: .* expected, not /],
    ["NOOP now", /^BAD NOOP: .* expected, not /],
  ];
  for (const [command, expected] of cases) assertMatch(await wire.status(command) ?? "", expected, command);
});

test("a test renames a mailbox and changes its UIDVALIDITY, as others may", async () => {
  await using server = await startServer({ mailboxes: { a: ["1", "2", "3"], "a/b": [] }, uidValidity: 10 });
  server.expunge("a", [1]);
  const wire = await Wire.login(server, "a");
  server.rename("a", "z");
  assertEquals(server.mailboxes(), ["INBOX", "z", "z/b"]);
  assertEquals(await wire.ok("UID SEARCH ALL"), ["* SEARCH 2 3"]);
  server.changeUidValidity("z");
  assertEquals(await wire.rest(), "* BYE The mailbox was rebuilt\r\n");
  const { uidValidity, uidNext, messages } = server.mailbox("z");
  assertEquals([uidValidity, uidNext, messages.map(({ uid }) => uid)], [12, 3, [1, 2]]);
  const again = await Wire.login(server, "z");
  assertEquals(await again.ok("UID SEARCH ALL"), ["* SEARCH 1 2"]);
});
