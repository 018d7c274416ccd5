// imapflow's turn: the same task through its own client. Plain JavaScript, so that every Node can run it.

import { argv, cpuUsage, exit } from "node:process";
import { ImapFlow } from "imapflow";

const task = JSON.parse(argv[2]);
const client = new ImapFlow({
  host: task.host,
  port: task.port,
  secure: false,
  doSTARTTLS: false,
  auth: { user: "alice", pass: "alice-pw" },
  logger: false,
  disableAutoIdle: true,
});
await client.connect();
await client.mailboxOpen(task.mailbox);

const query = task.mailbox === "Bodies"
  ? { uid: true, source: true }
  : { uid: true, flags: true, internalDate: true, size: true, envelope: true, bodyStructure: true };

async function pass() {
  let rows = 0;
  let octets = 0;
  for await (const message of client.fetch("1:*", query)) {
    rows++;
    if (message.source) octets += message.source.length;
  }
  return { rows, octets: octets || undefined };
}

const timing = { seconds: [], cpu: [], ...await pass() };
for (let i = 0; i < task.passes; i++) {
  const [started, before] = [performance.now(), cpuUsage()];
  await pass();
  const { user, system } = cpuUsage(before);
  timing.seconds.push((performance.now() - started) / 1000);
  timing.cpu.push((user + system) / 1e6);
}
await client.logout();
console.log(JSON.stringify(timing));
exit(0);
