// What a user writes: each line here is compiled by `deno task check`, and run. What is marked with @ts-expect-error must not
// compile, and is refused in words where the compiler is told to be silent.

import { test } from "node:test";
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { createMail, editHeaders, type Message, readMail } from "../../../email/mod.ts";
import {
  CommandError,
  connect,
  type DateTime,
  type Envelope,
  type FetchItem,
  type FetchRow,
  ImapError,
  isCode,
  SequenceSet,
} from "../../../imap/mod.ts";
import { type Cursor, openAccount, type ReadonlyMailbox } from "../../../imap/mailbox/mod.ts";
import { startServer } from "../../../imap/testing/mod.ts";

/** True where two types are the same. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false;
function is<_ extends true>(): void {}

const auth = { user: "alice", pass: "alice-pw" };
const mailboxes = {
  INBOX: ["From: zoe@example.org\nSubject: one\n\n1\n", "Subject: two\n\n2\n"],
  Trash: { specialUse: ["\\Trash"] },
};

async function withClient(
  use: (client: Awaited<ReturnType<typeof connect>>) => Promise<void>,
): Promise<void> {
  await using server = await startServer({ mailboxes });
  await using client = await connect({ transport: server.connect(), auth });
  await client.select("INBOX");
  await use(client);
}

test("types: status, select and list", async () => {
  await withClient(async (client) => {
    const { messages, unseen } = await client.status("INBOX", ["MESSAGES", "UNSEEN"]);
    is<Same<typeof messages, number>>();
    assertEquals(messages - unseen, 0);
    const one = await client.status("INBOX", ["UIDVALIDITY"] as const);
    is<Same<typeof one.uidValidity, number>>();
    is<Same<typeof one.messages, number | undefined>>();
    const { exists, flags, uidNext, readOnly } = await client.examine("INBOX");
    is<Same<typeof exists, number>>();
    is<Same<typeof flags, string[]>>();
    is<Same<typeof uidNext, number | undefined>>();
    assertEquals([exists, readOnly], [2, true]);
    const listed = await client.list("", "*", { returns: ["SPECIAL-USE"] });
    const names: string[] = listed.mailboxes.map(({ mailbox }) => mailbox);
    assertEquals(names.length, 2);
    // @ts-expect-error: an item that does not exist
    await assertRejects(async () => await client.status("INBOX", ["MESSAGE"]));
    // @ts-expect-error: the items are missing
    await assertRejects(async () => await client.status("INBOX"));
    // @ts-expect-error: the option is called condstore
    await assertRejects(async () => await client.select("INBOX", { condStore: true }));
    // @ts-expect-error: modSeq is a bigint
    await assertRejects(async () => await client.select("INBOX", { qresync: { uidValidity: 1, modSeq: 1 } }));
    // @ts-expect-error: modSeq is missing
    await assertRejects(async () => await client.select("INBOX", { qresync: { uidValidity: 1 } }));
  });
});

test("types: rows of FETCH by the items that were asked for", async () => {
  await withClient(async (client) => {
    const rows = await client.uidFetch("1:*", ["ENVELOPE", "FLAGS", "INTERNALDATE", "RFC822.SIZE"]);
    const row = rows[0]!;
    is<Same<typeof row.envelope, Envelope>>();
    is<Same<typeof row.flags, string[]>>();
    is<Same<typeof row.internalDate, DateTime>>();
    is<Same<typeof row.size, number>>();
    is<Same<typeof row.uid, number>>();
    const section = 1 as number;
    const [part] = await client.fetch(1, [`BODY.PEEK[${section}]`, "UID"]);
    is<Same<NonNullable<typeof part>["uid"], number>>();
    assertEquals(part?.sections.map(({ name }) => name), ["1"]);
    const some: FetchItem[] = ["UID"];
    const [loose] = await client.fetch([1, 2], some);
    is<Same<NonNullable<typeof loose>["flags"], string[] | undefined>>();
    assertEquals(loose?.uid, 1);
    const [sent] = await client.fetch("1", ["ENVELOPE"]).asSent();
    is<Same<NonNullable<typeof sent>["envelope"], Envelope | undefined>>();
    for await (const { uid, flags } of client.uidFetch("1:*", ["FLAGS"])) {
      assert(uid > 0 && flags.length >= 0);
    }
    for await (const body of client.uidFetch("1", ["BODY.PEEK[]"]).bodies()) {
      const stream: ReadableStream<Uint8Array> = body.stream;
      await stream.cancel();
    }
    function subjectOf(of: FetchRow<"ENVELOPE">): string | null {
      return of.envelope.subject;
    }
    assertEquals(subjectOf(row), "one");
    // @ts-expect-error: not an item
    await assertRejects(async () => await client.fetch("1", ["FLAG"]));
    // @ts-expect-error: not a section
    await assertRejects(async () => await client.fetch("1", ["BODY.PEEK["]));
    // @ts-expect-error: the items are a list
    await assertRejects(async () => await client.fetch("1"));
    // @ts-expect-error: not asked for
    assertThrows(() => row.bodyStructure.type);
  });
});

test("types: searches and their results", async () => {
  await withClient(async (client) => {
    const found = await client.uidSearch({ since: "2020-01-01", or: [{ from: "zoe" }, { larger: 1 }] });
    is<Same<typeof found.all, SequenceSet>>();
    const rows = await client.uidFetch(found, ["UID"]);
    assertEquals(rows.length, 2);
    const counted = await client.search({ all: true }, { returns: ["COUNT", "MAX"] });
    is<Same<typeof counted.count, number | undefined>>();
    assertEquals([counted.count, counted.max], [2, 2]);
    await client.uidCopy(SequenceSet.from([1]), "Trash");
    await client.uidStore([1, 2], "+FLAGS", ["\\Seen"]);
    // @ts-expect-error: misspelt
    await assertRejects(async () => await client.search({ form: "zoe" }));
    // @ts-expect-error: a day, not a Date
    await assertRejects(async () => await client.search({ since: new Date() }));
    // @ts-expect-error: a query, not text
    await assertRejects(async () => await client.search("UNSEEN"));
    // @ts-expect-error: not a return option
    await assertRejects(async () => await client.search({ all: true }, { returns: ["TOTAL"] }));
    // @ts-expect-error: the action comes before the flags
    await assertRejects(async () => await client.store("1", ["\\Seen"]));
    // @ts-expect-error: not an action
    await assertRejects(async () => await client.store("1", "add", ["\\Seen"]));
    const search = client.uidSearch({ all: true });
    // @ts-expect-error: a promise
    await assertRejects(async () => await client.uidFetch(search, ["UID"]), TypeError, "awaited");
  });
});

test("types: errors and their codes", async () => {
  await withClient(async (client) => {
    const error = await assertRejects(() => client.append("Nowhere", "Subject: x\r\n\r\n"), CommandError);
    if (isCode(error.code, "TRYCREATE")) is<Same<typeof error.code.name, "TRYCREATE">>();
    assertEquals(error.code?.name, "TRYCREATE");
    const wait: number | undefined = error.retryAfterMs;
    assertEquals([wait, error.retryable, error.command], [undefined, false, "APPEND"]);
    const any: unknown = error;
    if (any instanceof ImapError) is<Same<typeof any.code, ImapError["code"]>>();
    const controller = new AbortController();
    await client.noop({ signal: controller.signal, timeout: 1_000 });
    // @ts-expect-error: the controller, not its signal
    await assertRejects(async () => await client.noop({ signal: controller }));
    // @ts-expect-error: misspelt
    await assertRejects(async () => await client.noop({ timeOut: 5 }));
  });
});

test("types: connect", async () => {
  // @ts-expect-error: the name is pass
  await assertRejects(() => connect({ host: "127.0.0.1", auth: { user: "a", password: "b" } }));
  // @ts-expect-error: no such mode
  await assertRejects(() => connect({ host: "127.0.0.1", tls: "ssl" }));
  // @ts-expect-error: a port is a number
  await assertRejects(() => connect({ host: "127.0.0.1", port: "993" }));
  // @ts-expect-error: neither host nor transport
  await assertRejects(() => connect({ auth }));
});

test("types: accounts, mailboxes and messages", async () => {
  await using server = await startServer({ mailboxes });
  const dial = () => Promise.resolve(server.connect());
  await using account = await openAccount({ host: "imap.example.org", dial, auth });
  const inbox = account.mailbox("INBOX");
  const readonly: ReadonlyMailbox = inbox.readonly;
  const subjects: string[] = [];
  for await (const m of readonly.messages({ unseen: true, since: "2020-01-01" }, { newest: 5 })) {
    is<Same<typeof m.date, Date | undefined>>();
    const address: string | undefined = m.from[0]?.address;
    subjects.push(`${address}: ${m.subject}`);
    const text: string | undefined = await m.text();
    assert(text !== undefined);
  }
  assertEquals(subjects.length, 2);
  let cursor: Cursor | undefined;
  for await (const change of inbox.changes(cursor)) {
    if (change.type === "checkpoint") cursor = change.cursor;
    else if (change.type === "new") is<Same<typeof change.message.subject, string>>();
  }
  assert(cursor !== undefined);
  const { done } = await inbox.flag([1], { add: ["\\Flagged"] });
  is<Same<typeof done, SequenceSet>>();
  await inbox.move({ uid: [1] } as never, { role: "trash" }).catch(() => {});
  // @ts-expect-error: read-only
  assertEquals(readonly.delete, undefined);
  // @ts-expect-error: the change is an object
  await assertRejects(async () => await inbox.flag([1], ["\\Seen"]));
  // @ts-expect-error: not a role
  await assertRejects(async () => await inbox.move([2], { role: "bin" }));
  // @ts-expect-error: a query is an object
  await assertRejects(async () => await inbox.messages("UNSEEN").next());
});

test("types: mail", () => {
  const message: Message = createMail({
    from: "a@example.org",
    to: ["b@example.org"],
    subject: "x",
    text: "y",
  });
  const mail = readMail(message.asBytes());
  is<Same<typeof mail.date, Date | undefined>>();
  is<Same<typeof mail.text, string | undefined>>();
  assertEquals(mail.to.map(({ address }) => address), ["b@example.org"]);
  const edited: Uint8Array = editHeaders(message.asBytes(), { set: { Subject: "z" } });
  assertEquals(readMail(edited).subject, "z");
  // @ts-expect-error: misspelt
  assertThrows(() => createMail({ form: "a@example.org" }), TypeError, "from");
  const from = "a@example.org";
  // @ts-expect-error: a file has fileName
  assertThrows(() => createMail({ from, attachments: [{ filename: "x", content: "y" }] }), TypeError);
  // @ts-expect-error: one text
  assertThrows(() => createMail({ from: "a@example.org", subject: 5 }), TypeError);
  // @ts-expect-error: octets
  assertThrows(() => editHeaders(5, { set: { Subject: "z" } }), TypeError);
});
