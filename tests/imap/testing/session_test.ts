import { test } from "node:test";
import { assertEquals, assertMatch } from "@std/assert";
import { startServer } from "@postern/postern/testing";
import { Wire } from "./wire.ts";

test("DONE without IDLE is BAD, and no answer carries octets that a line cannot have", async () => {
  await using s = await startServer();
  const wire = await Wire.login(s);
  await wire.send("DONE\r\n");
  assertEquals(await wire.response(), "* BAD DONE without IDLE");
  assertEquals(
    await wire.status("GETMETADATA INBOX {4+}\r\n/x\r\n"),
    "BAD No entry can be called /x??",
  );
});

test("the greeting carries the capabilities, and login changes them", async () => {
  await using server = await startServer();
  const wire = new Wire(server.connect());
  assertMatch(
    await wire.response() ?? "",
    /^\* OK \[CAPABILITY IMAP4rev1 IMAP4rev2 SASL-IR LITERAL\+ ID ENABLE AUTH=PLAIN\] /i,
  );
  const [capability] = await wire.ok("CAPABILITY");
  assertMatch(capability ?? "", / AUTH=PLAIN/);
  assertMatch(await wire.status("LOGIN alice alice-pw") ?? "", /^OK \[CAPABILITY .* UIDPLUS /i);
  assertEquals((await wire.ok("CAPABILITY"))[0]!.includes("AUTH="), false);
});

test("a wrong password is NO [AUTHENTICATIONFAILED] and may be tried again", async () => {
  await using server = await startServer({ users: { sam: 'a "b" \\c' } });
  const wire = await Wire.open(server);
  assertMatch(await wire.status("LOGIN sam wrong") ?? "", /^NO \[AUTHENTICATIONFAILED\]/);
  assertMatch(await wire.status('LOGIN sam "a \\"b\\" \\\\c"') ?? "", /^OK /);
});

test("LOGIN takes its arguments as literals, synchronizing or not", async () => {
  await using server = await startServer();
  const first = await Wire.open(server);
  assertMatch(await first.status("LOGIN {5}", "alice {8}", "alice-pw") ?? "", /^OK /);
  const second = await Wire.open(server);
  assertMatch(await second.status("LOGIN {5+}\r\nalice {8+}\r\nalice-pw") ?? "", /^OK /);
});

test("AUTHENTICATE PLAIN with and without an initial response; anything else is refused", async () => {
  await using server = await startServer();
  const response = btoa("\0alice\0alice-pw");
  assertMatch(await (await Wire.open(server)).status(`AUTHENTICATE PLAIN ${response}`) ?? "", /^OK /);
  assertMatch(await (await Wire.open(server)).status("AUTHENTICATE PLAIN", response) ?? "", /^OK /);
  const wire = await Wire.open(server);
  assertMatch(await wire.status("AUTHENTICATE PLAIN", "*") ?? "", /^BAD /);
  assertMatch(await wire.status("AUTHENTICATE PLAIN", "not base64!") ?? "", /^BAD /);
  assertMatch(
    await wire.status("AUTHENTICATE PLAIN", btoa("\0alice\0wrong")) ?? "",
    /^NO \[AUTHENTICATIONFAILED\]/,
  );
  assertMatch(await wire.status("AUTHENTICATE NTLM") ?? "", /^NO /);
  assertMatch(await wire.status("LOGIN alice alice-pw") ?? "", /^OK /);
});

test("a command that cannot be read is BAD with its tag, and the session goes on", async () => {
  await using server = await startServer();
  const wire = await Wire.open(server);
  for (
    const command of [
      "NONSENSE",
      "LOGIN",
      "LOGIN a",
      'LOGIN "unfinished',
      "FETCH 1 (",
      "LOGIN a b c",
      "SELECT \u0001",
      "FETCH 0 UID",
      "SEARCH ((((((((((",
      `SEARCH ${"(".repeat(20_000)}`,
    ]
  ) {
    assertMatch(await wire.status(command) ?? "", /^BAD /, command.slice(0, 40));
  }
  await wire.send("\r\n");
  assertMatch(await wire.response() ?? "", /^\* BAD /);
  await wire.send("{ NOOP\r\n");
  assertMatch(await wire.response() ?? "", /^\* BAD /);
  assertEquals(await wire.ok("NOOP"), []);
});

test("commands are BAD in the wrong state", async () => {
  await using server = await startServer();
  const wire = await Wire.open(server);
  for (const command of ["SELECT INBOX", 'LIST "" *', "IDLE", "FETCH 1 UID", "ENABLE IMAP4rev2"]) {
    assertMatch(await wire.status(command) ?? "", /^BAD /, command);
  }
  await wire.ok("LOGIN alice alice-pw");
  for (
    const command of [
      "LOGIN alice alice-pw",
      "FETCH 1 UID",
      "CLOSE",
      "UID EXPUNGE 1",
      "EXPUNGE",
      "SEARCH ALL",
    ]
  ) {
    assertMatch(await wire.status(command) ?? "", /^BAD /, command);
  }
});

test("a line or literal over the limit costs the command and not the connection", async () => {
  await using server = await startServer();
  const wire = await Wire.open(server);
  assertMatch(await wire.status(`LOGIN user ${"x".repeat(100_000)}`) ?? "", /^BAD /);
  assertMatch(await wire.status("LOGIN user {100000}") ?? "", /^NO \[LIMIT\]/);
  assertMatch(
    await wire.status(`LOGIN user {100000+}\r\n${"y\r\n{9+}\r".repeat(12_500)}`) ?? "",
    /^NO \[LIMIT\]/,
  );
  await wire.ok("LOGIN alice alice-pw");
  assertMatch(await wire.status(`SEARCH ${"TEXT {1+}\r\nx ".repeat(1001)}ALL`) ?? "", /^NO \[LIMIT\]/);
  assertEquals(await wire.ok("NOOP"), []);
});

test("without LITERAL+ a literal must be asked for, with IMAP4rev2 or LITERAL- only a large one", async () => {
  const login = (size: number) => `LOGIN user {${size}+}\r\n${"x".repeat(size)}`;
  for (
    const [capabilities, small, large] of [
      [["IMAP4rev1"], "BAD", "BAD"],
      [["IMAP4rev1", "LITERAL-"], "NO", "BAD"],
      [["IMAP4rev2"], "NO", "BAD"],
      [["IMAP4rev1", "LITERAL+"], "NO", "NO"],
    ] as const
  ) {
    await using server = await startServer({ capabilities });
    const wire = await Wire.open(server);
    assertEquals((await wire.status(login(4096)))?.split(" ")[0], small, capabilities.join());
    assertEquals((await wire.status(login(4097)))?.split(" ")[0], large, capabilities.join());
    assertMatch(await wire.status("LOGIN {5}", "alice alice-pw") ?? "", /^OK /);
  }
});

test("a literal of an impossible size ends the connection", async () => {
  await using server = await startServer();
  const wire = await Wire.open(server);
  await wire.send("a LOGIN user {99999999999+}\r\n");
  assertMatch(await wire.rest(), /^\* BYE /);
});

test("pipelined commands are answered in order", async () => {
  await using server = await startServer({ mailboxes: { INBOX: ["Subject: a\n\n"] } });
  const wire = await Wire.open(server);
  await wire.send("1 LOGIN alice alice-pw\r\n2 SELECT INBOX\r\n3 FETCH 1 UID\r\n4 LOGOUT\r\n");
  const lines = (await wire.rest()).split("\r\n");
  assertEquals(
    lines.filter((line) => /^\d |BYE|FETCH/.test(line)).map((line) => line.slice(0, 20)),
    [
      "1 OK [CAPABILITY IMA",
      "2 OK [READ-WRITE] SE",
      "* 1 FETCH (UID 1)",
      "3 OK FETCH completed",
      "* BYE Goodbye",
      "4 OK LOGOUT complete",
    ],
  );
});

test("commands arrive in pieces of any size", async () => {
  await using server = await startServer();
  const wire = await Wire.open(server);
  const text = new TextEncoder().encode("1 LOGIN {5+}\r\nalice {8+}\r\nalice-pw\r\n2 NOOP\r\n3 LOGOUT\r\n");
  for (const byte of text) await wire.send(Uint8Array.of(byte));
  assertMatch(await wire.rest(), /^1 OK .*\r\n2 OK .*\r\n\* BYE .*\r\n3 OK .*\r\n$/);
});

test("PREAUTH greets a client that is logged in, BYE one that is refused", async () => {
  await using open = await startServer({ greeting: { type: "PREAUTH", text: "Welcome" } });
  const wire = new Wire(open.connect());
  assertMatch(await wire.response() ?? "", /^\* PREAUTH \[CAPABILITY .*\] Welcome$/);
  await wire.ok("SELECT INBOX");
  await using shut = await startServer({ greeting: { type: "BYE", text: "Too many" } });
  assertEquals(await new Wire(shut.connect()).rest(), "* BYE Too many\r\n");
});

test("a server without a capability does not know its commands", async () => {
  await using server = await startServer({ capabilities: ["IMAP4rev1"] });
  const wire = await Wire.login(server, "INBOX");
  for (
    const command of [
      "IDLE",
      "ENABLE IMAP4rev2",
      "UNSELECT",
      "MOVE 1:* INBOX",
      "ID NIL",
      "UID EXPUNGE 1",
      "NAMESPACE",
    ]
  ) {
    assertMatch(await wire.status(command) ?? "", /^BAD /, command);
  }
  assertMatch(await wire.status("SEARCH RETURN (COUNT) ALL") ?? "", /^BAD /);
  assertEquals(await wire.ok("SEARCH ALL"), ["* SEARCH"]);
});

test("arguments and items of extensions that are not offered are BAD, not ignored", async () => {
  await using server = await startServer({ capabilities: ["IMAP4rev1", "IMAP4rev2"] });
  const wire = await Wire.login(server, "INBOX");
  for (
    const command of [
      "SELECT INBOX (CONDSTORE)",
      "FETCH 1:* (FLAGS MODSEQ)",
      "FETCH 1:* PREVIEW",
      "UID FETCH 1:* FLAGS (CHANGEDSINCE 5)",
      "STORE 1:* (UNCHANGEDSINCE 5) +FLAGS (x)",
      "SEARCH MODSEQ 5",
      "STATUS INBOX (HIGHESTMODSEQ)",
    ]
  ) {
    assertMatch(await wire.status(command) ?? "", /^BAD /, command);
  }
});

test("closing the server sends BYE to all clients, also during IDLE", async () => {
  const server = await startServer();
  const idle = await Wire.login(server, "INBOX");
  const waiting = await Wire.open(server);
  await idle.send("i IDLE\r\n");
  assertMatch(await idle.response() ?? "", /^\+ /);
  assertEquals(server.connections, 2);
  await server.close();
  assertMatch(await idle.rest(), /^\* BYE /);
  assertMatch(await waiting.rest(), /^\* BYE /);
  assertEquals(server.connections, 0);
});

test("ID and NOOP work in every state", async () => {
  await using server = await startServer();
  const wire = await Wire.open(server);
  assertEquals(await wire.ok('ID ("name" "x" "version" NIL)'), ['* ID ("name" "Postern test server")']);
  await wire.ok("LOGIN alice alice-pw");
  assertEquals(await wire.ok("ID NIL"), ['* ID ("name" "Postern test server")']);
});
