// Servers that say what cannot be, to a client that follows a mailbox: nothing is lost, nothing is told twice, and every look ends.

import { test } from "node:test";
import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  type Fault,
  generateMessages,
  type ServerOptions,
  startServer,
  type TestServer,
} from "../../../../imap/testing/mod.ts";
import type { Change } from "../../../../imap/mailbox/mod.ts";
import { Consumer } from "../consumer.ts";
import { accountOn, commandsIn } from "../support.ts";
import { alsoSays, changed, codeInstead, saysOnly } from "./servers.ts";

const message = (subject: string) => `Subject: ${subject}\r\n\r\n.\r\n`;

/** What servers can do. */
const kinds: Record<string, Partial<ServerOptions>> = {
  QRESYNC: {},
  CONDSTORE: { without: ["QRESYNC"] },
  neither: { without: ["QRESYNC", "CONDSTORE"] },
  rev1: { rev2: false, capabilities: ["IMAP4rev1", "UIDPLUS", "IDLE", "SASL-IR"] },
};

interface Lie {
  faults: Fault[];
  /** The kinds of servers that can say so; all of them when left out. */
  kinds?: string[];
  /** How many resets it takes. */
  resets?: number;
}

/** A mailbox of ten is told; it changes; what is told then, while the server lies, leads to what is in the mailbox. */
const lies: Record<string, Lie> = {
  "flags of UIDs that are not there": {
    faults: [alsoSays("UID FETCH", "* 3 FETCH (UID 4000 FLAGS (\\Seen))", "* 4 FETCH (FLAGS (x))")],
    kinds: ["CONDSTORE", "neither", "rev1"],
  },
  "flags of UIDs that are not there, with EXAMINE": {
    faults: [alsoSays(
      "EXAMINE",
      "* 3 FETCH (UID 4000 FLAGS (\\Seen) MODSEQ (99999))",
      "* 4 FETCH (FLAGS (x) MODSEQ (99999))",
      "* 4000 FETCH (UID 4294967295 FLAGS (x) MODSEQ (99999))",
    )],
    kinds: ["QRESYNC"],
  },
  "each response of EXAMINE twice": { faults: [{ on: "EXAMINE", twice: true }] },
  "each row twice": { faults: [{ on: "UID FETCH", twice: true }] },
  "each result of a search twice": {
    faults: [{
      on: "UID SEARCH",
      rewrite: (response) =>
        response.type === "SEARCH"
          ? `* SEARCH ${[...response.numbers, ...response.numbers].join(" ")}\r\n`
          : response,
    }],
  },
  "UIDs that nobody has searched for": {
    faults: [
      changed("UID SEARCH", "SEARCH", ({ numbers }) => `* SEARCH ${[...numbers, 77, 5000].join(" ")}\r\n`),
      changed("UID SEARCH", "ESEARCH", (response) => {
        const { all } = response;
        return `* ESEARCH (TAG "${response.tag}") UID ALL ${all === undefined ? "" : `${all},`}77,5000\r\n`;
      }),
    ],
  },
  "no HIGHESTMODSEQ, although it offers CONDSTORE": {
    faults: [codeInstead("EXAMINE", "HIGHESTMODSEQ", null)],
    kinds: ["QRESYNC", "CONDSTORE"],
  },
  "HIGHESTMODSEQ 0": {
    faults: [codeInstead("EXAMINE", "HIGHESTMODSEQ", "[HIGHESTMODSEQ 0]")],
    kinds: ["QRESYNC", "CONDSTORE"],
  },
  "HIGHESTMODSEQ -1": {
    faults: [codeInstead("EXAMINE", "HIGHESTMODSEQ", "[HIGHESTMODSEQ -1]")],
    kinds: ["QRESYNC", "CONDSTORE"],
  },
  "HIGHESTMODSEQ of 64 bits": {
    faults: [codeInstead("EXAMINE", "HIGHESTMODSEQ", "[HIGHESTMODSEQ 18446744073709551615]")],
    kinds: ["QRESYNC", "CONDSTORE"],
  },
  "HIGHESTMODSEQ of a hundred bits": {
    faults: [codeInstead("EXAMINE", "HIGHESTMODSEQ", "[HIGHESTMODSEQ 999999999999999999999999999999]")],
    kinds: ["QRESYNC", "CONDSTORE"],
  },
  NOMODSEQ: {
    faults: [codeInstead("EXAMINE", "HIGHESTMODSEQ", "[NOMODSEQ]")],
    kinds: ["QRESYNC", "CONDSTORE"],
  },
  "MODSEQ 0 in rows": {
    faults: [
      changed(
        "UID FETCH",
        "FETCH",
        ({ seq, uid, flags }) =>
          flags && uid && seq !== undefined
            ? `* ${seq} FETCH (UID ${uid} FLAGS (${flags.join(" ")}) RFC822.SIZE 20 MODSEQ (0))\r\n`
            : null,
      ),
    ],
    kinds: ["CONDSTORE"],
  },
  "VANISHED of UIDs that never were": {
    faults: [alsoSays("EXAMINE", "* VANISHED (EARLIER) 500:4294967295")],
    kinds: ["QRESYNC"],
  },
  "VANISHED of messages that are there": {
    faults: [alsoSays("EXAMINE", "* VANISHED (EARLIER) 1:3,5,7:9")],
    kinds: ["QRESYNC"],
  },
  "VANISHED of messages that are there, without EARLIER": {
    faults: [alsoSays("EXAMINE", "* VANISHED 1:3,5,7:9")],
    kinds: ["QRESYNC"],
  },
  "VANISHED without EARLIER": {
    faults: [changed("EXAMINE", "VANISHED", ({ uids }) => `* VANISHED ${uids}\r\n`)],
    kinds: ["QRESYNC"],
  },
  "VANISHED of some that are gone and some that never were": {
    faults: [changed("EXAMINE", "VANISHED", ({ uids }) => `* VANISHED (EARLIER) ${uids},4000\r\n`)],
    kinds: ["QRESYNC"],
  },
  "no VANISHED": { faults: [{ on: "EXAMINE", omit: ["VANISHED"] }], kinds: ["QRESYNC"] },
  "QRESYNC is offered, and refused": {
    faults: [{ on: "ENABLE", refuse: { status: "NO", text: "not today" } }],
    kinds: ["QRESYNC"],
  },
  "QRESYNC is enabled, and then refused": {
    faults: [{ on: "ENABLE", reply: "* ENABLED\r\n%TAG% OK done\r\n" }],
    kinds: ["QRESYNC"],
  },
  "no UIDNEXT anywhere": { faults: [{ omit: ["UIDNEXT"] }] },
  "UIDNEXT 0": { faults: [codeInstead("EXAMINE", "UIDNEXT", "[UIDNEXT 0]")] },
  "no EXISTS": { faults: [{ on: "EXAMINE", omit: ["EXISTS"] }] },
  "STATUS is refused": { faults: [{ on: "STATUS", refuse: { status: "NO", text: "not of this mailbox" } }] },
  "STATUS says nothing": { faults: [saysOnly("STATUS")] },
  "STATUS is of another mailbox": {
    faults: [changed("STATUS", "STATUS", () => `* STATUS Other (MESSAGES 1 UIDNEXT 2 UIDVALIDITY 3)\r\n`)],
  },
};

async function follow(server: TestServer, consumer: Consumer): Promise<void> {
  await using account = await accountOn(server);
  consumer.begin();
  const options = { from: "all" as const, flagsEvery: 0, batch: 4 };
  for await (const change of account.mailbox("INBOX").changes(consumer.cursor, options)) {
    consumer.take(change);
  }
}

for (const [lie, { faults, kinds: possible = Object.keys(kinds), resets = 0 }] of Object.entries(lies)) {
  test(`a server that lies: ${lie}`, async () => {
    for (const kind of possible) {
      for (const from of ["the beginning", "the second look"]) {
        await using server = await startServer({
          ...kinds[kind],
          mailboxes: { INBOX: generateMessages({ count: 10 }) },
        });
        const consumer = new Consumer();
        const lying = () => faults.forEach((fault) => server.faults.add(fault));
        if (from === "the beginning") lying();
        await follow(server, consumer);
        assertEquals(consumer.differences(server), [], `${kind}, first`);
        lying();
        for (let turn = 0; turn < 3; turn++) {
          server.append("INBOX", message("a"));
          server.append("INBOX", message("b"));
          server.expunge("INBOX", [server.mailbox("INBOX").messages[1]!.uid]);
          server.setFlags("INBOX", server.mailbox("INBOX").messages[3]!.uid, ["\\Flagged", `k${turn}`]);
          await follow(server, consumer);
          assertEquals(consumer.differences(server), [], `${kind}, ${turn}, lies from ${from}`);
        }
        // Honest again.
        server.faults.clear();
        server.append("INBOX", message("c"));
        await follow(server, consumer);
        assertEquals(consumer.differences(server), [], `${kind}, honest again`);
        assert(consumer.resets <= resets, `${kind}: ${consumer.resets} resets`);
      }
    }
  });
}

test("messages that are said to be gone in VANISHED and in EXISTS, and are there the next time: one reset", async () => {
  await using server = await startServer({ mailboxes: { INBOX: generateMessages({ count: 10 }) } });
  const consumer = new Consumer();
  await follow(server, consumer);
  server.faults.add(alsoSays("EXAMINE", "* VANISHED (EARLIER) 2:3"));
  server.faults.add(changed("EXAMINE", "EXISTS", ({ count }) => `* ${count - 2} EXISTS\r\n`));
  await follow(server, consumer);
  assertEquals(consumer.differences(server), ["lost 2", "lost 3"]);
  server.faults.clear();
  await follow(server, consumer);
  assertEquals(consumer.differences(server), []);
  assertEquals(consumer.resets, 1);
  server.append("INBOX", message("a"));
  server.expunge("INBOX", [2, 5]);
  await follow(server, consumer);
  assertEquals(consumer.differences(server), []);
  assertEquals([consumer.resets, consumer.news], [1, 11]);
});

test("with QRESYNC a look is one round trip, and one more only where the numbers do not agree", async () => {
  await using server = await startServer({ mailboxes: { INBOX: generateMessages({ count: 10 }) } });
  const consumer = new Consumer();
  await follow(server, consumer);
  const asked = async () => {
    const before = commandsIn(server).length;
    await follow(server, consumer);
    return commandsIn(server).slice(before).filter((line) => /^(?:EXAMINE|UID|STATUS)/.test(line))
      .map((line) => line.replace(/ (?!SEARCH|FETCH).*/, ""));
  };
  server.expunge("INBOX", [2, 3]);
  assertEquals(await asked(), ["EXAMINE"]);
  server.faults.add({ on: "EXAMINE", omit: ["VANISHED"] });
  server.expunge("INBOX", [5]);
  assertEquals(await asked(), ["EXAMINE", "UID SEARCH"]);
  assertEquals(await asked(), ["EXAMINE"]);
  assertEquals(consumer.differences(server), []);
});

for (const [kind, options] of Object.entries(kinds)) {
  test(`${kind}: UIDNEXT of four thousand millions and a search that names all of them end`, async () => {
    await using server = await startServer({
      ...options,
      mailboxes: { INBOX: generateMessages({ count: 10 }) },
    });
    const consumer = new Consumer();
    await follow(server, consumer);
    server.append("INBOX", message("a"));
    server.faults.add(codeInstead("EXAMINE", "UIDNEXT", "[UIDNEXT 4294967295]"));
    await follow(server, consumer);
    assertEquals(consumer.differences(server), []);
    server.append("INBOX", message("b"));
    server.faults.clear();
    // The UIDs that come now are below those of which it said that they had all been given away.
    await follow(server, consumer);
    assertEquals([consumer.differences(server), consumer.resets], [[], 1]);
    server.append("INBOX", message("c"));
    server.faults.add(codeInstead("EXAMINE", "UIDNEXT", "[UIDNEXT 4294967295]"));
    server.faults.add(changed("UID SEARCH", "SEARCH", () => "* SEARCH\r\n"));
    server.faults.add(
      changed("UID SEARCH", "ESEARCH", ({ tag }) => `* ESEARCH (TAG "${tag}") UID ALL 1:4294967295\r\n`),
    );
    const told = await follow(server, consumer).then(() => "", (error) => String(error));
    assert(kind === "rev1" || /names \d+ messages of a mailbox that has/.test(told), told);
  });

  test(`${kind}: a mailbox that was made anew under its old name and UIDVALIDITY is one reset`, async () => {
    await using server = await startServer({
      ...options,
      mailboxes: { Work: generateMessages({ count: 10 }) },
    });
    const { uidValidity } = server.mailbox("Work");
    await using account = await accountOn(server);
    const work = account.mailbox("Work");
    const first = await Array.fromAsync(work.changes(undefined, { from: "all" }));
    const last = first.at(-1) as Extract<Change, { type: "checkpoint" }>;
    await account.delete("Work");
    await account.create("Work");
    for (let i = 0; i < 3; i++) server.append("Work", message(`${i}`));
    server.faults.add(codeInstead("EXAMINE", "UIDVALIDITY", `[UIDVALIDITY ${uidValidity}]`));
    server.faults.add(
      changed("STATUS", "STATUS", (status) => ({ ...status, uidValidity })),
    );
    const told = await Array.fromAsync(work.changes(last.cursor, { from: "all" }));
    assertEquals(told.map(({ type }) => type), ["reset", "checkpoint"]);
    assertEquals("uids" in told[0]! && told[0].uids.toString(), "1:3");
  });

  test(`${kind}: UIDVALIDITY 0 is said to be of no use for a cursor, and messages can be listed`, async () => {
    await using server = await startServer({
      ...options,
      mailboxes: { INBOX: generateMessages({ count: 3 }) },
      faults: [
        codeInstead("EXAMINE", "UIDVALIDITY", "[UIDVALIDITY 0]"),
        codeInstead("SELECT", "UIDVALIDITY", "[UIDVALIDITY 0]"),
      ],
    });
    await using account = await accountOn(server);
    const inbox = account.mailbox("INBOX");
    await assertRejects(() => Array.fromAsync(inbox.changes()), Error, "no UIDVALIDITY");
    const messages = await Array.fromAsync(inbox.messages());
    assertEquals(messages.length, 3);
    assertEquals((await inbox.flag([1, 2], { add: ["\\Seen"] })).done.toString(), "1:2");
  });

  test(`${kind}: BYE at any command of a look, and between any two checkpoints, costs nothing`, async () => {
    // At once: most of each is waiting.
    await Promise.all(Array.from({ length: 11 }, async (_, i) => {
      await using server = await startServer({
        ...options,
        mailboxes: { INBOX: generateMessages({ count: 10 }) },
      });
      const consumer = new Consumer();
      // The first connection is made without harm.
      server.faults.add({ nth: i + 5, bye: "Restarting" });
      await using account = await accountOn(server, { random: () => 0, connections: 1 });
      consumer.begin();
      for await (const change of account.mailbox("INBOX").changes(undefined, { from: "all", batch: 2 })) {
        consumer.take(change);
      }
      assertEquals(consumer.differences(server), [], `${i}`);
    }));
  });
}

for (const [kind, options] of Object.entries(kinds)) {
  test(`${kind}: a mailbox that gets new UIDs while new messages are told: none is told under its old UIDVALIDITY, then one reset`, async () => {
    await using server = await startServer({
      ...options,
      mailboxes: { INBOX: generateMessages({ count: 6 }) },
    });
    await using account = await accountOn(server, { random: () => 0 });
    const inbox = account.mailbox("INBOX");
    const { uidValidity } = server.mailbox("INBOX");
    const told: Change[] = [];
    for await (const change of inbox.changes(undefined, { from: "all", batch: 2 })) {
      told.push(change);
      if (told.length === 3) server.change({ uidValidity: "next", restart: {} });
    }
    assertEquals(told.map(({ type }) => type), ["new", "new", "checkpoint"]);
    assertEquals(told.flatMap((change) => change.type === "new" ? [change.message.uidValidity] : []), [
      uidValidity,
      uidValidity,
    ]);
    const cursor = told.flatMap((change) => change.type === "checkpoint" ? [change.cursor] : [])[0];
    const next = await Array.fromAsync(inbox.changes(cursor));
    assertEquals(next.map(({ type }) => type), ["reset", "checkpoint"]);
    assert(next[0]?.type === "reset" && next[0].uids.count === 6);
  });
}
