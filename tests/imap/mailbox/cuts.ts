/** A sync whose connection drops after so many octets of the server. */

import { assertEquals } from "@std/assert";
import { generateMessages, ManualClock, startServer } from "../../../imap/testing/mod.ts";
import { Consumer } from "./consumer.ts";
import { accountOn } from "./support.ts";

/** What servers lack. */
export const kindsOfSync: Readonly<Record<string, readonly string[]>> = {
  QRESYNC: [],
  CONDSTORE: ["QRESYNC"],
  neither: ["QRESYNC", "CONDSTORE"],
};

/** More octets than the server sends in such a sync. */
const longest = 4_000;
/** So many at once: most of each is waiting. */
const atOnce = 64;

/** Cuts after every so many octets, from some octet on. Gives how often. */
export async function cutAll(kind: string, first: number, every: number): Promise<number> {
  const cuts = Array.from({ length: Math.ceil((longest - first) / every) }, (_, i) => first + i * every);
  for (let at = 0; at < cuts.length; at += atOnce) {
    await Promise.all(cuts.slice(at, at + atOnce).map((cut) => cutAfter(cut, kindsOfSync[kind]!)));
  }
  return cuts.length;
}

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
