// Whoever watches several mailboxes of several accounts is told of which one an error is.

import { test } from "node:test";
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { AuthError, CommandError, ImapError } from "../../../imap/base/errors.ts";
import type { Account } from "../../../imap/mailbox/mod.ts";
import { generateMessages, startServer } from "../../../imap/testing/mod.ts";
import { accountOn } from "./support.ts";

const account = "alice at imap.example.org";

const refused: Record<string, [(account: Account) => Promise<unknown>, mailbox: string, words: string]> = {
  "a list": [(a) => Array.fromAsync(a.mailbox("No").messages()), "No", 'mailbox "No"'],
  "counts": [(a) => a.mailbox("No").counts(), "No", 'mailbox "No"'],
  "changes": [(a) => Array.fromAsync(a.mailbox("No").changes()), "No", 'mailbox "No"'],
  "a watch": [(a) => Array.fromAsync(a.mailbox("No").watch()), "No", 'mailbox "No"'],
  "flags": [(a) => a.mailbox("No").flag(1, { add: ["\\Seen"] }), "No", 'mailbox "No"'],
  "a copy": [(a) => a.mailbox("INBOX").copy(1, "No"), "INBOX", 'mailbox "INBOX" to "No"'],
  "a move": [(a) => a.mailbox("INBOX").move(1, "No"), "INBOX", 'mailbox "INBOX" to "No"'],
  "a message that is added": [(a) => a.mailbox("No").append("Subject: x\r\n\r\n"), "No", 'mailbox "No"'],
  "a deletion": [(a) => a.delete("No"), "No", 'mailbox "No"'],
  "a new name": [(a) => a.rename("No", "Yes"), "No", 'mailbox "No" to "Yes"'],
};

for (const [what, [act, mailbox, words]] of Object.entries(refused)) {
  test(`the refusal of ${what} says of which mailbox of which account it is`, async () => {
    await using server = await startServer({ mailboxes: { INBOX: generateMessages({ count: 2 }) } });
    await using one = await accountOn(server);
    const error = await assertRejects(() => act(one), CommandError);
    assertEquals([error.account, error.mailbox], [account, mailbox]);
    assert(error.message.endsWith(` (${words} of ${account})`), error.message);
    assertStringIncludes(error.stack!, error.message);
    assertEquals(error.message.split(account).length, 2, "once");
    assertEquals(JSON.parse(JSON.stringify(error)).mailbox, mailbox);
  });
}

test("a login that is refused, and a server that is not there, say which account it is and no mailbox", async () => {
  await using server = await startServer({ mailboxes: { INBOX: [] } });
  const wrong = await accountOn(server, { auth: { user: "alice", pass: "wrong" }, lazy: true });
  const both = await Promise.allSettled([wrong.mailbox("INBOX").counts(), wrong.mailbox("Archive").counts()]);
  for (const one of both) {
    const error: unknown = one.status === "rejected" ? one.reason : undefined;
    if (!(error instanceof AuthError)) throw new Error(`${error}`);
    assertEquals([error.account, error.mailbox], [account, undefined]);
    assert(error.message.endsWith(` (${account})`), error.message);
  }
  await wrong.close();
});

test("what a watch is offline for says which mailbox it was", async () => {
  await using server = await startServer({ mailboxes: { INBOX: [] } });
  server.faults.add({ on: "EXAMINE", times: 1, refuse: { status: "NO", text: "[INUSE] Later" } });
  await using one = await accountOn(server);
  for await (const event of one.mailbox("INBOX").watch()) {
    if (event.type !== "offline") continue;
    const { error } = event;
    if (!(error instanceof ImapError)) throw new Error(`${error}`);
    assertEquals([error.account, error.mailbox], [account, "INBOX"]);
    return;
  }
});

test("what the caller did wrong, and his own signal, are left as they are", async () => {
  await using server = await startServer({ mailboxes: { INBOX: [] } });
  await using one = await accountOn(server);
  const reason = new ImapError("enough");
  await assertRejects(() => one.mailboxes({ signal: AbortSignal.abort(new Error("mine")) }), Error, "mine");
  const failed = await assertRejects(
    () => one.mailbox("INBOX").counts({ signal: AbortSignal.abort(reason) }),
    ImapError,
  );
  assertEquals([failed === reason, failed.message], [true, "enough"]);
});
