import { test } from "node:test";
import { assert, assertEquals } from "@std/assert";
import { generateMessages, ManualClock, startServer } from "../../../imap/testing/mod.ts";
import { forSeedsAsync } from "../../support/seeded.ts";
import { Consumer } from "./consumer.ts";
import { oneLife } from "./schedules.ts";
import { accountOn } from "./support.ts";

test("whatever goes wrong, the consumer of a watch has in the end what is in the mailbox, and nothing twice", async () => {
  const all = { news: 0, offline: 0, kills: 0 };
  await forSeedsAsync(15, async (random) => {
    const counts = await oneLife(random);
    for (const name of ["news", "offline", "kills"] as const) all[name] += counts[name];
  });
  // The faults do come about.
  assert(all.news > 40 && all.offline > 5 && all.kills > 3, JSON.stringify(all));
});

for (
  const [kind, without] of Object.entries({
    QRESYNC: [],
    CONDSTORE: ["QRESYNC"],
    neither: ["QRESYNC", "CONDSTORE"],
  })
) {
  test(`${kind}: a connection that drops after any octet of a sync costs nothing and doubles nothing`, async () => {
    // Every 31st octet, each kind from another one on; `fuzz.ts` has other places each time.
    const first = Object.keys({ QRESYNC: 0, CONDSTORE: 0, neither: 0 }).indexOf(kind);
    for (let cut = first; cut < 4_000; cut += 31) {
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
      const log = server.log.length;
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
      // The connection outlived the sync: nothing is cut off any more.
      if (!server.log.slice(log).includes("\n3 ")) break;
    }
  });
}
