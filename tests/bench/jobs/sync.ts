/**
 * What it takes to follow a mailbox of 100,000 messages: round trips, octets and the size of the cursor, for the three kinds of servers.
 *
 *     deno task bench:sync --count=100000
 */

import { type Change, type Cursor, openAccount } from "../../../imap/mailbox/mod.ts";
import { startServer } from "../../../imap/testing/mod.ts";
import { FlagDigests } from "../../../imap/mailbox/sync/flag_digests.ts";
import { packSeen } from "../../../imap/mailbox/sync/uid_set.ts";
import { SequenceSet } from "../../../imap/values/sequence_set.ts";
import { startRelay } from "./relay.ts";

const count = Number(/^--count=(\d+)$/.exec(Deno.args[0] ?? "")?.[1] ?? 100_000);
const kinds: Record<string, string[]> = {
  QRESYNC: [],
  CONDSTORE: ["QRESYNC"],
  neither: ["QRESYNC", "CONDSTORE"],
};
const message = (i: number) => `From: zoe@example.org\r\nSubject: ${i}\r\n\r\n${i}\r\n`;

for (const [kind, without] of Object.entries(kinds)) {
  const server = await startServer({
    without,
    mailboxes: { INBOX: Array.from({ length: count }, (_, i) => message(i)) },
  });
  const { port } = await server.listen();
  const relay = startRelay(port, 0);
  const account = await openAccount({
    host: "127.0.0.1",
    port: relay.port,
    tls: "plaintext",
    auth: { user: "alice", pass: "alice-pw" },
    connections: 1,
  });
  const inbox = account.mailbox("INBOX").readonly;
  let cursor: Cursor | undefined;
  const step = async (what: string, flagsEvery = 24 * 3_600_000) => {
    relay.take();
    const told: Record<string, number> = {};
    const started = performance.now();
    for await (const change of inbox.changes(cursor, { flagsEvery })) {
      told[change.type] = (told[change.type] ?? 0) + amount(change);
      if (change.type === "checkpoint") cursor = change.cursor;
    }
    const { trips, down, up } = relay.take();
    const ms = performance.now() - started;
    const size = JSON.stringify(cursor).length;
    delete told.checkpoint;
    console.log(
      `${kind.padEnd(9)} ${what.padEnd(22)} ${String(trips).padStart(3)} round trips, ` +
        `${String(down).padStart(9)} octets down, ${String(up).padStart(6)} up, cursor ${
          String(size).padStart(6)
        }, ` +
        `${ms.toFixed(0).padStart(6)} ms, ${JSON.stringify(told)}`,
    );
  };
  await step("first");
  await step("nothing new");
  for (let i = 0; i < 10; i++) server.append("INBOX", message(count + i));
  await step("10 new");
  for (let i = 0; i < 1_000; i++) server.setFlags("INBOX", 1 + i * Math.floor(count / 1_000), ["\\Seen"]);
  await step("1,000 flags", 0);
  server.expunge("INBOX", Array.from({ length: Math.floor(count / 2) }, (_, i) => 2 * i + 1));
  await step("every second one gone");
  await step("nothing new");
  await account.close();
  relay.close();
  await server.close();
}

// The server gives UIDs one after another; these are far from each other.
for (const gap of [1, 2, 30, 60, 1_000, 42_000]) {
  const next = () => gap === 1 ? 1 : 1 + Math.floor(Math.random() * (2 * gap - 1));
  const uids: number[] = [];
  for (let uid = 1; uids.length < count && uid <= 0xffff_fffe; uid += next()) uids.push(uid);
  const last = uids.at(-1)!;
  const seen = packSeen({ uids: SequenceSet.from(uids), shift: 0 }, uids.length, last);
  const flags = FlagDigests.of(seen.uids, []).pack(seen.uids).length;
  console.log(
    `cursor of ${uids.length} UIDs, one in ${gap}: ${seen.text.length} characters in cells of ${
      2 ** seen.shift
    }, ${flags} more for flags`,
  );
}

function amount(change: Change): number {
  return change.type === "gone" ? change.uids.count : 1;
}
