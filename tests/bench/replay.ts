/** Starts the replay server as a process of its own, so that its work is not counted as the client's. */

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

/** Starts it with so many rows of metadata and so many messages. */
export async function startReplayServer(rows: number, bodies: number): Promise<ReplayServer> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", `${HERE}replay_server.ts`, String(rows), String(bodies)],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  let text = "";
  for await (
    const chunk of child.stdout.pipeThrough(new TextDecoderStream()).values({ preventCancel: true })
  ) {
    text += chunk;
    if (text.includes("\n")) break;
  }
  if (!text.includes("\n")) throw new Error("the replay server did not start");
  return {
    ...JSON.parse(text),
    async stop() {
      await child.stdin.close();
      await child.status;
    },
  };
}
