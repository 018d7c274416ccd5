/** Commands under Node.js. */

import { type StreamPair, streamTransport } from "./streams.ts";
import type { Transport } from "./transport.ts";

/** Starts a program. */
export async function start(words: string[]): Promise<Transport> {
  // Not at the top of the file: a bundle for another runtime may hold this file and must load without Node.js.
  const { spawn } = await import("node:child_process");
  const { Readable, Writable } = await import("node:stream");
  const [program, ...args] = words;
  const child = spawn(program!, args, { stdio: ["pipe", "pipe", "inherit"] });
  await new Promise<void>((resolve, reject) => child.once("spawn", resolve).once("error", reject));
  child.on("error", () => {});
  return streamTransport({
    readable: Readable.toWeb(child.stdout) as StreamPair["readable"],
    writable: Writable.toWeb(child.stdin) as StreamPair["writable"],
  }, true);
}
