/** Commands under Deno. */

import { streamTransport } from "./streams.ts";
import type { Transport } from "./transport.ts";

/** Starts a program. */
export function start(words: string[]): Transport {
  const [program, ...args] = words;
  const child = new Deno.Command(program!, { args, stdin: "piped", stdout: "piped", stderr: "inherit" })
    .spawn();
  // Its status says nothing that the end of its output does not; that it is not awaited must not be an error.
  child.status.catch(() => {});
  return streamTransport({ readable: child.stdout, writable: child.stdin }, true);
}
