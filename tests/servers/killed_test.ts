// A real server whose process is killed or stopped in the middle of something: nothing waits for longer than its deadline.

import process from "node:process";
import { assert, assertEquals } from "@std/assert";
import { connect, ConnectionError, type ImapClient, ImapError, TimeoutError } from "@postern/postern/imap";
import { testWith } from "../support/skip.ts";
import { realServers } from "./real_servers.ts";

type Strike = () => void;

/** In the middle of each of these, `strike` is called once. */
const scenes: Record<string, (client: ImapClient, strike: Strike) => Promise<unknown>> = {
  async FETCH(client, strike) {
    let seen = 0;
    for await (const { stream } of client.fetch("1", ["BODY.PEEK[]"]).bodies()) {
      for await (const chunk of stream) {
        if (seen === 0) strike();
        seen += chunk.length;
      }
    }
    return seen;
  },
  async APPEND(client, strike) {
    const piece = new Uint8Array(64 * 1024).fill(0x78);
    let sent = 0;
    const stream = new ReadableStream<Uint8Array>({
      async pull(controller): Promise<void> {
        if (sent === 4) {
          strike();
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
        if (sent++ < 512) controller.enqueue(piece);
        else controller.close();
      },
    });
    return await client.append("INBOX", { size: 512 * piece.length, stream });
  },
  async IDLE(client, strike) {
    // IDLE has begun by then; where it has not, the server is as dead.
    const timer = setTimeout(strike, 300);
    try {
      for await (const _ of client.idle({ renewAfter: 400 }));
    } finally {
      clearTimeout(timer);
    }
  },
};

const signals = ["SIGKILL", "SIGSTOP"] as const;

for (
  const { name: kind, need, start, signal } of realServers.flatMap((one) =>
    signals.map((signal) => ({ ...one, signal }))
  )
) {
  testWith(
    need,
    `${kind} gets ${signal} in the middle of FETCH, APPEND and IDLE: each ends with an error`,
    async () => {
      const server = await start({ largeQuota: true });
      const struck: number[] = [];
      try {
        const auth = { user: "alice", pass: "alice-pw" };
        const timeouts = { command: 1_500, done: 500, logout: 200 };
        const open = (command = timeouts.command) =>
          connect({
            ...{ host: server.host, port: server.port, tls: "plaintext", auth },
            timeouts: { ...timeouts, command },
          });
        // The server may be silent for long while it takes 30 MB.
        const first = await open(60_000);
        await first.append("INBOX", `Subject: Large\r\n\r\n${("x".repeat(76) + "\r\n").repeat(400_000)}`, {
          timeout: 60_000,
        });
        await first.logout();
        for (const [name, scene] of Object.entries(scenes)) {
          const before = new Set(server.workers());
          const client = await open();
          await client.select("INBOX");
          const own = server.workers().filter((pid) => !before.has(pid));
          assertEquals(own.length, 1, `${name}: processes ${own}`);
          const strike = () => {
            struck.push(own[0]!);
            process.kill(own[0]!, signal);
          };
          const error = await scene(client, strike).then((value) => value, (reason) => reason);
          assert(error instanceof ImapError, `${name}: ${error}`);
          if (signal === "SIGKILL") assert(error instanceof ConnectionError, `${name}: ${error}`);
          else assert(error instanceof TimeoutError || error instanceof ConnectionError, `${name}: ${error}`);
          assertEquals(client.closed, true, name);
          assert(error.retryable, `${name}: ${error}`);
          // The next connection works.
          const next = await open();
          assert((await next.select("INBOX")).exists >= 1);
          await next.logout();
        }
      } finally {
        for (const pid of struck) {
          try {
            process.kill(pid, "SIGKILL");
          } catch {
            // Gone already.
          }
        }
        await server.stop();
      }
    },
  );
}
