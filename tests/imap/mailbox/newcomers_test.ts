// Programs as people write them who have read the first page only: a result, or an error that says what to do.

import { test } from "node:test";
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { StateError } from "../../../imap/base/errors.ts";
import type { Cursor } from "../../../imap/mailbox/mod.ts";
import { generateMessages, startServer } from "../../../imap/testing/mod.ts";
import { accountOn } from "./support.ts";

const server = () =>
  startServer({
    mailboxes: { INBOX: generateMessages({ count: 3 }), Archive: { specialUse: ["\\Archive"] } },
  });

async function subjects(messages: AsyncIterable<{ subject: string }>): Promise<number> {
  let count = 0;
  for await (const _ of messages) count++;
  return count;
}

test("a second loop over the same messages, changes or events is an error and not silently empty", async () => {
  await using one = await server();
  await using account = await accountOn(one);
  const inbox = account.mailbox("INBOX");
  const messages = inbox.messages();
  assertEquals(await subjects(messages), 3);
  await assertRejects(() => subjects(messages), StateError, "call messages() again");
  const left = inbox.messages();
  for await (const _ of left) break;
  await assertRejects(() => subjects(left), StateError, "call messages() again");
  const failed = account.mailbox("No").messages();
  await assertRejects(() => subjects(failed), Error, "NO");
  await assertRejects(() => subjects(failed), StateError, "call messages() again");
  const changes = inbox.changes(undefined, { from: "all" });
  assertEquals((await Array.fromAsync(changes)).length, 4);
  await assertRejects(() => Array.fromAsync(changes), StateError, "call changes() again");
  const events = inbox.watch();
  for await (const _ of events) break;
  await assertRejects(() => Array.fromAsync(events), StateError, "call watch() again");
  // One that is not at its end goes on.
  const rest = inbox.messages();
  assertEquals((await rest.next()).value?.uid, 1);
  assertEquals(await subjects(rest), 2);
  const empty = account.mailbox("Archive").messages();
  assertEquals(await subjects(empty), 0);
});

test("a mailbox that is given by anything but its name", async () => {
  await using one = await server();
  await using account = await accountOn(one);
  const wrong = account as unknown as { mailbox(name?: unknown): unknown };
  assertThrows(() => wrong.mailbox(), TypeError, "by its name, not undefined");
  assertThrows(() => wrong.mailbox(""), TypeError, "by its name, not an empty text");
  assertThrows(() => wrong.mailbox({ role: "archive" }), TypeError, "mailboxFor() finds one by its role");
});

test("a login that was forgotten is named, unless the server wants none", async () => {
  await using one = await server();
  for (const lazy of [false, true]) {
    const opened = async () => {
      await using account = await accountOn(one, { auth: undefined, lazy });
      await account.mailbox("INBOX").counts();
    };
    await assertRejects(opened, StateError, 'openAccount() takes it as "auth"');
  }
  assertEquals(one.connections, 0);
  await using free = await startServer({ greeting: { type: "PREAUTH" } });
  await using account = await accountOn(free, { auth: undefined });
  assertEquals((await account.mailbox("INBOX").counts()).messages, 0);
});

test("a cursor that was not parsed, or is null, is named as such", async () => {
  await using one = await server();
  await using account = await accountOn(one);
  const inbox = account.mailbox("INBOX");
  for (const [cursor, said] of [["{}", "not text"], [null, "not null"], [7, "not a number"]] as const) {
    const given = cursor as unknown as Cursor;
    await assertRejects(() => Array.fromAsync(inbox.changes(given)), RangeError, said);
    await assertRejects(() => Array.fromAsync(inbox.watch({ cursor: given })), RangeError, said);
  }
});

test("what a query and a role cannot be is named", async () => {
  await using one = await server();
  await using account = await accountOn(one);
  const inbox = account.mailbox("INBOX");
  for (const name of ["from", "subject", "keyword", "messageId"]) {
    await assertRejects(
      () => subjects(inbox.messages({ [name]: [] })),
      RangeError,
      `"${name}" is an empty list`,
    );
  }
  await assertRejects(
    () => inbox.move(1, { role: "rubbish" as "junk" }),
    Error,
    "roles are all, archive, drafts",
  );
});

test("what was begun and not awaited ends with the account, and says so", async () => {
  await using one = await server();
  const account = await accountOn(one);
  const inbox = account.mailbox("INBOX");
  const begun = [
    inbox.flag(1, { add: ["x"] }),
    inbox.move(2, "Archive"),
    inbox.append("Subject: x\r\n\r\n.\r\n"),
    subjects(inbox.messages({ larger: 1 })),
    Array.fromAsync(inbox.changes(undefined, { from: "all" })),
    account.mailboxes({ counts: true }),
  ];
  const ended = Promise.allSettled(begun);
  await account.close();
  for (const one of await ended) {
    if (one.status === "rejected") {
      assertEquals(String(one.reason).includes("The account is closed"), true, `${one.reason}`);
    }
  }
});

test("messages of another mailbox are refused, and those from before a mailbox got new UIDs are skipped", async () => {
  await using one = await server();
  await using account = await accountOn(one);
  const inbox = account.mailbox("INBOX");
  const [m] = await Array.fromAsync(inbox.messages());
  for (const ref of [m!, m!.id]) {
    await assertRejects(() => account.mailbox("Archive").flag(ref, { add: ["x"] }), RangeError, "is not in");
  }
  one.changeUidValidity("INBOX");
  one.change({ restart: {} });
  const { done, skipped } = await inbox.flag([m!, 2], { add: ["x"] });
  assertEquals([`${done}`, `${skipped}`], ["2", "1"]);
  assertEquals(one.mailbox("INBOX").messages.map(({ flags }) => flags.includes("x")), [false, true, false]);
  await assertRejects(() => m!.text(), Error, "new UIDs");
  assertEquals(await account.message(m!.id), "reset");
});
