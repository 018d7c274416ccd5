// What an account does with its connections: it gives back what it takes, and does not make a server angry.

import { test } from "node:test";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { AuthError } from "../../../imap/base/errors.ts";
import { ImapClient } from "../../../imap/client/client.ts";
import type { AccountEvent } from "../../../imap/mailbox/mod.ts";
import { generateMessages, ManualClock, startServer } from "../../../imap/testing/mod.ts";
import { accountOn, commandsIn } from "./support.ts";

const mail = "Subject: x\r\n\r\n.\r\n";

test("each connection gives its place at the gate back, whether it was made or not", async () => {
  await using server = await startServer({ mailboxes: { INBOX: [], A: [], B: [] } });
  let taken = 0;
  let given = 0;
  const gate = () => {
    taken++;
    return Promise.resolve({ [Symbol.dispose]: () => void given++ });
  };
  {
    await using account = await accountOn(server, { gate, connections: 2 });
    assertEquals([taken, given], [1, 1]);
    await Promise.all(["INBOX", "A", "B"].map((name) => Array.fromAsync(account.mailbox(name).messages())));
    assertEquals([taken, given], [2, 2]);
  }
  await assertRejects(() => accountOn(server, { gate, auth: { user: "alice", pass: "wrong" } }), AuthError);
  await assertRejects(() => accountOn(server, { gate, dial: () => Promise.reject(new Error("no")) }));
  assertEquals([taken, given], [4, 4]);
});

test("a connection that was dropped silently while nobody used it costs seconds and not minutes", async () => {
  const clock = new ManualClock();
  await using server = await startServer({ clock, mailboxes: { INBOX: generateMessages({ count: 2 }) } });
  await using account = await accountOn(server, { clock, connections: 1 });
  await clock.advance(5 * 60_000);
  server.faults.add({ connection: 1, silence: true });
  const counted = account.mailbox("INBOX").counts();
  let took = Infinity;
  const started = clock.monotonic();
  counted.then(() => took = clock.monotonic() - started, () => {});
  await clock.advance(180_000);
  assert(took <= 15_000, `${took} ms`);
  assertEquals((await counted).messages, 2);
});

test("what a server asks to wait is waited, whatever other connections fail meanwhile", async () => {
  const clock = new ManualClock();
  await using server = await startServer({ clock, mailboxes: { INBOX: [], A: [] } });
  const begun: number[] = [];
  const onState = ({ type }: AccountEvent) => void (type === "connecting" && begun.push(clock.monotonic()));
  await using account = await accountOn(server, {
    clock,
    connections: 2,
    lazy: true,
    patience: 1e6,
    onState,
  });
  server.faults.add({
    on: "AUTHENTICATE",
    connection: 1,
    refuse: {
      status: "NO",
      text: "[UNAVAILABLE] Request is throttled. Suggested Backoff Time: 299961 milliseconds",
    },
  });
  server.faults.add({ on: "AUTHENTICATE", connection: 2, delay: 500, dropAfter: 0 });
  const calls = ["INBOX", "A"].map((name) => Array.fromAsync(account.mailbox(name).messages()));
  await clock.advance(10_000);
  // One that does not know what the others were told.
  const counted = account.mailbox("INBOX").counts();
  await clock.advance(289_000);
  assertEquals(begun, [0, 0]);
  await clock.advance(10_000);
  assertEquals((await counted).messages, 0);
  assertEquals((await Promise.all(calls)).map(({ length }) => length), [0, 0]);
});

test("credentials that were refused are not sent again within a minute: that may lock the account", async () => {
  const clock = new ManualClock();
  await using server = await startServer({ clock });
  await using account = await accountOn(server, {
    clock,
    lazy: true,
    auth: { user: "alice", pass: "wrong" },
  });
  const inbox = account.mailbox("INBOX");
  for (let i = 0; i < 3; i++) {
    const counted = inbox.counts();
    counted.catch(() => {});
    await clock.advance(19_000);
    if (i === 0) await assertRejects(() => counted, AuthError);
  }
  assertEquals(commandsIn(server).filter((line) => line.startsWith("AUTHENTICATE")).length, 1);
});

test("who stops watching leaves the right to wait with IDLE to the next one", async () => {
  const clock = new ManualClock();
  await using server = await startServer({ clock, mailboxes: { INBOX: [] } });
  await using account = await accountOn(server, { clock, connections: 2 });
  for (let i = 1; i <= 3; i++) {
    const told: string[] = [];
    const abort = new AbortController();
    const done = (async () => {
      for await (const { type } of account.mailbox("INBOX").watch({ signal: abort.signal })) told.push(type);
    })();
    await clock.advance(1_000);
    server.append("INBOX", mail);
    await clock.advance(1_000);
    assertEquals(told.at(-2), "new", `watch ${i}`);
    abort.abort();
    await clock.advance(100);
    await done;
  }
});

test("a watch leaves no reader of events at its connection", async () => {
  const { events } = ImapClient.prototype;
  let open = 0;
  ImapClient.prototype.events = function (...args) {
    const iterator = events.apply(this, args);
    const end = iterator.return!.bind(iterator);
    let isOpen = true;
    open++;
    iterator.return = (value) => {
      if (isOpen) open--;
      isOpen = false;
      return end(value);
    };
    return iterator;
  };
  try {
    const clock = new ManualClock();
    await using server = await startServer({
      clock,
      rev2: false,
      without: ["IDLE"],
      mailboxes: { INBOX: [] },
    });
    await using account = await accountOn(server, { clock });
    const abort = new AbortController();
    const done = (async () => {
      for await (const _ of account.mailbox("INBOX").watch({ signal: abort.signal }));
    })();
    for (let i = 0; i < 5; i++) {
      server.append("INBOX", mail);
      if (i === 3) server.faults.add({ on: "EXAMINE", times: 1, bye: "Restarting" });
      await clock.advance(120_000);
      assertEquals(open, 0);
    }
    abort.abort();
    await clock.advance(100);
    await done;
  } finally {
    ImapClient.prototype.events = events;
  }
});

test("connections that end while a watch prepares to wait are given back", async () => {
  for (const on of ["NOTIFY", "IDLE"]) {
    const clock = new ManualClock();
    await using server = await startServer({ clock, with: ["NOTIFY"], mailboxes: { INBOX: [], b: [] } });
    await using account = await accountOn(server, { clock, connections: 1 });
    server.faults.add({ on, times: 3, dropAfter: 0 });
    const told: string[] = [];
    const abort = new AbortController();
    const watches = ["INBOX", "b"].map(async (name) => {
      for await (const event of account.mailbox(name).watch({ signal: abort.signal })) {
        if (event.type === "new") told.push(name);
      }
    });
    await clock.advance(60_000);
    for (const name of ["INBOX", "b"]) server.append(name, mail);
    await clock.advance(90_000);
    assertEquals(told.sort(), ["INBOX", "b"], on);
    abort.abort();
    await clock.advance(100);
    await Promise.all(watches);
  }
});

test("a server is not asked to tell of mailboxes that nobody watches any more", async () => {
  const clock = new ManualClock();
  await using server = await startServer({
    clock,
    with: ["NOTIFY"],
    mailboxes: { INBOX: [], Before: [], After: [] },
  });
  await using account = await accountOn(server, { clock, connections: 2 });
  const watch = (name: string) => {
    const abort = new AbortController();
    const done = (async () => {
      for await (const _ of account.mailbox(name).watch({ signal: abort.signal }));
    })();
    return { stop: () => abort.abort(), done };
  };
  const watches = [watch("INBOX"), watch("Before")];
  await clock.advance(5_000);
  watches[1]!.stop();
  watches.push(watch("After"));
  await clock.advance(5_000);
  server.change({ restart: {} });
  await clock.advance(120_000);
  const [first, ...later] = commandsIn(server).filter((line) => line.startsWith("NOTIFY"));
  assertEquals([/Before/.test(first!), /After/.test(first!)], [true, false]);
  assertEquals([/Before/.test(later.at(-1)!), /After/.test(later.at(-1)!)], [false, true]);
  for (const { stop } of watches) stop();
  await clock.advance(100);
  await Promise.all(watches.map(({ done }) => done));
});

test("calls are told that no connection can be made, all that wait; while there is another one, they wait for that", async () => {
  const clock = new ManualClock();
  await using server = await startServer({ clock, mailboxes: { INBOX: [mail], A: [mail], B: [mail] } });
  let refused = true;
  let dialled = 0;
  const dial = () => {
    dialled++;
    return refused ? Promise.reject(new Error("no route")) : Promise.resolve(server.connect());
  };
  await using account = await accountOn(server, { clock, dial, connections: 2, lazy: true, patience: 0 });
  const outcomes: string[] = [];
  const list = async (name: string) => {
    try {
      outcomes.push(`${name}: ${(await Array.fromAsync(account.mailbox(name).messages())).length}`);
    } catch (error) {
      outcomes.push(`${name}: ${(error as Error).message.includes("no route")}`);
    }
  };
  const all = ["INBOX", "A", "B"].map(list);
  await clock.advance(10);
  assertEquals(outcomes.sort(), ["A: true", "B: true", "INBOX: true"]);
  await Promise.all(all);
  // The next one is made when its time has come, and from then on a second one is not needed.
  refused = false;
  outcomes.length = 0;
  server.faults.add({ on: "UID FETCH", nth: 1, delay: 1_000 });
  const first = list("INBOX");
  await clock.advance(2_500);
  refused = true;
  dialled = 0;
  const others = ["A", "B"].map(list);
  await clock.advance(10_000);
  assertEquals(outcomes.sort(), ["A: 1", "B: 1", "INBOX: 1"]);
  await Promise.all([first, ...others]);
  assert(dialled >= 1);
});

test("an answer that is missing when nobody uses the connection any more does not keep the next call waiting without end", async () => {
  const clock = new ManualClock();
  await using server = await startServer({
    clock,
    mailboxes: { INBOX: generateMessages({ count: 3 }), A: [mail] },
  });
  await using account = await accountOn(server, { clock, connections: 1, patience: 10 * 60_000 });
  server.faults.add({ on: "UID SEARCH", nth: 1, silence: true });
  const given = new AbortController();
  const found = Array.fromAsync(
    account.mailbox("INBOX").messages({ unseen: true }, { signal: given.signal }),
  );
  await clock.advance(1_000);
  // The call is over, and its command is underway.
  given.abort(new Error("enough"));
  await assertRejects(() => found, Error, "enough");
  await clock.advance(60_000);
  // It is not sent before that.
  const listed = Array.fromAsync(account.mailbox("A").messages());
  await clock.advance(9 * 60_000);
  assertEquals((await listed).length, 1);
});
