// How long it is waited before the next try, and what makes the next failure the first one again.

import { test } from "node:test";
import { assertEquals } from "@std/assert";
import type { AccountEvent, WatchEvent } from "../../../imap/mailbox/mod.ts";
import { generateMessages, ManualClock, startServer } from "../../../imap/testing/mod.ts";
import { accountOn } from "./support.ts";

const waitsIn = (events: readonly (AccountEvent | WatchEvent)[]) =>
  events.flatMap((event) => "retryInMs" in event ? [event.retryInMs] : []);

test("connections that are lost one after the other while work gets done: each time it is the first failure", async () => {
  const clock = new ManualClock();
  await using server = await startServer({ clock, mailboxes: { INBOX: generateMessages({ count: 2 }) } });
  const events: AccountEvent[] = [];
  await using account = await accountOn(server, { clock, onState: (event) => void events.push(event) });
  for (let i = 0; i < 5; i++) {
    server.change({ restart: {} });
    const counted = account.mailbox("INBOX").counts();
    await clock.advance(30_000);
    assertEquals((await counted).messages, 2);
  }
  assertEquals(waitsIn(events), [1000, 1000, 1000, 1000, 1000]);
});

test("connections that get nothing done are lost: the waits grow, until one has lasted for five minutes", async () => {
  const clock = new ManualClock();
  await using server = await startServer({ clock, mailboxes: { INBOX: generateMessages({ count: 2 }) } });
  const events: AccountEvent[] = [];
  await using account = await accountOn(server, {
    clock,
    lazy: true,
    patience: 3_600_000,
    timeouts: { command: 3_600_000 },
    onState: (event) => void events.push(event),
  });
  server.faults.add({ on: "STATUS", times: 3, bye: "not now" });
  const counted = account.mailbox("INBOX").counts();
  await clock.advance(30_000);
  assertEquals(waitsIn(events), [1000, 1500, 3000]);
  assertEquals((await counted).messages, 2);
  // Nothing is finished between the failures, but a connection lives for a while, and then the next one is refused.
  events.length = 0;
  server.change({ restart: {} });
  server.faults.add({ on: "STATUS", nth: 1, bye: "not now" });
  server.faults.add({ on: "STATUS", nth: 2, delay: 330_000, dropAfter: 0 });
  server.faults.add({ on: "GREETING", nth: 3, bye: "not now" });
  const again = account.mailbox("INBOX").counts();
  await clock.advance(400_000);
  await again;
  assertEquals(waitsIn(events), [1000, 1500, 0, 1000]);
});

test("a watch that is refused for now waits longer each time, and after a look that succeeds from the beginning", async () => {
  const clock = new ManualClock();
  await using server = await startServer({ clock, mailboxes: { INBOX: generateMessages({ count: 2 }) } });
  await using account = await accountOn(server, { clock });
  const events: WatchEvent[] = [];
  const abort = new AbortController();
  const done = (async () => {
    for await (const event of account.mailbox("INBOX").watch({ signal: abort.signal })) events.push(event);
  })();
  await clock.advance(1_000);
  for (let day = 0; day < 3; day++) {
    events.length = 0;
    server.faults.add({ on: "EXAMINE", times: 4, refuse: { status: "NO", text: "[INUSE] later" } });
    server.append("INBOX", "Subject: x\r\n\r\n.\r\n");
    await clock.advance(60_000);
    assertEquals(waitsIn(events), [1000, 1500, 3000, 6000], `day ${day}`);
    assertEquals(events.slice(4).map(({ type }) => type), ["online", "new", "checkpoint"]);
  }
  // Refused in a way that does not say "for now", three times in a row, is refused for good; on three days it is not.
  for (let day = 0; day < 4; day++) {
    events.length = 0;
    server.faults.add({ on: "EXAMINE", times: 1, refuse: { status: "NO", text: "Internal error" } });
    server.append("INBOX", "Subject: x\r\n\r\n.\r\n");
    await clock.advance(60_000);
    assertEquals(events.map(({ type }) => type), ["offline", "online", "new", "checkpoint"]);
  }
  abort.abort();
  await clock.advance(100);
  await done;
});

test("a watch that asks from time to time is told that the server is back when it is, and not when it is time to ask", async () => {
  const clock = new ManualClock();
  await using server = await startServer({ clock, rev2: false, without: ["IDLE"] });
  await using account = await accountOn(server, { clock });
  const seen: [string, number][] = [];
  const abort = new AbortController();
  const done = (async () => {
    const options = { poll: 600_000, renew: 600_000, signal: abort.signal };
    for await (const { type } of account.mailbox("INBOX").watch(options)) {
      seen.push([type, clock.monotonic()]);
    }
  })();
  await clock.advance(1_000);
  seen.length = 0;
  server.faults.add({ on: "EXAMINE", times: 1, bye: "Restarting" });
  await clock.advance(605_000);
  const [offline, online] = seen as [[string, number], [string, number]];
  assertEquals([offline[0], online[0]], ["offline", "online"]);
  assertEquals(online[1] - offline[1] <= 2_000, true, `${online[1] - offline[1]} ms`);
  abort.abort();
  await clock.advance(100);
  await done;
});
