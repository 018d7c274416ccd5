/** Commands under Bun. */

import { streamTransport } from "./streams.ts";
import type { Transport } from "./transport.ts";

/** What this file uses of Bun's processes; Bun's own type package is not a dependency. */
interface BunGlobal {
  spawn(words: string[], options: { stdin: "pipe"; stdout: "pipe"; stderr: "inherit" }): {
    stdin: { write(bytes: Uint8Array): number | Promise<number>; flush(): unknown; end(): unknown };
    stdout: ReadableStream<Uint8Array>;
  };
}

/** Starts a program. */
export function start(words: string[]): Transport {
  const { Bun } = globalThis as unknown as { Bun: BunGlobal };
  const child = Bun.spawn(words, { stdin: "pipe", stdout: "pipe", stderr: "inherit" });
  const end = async () => void await child.stdin.end();
  const writable = new WritableStream<Uint8Array>({
    async write(bytes): Promise<void> {
      await child.stdin.write(bytes);
      await child.stdin.flush();
    },
    close: end,
    abort: end,
  });
  return streamTransport({ readable: child.stdout, writable }, true);
}
