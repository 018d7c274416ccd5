import { test } from "node:test";
import { assert, assertEquals, assertRejects } from "@std/assert";
import type { WatchEvent, WatchOptions } from "../../../imap/mailbox/mod.ts";
import type { Account } from "../../../imap/mailbox/mod.ts";
import { generateMessages, ManualClock, type ServerOptions, startServer } from "../../../imap/testing/mod.ts";
import { accountOn, commandsIn } from "./support.ts";

const message = (subject: string) => `Subject: ${subject}\r\n\r\n.\r\n`;

function shown(event: WatchEvent): string {
  switch (event.type) {
    case "new":
      return `new ${event.message.uid}`;
    case "flags":
      return `flags ${event.uid}`;
    case "gone":
      return `gone ${event.uids}`;
    case "offline":
      return `offline ${event.retryInMs}`;
    default:
      return event.type;
  }
}

/** Watches in the background and collects what is told. */
function watching(account: Account, options: WatchOptions = {}, mailbox = "INBOX") {
  const told: string[] = [];
  const abort = new AbortController();
  const done = (async () => {
    for await (const event of account.mailbox(mailbox).watch({ signal: abort.signal, ...options })) {
      told.push(shown(event));
    }
  })();
  done.catch(() => {});
  return { told, done, stop: () => abort.abort() };
}

const kinds: Record<string, Partial<ServerOptions>> = {
  QRESYNC: {},
  CONDSTORE: { without: ["QRESYNC"] },
  neither: { without: ["QRESYNC", "CONDSTORE"] },
  "no IDLE": { rev2: false, without: ["IDLE"] },
};

for (const [kind, options] of Object.entries(kinds)) {
  test(`${kind}: mail that comes, flags that change and messages that go are reported while they happen`, async () => {
    const clock = new ManualClock();
    await using server = await startServer({
      clock,
      ...options,
      mailboxes: { INBOX: generateMessages({ count: 3 }) },
    });
    await using account = await accountOn(server, { clock });
    const { told, done, stop } = watching(account);
    await clock.advance(1_000);
    assertEquals(told.splice(0), ["checkpoint"]);
    server.append("INBOX", message("a"));
    await clock.advance(61_000);
    assertEquals(told.splice(0), ["new 4", "checkpoint"]);
    server.setFlags("INBOX", 2, ["\\Flagged"]);
    await clock.advance(61_000);
    assertEquals(told.splice(0), ["flags 2", "checkpoint"]);
    server.expunge("INBOX", [1, 4]);
    await clock.advance(61_000);
    assertEquals(told.splice(0), ["gone 1,4", "checkpoint"]);
    await clock.advance(20 * 60_000);
    assertEquals(told.filter((line) => line !== "checkpoint"), []);
    stop();
    await clock.advance(100);
    await done;
  });
}

test("a lost connection is an event, and what came meanwhile is told once it is back", async () => {
  const clock = new ManualClock();
  await using server = await startServer({ clock, mailboxes: { INBOX: generateMessages({ count: 3 }) } });
  await using account = await accountOn(server, { clock });
  const { told, done, stop } = watching(account);
  await clock.advance(1_000);
  told.length = 0;
  server.faults.add({ on: "GREETING", times: 3, bye: "not yet" });
  server.change({ restart: { bye: "restarting" } });
  server.append("INBOX", message("meanwhile"));
  await clock.advance(60_000);
  assertEquals(told.map((line) => line.replace(/ \d{4,}/, " ...")), [
    ...["offline ...", "offline ...", "offline ...", "offline ...", "online", "new 4", "checkpoint"],
  ]);
  stop();
  await clock.advance(100);
  await done;
});

test("a connection that is silent is found out in five minutes", async () => {
  const clock = new ManualClock();
  await using server = await startServer({ clock, mailboxes: { INBOX: [] } });
  await using account = await accountOn(server, { clock });
  const { told, done, stop } = watching(account);
  server.faults.add({ on: "IDLE", connection: 1, silence: true });
  await clock.advance(1_000);
  told.length = 0;
  server.append("INBOX", message("a"));
  await clock.advance(5 * 60_000 + 5_000);
  assertEquals(told.map((line) => line.replace(/ \d{4,}/, " ...")), [
    "offline ...",
    "online",
    "new 1",
    "checkpoint",
  ]);
  stop();
  await clock.advance(100);
  await done;
});

test("credentials that are refused later, and a deleted mailbox, end the watch", async () => {
  const clock = new ManualClock();
  await using server = await startServer({ clock, mailboxes: { Work: [] } });
  {
    await using account = await accountOn(server, { clock });
    const { done } = watching(account, {}, "Work");
    await clock.advance(1_000);
    server.change({ mailbox: "Work", delete: true });
    await clock.advance(120_000);
    await assertRejects(() => done, Error, "NO");
  }
  await using account = await accountOn(server, { clock });
  const { done } = watching(account);
  await clock.advance(1_000);
  server.faults.add({ on: "AUTHENTICATE", refuse: { status: "NO", text: "[AUTHENTICATIONFAILED] no" } });
  server.change({ restart: {} });
  await clock.advance(10_000);
  await assertRejects(() => done, Error, "AUTHENTICATIONFAILED");
});

test("a token that cannot be had while the network is down does not end the watch", async () => {
  const clock = new ManualClock();
  await using server = await startServer({
    clock,
    with: ["AUTH=XOAUTH2"],
    users: { alice: { password: "x", tokens: { t: null } } },
  });
  let down = false;
  const token = () => {
    if (down) throw new TypeError("fetch failed");
    return "t";
  };
  await using account = await accountOn(server, { clock, auth: { user: "alice", token } });
  const { told, done, stop } = watching(account);
  await clock.advance(1_000);
  down = true;
  server.change({ restart: {} });
  await clock.advance(20_000);
  down = false;
  server.append("INBOX", message("a"));
  await clock.advance(60_000);
  assertEquals(told.slice(-3), ["online", "new 1", "checkpoint"]);
  stop();
  await clock.advance(100);
  await done;
});

test("flags whose change was told before the connection was lost are not forgotten", async () => {
  for (const on of ["EXAMINE", "UID FETCH"]) {
    const clock = new ManualClock();
    await using server = await startServer({
      clock,
      without: ["QRESYNC", "CONDSTORE"],
      mailboxes: { INBOX: generateMessages({ count: 3 }) },
    });
    await using account = await accountOn(server, { clock });
    const { told, done, stop } = watching(account);
    await clock.advance(1_000);
    told.length = 0;
    server.faults.add({ on, times: 1, bye: "Restarting" });
    server.setFlags("INBOX", 2, ["$Label"]);
    await clock.advance(20_000);
    assertEquals(told.map((line) => line.replace(/ \d{4,}/, " ...")), [
      "offline ...",
      "online",
      "flags 2",
      "checkpoint",
    ], on);
    stop();
    await clock.advance(100);
    await done;
  }
});

test("messages told before the connection was lost are not told again where checkpoints are few", async () => {
  const clock = new ManualClock();
  await using server = await startServer({
    clock,
    without: ["QRESYNC"],
    mailboxes: { INBOX: Array(1_000).fill(message("x")) },
  });
  // Five hundred ranges of UIDs: a checkpoint for every five messages.
  server.expunge("INBOX", Array.from({ length: 500 }, (_, i) => 2 * i + 1));
  await using account = await accountOn(server, { clock, patience: 0 });
  const { told, done, stop } = watching(account, { batch: 1 });
  await clock.advance(1_000);
  told.length = 0;
  server.faults.add({ on: "UID FETCH", nth: 3, bye: "Restarting" });
  for (let i = 0; i < 4; i++) server.append("INBOX", message("new"));
  await clock.advance(30_000);
  assertEquals(told.filter((line) => line.startsWith("new")), [
    "new 1001",
    "new 1002",
    "new 1003",
    "new 1004",
  ]);
  assert(told.some((line) => line.startsWith("offline")));
  stop();
  await clock.advance(100);
  await done;
});

test("a signal ends the loop at once, also when the server is silent, and so does closing the account", async () => {
  const clock = new ManualClock();
  await using server = await startServer({ clock });
  const account = await accountOn(server, { clock });
  const one = watching(account);
  await clock.advance(1_000);
  server.faults.add({ silence: true });
  one.stop();
  await clock.advance(1);
  await one.done;
  const two = watching(account);
  await clock.advance(10);
  const closing = account.close();
  await clock.advance(6_000);
  await Promise.all([two.done, closing]);
  await clock.advance(1);
  assertEquals([clock.timers, server.connections], [0, 0]);
});

test("several mailboxes are watched over two connections, and other work goes on beside", async () => {
  const clock = new ManualClock();
  const names = ["INBOX", "A", "B", "C", "D"];
  await using server = await startServer({
    clock,
    mailboxes: Object.fromEntries(names.map((name) => [name, generateMessages({ count: 2 })])),
  });
  await using account = await accountOn(server, { clock, connections: 2 });
  const all = names.map((name) => watching(account, {}, name));
  await clock.advance(5_000);
  assertEquals(all.map(({ told }) => told.splice(0)), names.map(() => ["checkpoint"]));
  for (const name of names) server.append(name, message("a"));
  const listed = Promise.all(names.map((name) => Array.fromAsync(account.mailbox(name).messages())));
  const flagged = account.mailbox("INBOX").flag([1], { add: ["x"] });
  await clock.advance(65_000);
  assertEquals((await listed).map(({ length }) => length), [3, 3, 3, 3, 3]);
  assertEquals((await flagged).done.toString(), "1");
  assertEquals(all[0]!.told.filter((line) => line !== "checkpoint").sort(), ["flags 1", "new 3"]);
  for (const { told } of all.slice(1)) assertEquals(told, ["new 3", "checkpoint"]);
  assertEquals(server.connections, 2);
  for (const { stop } of all) stop();
  await clock.advance(100);
  await Promise.all(all.map(({ done }) => done));
});

test("one connection is enough for a watch and for everything else", async () => {
  const clock = new ManualClock();
  await using server = await startServer({
    clock,
    mailboxes: { INBOX: generateMessages({ count: 2 }), A: generateMessages({ count: 2 }) },
  });
  await using account = await accountOn(server, { clock, connections: 1 });
  const { told, done, stop } = watching(account);
  await clock.advance(1_000);
  const work = (async () => {
    for await (const m of account.mailbox("A").messages()) {
      await m.text();
      await account.mailbox("INBOX").flag([m.uid], { add: ["x"] });
    }
    await account.mailboxes({ counts: true });
  })();
  await clock.advance(5_000);
  await work;
  server.append("INBOX", message("a"));
  await clock.advance(5_000);
  assert(told.includes("new 3") && told.includes("flags 1") && told.includes("flags 2"));
  assertEquals(server.connections, 1);
  stop();
  await clock.advance(100);
  await done;
});

test("a server that talks without news is not asked without a pause", async () => {
  const clock = new ManualClock();
  await using server = await startServer({
    clock,
    faults: [{ on: "IDLE", reply: "+ idling\r\n* 0 EXISTS\r\n" }],
  });
  await using account = await accountOn(server, { clock });
  const { done, stop } = watching(account);
  await clock.advance(10 * 60_000);
  const looks = commandsIn(server).filter((line) => line.startsWith("EXAMINE")).length;
  assert(looks < 60, `${looks} looks`);
  stop();
  await clock.advance(31_000);
  await done;
});

test("where IDLE is offered and refused, the server is polled", async () => {
  const clock = new ManualClock();
  await using server = await startServer({
    clock,
    faults: [{ on: "IDLE", refuse: { status: "BAD", text: "what?" } }],
  });
  await using account = await accountOn(server, { clock });
  const { told, done, stop } = watching(account);
  await clock.advance(1_000);
  server.append("INBOX", message("a"));
  await clock.advance(61_000);
  assertEquals(told, ["checkpoint", "new 1", "checkpoint"]);
  stop();
  await clock.advance(100);
  await done;
});
