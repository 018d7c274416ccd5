/** Starts the replay server as a process of its own, so that its work is not counted as the client's. */

import { firstLine } from "./first_line.ts";

const HERE = new URL(".", import.meta.url).pathname;

/** A prepared mailbox. */
export interface ReplayMailbox {
  name: string;
  rows: number;
  octets: number;
}

/** A running server. */
export interface ReplayServer {
  port: number;
  mailboxes: ReplayMailbox[];
  stop(): Promise<void>;
}

/** Starts it with so many rows of metadata and so many messages of so many octets. */
export async function startReplayServer(
  rows: number,
  bodies: number,
  octets = 65_536,
): Promise<ReplayServer> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", `${HERE}replay_server.ts`, String(rows), String(bodies), String(octets)],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  return {
    ...JSON.parse(await firstLine(child.stdout)),
    async stop() {
      await child.stdin.close();
      await child.status;
    },
  };
}
