// imapflow's turn: the same jobs.

import { createWriteStream, readFileSync, writeFileSync } from "node:fs";
import { argv, cpuUsage, exit } from "node:process";
import { pipeline } from "node:stream/promises";
import { ImapFlow } from "imapflow";

const task = JSON.parse(argv[2]);
// As `peakFromNow` of ../peak.ts.
const memory = (which) => Number(RegExp(`^${which}:\\s+(\\d+)`, "m").exec(readFileSync("/proc/self/status", "latin1"))[1]);
writeFileSync("/proc/self/clear_refs", "5");
const idle = memory("VmRSS");
const begun = cpuUsage();
const started = performance.now();
const client = new ImapFlow({
  host: "127.0.0.1",
  port: task.port,
  secure: false,
  doSTARTTLS: false,
  auth: { user: "alice", pass: "alice-pw" },
  logger: false,
});
await client.connect();

function filesOf(node, found = []) {
  if (node.disposition === "attachment") found.push(node);
  for (const child of node.childNodes ?? []) filesOf(child, found);
  return found;
}

let result = 0;
if (task.job === "newest") {
  const lock = await client.getMailboxLock("INBOX", { readOnly: true });
  const first = Math.max(1, client.mailbox.exists - 49);
  for await (const m of client.fetch(`${first}:*`, { envelope: true, bodyStructure: true })) {
    const names = filesOf(m.bodyStructure).map((node) => node.dispositionParameters?.filename);
    if (m.envelope.subject !== undefined && m.envelope.from !== undefined && names) result++;
  }
  lock.release();
} else {
  const lock = await client.getMailboxLock("Big", { readOnly: true });
  const m = await client.fetchOne("*", { uid: true, bodyStructure: true });
  for (const node of filesOf(m.bodyStructure)) {
    const { content } = await client.download(m.uid, node.part, { uid: true });
    const file = createWriteStream(task.file);
    await pipeline(content, file);
    result += file.bytesWritten;
  }
  lock.release();
}
const milliseconds = performance.now() - started;
const { user, system } = cpuUsage(begun);
const rss = (memory("VmHWM") - idle) / 1024;
console.log(JSON.stringify({ milliseconds, cpu: (user + system) / 1000, result, rss }));
await client.logout();
exit(0);
