/**
 * Many mailboxes watched in one process, the embedded server included: memory, processor time, and how long it takes until all of them
 * have seen one change each.
 *
 *     deno task bench:watch --count=2000
 */

import { memoryUsage, resourceUsage } from "node:process";
import { openAccount } from "../../../imap/mailbox/mod.ts";
import { startServer } from "../../../imap/testing/mod.ts";

const count = Number(/^--count=(\d+)$/.exec(Deno.args[0] ?? "")?.[1] ?? 2_000);
const names = Array.from({ length: count }, (_, i) => `user${i}`);
const server = await startServer({
  users: Object.fromEntries(names.map((name) => [name, { password: "x" }])),
});
const before = memoryUsage().rss;
const stop = new AbortController();
let ready = 0;
let seen = 0;
const allReady = Promise.withResolvers<void>();
const allSeen = Promise.withResolvers<void>();
const started = performance.now();
const watches = names.map(async (user) => {
  await using account = await openAccount({
    host: "imap.example.org",
    dial: () => Promise.resolve(server.connect()),
    auth: { user, pass: "x" },
    connections: 1,
    gate: () => Promise.resolve({ [Symbol.dispose]() {} }),
  });
  for await (const change of account.mailbox("INBOX").watch({ signal: stop.signal })) {
    if (change.type === "checkpoint" && change.cursor.uidNext === 1 && ++ready === count) allReady.resolve();
    if (change.type === "new" && ++seen === count) allSeen.resolve();
  }
});
await allReady.promise;
const up = performance.now() - started;
// Until all of them wait.
await new Promise((resolve) => setTimeout(resolve, 5_000));
const held = memoryUsage().rss - before;
const cpu = () => {
  const { userCPUTime, systemCPUTime } = resourceUsage();
  return (userCPUTime + systemCPUTime) / 1e6;
};
const idle = cpu();
const changed = performance.now();
for (const user of names) server.append("INBOX", "Subject: x\n\nx\n", { user });
await allSeen.promise;
const took = performance.now() - changed;
console.log(
  `${count} watches up in ${(up / 1000).toFixed(1)} s, ${
    (held / 1024 / count).toFixed(0)
  } KiB each (client and server), ` +
    `all have seen a change after ${(took / 1000).toFixed(1)} s and ${
      (cpu() - idle).toFixed(1)
    } s of processor time`,
);
stop.abort();
await Promise.all(watches);
await server.close();
