/** A worker of the published entry points alone: the README's handlers, and a client that another request uses. */

import { connect, type ImapClient, type ImapError } from "@postern/postern/imap/core";
import { edge } from "@postern/postern/cloudflare";
// @ts-ignore -- cut out of the README by tests/runtime/edge_test.ts
import subjects from "./readme_fetch.ts";
// @ts-ignore -- the same
import archive from "./readme_email.ts";

interface Env {
  IMAP_HOST: string;
  IMAP_PORT: string;
  IMAP_USER: string;
  IMAP_PASSWORD: string;
  SELF: { fetch(url: string): Promise<Response> };
}

let client: ImapClient | undefined;
let used = false;

/** One request opens the client and keeps it; another uses it; the first goes on. */
async function fetch(request: Request, env: Env): Promise<Response> {
  if (new URL(request.url).pathname === "/use") {
    const why = (call: PromiseLike<unknown>) => Promise.resolve(call).then(() => undefined, (error) => error);
    const { name, retryable, message } = await why(client!.noop()) as ImapError;
    const select = await why(client!.select("Archive")) as ImapError;
    used = true;
    return Response.json([name, retryable, message, select.name]);
  }
  const auth = { user: env.IMAP_USER, pass: env.IMAP_PASSWORD };
  client = await connect({ ...edge, host: env.IMAP_HOST, port: Number(env.IMAP_PORT), auth });
  await client.examine("INBOX");
  // Not a promise: one request cannot wake another.
  while (!used) await new Promise((resolve) => setTimeout(resolve, 10));
  const { messages } = await client.status("INBOX", ["MESSAGES"]);
  const state = [client.state, client.mailbox?.name, messages];
  await client.logout();
  return Response.json(state);
}

export default {
  fetch,
  async test(_controller: unknown, env: Env, ctx: unknown): Promise<void> {
    const say = (name: string, value: unknown) => console.log("@@" + JSON.stringify({ name, value }));
    const raw = "From: zoe@example.org\r\nTo: alice@example.org\r\nSubject: Stored by a worker\r\n\r\nHi\r\n";
    const message = {
      from: "zoe@example.org",
      to: "alice@example.org",
      raw: new Response(raw).body!,
      rawSize: raw.length,
    };
    await archive.email(message, env, ctx);
    const response: Response = await subjects.fetch(new Request("https://worker.example/"), env, ctx);
    say("subjects", await response.json());
    const owner = env.SELF.fetch("https://self.example/open");
    while (client?.state !== "selected") await new Promise((resolve) => setTimeout(resolve, 10));
    say("another request", await (await env.SELF.fetch("https://self.example/use")).json());
    say("the owner", await (await owner).json());
  },
};
