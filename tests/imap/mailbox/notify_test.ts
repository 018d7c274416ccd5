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
