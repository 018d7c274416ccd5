// Servers that keep silent, talk without end or lie, to a client that watches: what happens is told, at the latest when it is time to ask.

import { test } from "node:test";
import { assert, assertEquals } from "@std/assert";
import type { Account, Change, WatchOptions } from "../../../../imap/mailbox/mod.ts";
import { type Fault, generateMessages, ManualClock, startServer } from "../../../../imap/testing/mod.ts";
import { accountOn, commandsIn } from "../support.ts";
import { alsoSays, codeInstead } from "./servers.ts";

const mail = "Subject: x\r\n\r\n.\r\n";
const five = 5 * 60_000;

/** Watches in the background and collects what is told. */
function watching(account: Account, mailbox: string, options: WatchOptions = {}) {
  const told: string[] = [];
  const abort = new AbortController();
  const done = (async () => {
    for await (const event of account.mailbox(mailbox).watch({ signal: abort.signal, ...options })) {
      if (event.type !== "checkpoint") {
        told.push(event.type === "new" ? `new ${event.message.uid}` : event.type);
      }
    }
  })();
  done.catch(() => {});
  return { told, done, stop: () => abort.abort() };
}

interface Silence {
  faults: Fault[];
  with?: string[];
  mailbox?: string;
  /** Looks and questions at most, for each of two mailboxes. */
  most: number;
  /** In so many minutes; in twenty when left out. */
  minutes?: number;
}

const silences: Record<string, Silence> = {
  "IDLE is accepted, and nothing is ever told": {
    // The text of IDLE's answer, and then nothing but the answer to DONE.
    faults: [{ on: "IDLE", omit: ["EXISTS", "EXPUNGE", "VANISHED", "FETCH"] }],
    most: 45,
  },
  "NOTIFY is accepted, and nothing is ever told": {
    faults: [{ on: "NOTIFY", reply: "%TAG% OK done\r\n" }],
    with: ["NOTIFY"],
    mailbox: "b",
    most: 45,
  },
  "IDLE ends by itself at once": {
    // Once a second.
    faults: [{ on: "IDLE", reply: "+ idling\r\n%TAG% OK that was it\r\n" }],
    most: 130,
    minutes: 2,
  },
  "IDLE is answered with OK and nothing else": {
    faults: [{ on: "IDLE", reply: "%TAG% OK no need to wait\r\n" }],
    most: 130,
    minutes: 2,
  },
  "EXISTS shrinks without EXPUNGE, whenever IDLE begins": {
    faults: [{ on: "IDLE", reply: "+ idling\r\n* 2 EXISTS\r\n* 1 EXISTS\r\n" }],
    most: 120,
  },
  "flags of a message that is not there, whenever IDLE begins": {
    faults: [{ on: "IDLE", reply: "+ idling\r\n* 4000 FETCH (FLAGS (\\Seen))\r\n" }],
    most: 120,
  },
  "EXPUNGE of a message that is not there, whenever IDLE begins": {
    faults: [{ on: "IDLE", reply: "+ idling\r\n* 4000 EXPUNGE\r\n" }],
    most: 120,
  },
  "STATUS of the other mailbox, whenever one is opened": {
    faults: [alsoSays("EXAMINE", "* STATUS b (MESSAGES 7 UIDNEXT 9)")],
    with: ["NOTIFY"],
    mailbox: "b",
    most: 120,
  },
  "STATUS is refused": {
    faults: [{ on: "STATUS", refuse: { status: "NO", text: "no" } }],
    mailbox: "b",
    most: 60,
  },
  "HIGHESTMODSEQ that grows with each look": {
    faults: [(() => {
      let modSeq = 1_000;
      const fault: Fault = {
        on: "EXAMINE",
        rewrite: (response) =>
          response.type === "OK" && response.code?.name === "HIGHESTMODSEQ"
            ? `* OK [HIGHESTMODSEQ ${++modSeq}] done\r\n`
            : response,
      };
      return fault;
    })()],
    most: 120,
  },
};

for (
  const [what, { faults, with: offered = [], mailbox = "INBOX", most, minutes = 20 }] of Object.entries(
    silences,
  )
) {
  test(`a watched server is silent or talks: ${what}`, async () => {
    const clock = new ManualClock();
    await using server = await startServer({
      clock,
      with: offered,
      mailboxes: { INBOX: generateMessages({ count: 3 }), b: generateMessages({ count: 3 }) },
      faults,
    });
    await using account = await accountOn(server, { clock, connections: 2 });
    const watches = ["INBOX", "b"].map((name) => watching(account, name));
    await clock.advance(5_000);
    const looks = () =>
      commandsIn(server).filter((line) => /^(?:EXAMINE|STATUS|NOTIFY|IDLE)/.test(line)).length;
    const before = looks();
    await clock.advance(minutes * 60_000);
    const asked = looks() - before;
    assert(asked <= 2 * most, `${asked} looks and questions`);
    const { told } = watches[mailbox === "INBOX" ? 0 : 1]!;
    told.length = 0;
    server.append(mailbox, mail);
    await clock.advance(five + 60_000);
    assertEquals(told.filter((line) => line.startsWith("new")), ["new 4"]);
    for (const { stop } of watches) stop();
    await clock.advance(31_000);
    await Promise.all(watches.map(({ done }) => done));
  });
}

test("a clock that is set back by a year: flags are looked at all the same", async () => {
  const clock = new ManualClock(Date.UTC(2026, 10, 1));
  await using server = await startServer({
    rev2: false,
    capabilities: ["IMAP4rev1", "SASL-IR"],
    mailboxes: { INBOX: generateMessages({ count: 3 }) },
    clock,
  });
  await using account = await accountOn(server, { clock });
  const one = await Array.fromAsync(account.mailbox("INBOX").changes());
  const last = one.at(-1) as Extract<Change, { type: "checkpoint" }>;
  server.setFlags("INBOX", 2, ["k1"]);
  const later = { ...last.cursor, flagsAt: last.cursor.flagsAt! + 365 * 86_400_000 };
  const told = await Array.fromAsync(account.mailbox("INBOX").changes(later));
  assertEquals(told.map(({ type }) => type), ["flags", "checkpoint"]);
});

test("BYE, a refusal and silence at EXAMINE while something is told by NOTIFY: it is told in the end", async () => {
  for (const harm of [{ bye: "Autologout" }, { refuse: { status: "NO" as const } }, { silence: true }]) {
    const clock = new ManualClock();
    await using server = await startServer({
      clock,
      with: ["NOTIFY"],
      mailboxes: { INBOX: [], b: generateMessages({ count: 3 }) },
    });
    await using account = await accountOn(server, { clock, connections: 2 });
    const watches = ["INBOX", "b"].map((name) => watching(account, name));
    await clock.advance(5_000);
    server.faults.add({ on: "EXAMINE", times: 1, ...harm });
    server.append("b", mail);
    await clock.advance(10 * 60_000);
    assertEquals(watches[1]!.told.filter((line) => line.startsWith("new")), ["new 4"], JSON.stringify(harm));
    for (const { stop } of watches) stop();
    await clock.advance(31_000);
    await Promise.all(watches.map(({ done }) => done));
  }
});

test("a mailbox without UIDNEXT and without IDLE is asked, and nothing of it is told twice", async () => {
  const clock = new ManualClock();
  await using server = await startServer({
    clock,
    rev2: false,
    capabilities: ["IMAP4rev1", "SASL-IR"],
    mailboxes: { INBOX: generateMessages({ count: 3 }) },
    faults: [{ omit: ["UIDNEXT"] }, codeInstead("EXAMINE", "UIDNEXT", null)],
  });
  await using account = await accountOn(server, { clock });
  const { told, stop, done } = watching(account, "INBOX");
  await clock.advance(five);
  for (let i = 0; i < 3; i++) {
    server.append("INBOX", mail);
    await clock.advance(61_000);
    server.expunge("INBOX", [1 + i]);
    await clock.advance(61_000);
  }
  assertEquals(told, ["new 4", "gone", "new 5", "gone", "new 6", "gone"]);
  stop();
  await clock.advance(1_000);
  await done;
});
