// The pool of connections: how many are made, when, and who gets which.

import { test } from "node:test";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { connect, ConnectionError, type ImapClient } from "../../../imap/core.ts";
import type { AccountEvent } from "../../../imap/mailbox/mod.ts";
import { Backoff } from "../../../imap/mailbox/pool/backoff.ts";
import { Pool } from "../../../imap/mailbox/pool/pool.ts";
import { generateMessages, ManualClock, startServer, type TestServer } from "../../../imap/testing/mod.ts";
import { accountOn, commandsIn } from "./support.ts";

const mail = "Subject: x\r\n\r\n.\r\n";

function poolOn(
  server: TestServer,
  clock: ManualClock,
  open: (client: () => Promise<ImapClient>) => Promise<ImapClient>,
) {
  const events: AccountEvent[] = [];
  const pool = new Pool({
    clock,
    most: 2,
    backoff: new Backoff(() => 0.5),
    onState: (event) => void events.push(event),
    open: () =>
      open(() => connect({ transport: server.connect(), clock, auth: { user: "alice", pass: "alice-pw" } })),
  });
  return { pool, events };
}

test("after a connection that lasted for minutes the next one is made at once, and failures count from one again", async () => {
  const clock = new ManualClock();
  await using server = await startServer({ clock });
  let refused = false;
  const { pool, events } = poolOn(
    server,
    clock,
    (client) => refused ? Promise.reject(new ConnectionError("no route")) : client(),
  );
  const first = await pool.acquire({ exclusive: true });
  refused = true;
  const second = assertRejects(() => pool.acquire({ exclusive: true }), Error, "no route");
  await clock.advance(6 * 60_000);
  const waits = () => events.flatMap((event) => event.type === "offline" ? [event.retryInMs] : []);
  assert(waits().at(-1)! > 20_000, waits().join());
  events.length = 0;
  server.change({ restart: {} });
  await clock.advance(10);
  first.release();
  await clock.advance(70_000);
  await second;
  assertEquals(waits()[0], 0);
  assert(waits()[1]! <= 1_500, waits().join());
  refused = false;
  // One that has not lasted may be one too many: not at once.
  events.length = 0;
  const third = await pool.acquire({});
  server.change({ restart: {} });
  await clock.advance(10);
  third.release();
  await clock.advance(10);
  assert(waits()[0]! >= 1_000, waits().join());
  await pool.close();
});

test("a connection that is ready only after the account was closed is left again", async () => {
  const clock = new ManualClock();
  await using server = await startServer({ clock });
  const ready = Promise.withResolvers<void>();
  const { pool } = poolOn(server, clock, (client) => ready.promise.then(client));
  const lease = pool.acquire({});
  lease.catch(() => {});
  await pool.close();
  ready.resolve();
  await clock.advance(1_000);
  assertEquals(commandsIn(server).at(-1), "LOGOUT");
  assertEquals(server.connections, 0);
});

test("who waits for a connection is not kept waiting by those who share it, however many come", async () => {
  const clock = new ManualClock();
  await using server = await startServer({
    clock,
    mailboxes: { INBOX: generateMessages({ count: 3 }), A: [mail] },
    faults: [{ on: "UID FETCH", delay: 1_000 }],
  });
  await using account = await accountOn(server, { clock, connections: 1 });
  const list = (name: string) => Array.fromAsync(account.mailbox(name).messages());
  const lists = [list("INBOX")];
  await clock.advance(500);
  let done = false;
  const other = list("A").then(() => done = true);
  for (let i = 0; i < 20 && !done; i++) {
    lists.push(list("INBOX"));
    await clock.advance(500);
  }
  assert(done);
  await other;
  await clock.advance(60_000);
  await Promise.all(lists);
});

test("a mailbox that was opened for reading is opened again for writing", async () => {
  await using server = await startServer({ mailboxes: { INBOX: generateMessages({ count: 3 }) } });
  await using account = await accountOn(server, { connections: 1 });
  const inbox = account.mailbox("INBOX");
  assertEquals((await Array.fromAsync(inbox.messages())).length, 3);
  assertEquals((await inbox.flag([1], { add: ["\\Flagged"] })).done.toString(), "1");
  const opened = commandsIn(server).filter((line) => /^(?:SELECT|EXAMINE) /.test(line));
  assertEquals(opened, ["EXAMINE INBOX", "SELECT INBOX"]);
});

test("no more connections are made than there are calls that wait", async () => {
  await using server = await startServer({ mailboxes: { INBOX: [mail], A: [mail] } });
  let dialled = 0;
  const dial = () => {
    dialled++;
    return Promise.resolve(server.connect());
  };
  await using account = await accountOn(server, { dial, connections: 5, lazy: true });
  await Promise.all(["INBOX", "A"].map((name) => Array.fromAsync(account.mailbox(name).messages())));
  assertEquals(dialled, 2);
});

test("a connection in use is not asked whether it lives", async () => {
  const clock = new ManualClock();
  await using server = await startServer({ clock, mailboxes: { INBOX: [mail], A: [mail] } });
  await using account = await accountOn(server, { clock, connections: 1 });
  for (let minute = 0; minute < 8; minute++) {
    const counted = account.mailbox("A").counts();
    await clock.advance(60_000);
    assertEquals((await counted).messages, 1);
  }
  assert(!commandsIn(server).includes("NOOP"));
});
