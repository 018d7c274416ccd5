/**
 * How long the server for tests takes to be filled and to answer a full metadata FETCH for the first time:
 *
 *     deno task bench:server -- --count 20000
 */

import process from "node:process";
import { parseArgs } from "node:util";
import { generateMessages, startServer } from "@postern/postern/testing";

const { values } = parseArgs({
  args: process.argv.slice(2).filter((word) => word !== "--"),
  options: { count: { type: "string", default: "20000" } },
});
const count = Number(values.count);
/** Octets at the end of what has come in which the tagged answer is looked for. */
const LAST = 4_000;
const latin1 = new TextDecoder("latin1");

let last = performance.now();
let used = process.cpuUsage();
/** Prints how long a step took, and how much of the processor all threads used: on a busy machine that says more. */
function lap(what: string, more = ""): void {
  const now = performance.now();
  const { user, system } = process.cpuUsage(used);
  const processor = `${((user + system) / 1000).toFixed(0).padStart(6)} ms of the processor`;
  console.log(`${what.padEnd(28)} ${(now - last).toFixed(0).padStart(6)} ms ${processor}${more}`);
  last = performance.now();
  used = process.cpuUsage();
}

const messages = generateMessages({ count });
lap(`${count} messages generated`);
await using server = await startServer({ mailboxes: { INBOX: messages } });
lap("seeded");
const transport = server.connect();
const buffer = new Uint8Array(256 * 1024);

/** Sends a command and reads to its tagged answer; the lines of the answer are not looked at. */
async function run(tag: string, command: string): Promise<number> {
  await transport.write(new TextEncoder().encode(`${tag} ${command}\r\n`));
  let total = 0;
  let tail = "\n";
  while (!tail.includes(`\n${tag} `) || !tail.endsWith("\n")) {
    const read = await transport.read(buffer) ?? 0;
    if (read === 0) throw new Error("The server has gone");
    total += read;
    tail = (tail + latin1.decode(buffer.subarray(Math.max(0, read - LAST), read))).slice(-LAST);
  }
  return total;
}

await run("a", "LOGIN alice alice-pw");
await run("b", "SELECT INBOX");
lap("selected");
for (const time of ["first", "second"]) {
  const octets = await run(time, "FETCH 1:* (UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODYSTRUCTURE)");
  lap(`${time} metadata FETCH`, `   ${octets} octets`);
}
await transport.close();
