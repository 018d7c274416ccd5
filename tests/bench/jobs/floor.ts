// What any client pays for the file: one FETCH of the decoded part, without ranges, from a plain socket, written in order.

import { Buffer } from "node:buffer";
import { createWriteStream } from "node:fs";
import { connect } from "node:net";
import { argv, cpuUsage, exit } from "node:process";
import { peakFromNow } from "../peak.ts";

const task = JSON.parse(argv[2]!) as { port: number; file: string };
const peak = peakFromNow();
const begun = cpuUsage();
const started = performance.now();
const socket = connect({ host: "127.0.0.1", port: task.port, noDelay: true });
const chunks = socket[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
let last: Buffer = Buffer.alloc(0);

async function more(): Promise<void> {
  const { done, value } = await chunks.next();
  if (done) throw new Error("the server closed");
  last = last.length === 0 ? value : Buffer.concat([last, value]);
}

/** Reads to the end of the line that begins with this, and returns that line. */
async function line(beginning: string): Promise<string> {
  for (;;) {
    const end = last.indexOf("\r\n");
    if (end < 0) {
      await more();
      continue;
    }
    const text = last.toString("latin1", 0, end);
    last = last.subarray(end + 2);
    if (text.startsWith(beginning)) return text;
  }
}

await line("* OK");
socket.write("a LOGIN alice alice-pw\r\n");
await line("a OK");
socket.write("b EXAMINE Big\r\n");
await line("b OK");
socket.write("c FETCH 1 (BINARY.PEEK[2])\r\n");
let left = Number(/\{(\d+)\}$/.exec(await line("* 1 FETCH"))![1]);
const file = createWriteStream(task.file);
while (left > 0) {
  if (last.length === 0) await more();
  const octets = last.subarray(0, left);
  last = last.subarray(octets.length);
  left -= octets.length;
  if (!file.write(octets)) await new Promise<void>((resolve) => file.once("drain", () => resolve()));
}
await line("c OK");
await new Promise<void>((resolve) => file.end(() => resolve()));
const milliseconds = performance.now() - started;
const { user, system } = cpuUsage(begun);
console.log(
  JSON.stringify({ milliseconds, cpu: (user + system) / 1000, result: file.bytesWritten, rss: peak() }),
);
exit(0);
