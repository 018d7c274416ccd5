import { test } from "node:test";
import { assert, assertEquals, assertRejects } from "@std/assert";
import type { Change, Cursor } from "../../../mod.ts";
import {
  generateMessages,
  type ServerOptions,
  startServer,
  type TestServer,
} from "../../../imap/testing/mod.ts";
import { forSeedsAsync } from "../../support/seeded.ts";
import { Consumer } from "./consumer.ts";
import { accountOn, commandsIn } from "./support.ts";

/** The three kinds of servers. */
const kinds: Record<string, Partial<ServerOptions>> = {
  QRESYNC: {},
  CONDSTORE: { without: ["QRESYNC"] },
  neither: { without: ["QRESYNC", "CONDSTORE"] },
  "neither, and IMAP4rev1 alone": { rev2: false, capabilities: ["IMAP4rev1", "UIDPLUS", "IDLE", "SASL-IR"] },
};

const message = (subject: string) => `Subject: ${subject}\r\n\r\n.\r\n`;

function shownChange(change: Change): string {
  switch (change.type) {
    case "new":
      return `new ${change.message.uid}`;
    case "flags":
      return `flags ${change.uid} ${change.flags.join(" ")}`;
    case "gone":
      return `gone ${change.uids}`;
    case "reset":
      return `reset ${change.reason} ${change.uids}`;
    case "checkpoint":
      return "checkpoint";
  }
}

for (const [kind, options] of Object.entries(kinds)) {
  test(`${kind}: what comes, changes and goes is reported once, and nothing where nothing has changed`, async () => {
    await using server = await startServer({
      ...options,
      mailboxes: { INBOX: generateMessages({ count: 20 }) },
    });
    await using account = await accountOn(server);
    const inbox = account.mailbox("INBOX").readonly;
    let cursor: Cursor | undefined;
    const changes = async () => {
      const told = await Array.fromAsync(inbox.changes(cursor, { flagsEvery: 0 }));
      const last = told.at(-1);
      if (last?.type === "checkpoint") cursor = JSON.parse(JSON.stringify(last.cursor));
      return told.map(shownChange).filter((line) => line !== "checkpoint");
    };
    assertEquals(await changes(), [], "from now on");
    server.append("INBOX", message("a"));
    server.append("INBOX", message("b"));
    server.setFlags("INBOX", 3, ["\\Flagged"]);
    server.expunge("INBOX", [5, 6]);
    assertEquals(
      await changes(),
      ["gone 5:6", "flags 3 \\Flagged", "new 21", "new 22"]
        // The digest of a block is told for all its messages; here a block has one.
        .filter(() => true),
    );
    assertEquals(await changes(), []);
    server.expunge("INBOX", [22]);
    server.append("INBOX", message("c"));
    assertEquals(await changes(), ["gone 22", "new 23"]);
    server.setFlags("INBOX", 23, ["\\Seen"]);
    assertEquals(await changes(), ["flags 23 \\Seen"]);
    server.expunge("INBOX", server.mailbox("INBOX").messages.map(({ uid }) => uid));
    const gone = await changes();
    assertEquals(gone.length, 1);
    assert(gone[0]!.startsWith("gone 1:"));
    assertEquals(await changes(), []);
    server.append("INBOX", message("d"));
    assertEquals(await changes(), ["new 24"]);
    const again = commandsIn(server).length;
    assertEquals(await changes(), []);
    if (kind !== "neither" && !kind.includes("rev1")) {
      assertEquals(commandsIn(server).length, again + 1, "one round trip");
    }
  });

  test(`${kind}: a mailbox with new UIDs is one reset`, async () => {
    await using server = await startServer({
      ...options,
      mailboxes: { INBOX: generateMessages({ count: 5 }) },
    });
    await using account = await accountOn(server);
    const inbox = account.mailbox("INBOX");
    const [first] = await Array.fromAsync(inbox.changes(undefined, { from: "now" }));
    assert(first?.type === "checkpoint");
    const { cursor } = first as Extract<Change, { type: "checkpoint" }>;
    server.changeUidValidity("INBOX");
    const told = await Array.fromAsync(inbox.changes(cursor));
    assertEquals(told.map(shownChange), ["reset uidvalidity 1:5", "checkpoint"]);
    assertEquals("previous" in told[0]! && told[0].previous, cursor);
    // UIDNEXT that goes back, as after a restore from a backup.
    const lower = { ...cursor, uidValidity: server.mailbox("INBOX").uidValidity, uidNext: 9 };
    delete lower.flags;
    assertEquals((await Array.fromAsync(inbox.changes(lower))).map(shownChange), [
      "reset uidnext 1:5",
      "checkpoint",
    ]);
  });

  test(`${kind}: all messages from the first one on, from a day on, in batches that can be resumed`, async () => {
    await using server = await startServer({ ...options });
    for (let day = 1; day <= 30; day++) {
      const date = new Date(`2026-10-${String(day).padStart(2, "0")}T12:00:00Z`);
      server.append("INBOX", { message: message(`${day}`), date });
    }
    await using account = await accountOn(server);
    const inbox = account.mailbox("INBOX");
    const told = async (cursor: Cursor | undefined, from: "all" | { since: string }) => {
      const changes = await Array.fromAsync(inbox.changes(cursor, { from, batch: 7 }));
      return changes.flatMap((change) => change.type === "new" ? [change.message.uid] : []);
    };
    const all = Array.from({ length: 30 }, (_, i) => i + 1);
    assertEquals(await told(undefined, "all"), all);
    assertEquals(await told(undefined, { since: "2026-10-25" }), all.slice(24));
    assertEquals(await told(undefined, { since: "2026-11-25" }), []);
    const got: number[] = [];
    let cursor: Cursor | undefined;
    for (let turn = 0; turn < 10; turn++) {
      for await (const change of inbox.changes(cursor, { from: "all", batch: 7 })) {
        if (change.type === "new") got.push(change.message.uid);
        if (change.type !== "checkpoint") continue;
        cursor = change.cursor;
        break;
      }
    }
    assertEquals(got, all);
  });
}

test("a modification sequence that went back is a reset", async () => {
  await using server = await startServer({ mailboxes: { INBOX: generateMessages({ count: 5 }) } });
  await using account = await accountOn(server);
  const inbox = account.mailbox("INBOX");
  server.setFlags("INBOX", 1, ["\\Seen"]);
  const [first] = await Array.fromAsync(inbox.changes());
  const { cursor } = first as Extract<Change, { type: "checkpoint" }>;
  server.change({ modSeqBack: 1 });
  assertEquals((await Array.fromAsync(inbox.changes(cursor))).map(shownChange), [
    "reset modseq 1:5",
    "checkpoint",
  ]);
});

test("without UIDNEXT in SELECT and STATUS the highest UID counts, and its going is not a reset", async () => {
  for (const options of Object.values(kinds)) {
    await using server = await startServer({
      ...options,
      mailboxes: { INBOX: generateMessages({ count: 5 }) },
      faults: [{ omit: ["UIDNEXT"] }],
    });
    await using account = await accountOn(server);
    const inbox = account.mailbox("INBOX");
    let cursor: Cursor | undefined;
    const changes = async () => {
      const told = await Array.fromAsync(inbox.changes(cursor, { flagsEvery: 0 }));
      for (const change of told) if (change.type === "checkpoint") cursor = change.cursor;
      return told.map(shownChange).filter((line) => line !== "checkpoint");
    };
    assertEquals(await changes(), []);
    server.append("INBOX", message("a"));
    assertEquals(await changes(), ["new 6"]);
    server.expunge("INBOX", [6]);
    assertEquals(await changes(), ["gone 6"]);
    server.append("INBOX", message("b"));
    assertEquals(await changes(), ["new 7"]);
    assertEquals(await changes(), []);
  }
});

test("of 4,100 messages the flags are reported that may have changed, and those of a neighbour, once", async () => {
  // More messages than the cursor has numbers for: two of them share one.
  const messages = Array.from({ length: 4_100 }, (_, at) => message(String(at)));
  await using server = await startServer({ ...kinds.neither, mailboxes: { INBOX: messages } });
  await using account = await accountOn(server);
  let cursor: Cursor | undefined;
  const changes = async (flagsEvery: number) => {
    const told = await Array.fromAsync(account.mailbox("INBOX").changes(cursor, { flagsEvery }));
    for (const change of told) if (change.type === "checkpoint") cursor = change.cursor;
    return told.map(shownChange).filter((line) => line !== "checkpoint");
  };
  assertEquals(await changes(0), []);
  server.expunge("INBOX", [10, 11, 13]);
  assertEquals(await changes(3_600_000), ["gone 10:11,13"], "flags are not looked at");
  server.setFlags("INBOX", 20, ["\\Flagged"]);
  assertEquals(await changes(0), ["flags 12 ", "flags 20 \\Flagged", "flags 21 "]);
  assertEquals(await changes(0), []);
});

test("a mailbox without UIDVALIDITY, and one that is not there, are told as errors", async () => {
  await using server = await startServer({ faults: [{ omit: ["UIDVALIDITY"] }] });
  await using account = await accountOn(server);
  await assertRejects(() => Array.fromAsync(account.mailbox("INBOX").changes()), Error, "no UIDVALIDITY");
  await assertRejects(() => Array.fromAsync(account.mailbox("No such").changes()), Error, "NO");
});

test("a renamed mailbox is the same one where the server says so, and otherwise a reset", async () => {
  for (const without of [[], ["OBJECTID"]]) {
    await using server = await startServer({ without, mailboxes: { Work: generateMessages({ count: 3 }) } });
    await using account = await accountOn(server);
    const [first] = await Array.fromAsync(account.mailbox("Work").changes());
    const { cursor } = first as Extract<Change, { type: "checkpoint" }>;
    server.rename("Work", "Office");
    server.append("Office", message("a"));
    const told = (await Array.fromAsync(account.mailbox("Office").changes(cursor))).map(shownChange);
    assertEquals(told.slice(0, -1), without.length === 0 ? ["new 4"] : ["reset mailbox 1:4"]);
  }
});

test("a server that gains or loses extensions between two looks loses nothing", async () => {
  const names = Object.keys(kinds);
  for (const before of names.slice(0, 3)) {
    for (const after of names.slice(0, 3)) {
      const consumer = new Consumer();
      const run = async (server: TestServer) => {
        await using account = await accountOn(server);
        consumer.begin();
        for await (
          const change of account.mailbox("INBOX").changes(consumer.cursor, { from: "all", flagsEvery: 0 })
        ) consumer.take(change);
      };
      await using server = await startServer({ mailboxes: { INBOX: generateMessages({ count: 30 }) } });
      server.expunge("INBOX", [4, 9]);
      server.change({ capabilities: { without: kinds[before]!.without ?? [] } });
      await run(server);
      server.change({ capabilities: { with: ["QRESYNC", "CONDSTORE"] } });
      server.change({ capabilities: { without: kinds[after]!.without ?? [] } });
      server.expunge("INBOX", [1, 30]);
      server.setFlags("INBOX", 7, ["x"]);
      server.append("INBOX", message("new"));
      await run(server);
      assertEquals(consumer.differences(server), [], `${before} then ${after}`);
      assertEquals(consumer.resets, 0);
    }
  }
});

test("a message that cannot be fetched does not stop the others", async () => {
  await using server = await startServer({
    mailboxes: { INBOX: generateMessages({ count: 10 }) },
    faults: [{
      on: "UID FETCH",
      rewrite: (response) =>
        response.type === "FETCH" && response.uid === 4 && response.envelope
          ? `* 4 FETCH (UID 4 ENVELOPE ("${"x".repeat(200)}\r\n`
          : response,
    }],
  });
  await using account = await accountOn(server);
  const told = await Array.fromAsync(account.mailbox("INBOX").changes(undefined, { from: "all" }));
  assertEquals(told.flatMap((change) => change.type === "new" ? [change.message.uid] : []), [
    1,
    2,
    3,
    4,
    5,
    6,
    7,
    8,
    9,
    10,
  ]);
});

test("a damaged cursor is an error and not a beginning", async () => {
  await using server = await startServer({
    without: ["CONDSTORE", "QRESYNC"],
    mailboxes: { INBOX: generateMessages({ count: 3 }) },
  });
  await using account = await accountOn(server);
  const inbox = account.mailbox("INBOX");
  const [first] = await Array.fromAsync(inbox.changes());
  const { cursor } = first as Extract<Change, { type: "checkpoint" }>;
  const damaged: object[] = [
    {},
    { ...cursor, v: 2 },
    { ...cursor, uidNext: "4" },
    { ...cursor, uidNext: 0 },
    { ...cursor, uidValidity: NaN },
    { ...cursor, modSeq: "x" },
    { ...cursor, seen: "////////" },
    { ...cursor, seen: "not base64!" },
    { ...cursor, flags: "0:AAAA" },
    { ...cursor, flags: "x" },
  ];
  for (const one of damaged) {
    await assertRejects(
      () => Array.fromAsync(inbox.changes(one as Cursor)),
      RangeError,
      undefined,
      JSON.stringify(one),
    );
  }
});

for (const [kind, options] of Object.entries(kinds)) {
  test(`${kind}: whatever happens, a consumer that is stopped anywhere has in the end what is there, and nothing twice`, async () => {
    await forSeedsAsync(12, async (random) => {
      await using server = await startServer({
        ...options,
        mailboxes: { INBOX: generateMessages({ count: random.below(30) }) },
      });
      const consumer = new Consumer();
      for (let turn = 0; turn < 25; turn++) {
        for (let n = random.below(4); n > 0; n--) {
          const uids = server.mailbox("INBOX").messages.map(({ uid }) => uid);
          const dice = random.below(20);
          if (dice < 8 || uids.length === 0) server.append("INBOX", message("x"));
          else if (dice < 12) server.expunge("INBOX", [random.pick(uids)]);
          else if (dice < 18) {
            server.setFlags("INBOX", random.pick(uids), random.pick([[], ["\\Seen"], ["a", "\\Flagged"]]));
          } else if (dice < 19) server.expunge("INBOX", uids.filter(() => random.chance(0.5)));
          else if (random.chance(0.2)) server.changeUidValidity("INBOX");
        }
        await using account = await accountOn(server);
        consumer.begin();
        let steps = random.below(12);
        const batch = random.between(1, 10);
        for await (
          const change of account.mailbox("INBOX").changes(consumer.cursor, {
            from: "all",
            flagsEvery: 0,
            batch,
          })
        ) {
          if (steps-- === 0) break;
          consumer.take(change);
        }
      }
      await using account = await accountOn(server);
      consumer.begin();
      for await (
        const change of account.mailbox("INBOX").changes(consumer.cursor, { from: "all", flagsEvery: 0 })
      ) consumer.take(change);
      assertEquals(consumer.differences(server), []);
    });
  });
}
