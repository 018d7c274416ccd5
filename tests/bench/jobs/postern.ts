// The mailbox layer's turn. Runs under Deno, Bun and Node.

import { createWriteStream } from "node:fs";
import { argv, cpuUsage, memoryUsage, resourceUsage } from "node:process";
import { Writable } from "node:stream";
import { openAccount } from "../../../imap/mailbox/mod.ts";

const task = JSON.parse(argv[2]!) as { port: number; job: string; file: string };
const idle = memoryUsage().rss;
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
      await a.stream().pipeTo(Writable.toWeb(file) as WritableStream<Uint8Array>);
      result += file.bytesWritten;
    }
  }
}
const milliseconds = performance.now() - started;
const { user, system } = cpuUsage(begun);
const rss = (resourceUsage().maxRSS * 1024 - idle) / 1024 / 1024;
console.log(JSON.stringify({ milliseconds, cpu: (user + system) / 1000, result, rss }));
await account.close();
