// What any client pays for the file: one FETCH without ranges from a plain socket, base64 undone by the platform, written in order.

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
  last = Buffer.concat([last, value]);
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
socket.write("c FETCH 1 (BODY.PEEK[2])\r\n");
let left = Number(/\{(\d+)\}$/.exec(await line("* 1 FETCH"))![1]);
const file = createWriteStream(task.file);
while (left > 0) {
  if (last.length === 0) await more();
  // Whole lines hold whole groups.
  const lines = last.length >= left ? left : last.lastIndexOf("\n") + 1;
  if (lines === 0) {
    await more();
    continue;
  }
  left -= lines;
  const decoded = Buffer.from(last.toString("latin1", 0, lines), "base64");
  last = last.subarray(lines);
  if (!file.write(decoded)) await new Promise<void>((resolve) => file.once("drain", () => resolve()));
  if (left > 0 && last.indexOf("\n") < 0) await more();
}
await line("c OK");
await new Promise<void>((resolve) => file.end(() => resolve()));
const milliseconds = performance.now() - started;
const { user, system } = cpuUsage(begun);
console.log(
  JSON.stringify({ milliseconds, cpu: (user + system) / 1000, result: file.bytesWritten, rss: peak() }),
);
exit(0);
