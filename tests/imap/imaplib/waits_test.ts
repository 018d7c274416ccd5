// Peers, transports and callers that never answer: each wait of the facade ends with its time, or with the connection.

import { test } from "node:test";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { ManualClock } from "../../../imap/base/manual_clock.ts";
import { type ConnectOptions, IMAP4 } from "@postern/postern/imaplib";
import { memoryPair } from "../../../imap/transport/streams.ts";
import type { Transport } from "../../../imap/transport/transport.ts";
import { Peer, reading, settle } from "../session/scripted.ts";

const never = () => new Promise<never>(() => {});
const capabilities = "IMAP4rev1 STARTTLS IDLE AUTH=PLAIN";

/** What the server says to a command; undefined: what it says to any. */
type Says = (command: string, tag: string) => string | undefined;

/** A connection to a server that says OK to what `says` does not know. */
function serverThat(says: Says = () => undefined): Transport {
  const [transport, end] = memoryPair(true);
  const peer = new Peer(end);
  void (async () => {
    await peer.send("* OK hi\r\n");
    for (;;) {
      const [tag, command = ""] = (await peer.line()).split(/ (.*)/);
      const caps = command === "CAPABILITY" ? `* CAPABILITY ${capabilities}\r\n` : "";
      await peer.send(says(command, tag!) ?? `${caps}${tag} OK done\r\n`);
    }
  })().catch(() => {});
  return reading(transport);
}

type Start = (
  change?: Partial<Transport>,
  says?: Says,
  options?: ConnectOptions,
) => Promise<IMAP4>;

interface Wait {
  name: string;
  caller: (start: Start, clock: ManualClock) => Promise<unknown>;
  gets: string;
}

const silentTo = (name: string): Says => (command) => command.startsWith(name) ? "" : undefined;
const asksAt = (name: string): Says => (command) => command.startsWith(name) ? "+ \r\n" : undefined;
const clear = { secure: false, startTls: never };
const dialled = (dial: unknown): Wait["caller"] => (_, clock) =>
  IMAP4.connect("imap.example.org", 143, { dial: dial as () => Promise<Transport>, clock });

const waits: Wait[] = [
  { name: "a dial that never settles", caller: dialled(never), gets: "abort: not connected after 30 s" },
  {
    name: "a dial that never settles, and a time limit",
    caller: (_, clock) => IMAP4.connect("imap.example.org", 143, { dial: never, clock, timeout: 5 }),
    gets: "abort: not connected after 5 s",
  },
  ...[undefined, null, {}, "socket"].map((nothing) => ({
    name: `a dial that gives ${JSON.stringify(nothing)}`,
    caller: dialled(() => Promise.resolve(nothing)),
    gets: "TypeError: What dial gives must be a Transport",
  })),
  {
    name: "a handshake that never settles",
    caller: async (start) => await (await start(clear)).starttls(),
    gets: "abort: STARTTLS: not done after 30 s",
  },
  {
    name: "a handshake that never settles, and a time limit",
    caller: async (start) => await (await start(clear, undefined, { timeout: 5 })).starttls(),
    gets: "abort: STARTTLS: not done after 5 s",
  },
  ...(["read", "write"] as const).map((way) => ({
    name: `shutdown during a ${way} that goes on after close`,
    caller: async (start: Start) => {
      const M = await start();
      M.sock![way] = never;
      const noop = M.noop();
      noop.catch(() => {});
      await settle();
      await M.shutdown();
      return await noop;
    },
    gets: "abort: the connection was closed",
  })),
  {
    name: "logout where nothing is written any more",
    caller: async (start) => {
      const M = await start();
      M.sock!.write = never;
      return (await M.logout())[0];
    },
    gets: '"NO"',
  },
  {
    name: "logout and shutdown where close never settles",
    caller: async (start) => {
      const M = await start({ close: never });
      const [typ] = await M.logout();
      await M.shutdown();
      return typ;
    },
    gets: '"OK"',
  },
  {
    name: "shutdown while an authobject still thinks",
    caller: async (start) => {
      const M = await start({}, asksAt("AUTHENTICATE"));
      const login = M.authenticate("PLAIN", never);
      login.catch(() => {});
      await settle();
      await M.shutdown();
      return await login;
    },
    gets: "abort: the connection was closed",
  },
  ...[0, -1, 0.5, NaN, Infinity, 1e9, undefined, "5", {}].map((count) => ({
    name: `a transport that has read ${String(count)} octets`,
    caller: async (start: Start) => {
      const M = await start();
      M.sock!.read = () => Promise.resolve(count as number);
      return await M.noop();
    },
    gets: "abort: something else than the octets",
  })),
  {
    name: "DONE that is not answered, and a time limit",
    caller: async (start) => {
      const says: Says = (command, tag) =>
        tag === "DONE" ? "" : command === "IDLE" ? "+ idling\r\n" : undefined;
      const M = await start({}, says, { timeout: 5 });
      M.state = "AUTH";
      for await (const _ of M.idle(60)) return "news";
      return "nothing";
    },
    gets: '"nothing"',
  },
  {
    name: "the end of an IDLE whose DONE is not answered, and a time limit",
    caller: async (start) => {
      const says: Says = (command, tag) =>
        tag === "DONE" ? "" : command === "IDLE" ? "+ idling\r\n" : undefined;
      const M = await start({}, says, { timeout: 5 });
      M.state = "AUTH";
      const idler = M.idle(60);
      await idler.next();
      return await idler.done();
    },
    gets: "abort: timed out after 5 s",
  },
  {
    name: "two calls for the next news at once",
    caller: async (start) => {
      const says: Says = (command) =>
        command === "IDLE" ? "+ idling\r\n* 1 EXISTS\r\n* 2 EXISTS\r\n" : undefined;
      const M = await start({}, says);
      M.state = "AUTH";
      const idler = M.idle();
      const both = await Promise.all([idler.next(), idler.next()]);
      return both.map(({ value }) => value?.[1]);
    },
    gets: '[["1"],["2"]]',
  },
  {
    name: "two calls for the next news at once, and the end",
    caller: async (start) => {
      const M = await start({}, asksAt("IDLE"));
      M.state = "AUTH";
      const idler = M.idle(60);
      const both = await Promise.all([idler.next(), idler.next()]);
      return both.map(({ done }) => done);
    },
    gets: "[true,true]",
  },
  {
    name: "BYE, and neither an answer nor the end",
    caller: async (start) =>
      await (await start({}, (command) => command === "NOOP" ? "* BYE out of memory\r\n" : undefined)).noop(),
    gets: "abort: out of memory",
  },
  {
    name: "a command that is not answered, and a time limit",
    caller: async (start) => await (await start({}, silentTo("NOOP"), { timeout: 7 })).noop(),
    gets: "abort: timed out after 7 s",
  },
];

for (const { name, caller, gets } of waits) {
  test(`${name}: ${gets}`, async () => {
    const clock = new ManualClock();
    let M: IMAP4 | undefined;
    const start: Start = async (change, says, options) =>
      M = await IMAP4.connect("imap.example.org", 143, {
        dial: () => Promise.resolve({ ...serverThat(says), ...change }),
        clock,
        ...options,
      });
    let outcome: string | undefined;
    const done = caller(start, clock).then(
      (value) => outcome = JSON.stringify(value),
      (error) => outcome = error instanceof Error ? `${error.name}: ${error.message}` : `threw ${error}`,
    );
    for (let passed = 0; outcome === undefined; passed += 5) {
      assert(passed < 600, "hangs");
      await clock.advance(5_000);
    }
    await done;
    const [, errorName, words = ""] = /^(abort|TypeError): (.*)$/.exec(gets) ?? [];
    if (errorName === undefined) assertEquals(outcome, gets);
    else assert(outcome!.startsWith(`${errorName}: `) && outcome!.includes(words), `${outcome}, not ${gets}`);
    void M?.shutdown();
    await clock.advance(10_000);
    assertEquals(clock.timers, 0, "timers are left");
  });
}

test("a server that always has something to say does not keep shutdown from its turn", async () => {
  const encoder = new TextEncoder();
  class Flooded extends IMAP4 {
    readonly #lines = ["* PREAUTH hi", "* CAPABILITY IMAP4rev1", `${this.tagpre}0 OK done`];
    override open(): Promise<void> {
      return Promise.resolve();
    }
    override send(): Promise<void> {
      return Promise.resolve();
    }
    override readline(): Promise<Uint8Array> {
      return Promise.resolve(encoder.encode(`${this.#lines.shift() ?? "+ go on"}\r\n`));
    }
  }
  const M = await Flooded.connect("imap.example.org", 143);
  setTimeout(() => void M.shutdown(), 0);
  await assertRejects(() => M.noop(), IMAP4.abort, "closed");
});

test("logout does not throw what a shutdown of a subclass throws", async () => {
  class Broken extends IMAP4 {
    override shutdown(): Promise<void> {
      throw new Error("mine");
    }
  }
  const M = await Broken.connect("imap.example.org", 143, { dial: () => Promise.resolve(serverThat()) });
  assertEquals((await M.logout())[0], "OK");
});
