/** How values of the package look in `console.log` and in JSON, in the runtime that runs this. */

import { test } from "node:test";
import { inspect } from "node:util";
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import {
  anonymous,
  CommandError,
  connect,
  cramMd5,
  DateTime,
  ImapError,
  loginMechanism,
  oauthBearer,
  plain,
  Raw,
  scramSha1,
  scramSha256,
  SequenceSet,
  xoauth2,
} from "../../../imap/mod.ts";
import { IMAP4 } from "../../../imap/imaplib/mod.ts";
import { openAccount } from "../../../imap/mailbox/mod.ts";
import { startServer } from "../../../imap/testing/mod.ts";

test("values that have a text are shown by it", () => {
  assertEquals(inspect(SequenceSet.from([1, 2, 5])), "SequenceSet(1:2,5)");
  assertEquals(inspect(SequenceSet.saved), "SequenceSet($)");
  assertEquals(inspect(new DateTime("26-Nov-2026 09:38:25 +0000")), "DateTime(26-Nov-2026 09:38:25 +0000)");
  assertEquals(inspect(new Raw(new TextEncoder().encode("(A B)"), [])), "Raw((A B))");
  assertStringIncludes(inspect({ found: [SequenceSet.all] }), "SequenceSet(1:*)");
});

test("a prototype can be printed as well", () => {
  for (const { prototype } of [SequenceSet, DateTime, ImapError]) assert(inspect(prototype).length > 0);
});

test("a row shows what it holds, and can be written as JSON", async () => {
  await using server = await startServer();
  await using client = await connect({
    transport: server.connect(),
    auth: { user: "alice", pass: "alice-pw" },
  });
  await client.append("INBOX", "Subject: tea\r\n\r\nAt four?");
  await client.select("INBOX");
  const [row] = await client.fetch("1", ["UID", "MODSEQ", "BODY.PEEK[]"]);
  const text = inspect(row);
  assertStringIncludes(text, "modSeq: 2n");
  assertStringIncludes(text, "Uint8Array(24)");
  assert(!text.includes("undefined"), text);
  const { seq, uid, modSeq, sections, envelope } = JSON.parse(JSON.stringify(row));
  assertEquals([seq, uid, modSeq, sections[0].data, envelope], [1, 1, "2", 24, undefined]);
  // It passes for a plain object.
  assertEquals(row!.constructor, Object);
  assertEquals(Object.keys({ ...row }).includes("toJSON"), false);
});

test("results that hold big integers can be written as JSON", async () => {
  await using server = await startServer();
  await using client = await connect({
    transport: server.connect(),
    auth: { user: "alice", pass: "alice-pw" },
  });
  const selected = await client.select("INBOX");
  assertEquals(JSON.parse(JSON.stringify(selected)).highestModSeq, String(selected.highestModSeq));
  const status = await client.status("INBOX", ["MESSAGES", "HIGHESTMODSEQ"]);
  assertEquals(JSON.parse(JSON.stringify([status]))[0].highestModSeq, String(status.highestModSeq));
  assert(!inspect(status).includes("undefined"), inspect(status));
  const { mailboxes, status: numbers } = await client.list("", "*", { status: ["HIGHESTMODSEQ"] });
  assertEquals(JSON.parse(JSON.stringify(numbers)).length, mailboxes.length);
  assertEquals(JSON.parse(JSON.stringify(await client.search({ all: true }))).all, "");
});

test("a client tells its state and its mailbox", async () => {
  await using server = await startServer();
  await using client = await connect({
    transport: server.connect(),
    auth: { user: "alice", pass: "alice-pw" },
  });
  assertMatch(inspect(client), /^ImapClient \{\s+state: ["']auth["'],/);
  await client.select("INBOX");
  const text = inspect(client);
  assertStringIncludes(text, "SelectedMailbox {");
  assertStringIncludes(text, "INBOX");
  assert(!text.includes("undefined") && !text.includes("alice-pw"), text);
  const { state, mailbox } = JSON.parse(JSON.stringify(client));
  assertEquals([state, mailbox.name, typeof mailbox.highestModSeq], ["selected", "INBOX", "string"]);
  const running = client.noop();
  assertEquals(Object.prototype.toString.call(running), "[object Command]");
  await running;
  client.close();
  const closed = JSON.parse(JSON.stringify(client));
  assertEquals([closed.state, closed.mailbox], ["logout", undefined]);
});

test("an error shows the fields that are known, and its cause", () => {
  const cause = new TypeError("below");
  const error = new CommandError("SELECT", "NO", { name: "NONEXISTENT" }, "No such mailbox", { cause });
  const text = inspect(error);
  assertMatch(text, /^CommandError: SELECT: NO \[NONEXISTENT\] No such mailbox\n/);
  assertStringIncludes(text, "status: ");
  assertStringIncludes(text, "TypeError: below");
  assert(!text.includes("undefined"), text);
  assertEquals(JSON.parse(JSON.stringify(error)), {
    name: "CommandError",
    message: "SELECT: NO [NONEXISTENT] No such mailbox",
    command: "SELECT",
    status: "NO",
    code: { name: "NONEXISTENT" },
    text: "No such mailbox",
    retryable: false,
    cause: "TypeError: below",
  });
  const code = { name: "HIGHESTMODSEQ", modSeq: 5n };
  assertEquals(JSON.parse(JSON.stringify(new CommandError("NOOP", "NO", code, ""))).code.modSeq, "5");
});

/** All ways in which a program may print a value. */
function printed(value: unknown): string {
  const { Deno, Bun } = globalThis as {
    Deno?: typeof globalThis.Deno;
    Bun?: { inspect(value: unknown): string };
  };
  const own = [Deno?.inspect?.(value), Bun?.inspect(value)];
  return [
    ...own,
    inspect(value),
    inspect(value, { depth: 9 }),
    inspect({ a: [value] }),
    JSON.stringify(value),
  ].join("\n");
}

test("a mechanism does not show its password", () => {
  const credentials = { user: "tim", pass: "pa55-w0rd" };
  const tokens = [xoauth2("tim", "pa55-w0rd"), oauthBearer("tim", "pa55-w0rd")];
  const passwords = [plain, loginMechanism, cramMd5, scramSha1, scramSha256].map((of) => of(credentials));
  for (const mechanism of [...passwords, ...tokens]) {
    assertEquals(mechanism.secrets, ["pa55-w0rd"]);
    const text = printed(mechanism);
    assertStringIncludes(text, mechanism.name);
    assert(!text.includes("pa55"), text);
    assertEquals(Object.keys({ ...mechanism }).includes("secrets"), false);
  }
  assertStringIncludes(printed(anonymous("x")), "ANONYMOUS");
});

test("accounts, mailboxes, messages, handles, leases and servers show what they are, and no methods", async () => {
  await using server = await startServer({
    mailboxes: { INBOX: ["Subject: tea\nContent-Disposition: attachment; filename=a.pdf\n\nx\n"] },
  });
  const auth = { user: "alice", pass: "alice-pw" };
  const dial = () => Promise.resolve(server.connect());
  await using account = await openAccount({ host: "imap.example.org", dial, auth });
  const inbox = account.mailbox("INBOX");
  const [message] = await Array.fromAsync(inbox.messages());
  await using client = await connect({ transport: server.connect(), auth });
  await using lease = await client.lease("INBOX");
  const command = client.noop();
  await command;
  const { value: body } = await lease.fetch("1", ["BODY.PEEK[]"]).bodies().next();
  await using M = await IMAP4.connect("", 143, { dial });
  const expected: [value: unknown, ...words: string[]][] = [
    [account, "Account", "online"],
    [inbox, "Mailbox(INBOX)"],
    [inbox.readonly, "ReadonlyMailbox(INBOX)"],
    [message, "MailboxMessage", "tea", "a.pdf"],
    [message!.attachments[0], "MailboxAttachment", "a.pdf"],
    [(await account.mailboxes())[0], "INBOX", "inbox"],
    [server, "TestServer", "INBOX"],
    [lease, "MailboxSession", "INBOX"],
    [command, "Command"],
    [body, "FetchBody", "BODY"],
    [M, "IMAP4", "NONAUTH"],
  ];
  for (const [value, ...words] of expected) {
    const text = printed(value);
    for (const word of words) assertStringIncludes(text, word);
    assert(!/undefined|unction\b|Getter|alice-pw/.test(text), text);
  }
});
