import { test } from "node:test";
import { assertEquals, assertRejects } from "@std/assert";
import { ConnectionError } from "../../../imap/base/errors.ts";
import { type Cursor, type CursorStore, syncStep } from "../../../imap/mailbox/mod.ts";
import { generateMessages, ManualClock, startServer } from "../../../imap/testing/mod.ts";
import { forSeedsAsync } from "../../support/seeded.ts";
import { Consumer } from "./consumer.ts";
import { accountOn } from "./support.ts";

class Store implements CursorStore {
  readonly texts = new Map<string, string>();
  load(key: string): Promise<Cursor | undefined> {
    const text = this.texts.get(key);
    return Promise.resolve(text === undefined ? undefined : JSON.parse(text));
  }
  save(key: string, next: Cursor, expected: Cursor | undefined): Promise<boolean> {
    const before = expected === undefined ? undefined : JSON.stringify(expected);
    if (this.texts.get(key) !== before) return Promise.resolve(false);
    this.texts.set(key, JSON.stringify(next));
    return Promise.resolve(true);
  }
}

test("a step does as much as its budget allows, and the next one goes on", async () => {
  await using server = await startServer({ mailboxes: { INBOX: generateMessages({ count: 25 }) } });
  await using account = await accountOn(server);
  const store = new Store();
  const got: number[] = [];
  const step = () =>
    syncStep(account.mailbox("INBOX").readonly, "k", store, (change) => {
      if (change.type === "new") got.push(change.message.uid);
    }, { from: "all", budget: { messages: 10 } });
  for (const [done, count] of [[false, 10], [false, 20], [true, 25], [true, 25]] as const) {
    const result = await step();
    assertEquals([result.done, result.conflict, got.length], [done, false, count]);
  }
  assertEquals(got, Array.from({ length: 25 }, (_, i) => i + 1));
});

test("a step ends at the first checkpoint after its time, its messages or its octets are used up", async () => {
  const message = `Subject: x\r\n\r\n${"x".repeat(85)}\r\n`;
  const budgets = [[{ ms: 1_000 }, 10], [{ messages: 12 }, 15], [{ bytes: 1_200 }, 15], [{}, 40]] as const;
  for (const [budget, expected] of budgets) {
    const clock = new ManualClock();
    await using server = await startServer({ clock, mailboxes: { INBOX: Array(40).fill(message) } });
    await using account = await accountOn(server, { clock });
    let count = 0;
    const take = async () => {
      count++;
      await clock.advance(100);
    };
    const options = { from: "all", batch: 5, budget } as const;
    const { done } = await syncStep(account.mailbox("INBOX").readonly, "k", new Store(), take, options);
    assertEquals([count, done], [expected, expected === 40], JSON.stringify(budget));
  }
});

test("a step that is given up says why, whatever the reason is", async () => {
  const clock = new ManualClock();
  await using server = await startServer({ clock });
  await using account = await accountOn(server, { clock });
  server.faults.add({ on: "EXAMINE", silence: true });
  const abort = new AbortController();
  const { signal } = abort;
  const step = syncStep(account.mailbox("INBOX").readonly, "k", new Store(), () => {}, { signal });
  step.catch(() => {});
  await clock.advance(1_000);
  // One that would be worth another try, had the connection failed with it.
  abort.abort(new ConnectionError("the worker is stopped"));
  await assertRejects(() => step, ConnectionError, "the worker is stopped");
  const closing = account.close();
  await clock.advance(10_000);
  await closing;
});

test("of two workers one saves, and the other gets a conflict", async () => {
  await using server = await startServer({ mailboxes: { INBOX: generateMessages({ count: 5 }) } });
  await using account = await accountOn(server);
  const store = new Store();
  const inbox = account.mailbox("INBOX").readonly;
  const slow = Promise.withResolvers<void>();
  const first = syncStep(inbox, "k", store, () => slow.promise, { from: "all" });
  assertEquals((await syncStep(inbox, "k", store, () => {}, { from: "all" })).done, true);
  slow.resolve();
  assertEquals((await first).conflict, true);
});

test("a server that cannot be reached is a time to come again, wrong credentials are an error", async () => {
  const clock = new ManualClock();
  await using server = await startServer({ clock });
  await using account = await accountOn(server, { clock, lazy: true, patience: 0 });
  server.faults.add({
    on: "EXAMINE",
    times: 1,
    refuse: { status: "NO", text: "[LIMIT] Suggested Backoff Time: 299961 milliseconds" },
  });
  const step = () => syncStep(account.mailbox("INBOX").readonly, "k", new Store(), () => {});
  assertEquals((await step()).retryAfterMs, 299_961);
  server.faults.clear();
  server.faults.add({ on: "AUTHENTICATE", refuse: { status: "NO", text: "[AUTHENTICATIONFAILED] no" } });
  server.change({ restart: {} });
  const failing = step();
  failing.catch(() => {});
  await clock.advance(60_000);
  const late = step();
  late.catch(() => {});
  await clock.advance(120_000);
  await assertRejects(() => late, Error, "AUTHENTICATIONFAILED");
});

test("results and cursor in one transaction: a worker that is killed at any step loses nothing and repeats nothing", async () => {
  await forSeedsAsync(6, async (random) => {
    await using server = await startServer({ mailboxes: { INBOX: generateMessages({ count: 12 }) } });
    const consumer = new Consumer();
    // Load and save of one transaction: what the consumer holds is committed with the cursor.
    const store: CursorStore = {
      load: () => Promise.resolve(consumer.cursor),
      save: (_, cursor) => {
        consumer.take({ type: "checkpoint", cursor });
        return Promise.resolve(true);
      },
    };
    for (let kill = 0; kill < 40; kill++) {
      server.append("INBOX", "Subject: x\n\nx\n");
      if (random.chance(0.5)) server.change({ expunge: { oldest: 1 } });
      await using account = await accountOn(server);
      consumer.begin();
      let steps = kill % 20;
      await syncStep(account.mailbox("INBOX").readonly, "k", store, (change) => {
        if (steps-- === 0) throw new Error("killed");
        consumer.take(change);
      }, { from: "all", batch: 3 }).catch((error) => {
        if (error.message !== "killed") throw error;
      });
    }
    await using account = await accountOn(server);
    consumer.begin();
    await syncStep(account.mailbox("INBOX").readonly, "k", store, (change) => consumer.take(change), {
      from: "all",
    });
    assertEquals(consumer.differences(server), []);
  });
});
