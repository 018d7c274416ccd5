import { assert } from "@std/assert";
import { openAccount } from "../../../mod.ts";
import { realServers } from "../../servers/real_servers.ts";
import { testWith } from "../../support/skip.ts";

const sleep = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));
/** Milliseconds between two times that a watch asks by itself: longer than the test takes. */
const poll = 10 * 60_000;
const { need, start } = realServers.find(({ name }) => name === "Dovecot")!;

for (const connections of [1, 2]) {
  const over = connections === 1 ? "one connection" : "two connections";
  testWith(
    need,
    `Dovecot: NOTIFY reports all watched mailboxes at once, over ${over}`,
    () => watchAll(connections),
  );
}

async function watchAll(connections: number): Promise<void> {
  const server = await start();
  try {
    const { host, port } = server;
    const auth = { user: "alice", pass: "alice-pw" };
    await using account = await openAccount({ host, port, tls: "plaintext", auth, connections });
    await using other = await openAccount({ host, port, tls: "plaintext", auth, connections: 1 });
    const names = ["INBOX", "a", "b", "c"];
    for (const name of names.slice(1)) await other.create(name);
    const abort = new AbortController();
    const told: string[] = [];
    const ready = new Set<string>();
    const watch = async (name: string) => {
      const options = { signal: abort.signal, poll, renew: poll };
      for await (const event of account.mailbox(name).watch(options)) {
        if (event.type === "checkpoint") ready.add(name);
        if (event.type === "new" || event.type === "gone") told.push(`${event.type} ${name}`);
      }
    };
    const until = async (what: () => boolean) => {
      for (let tries = 0; !what() && tries < 600; tries++) await sleep(100);
      assert(what(), told.join(", "));
    };
    const octets = new TextEncoder().encode("Subject: x\r\n\r\n.\r\n");
    const append = async (name: string) => {
      told.length = 0;
      await other.mailbox(name).append(octets);
      await until(() => told.includes(`new ${name}`));
    };
    // One after the other, so that the server is asked to tell of more than before.
    const watches: Promise<void>[] = [];
    for (const name of names) {
      watches.push(watch(name));
      await until(() => ready.has(name));
      await append(name);
    }
    for (const name of [...names, ...names.toReversed()]) await append(name);
    await other.mailbox("c").delete([1], { forever: true });
    await until(() => told.includes("gone c"));
    abort.abort();
    await Promise.all(watches);
  } finally {
    await server.stop();
  }
}
