// imapflow's stream splitter, parser and row formatter without a socket, as its own client chains them.

import { readFileSync } from "node:fs";
import { argv, cpuUsage, exit } from "node:process";
import { ImapStream } from "imapflow/lib/handler/imap-stream.js";
import { parser } from "imapflow/lib/handler/imap-handler.js";
import { formatMessageResponse } from "imapflow/lib/tools.js";

const PIECE = 64 * 1024;
const task = JSON.parse(argv[2]);
const octets = readFileSync(task.mailbox);
const mailbox = { path: "INBOX", uidValidity: 1n, flags: new Set(), permanentFlags: new Set() };

async function pass() {
  const stream = new ImapStream({ logger: { error() {} } });
  let rows = 0;
  const done = new Promise((resolve, reject) => {
    stream.on("readable", async () => {
      try {
        for (let data = stream.read(); data !== null; data = stream.read()) {
          const parsed = await parser(data.payload, { literals: data.literals });
          const row = await formatMessageResponse(parsed, mailbox);
          if (row.envelope === undefined) throw new Error("a row lacks its envelope");
          rows++;
          data.next();
        }
      } catch (error) {
        reject(error);
      }
    });
    stream.on("end", resolve);
    stream.on("error", reject);
  });
  for (let at = 0; at < octets.length; at += PIECE) {
    if (!stream.write(octets.subarray(at, at + PIECE))) {
      await new Promise((resolve) => stream.once("drain", resolve));
    }
  }
  stream.end();
  await done;
  return { rows };
}

const timing = { seconds: [], cpu: [], ...await pass() };
for (let i = 0; i < task.passes; i++) {
  const [started, before] = [performance.now(), cpuUsage()];
  await pass();
  const { user, system } = cpuUsage(before);
  timing.seconds.push((performance.now() - started) / 1000);
  timing.cpu.push((user + system) / 1e6);
}
console.log(JSON.stringify(timing));
exit(0);
