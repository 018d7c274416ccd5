// Values that no caller should give: refused in words of the library, never in those of the engine, which name what the caller does not know.

import { test } from "node:test";
import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  IMAP4,
  IMAP4_stream,
  Int2AP,
  Internaldate2tuple,
  ParseFlags,
  Time2Internaldate,
} from "@postern/postern/imaplib";
import { arg, formatSearchDate, plain, SequenceSet, streamTransport } from "../../imap/core.ts";
import { type Account, type Cursor, type Mailbox, openAccount, syncStep } from "../../imap/mailbox/mod.ts";
import { generateCertificate, ManualClock, startServer, type TestServer } from "../../imap/testing/mod.ts";

/** What is of none of the kinds that anything takes, and what JavaScript itself refuses to make text or a number of. */
const values: Record<string, () => unknown> = {
  undefined: () => undefined,
  null: () => null,
  NaN: () => NaN,
  "half a number": () => 1.5,
  "a large number": () => 1e300,
  "a bigint": () => -(2n ** 70n),
  "a symbol": () => Symbol("s"),
  "a boolean": () => true,
  "a function": () => () => {},
  "an object": () => ({}),
  "an object without a class": () => Object.create(null),
  "a list with a hole": () => new Array(1),
  "a list of null": () => [null],
  "a Map": () => new Map([["a", 1]]),
  "a date that is none": () => new Date(NaN),
  "other octets": () => new Uint16Array(3),
};
/** Words of the engines. */
const engineWords =
  /cannot (read|convert|mix|destructure|use '|set|access)|is not (a function|iterable|an object$|a constructor)|serialize|undefined is not|null is not|unexpected|call stack|reading '|evaluating/i;

/** What all values of one function share; made when it is asked for. */
class Shared {
  #server: Promise<TestServer> | undefined;
  #account: Promise<Account> | undefined;

  async connect(): Promise<IMAP4> {
    const server = await (this.#server ??= startServer());
    return await IMAP4.connect("", 143, { dial: () => Promise.resolve(server.connect()) });
  }

  async inbox(): Promise<Mailbox> {
    const server = await (this.#server ??= startServer());
    const dial = () => Promise.resolve(server.connect());
    const auth = plain({ user: "alice", pass: "alice-pw" });
    return (await (this.#account ??= openAccount({ host: "x", dial, auth }))).mailbox("INBOX");
  }

  async end(): Promise<void> {
    await (await this.#account)?.close();
    await (await this.#server)?.close();
  }
}

/** Functions, with a place for a value that is odd. */
const functions: Record<string, (value: never, shared: Shared) => unknown> = {
  Int2AP,
  ParseFlags,
  Internaldate2tuple,
  Time2Internaldate,
  "Time2Internaldate of a list": (value: number) => Time2Internaldate([2026, value, 1, 0, 0, 0, 0, 1, 0]),
  "IMAP4.idle": async (value: number, shared) => {
    const M = await shared.connect();
    M.state = "AUTH";
    await (async () => await M.idle(value).done())().finally(() => M.shutdown());
  },
  "IMAP4.read": async (value: number, shared) => {
    const M = await shared.connect();
    const read = M.read(value);
    void M.shutdown();
    await read;
  },
  "IMAP4._simple_command": async (value: string, shared) => {
    const M = await shared.connect();
    await M._simple_command(value).finally(() => M.shutdown());
  },
  "IMAP4.connect, dial": (dial: never) => IMAP4.connect("", 143, { dial }),
  "IMAP4.connect, dial that gives it": (value: never) => IMAP4.connect("", 143, { dial: () => value }),
  "IMAP4.connect, limits": (limits: never) =>
    IMAP4.connect("", 143, { dial: () => Promise.reject(new Error("dialled")), limits }),
  "IMAP4_stream.connect, options": async (options: never) => {
    const readable = new ReadableStream({ start: (controller) => controller.close() });
    await IMAP4_stream.connect({ readable, writable: new WritableStream() }, options);
  },
  "SequenceSet.from": (value) => SequenceSet.from(value),
  "arg.list": (value) => arg.list(value),
  formatSearchDate,
  streamTransport: (value) => streamTransport(value),
  "streamTransport, writable": (writable: never) =>
    streamTransport({ readable: new ReadableStream(), writable }),
  "startServer, capabilities": async (value) => await (await startServer({ capabilities: value })).close(),
  "startServer, a capability": async (value) => await (await startServer({ capabilities: [value] })).close(),
  generateCertificate,
  "ManualClock.advance": async (value) => await new ManualClock().advance(value),
  "openAccount, auth": async (auth: never) =>
    await (await openAccount({ host: "x", lazy: true, auth })).close(),
  "syncStep, mailbox": (value) => syncStep(value, "key", undefined as never, () => {}),
  "syncStep, store": (store) => syncStep({ changes: () => {} } as never, "key", store, () => {}),
  "messages, newest": async (newest: number, shared) => {
    for await (const _ of (await shared.inbox()).messages({}, { newest })) break;
  },
  ...Object.fromEntries((["v", "modSeq", "seen", "messages"] as const).map((name) => [
    `changes, ${name} of a cursor`,
    async (value: never, shared: Shared) => {
      const cursor: Cursor = { v: 1, mailbox: "INBOX", uidValidity: 1, uidNext: 2, [name]: value };
      for await (const _ of (await shared.inbox()).changes(cursor)) break;
    },
  ])),
};

for (const [name, call] of Object.entries(functions)) {
  test(`odd values: ${name}`, async () => {
    const shared = new Shared();
    for (const [kind, value] of Object.entries(values)) {
      try {
        await call(value() as never, shared);
      } catch (error) {
        if (!(error instanceof Error)) throw new Error(`${kind}: threw ${String(error)}`);
        assert(!engineWords.test(error.message), `${kind}: ${error.name}: ${error.message}`);
      }
    }
    await shared.end();
  });
}

test("odd values: a password where a login should be is not shown", async () => {
  const error = await assertRejects(() =>
    openAccount({ host: "x", lazy: true, auth: "s3cr3tPass" as never })
  );
  assert(error instanceof TypeError);
  assertEquals(error.message.includes("s3cr3tPass"), false);
});
