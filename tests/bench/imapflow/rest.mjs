// What a connection of imapflow holds in IDLE: the same task as memory_side.ts, with the same server.

import { readFileSync } from "node:fs";
import { argv, exit } from "node:process";
import { ImapFlow } from "imapflow";

const task = JSON.parse(argv.at(-1));

function memory() {
  return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync("/proc/self/status", "latin1"))[1]);
}

const all = [];
async function idling(count) {
  for (let i = 0; i < count; i++) {
    const client = new ImapFlow({
      host: "127.0.0.1",
      port: task.port,
      secure: false,
      doSTARTTLS: false,
      auth: { user: "alice", pass: "alice-pw" },
      logger: false,
      disableAutoIdle: true,
    });
    client.on("error", () => {});
    await client.connect();
    await client.mailboxOpen("INBOX");
    client.idle().catch(() => {});
    all.push(client);
  }
}

await idling(20);
const before = memory();
await idling(task.count);
await new Promise((resolve) => setTimeout(resolve, task.seconds * 1000));
console.log(JSON.stringify({ kib: (memory() - before) / task.count }));
exit(0);
