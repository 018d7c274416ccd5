/** Commands under Node.js. */

import { spawn } from "node:child_process";
import { Readable, Writable } from "node:stream";
import { type StreamPair, streamTransport } from "./streams.ts";
import type { Transport } from "./transport.ts";

/** Starts a program. */
export async function start(words: string[]): Promise<Transport> {
  const [program, ...args] = words;
  const child = spawn(program!, args, { stdio: ["pipe", "pipe", "inherit"] });
  await new Promise<void>((resolve, reject) => child.once("spawn", resolve).once("error", reject));
  child.on("error", () => {});
  return streamTransport({
    readable: Readable.toWeb(child.stdout) as StreamPair["readable"],
    writable: Writable.toWeb(child.stdin) as StreamPair["writable"],
  }, true);
}
