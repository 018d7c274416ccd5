import { test } from "node:test";
import { assert, assertEquals } from "@std/assert";
import { generateMessages, ManualClock, startServer } from "../../../imap/testing/mod.ts";
import { Consumer } from "./consumer.ts";
import { livesOf } from "./schedules.ts";
import { accountOn } from "./support.ts";

test("whatever goes wrong, the consumer of a watch has in the end what is in the mailbox, and nothing twice", async () => {
  const all = await livesOf(40, 1);
  // The faults do come about.
  assert(all.news > 100 && all.offline > 20 && all.kills > 10, JSON.stringify(all));
});

for (
  const [kind, without] of Object.entries({
    QRESYNC: [],
    CONDSTORE: ["QRESYNC"],
    neither: ["QRESYNC", "CONDSTORE"],
  })
) {
  test(`${kind}: a connection that drops after any octet of a sync costs nothing and doubles nothing`, async () => {
    // Each kind from another octet on.
    const first = Object.keys({ QRESYNC: 0, CONDSTORE: 0, neither: 0 }).indexOf(kind);
    const cuts = Array.from({ length: Math.ceil(longest / every) }, (_, i) => first + i * every);
    await Promise.all(cuts.map((cut) => cutAfter(cut, without)));
  });
}

/** More octets than the server sends in such a sync. */
const longest = 4_000;
/** All of them take a minute. */
const every = 17;

/** A sync whose connection ends after so many octets. */
async function cutAfter(cut: number, without: readonly string[]): Promise<void> {
  const clock = new ManualClock();
  await using server = await startServer({
    clock,
    without,
    mailboxes: { INBOX: generateMessages({ count: 4 }) },
  });
  const consumer = new Consumer();
  {
    await using account = await accountOn(server, { clock });
    consumer.begin();
    for await (const change of account.mailbox("INBOX").changes(undefined, { from: "all" })) {
      consumer.take(change);
    }
  }
  server.change({
    expunge: { oldest: 1 },
    setFlags: { messages: [2], flags: ["x"] },
    deliver: ["a: 1\n\n", "a: 2\n\n"],
  });
  server.faults.add({ connection: 2, dropSessionAfter: cut });
  const account = await accountOn(server, { clock, lazy: true });
  consumer.begin();
  const syncing = (async () => {
    const options = { from: "all" as const, flagsEvery: 0, batch: 1 };
    for await (const change of account.mailbox("INBOX").changes(consumer.cursor, options)) {
      consumer.take(change);
    }
  })();
  syncing.catch(() => {});
  await clock.advance(10_000);
  await syncing;
  assertEquals(consumer.differences(server), [], `after ${cut} octets`);
  const closing = account.close();
  await clock.advance(10_000);
  await closing;
  assertEquals(clock.timers, 0);
}
