/** Leaves failures alone in many ways and prints which of them the runtime reported, a line for each way. */

import { argv } from "node:process";
import { connect, type ImapClient } from "../../../imap/core.ts";
import { ManualClock, type ServerOptions, startServer } from "../../../imap/testing/mod.ts";
import { Unhandled } from "../../support/unhandled.ts";

const auth = { user: "alice", pass: "alice-pw" };
const turn = (ms = 0) => new Promise((resolve) => setTimeout(resolve, ms));

/** What is done with a client whose connection ends after it. Further words are printed with the reports. */
type Use = (client: ImapClient, unhandled: Unhandled, say: (words: string) => void) => Promise<void>;

const drops = (on: string): ServerOptions => ({ faults: [{ on, dropAfter: 0 }] });
const noClient: Use = () => Promise.resolve();

/** By name: what is done, and with what server. */
const cases: Readonly<Record<string, readonly [use: Use, options?: ServerOptions]>> = {
  "a refusal": [async (client, unhandled, say) => {
    const forgotten = client.append("Nowhere", "Subject: lost\r\n\r\n");
    await client.noop();
    say(`before the end: ${(await unhandled.settled()).length}`);
    // Alive until here: a handle that is garbage is reported before.
    say(`is a handle: ${typeof forgotten.then}`);
  }],
  "awaited one after another": [async (client) => {
    const first = client.select("Nowhere");
    const second = client.copy("1", "Nowhere");
    await client.noop();
    await first.then(undefined, () => {});
    await second.then(undefined, () => {});
  }],
  "catch, then, finally, allSettled, loops": [async (client) => {
    const nowhere = () => client.copy("1", "Nowhere");
    nowhere().catch(() => {});
    nowhere().then(undefined, () => {});
    nowhere().finally(() => {}).catch(() => {});
    await Promise.allSettled([nowhere(), nowhere()]);
    await (async () => {
      for await (const _row of client.fetch("1", [5 as unknown as "UID"]));
    })().catch(() => {});
    await (async () => {
      for await (const _body of client.fetch("1", [5 as unknown as "UID"]).bodies());
    })().catch(() => {});
  }],
  "rows": [async (client) => {
    client.fetch("1", [5 as unknown as "UID"]);
    await client.noop();
  }],
  "a wrong argument": [async (client) => {
    client.select(undefined as unknown as string);
    await client.noop();
  }],
  "closed by this side": [async (client) => {
    client.noop();
    client.fetch("1", ["UID"]);
    client.close();
    client.noop();
    await turn();
  }, { faults: [{ on: "NOOP", silence: true }] }],
  "logged out": [async (client) => {
    client.noop();
    client.logout();
    await turn(10);
  }],
  "lost, nobody told": [async (client) => {
    client.noop();
    client.noop();
    client.check();
    await turn(20);
    client.noop();
  }, drops("NOOP")],
  "lost, another call told": [async (client) => {
    client.check();
    client.check();
    await client.noop().catch(() => {});
    client.noop();
  }, drops("NOOP")],
  "lost, events told": [async (client) => {
    const events = client.events();
    client.noop();
    await events.next().catch(() => {});
  }, drops("NOOP")],
  "lost, idle told": [async (client) => {
    await client.idle().next().catch(() => {});
    client.noop();
  }, drops("IDLE")],
  "lost, a loop told": [async (client) => {
    client.check();
    await (async () => {
      for await (const _row of client.fetch("1", ["UID"]));
    })().catch(() => {});
  }, drops("FETCH")],
  "a long set": [async (client) => {
    const far = Array.from({ length: 4000 }, (_, at) => 2 * at + 1);
    client.uidCopy(far, "Nowhere");
    await client.noop();
    await turn();
  }],
  "a loop over a long set": [async (client) => {
    const far = Array.from({ length: 4000 }, (_, at) => 2 * at + 1);
    await (async () => {
      for await (const _row of client.uidFetch(far, ["UID"]));
    })().catch(() => {});
    await (async () => {
      for await (const _body of client.uidFetch(far, ["UID", "BODY.PEEK[]"]).bodies());
    })().catch(() => {});
    await client.noop();
    await turn();
  }, { faults: [{ on: "FETCH", refuse: { status: "NO" } }] }],
  "given up by the caller, and late": [noClient],
  "commands of the client itself": [noClient],
  "garbage": [noClient],
};

/** What needs more than a client that has selected INBOX. */
const whole: Readonly<Record<string, (unhandled: Unhandled, say: (words: string) => void) => Promise<void>>> =
  {
    async "given up by the caller, and late"() {
      const clock = new ManualClock();
      await using server = await startServer({ faults: [{ on: "NOOP", silence: true, times: 3 }] });
      const client = await connect({ transport: server.connect(), clock, auth });
      const controller = new AbortController();
      client.noop({ signal: controller.signal });
      controller.abort();
      client.noop({ signal: controller.signal });
      client.noop({ timeout: 100 });
      await turn();
      await clock.advance(100);
      client.close();
    },
    async "commands of the client itself"() {
      await using server = await startServer({
        with: ["ID"],
        faults: ["CAPABILITY", "ENABLE", "ID"].map((on) => ({ on, refuse: { status: "NO" }, times: 9 })),
      });
      const client = await connect({ transport: server.connect(), auth, id: { name: "x" } });
      await client.logout();
      await connect({ transport: server.connect(), auth: { user: "alice", pass: "wrong" } }).catch(() => {});
    },
    async "garbage"(unhandled, say) {
      await using server = await startServer({ mailboxes: { INBOX: ["x"] } });
      await using client = await connect({ transport: server.connect(), auth });
      await client.select("INBOX");
      (() => void client.copy("1", "Nowhere"))();
      await client.noop();
      let held: unknown[] = [];
      // Without a way to ask for it: garbage is collected when there is much of it.
      for (let i = 0; i < 2000 && unhandled.errors.length === 0; i++) {
        held = Array.from({ length: 50_000 }, () => ({ held: held.length }));
        await turn();
      }
      say(`before the end: ${unhandled.errors.length}`);
    },
  };

for (const [name, [use, options]] of Object.entries(cases)) {
  using unhandled = new Unhandled();
  const words: string[] = [];
  const say = (text: string) => void words.push(text);
  if (name in whole) await whole[name]!(unhandled, say);
  else {
    await using server = await startServer({ mailboxes: { INBOX: ["Subject: one\n\n1\n"] }, ...options });
    await using client = await connect({ transport: server.connect(), auth });
    await client.select("INBOX");
    await use(client, unhandled, say);
  }
  const errors = (await unhandled.settled()).map((error) => {
    const { name, message, stack = "" } = error as Error;
    return { name, message, ours: stack.includes("unobserved_program") };
  });
  console.log(JSON.stringify({ name, words, errors }));
}

async function forget(): Promise<void> {
  await using server = await startServer();
  await using client = await connect({ transport: server.connect(), auth });
  client.append("Nowhere", "Subject: lost\r\n\r\n");
}

if (argv.includes("--forget")) await forget();
