import { test } from "node:test";
import { assert, assertEquals } from "@std/assert";
import type { Account, AccountOptions } from "../../../imap/mailbox/mod.ts";
import { ManualClock, type ServerOptions, startServer, type TestServer } from "../../../imap/testing/mod.ts";
import { accountOn, commandsIn } from "./support.ts";

const mail = "Subject: x\r\n\r\n.\r\n";
const names = ["INBOX", "a", "b", "c"];

interface Watched {
  server: TestServer;
  account: Account;
  clock: ManualClock;
  told: string[];
  stop(): Promise<void>;
}

/** Four mailboxes watched over two connections. */
async function watched(
  options: Partial<ServerOptions> = {},
  more: Partial<AccountOptions> = {},
): Promise<Watched> {
  const clock = new ManualClock();
  const server = await startServer({
    clock,
    with: ["NOTIFY"],
    mailboxes: Object.fromEntries(names.map((name) => [name, [mail]])),
    ...options,
  });
  const account = await accountOn(server, { clock, ...more });
  const told: string[] = [];
  const abort = new AbortController();
  const loops = names.map(async (name) => {
    for await (const event of account.mailbox(name).watch({ signal: abort.signal })) {
      if (event.type !== "checkpoint") {
        told.push(event.type === "new" ? `new in ${name}` : `${event.type} ${name}`);
      }
    }
  });
  await clock.advance(2_000);
  return {
    server,
    account,
    clock,
    told,
    async stop() {
      abort.abort();
      await clock.advance(100);
      await Promise.all(loops);
      const closing = account.close();
      await clock.advance(100);
      await closing;
      await server.close();
    },
  };
}

const count = (server: TestServer, command: string) =>
  commandsIn(server).filter((line) => line.startsWith(command)).length;

for (const connections of [1, 2, 3]) {
  test(`NOTIFY: mail in every mailbox is reported at once, over ${connections} connections`, async () => {
    const { server, clock, told, stop } = await watched({}, { connections });
    assertEquals(told, []);
    for (const name of [...names, ...names.toReversed()]) {
      server.append(name, mail);
      await clock.advance(2_000);
      assertEquals(told.splice(0), [`new in ${name}`]);
    }
    server.setFlags("b", 1, ["\\Flagged"]);
    server.expunge("c", [1]);
    await clock.advance(2_000);
    assertEquals(told.splice(0).sort(), ["flags b", "gone c"]);
    await stop();
  });
}

test("NOTIFY: when there is more to tell of, the server is told to stop before it is asked again", async () => {
  const { server, account, clock, told, stop } = await watched(
    { mailboxes: Object.fromEntries([...names, "d"].map((name) => [name, [mail]])) },
    { connections: 1 },
  );
  const abort = new AbortController();
  const late = (async () => {
    for await (const event of account.mailbox("d").watch({ signal: abort.signal })) {
      if (event.type === "new") told.push("new in d");
    }
  })();
  await clock.advance(2_000);
  const asked = [...server.log.matchAll(/^(\S+) C: \S+ NOTIFY (NONE|SET)/gm)].map(([, by, what]) =>
    `${by} ${what}`
  );
  const by = asked[0]!.split(" ")[0]!;
  assertEquals(asked.filter((each) => each.startsWith(by)), [`${by} SET`, `${by} NONE`, `${by} SET`]);
  for (const name of [...names, "d"]) {
    server.append(name, mail);
    await clock.advance(2_000);
    assertEquals(told.splice(0), [`new in ${name}`]);
  }
  abort.abort();
  await clock.advance(100);
  await late;
  await stop();
});

test("NOTIFY: while nothing happens, little is asked", async () => {
  const { server, clock, stop } = await watched();
  const looks = () => count(server, "STATUS") + count(server, "EXAMINE");
  const asked = looks();
  assert(count(server, "NOTIFY") >= 1);
  await clock.advance(60 * 60_000);
  // Four mailboxes, each every four and a half minutes or so, and not each minute; a selected one is asked by EXAMINE.
  const more = looks() - asked;
  assert(more >= 30 && more <= 75, `${more}`);
  assert(count(server, "NOTIFY") <= 4, "once, and not each time");
  await stop();
});

test("NOTIFY: a lost connection, and a server that has too much to tell, lose nothing", async () => {
  const { server, clock, told, stop } = await watched();
  server.change({ restart: {} });
  server.append("a", mail);
  await clock.advance(120_000);
  assertEquals(told.filter((line) => line.startsWith("new")), ["new in a"]);
  assertEquals(
    told.filter((line) => line === "offline INBOX" || line === "online INBOX").at(-1),
    "online INBOX",
  );
  told.length = 0;
  server.append("c", mail);
  await clock.advance(2_000);
  assertEquals(told.splice(0), ["new in c"]);
  // RFC 5465 5.8: from here on the server tells nothing until it is asked again.
  const overflow = "* OK [NOTIFICATIONOVERFLOW] Too much\r\n";
  const asked = count(server, "NOTIFY");
  server.faults.add({ on: "IDLE", times: 1, reply: `+ idling\r\n${overflow}%TAG% OK IDLE completed\r\n` });
  server.append("INBOX", mail);
  await clock.advance(2_000);
  assertEquals(told.splice(0), ["new in INBOX"]);
  assertEquals(count(server, "NOTIFY"), asked + 1);
  server.append("b", mail);
  await clock.advance(2_000);
  assertEquals(told.splice(0), ["new in b"]);
  await stop();
});

const without: [string, Partial<ServerOptions>][] = [
  ["is not offered", { with: [] }],
  ["is refused", {
    faults: [{ on: "NOTIFY", refuse: { status: "NO", text: "[BADEVENT (MailboxName)] not this one" } }],
  }],
];
for (const [what, options] of without) {
  test(`where NOTIFY ${what}, the others are asked once a minute`, async () => {
    const { server, clock, told, stop } = await watched(options);
    server.append("b", mail);
    server.append("INBOX", mail);
    await clock.advance(62_000);
    assertEquals(told.splice(0).sort(), ["new in INBOX", "new in b"]);
    assert(count(server, "NOTIFY") <= 1);
    await stop();
  });
}

test("NOTIFY: what is told while the watch that waits is with its consumer, or looks, is heard", async () => {
  const clock = new ManualClock();
  const mailboxes = Object.fromEntries(names.map((name) => [name, [mail]]));
  await using server = await startServer({ clock, with: ["NOTIFY"], mailboxes });
  await using account = await accountOn(server, { clock });
  const told: string[] = [];
  const abort = new AbortController();
  let busy = Promise.withResolvers<void>();
  const loops = names.map(async (name) => {
    for await (const event of account.mailbox(name).watch({ signal: abort.signal })) {
      if (event.type !== "new") continue;
      told.push(`new in ${name}`);
      if (name === "INBOX") await busy.promise;
    }
  });
  await clock.advance(2_000);
  // While the consumer is busy.
  server.append("INBOX", mail);
  await clock.advance(2_000);
  server.append("b", mail);
  await clock.advance(2_000);
  assertEquals(told.splice(0), ["new in INBOX", "new in b"]);
  busy.resolve();
  busy = Promise.withResolvers();
  await clock.advance(2_000);
  // In the answer to the EXAMINE that finds something.
  server.faults.add({ on: "EXAMINE", nth: 1, meanwhile: { mailbox: "c", deliver: [mail] } });
  server.append("INBOX", mail);
  await clock.advance(2_000);
  assertEquals(told.splice(0).sort(), ["new in INBOX", "new in c"]);
  busy.resolve();
  // Taken for a part of the answer to a question about all mailboxes.
  await clock.advance(2_000);
  server.faults.add({ on: "LIST", nth: 1, meanwhile: { mailbox: "a", deliver: [mail] } });
  const counted = account.mailboxes({ counts: true });
  await clock.advance(2_000);
  assertEquals((await counted).find(({ name }) => name === "a")?.messages, 2);
  assertEquals(told.splice(0), ["new in a"]);
  abort.abort();
  await clock.advance(100);
  await Promise.all(loops);
});

test("NOTIFY: over one connection, what comes between a look and leaving the mailbox is told", async () => {
  for (const on of ["EXAMINE", "IDLE", "STATUS", "UID FETCH"]) {
    for (let nth = 1; nth < 8; nth++) {
      const { server, clock, told, stop } = await watched({}, { connections: 1 });
      server.append("a", mail);
      server.faults.add({ on, nth, meanwhile: { mailbox: "a", deliver: [mail] } });
      await clock.advance(5_000);
      const here = server.mailbox("a").messages.length;
      assertEquals(told.filter((line) => line === "new in a").length, here - 1, `${on} ${nth}`);
      await stop();
    }
  }
});
