/** Postern's framer and decoder without a socket: the rows of a file, in the pieces a socket would give. */

import { readFileSync } from "node:fs";
import { responses } from "../../imap/mod.ts";
import { passes } from "./contestant.ts";

const PIECE = 64 * 1024;

await passes((task) => {
  const octets = new Uint8Array(readFileSync(task.mailbox));
  return Promise.resolve({
    async fetch() {
      let at = 0;
      const stream = new ReadableStream<Uint8Array>({
        pull(controller) {
          if (at >= octets.length) return controller.close();
          controller.enqueue(octets.subarray(at, at += PIECE));
        },
      });
      let rows = 0;
      for await (const response of responses(stream)) {
        if (response.type !== "FETCH") throw new Error(`a row was read as ${response.type}`);
        rows++;
      }
      return { rows };
    },
    close: () => Promise.resolve(),
  });
});
