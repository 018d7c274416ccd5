// The mailbox layer's turn. Runs under Deno, Bun and Node. The file is written by the pipeline of Node, as in imapflow's turn: `pipeTo` with
// `Writable.toWeb` takes 7 to 12 ms of processor time more, which are Node's own, at its first use in a process.

import { createWriteStream } from "node:fs";
import { argv, cpuUsage } from "node:process";
import { pipeline } from "node:stream/promises";
import { openAccount } from "../../../imap/mailbox/mod.ts";
import { peakFromNow } from "../peak.ts";

const task = JSON.parse(argv[2]!) as { port: number; job: string; file: string };
const peak = peakFromNow();
const begun = cpuUsage();
const started = performance.now();
const account = await openAccount({
  host: "127.0.0.1",
  port: task.port,
  tls: "plaintext",
  auth: { user: "alice", pass: "alice-pw" },
});
let result: number;
if (task.job === "newest") {
  const rows = [];
  for await (const m of account.mailbox("INBOX").messages({}, { newest: 50 })) {
    rows.push([m.subject, m.from[0]?.address, m.date, m.attachments.map(({ safeName }) => safeName)]);
  }
  result = rows.length;
} else {
  result = 0;
  for await (const m of account.mailbox("Big").messages({}, { newest: 1 })) {
    for (const a of m.attachments) {
      const file = createWriteStream(task.file);
      await pipeline(a.stream(), file);
      result += file.bytesWritten;
    }
  }
}
const milliseconds = performance.now() - started;
const { user, system } = cpuUsage(begun);
console.log(JSON.stringify({ milliseconds, cpu: (user + system) / 1000, result, rss: peak() }));
await account.close();
