// Calls that are given up, by a signal or by closing the account: they end at once, wherever they are, and leave nothing.

import { test } from "node:test";
import { assertEquals, assertRejects } from "@std/assert";
import { StateError } from "../../../imap/base/errors.ts";
import type { Account } from "../../../imap/mailbox/mod.ts";
import { generateMessages, ManualClock, startServer } from "../../../imap/testing/mod.ts";
import { accountOn, countingSignal, mailWith } from "./support.ts";

const mailboxes = () => ({
  INBOX: generateMessages({ count: 5 }),
  Work: generateMessages({ count: 3 }),
  Archive: [],
});

/** How a call has ended; "underway" while it has not. */
function outcomeOf(call: Promise<unknown>): () => string {
  let outcome = "underway";
  call.then(
    () => outcome = "done",
    (error) => outcome = `${(error as Error).name}: ${(error as Error).message}`,
  );
  return () => outcome;
}

test("a signal that accounts are opened with holds none of those that were closed", async () => {
  await using server = await startServer();
  const { signal, abort, listeners } = countingSignal();
  for (let i = 0; i < 3; i++) {
    await using account = await accountOn(server, { signal, lazy: i === 1 });
    await account.mailbox("INBOX").counts({ signal });
  }
  const refused = accountOn(server, { signal, auth: { user: "alice", pass: "wrong" } });
  await assertRejects(() => refused);
  assertEquals(listeners(), 0);
  const last = await accountOn(server, { signal });
  abort();
  await assertRejects(() => last.mailbox("INBOX").counts(), StateError);
});

test("a call that waits for its next try ends when the account is closed, and so does one that waits for a connection", async () => {
  const clock = new ManualClock();
  await using server = await startServer({ clock, mailboxes: mailboxes() });
  const account = await accountOn(server, { clock });
  server.faults.add({ on: "STATUS", refuse: { status: "NO", text: "[UNAVAILABLE] later" } });
  const refused = outcomeOf(account.mailbox("INBOX").counts());
  await clock.advance(100);
  server.faults.add({ on: "GREETING", bye: "not yet" });
  server.change({ restart: {} });
  const unreachable = outcomeOf(Array.fromAsync(account.mailbox("Work").messages()));
  await clock.advance(100);
  // It waits for the time at which the next connection may be made.
  const early = outcomeOf(account.mailbox("Archive").counts());
  await clock.advance(100);
  assertEquals([refused(), unreachable(), early()], ["underway", "underway", "underway"]);
  const closing = account.close();
  await clock.advance(0);
  await closing;
  for (const outcome of [refused(), unreachable(), early()]) {
    assertEquals(outcome.split(" (")[0], "StateError: The account is closed");
  }
  assertEquals(clock.timers, 0);
});

const calls: Record<string, [on: string, (account: Account, signal: AbortSignal) => Promise<unknown>]> = {
  "a list whose mailbox is being opened": [
    "EXAMINE",
    (account, signal) => Array.fromAsync(account.mailbox("Work").messages({}, { signal })),
  ],
  "changes whose mailbox is being opened": [
    "EXAMINE",
    (account, signal) => Array.fromAsync(account.mailbox("Work").changes(undefined, { signal })),
  ],
  "changes whose messages are coming": [
    "UID FETCH",
    (account, signal) => Array.fromAsync(account.mailbox("Work").changes(undefined, { from: "all", signal })),
  ],
  "a text that is coming": ["UID FETCH", async (account, signal) => {
    const [m] = await Array.fromAsync(account.mailbox("Work").messages({}, { newest: 1 }));
    await m!.text({ signal });
  }],
  "a verb whose mailbox is being opened": [
    "SELECT",
    (account, signal) => account.mailbox("Work").flag([1], { add: ["x"] }, { signal }),
  ],
  "a list whose rows are coming": [
    "UID FETCH",
    (account, signal) => Array.fromAsync(account.mailbox("Work").messages({ larger: 1 }, { signal })),
  ],
  "flags that are being changed": [
    "UID STORE",
    (account, signal) => account.mailbox("Work").flag([1], { add: ["x"] }, { signal }),
  ],
  "messages that are being moved": [
    "UID MOVE",
    (account, signal) => account.mailbox("Work").move([1], "Archive", { signal }),
  ],
  "messages that are being copied": [
    "UID COPY",
    (account, signal) => account.mailbox("Work").copy([1], "Archive", { signal }),
  ],
  "messages that are being removed": [
    "UID EXPUNGE",
    (account, signal) => account.mailbox("Work").delete([1], { forever: true, signal }),
  ],
  "numbers that are being counted": [
    "STATUS",
    (account, signal) => account.mailbox("Work").counts({ signal }),
  ],
  "mailboxes that are being listed": ["LIST", (account, signal) => account.mailboxes({ signal })],
  "a mailbox that is being created": ["CREATE", (account, signal) => account.create("New", { signal })],
};

test("a stream that is cancelled ends at once, also while a piece of it is on its way", async () => {
  const clock = new ManualClock();
  await using server = await startServer({
    clock,
    mailboxes: { INBOX: [mailWith("files", { "long.bin": "x".repeat(4_500_000) })] },
  });
  await using account = await accountOn(server, { clock, connections: 1 });
  const listed = Array.fromAsync(account.mailbox("INBOX").messages());
  await clock.advance(10);
  const [m] = await listed;
  for (const nth of [1, 2]) {
    server.faults.clear();
    server.faults.add({ on: "UID FETCH", nth, delay: 60_000 });
    const { signal, listeners } = countingSignal();
    const reader = m!.attachments[0]!.stream({ signal }).getReader();
    let octets = 0;
    const reading = (async () => {
      for (let next = await reader.read(); !next.done; next = await reader.read()) {
        octets += next.value.length;
      }
    })();
    await clock.advance(1_000);
    assertEquals(octets > 0, nth === 2);
    const cancelled = outcomeOf(reader.cancel());
    await clock.advance(0);
    assertEquals([cancelled(), listeners()], ["done", 0]);
    await reading;
    const counted = account.mailbox("INBOX").counts();
    await clock.advance(120_000);
    assertEquals((await counted).messages, 1);
  }
  const closing = account.close();
  await clock.advance(10_000);
  await closing;
  assertEquals(clock.timers, 0);
});

for (const [what, [on, call]] of Object.entries(calls)) {
  test(`a signal ends at once: ${what}; the connection is used on as it is`, async () => {
    const clock = new ManualClock();
    await using server = await startServer({ clock, mailboxes: mailboxes() });
    await using account = await accountOn(server, { clock, connections: 1 });
    await clock.advance(10);
    server.faults.add({ on, nth: 1, delay: 20_000 });
    const { signal, abort, listeners } = countingSignal();
    const outcome = outcomeOf(call(account, signal));
    await clock.advance(1_000);
    assertEquals(outcome(), "underway");
    abort(new Error("enough"));
    await clock.advance(0);
    assertEquals([outcome(), listeners()], ["Error: enough", 0]);
    // What was underway is finished by the server, and taken for nothing else.
    const found = account.message(`v1:${server.mailbox("Work").uidValidity}:2:Work`);
    const next = ["INBOX", "Work", "INBOX"].map((name) => Array.fromAsync(account.mailbox(name).messages()));
    await clock.advance(60_000);
    assertEquals(typeof await found, "object");
    const lengths = (await Promise.all(next)).map(({ length }) => length);
    const left = server.mailbox("Work").messages.length;
    assertEquals([lengths, server.connections], [[5, left, 5], 1]);
    for (const list of await Promise.all(next)) {
      for (const message of list) {
        assertEquals(message.uidValidity, server.mailbox(message.mailbox).uidValidity);
      }
    }
    const closing = account.close();
    await clock.advance(10_000);
    await closing;
    assertEquals(clock.timers, 0);
  });
}

test("an account that is given up while it is opened: the signal's reason, wherever it waits", async () => {
  const never = () => new Promise<never>(() => {});
  for (const where of [{ dial: never }, { gate: never }]) {
    await using server = await startServer();
    const controller = new AbortController();
    const opened = accountOn(server, { ...where, signal: controller.signal });
    opened.catch(() => {});
    await Promise.resolve();
    controller.abort(new RangeError("enough"));
    await assertRejects(() => opened, RangeError, "enough");
  }
});
