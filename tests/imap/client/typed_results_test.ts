import { test } from "node:test";
import { assert, assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import {
  CommandError,
  connect,
  type ImapClient,
  ImapError,
  isCode,
  type SequenceSet,
} from "../../../imap/core.ts";
import { startServer } from "../../../imap/testing/mod.ts";
import { selected } from "../session/scripted.ts";

/** True where two types are the same, so that a type that has become wider is an error of the compiler. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false;

function is<_ extends true>(): void {}

const auth = { user: "alice", pass: "alice-pw" };

test("STATUS has the fields that were asked for", async () => {
  await using server = await startServer({ mailboxes: { INBOX: ["x"] } });
  await using client = await connect({ transport: server.connect(), auth });
  const status = await client.status("INBOX", ["MESSAGES", "UIDNEXT", "HIGHESTMODSEQ", "DELETED-STORAGE"]);
  is<Same<typeof status.messages, number>>();
  is<Same<typeof status.uidNext, number>>();
  is<Same<typeof status.highestModSeq, bigint>>();
  is<Same<typeof status.deletedStorage, number>>();
  is<Same<typeof status.unseen, number | undefined>>();
  assertEquals([status.messages + 1, status.uidNext - 1, status.unseen], [2, 1, undefined]);
  const items = ["MESSAGES", "UNSEEN"] as ("MESSAGES" | "UNSEEN" | "SIZE")[];
  assertEquals((await client.status("INBOX", items)).messages, 1);
});

test("QRESYNC is given what is known and nothing else", async () => {
  await using server = await startServer({ mailboxes: { INBOX: ["x"] } });
  await using client = await connect({ transport: server.connect(), auth });
  await client.enable(["QRESYNC"]);
  const { uidValidity, highestModSeq } = await client.select("INBOX");
  const again = await client.select("INBOX", {
    qresync: { uidValidity: uidValidity!, modSeq: highestModSeq! },
  });
  assertEquals(again.changed, []);
});

test("isCode narrows the code of a response and of an error", async () => {
  await using server = await startServer();
  await using client = await connect({ transport: server.connect(), auth });
  const error = await assertRejects(() => client.select("Nowhere"), CommandError);
  assert(isCode(error.code, "NONEXISTENT"));
  is<Same<typeof error.code.name, "NONEXISTENT">>();
  assertEquals(isCode(undefined, "NONEXISTENT"), false);
  const known: { name: string } | undefined = { name: "UIDNEXT" };
  assertEquals(isCode(known, "TRYCREATE"), false);
});

test("a FETCH row has the fields that were asked for, and those of computed sections", async () => {
  await using server = await startServer({ mailboxes: { INBOX: ["Subject: s\n\nx\n"] } });
  await using client = await connect({ transport: server.connect(), auth });
  await client.select("INBOX");
  const part: string = "HEADER";
  for await (const row of client.uidFetch("1:*", ["ENVELOPE", `BODY.PEEK[${part}]`])) {
    is<Same<typeof row.uid, number>>();
    assertEquals(row.envelope.subject, "s");
    assertEquals(row.sections.length, 1);
  }
});

/** A client whose server answers every command with these lines. */
async function answering(...lines: string[]): Promise<{ client: ImapClient; done: Promise<void> }> {
  return await selected(async (peer) => {
    const [tag] = (await peer.line()).split(" ");
    await peer.send(lines.map((line) => `${line}\r\n`).join("") + `${tag} OK done\r\n`);
  });
}

test("a row without the section that was asked for says so when sections are read", async () => {
  const { client } = await answering(
    "* 1 FETCH (UID 7 RFC822.SIZE 3)",
    '* 2 FETCH (UID 8 BODY[1] "x" RFC822.SIZE 3)',
  );
  const [lacking, whole] = await client.uidFetch("7:8", ["BODY.PEEK[1]", "RFC822.SIZE"]);
  assertEquals(whole!.sections.map(({ name }) => name), ["1"]);
  assertEquals([lacking!.uid, lacking!.size], [7, 3]);
  const error = assertThrows(() => lacking!.sections.length, ImapError);
  assertStringIncludes(error.message, "FETCH: message 1 has no BODY[...]: the server did not send it");
  client.close();
});

test("what a row promises and does not have says so when it is read, and no other row suffers", async () => {
  const envelope = '(NIL "two" NIL NIL NIL NIL NIL NIL NIL NIL)';
  const lines = ["* 1 FETCH (UID 7 ENVELOPE (broken))", `* 2 FETCH (UID 8 ENVELOPE ${envelope} FLAGS ())`];
  {
    const { client } = await answering(...lines);
    const [damaged, whole] = await client.fetch("1:2", ["UID", "ENVELOPE", "FLAGS"]);
    assertEquals([whole!.envelope.subject, whole!.flags], ["two", []]);
    assertEquals(damaged!.uid, 7);
    const error = assertThrows(() => damaged!.envelope.subject, ImapError);
    assertStringIncludes(
      error.message,
      "FETCH: message 1 has no ENVELOPE: what the server sent cannot be read",
    );
    const missing = assertThrows(() => damaged!.flags.length, ImapError);
    assertStringIncludes(missing.message, "has no FLAGS: the server did not send it");
    // It can be printed, copied and written as JSON all the same.
    assertStringIncludes(JSON.stringify(damaged), "ENVELOPE");
    assertEquals({ ...damaged }.seq, 1);
    client.close();
  }
  {
    const { client } = await answering(...lines);
    const seen: unknown[] = [];
    for await (const row of client.fetch("1:2", ["UID", "ENVELOPE"]).asSent()) {
      is<Same<typeof row.uid, number | undefined>>();
      seen.push(row.envelope?.subject);
    }
    assertEquals(seen, [undefined, "two"]);
    client.close();
  }
});

test("what STATUS promises and the server left out says so when it is read", async () => {
  const { client } = await answering('* STATUS "INBOX" (MESSAGES 2)');
  const status = await client.status("INBOX", ["MESSAGES", "UIDNEXT"]);
  assertEquals(status.messages, 2);
  assertStringIncludes(assertThrows(() => status.uidNext, ImapError).message, "STATUS has no UIDNEXT");
  client.close();
});

test("the result of a search is of a kind", async () => {
  await using server = await startServer({ mailboxes: { INBOX: ["x"] } });
  await using client = await connect({ transport: server.connect(), auth });
  await client.select("INBOX");
  const found = await client.search({ all: true });
  is<Same<typeof found.uid, boolean>>();
  is<Same<typeof found.all, SequenceSet>>();
  assertEquals(found.all.count, 1);
});
