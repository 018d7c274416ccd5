/** Sets: how they are written, and what happens to those that are too long for one line. */

import { assert, assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import { test } from "node:test";
import { type ImapError, LimitError, StateError } from "../../../imap/base/errors.ts";
import type { ImapClient } from "../../../imap/client/client.ts";
import type { SearchKey } from "../../../imap/codec/_gen/types.ts";
import { SequenceSet } from "../../../imap/values/sequence_set.ts";
import { type Peer, plenty, preauth, selected, settle } from "../session/scripted.ts";

/** UIDs that make no ranges: about 20,000 octets. */
const sparse = Array.from({ length: 3000 }, (_, index) => 100_001 + 2 * index);

/** Answers commands until one that is not of a name; gives the sets that came. */
async function answers(
  peer: Peer,
  name: string,
  answer: (set: SequenceSet, tag: string, index: number) => string,
): Promise<SequenceSet[]> {
  const sets: SequenceSet[] = [];
  for (;;) {
    const line = await peer.line();
    const [tag, rest] = [line.slice(0, line.indexOf(" ")), line.slice(line.indexOf(" ") + 1)];
    if (!rest.startsWith(`${name} `)) {
      await peer.send(`${tag} OK done\r\n`);
      return sets;
    }
    assert(line.length < 8000, `a line of ${line.length} octets`);
    const set = SequenceSet.parse(/\d[\d:,]*/.exec(rest.slice(name.length))![0]);
    sets.push(set);
    await peer.send(answer(set, tag!, sets.length - 1));
  }
}

test("sets are sent in ascending order and merged", async () => {
  const { client, done } = await selected((peer) =>
    peer.play(`
      C: A2 UID FETCH 3,5:9 FLAGS
      S: A2 OK done
      C: A3 FETCH 1:4,8:* FLAGS
      S: A3 OK done
      C: A4 UID SEARCH UID 2:4
      S: * SEARCH
      S: A4 OK done
      C: A5 UID FETCH $ FLAGS
      S: A5 OK done
    `), { capabilities: `${plenty} SEARCHRES` });
  await client.uidFetch("9:5,3", ["FLAGS"]);
  await client.fetch("*:8,3:4,1:3", ["FLAGS"]);
  await client.uidSearch({ uid: "4:2" });
  await client.uidFetch("$", ["FLAGS"]);
  await done;
});

test("rows of a long set come from several commands, awaited or iterated", async () => {
  for (const uid of [true, false]) {
    for (const given of [sparse, sparse.join(",")]) {
      const { client, done } = await selected(async (peer) => {
        for (let round = 0; round < 2; round++) {
          const sets = await answers(
            peer,
            uid ? "UID FETCH" : "FETCH",
            (set, tag) =>
              [...set].map((n) => `* ${n} FETCH (UID ${n} FLAGS ())\r\n`).join("") + `${tag} OK done\r\n`,
          );
          assert(sets.length > 1);
          assertEquals(sets.flatMap((set) => [...set]), sparse);
        }
      });
      const fetch = () => uid ? client.uidFetch(given, ["FLAGS"]) : client.fetch(given, ["FLAGS"]);
      assertEquals((await fetch()).map((row) => row.uid), sparse);
      await client.noop();
      const rows: unknown[] = [];
      for await (const row of fetch()) rows.push(row.uid);
      assertEquals(rows, sparse);
      await client.noop();
      await done;
    }
  }
});

test("a loop over a long set that is left early takes the rows of all parts", async () => {
  let come = 0;
  const { client, done } = await selected(async (peer) => {
    await answers(
      peer,
      "UID FETCH",
      (set, tag) =>
        [...set].map((n) => `* ${n} FETCH (UID ${n} FLAGS ())\r\n`).join("") + `${tag} OK done\r\n`,
    );
  }, { limits: { readAhead: 1_000 }, onResponse: ({ type }) => void (type === "FETCH" && come++) });
  for await (const { uid } of client.uidFetch(sparse, ["FLAGS"])) {
    assertEquals(uid, sparse[0]);
    break;
  }
  // With rows that nobody takes, reading would stop.
  for (let i = 0; i < 200 && come < sparse.length; i++) await settle();
  assertEquals(come, sparse.length);
  await client.noop();
  await done;
  client.close();
});

test("results of the parts are joined", async () => {
  const { client, done } = await selected(async (peer) => {
    await answers(peer, "UID STORE", (set, tag) => {
      const uid = set.ranges[0]![0];
      return `* 1 FETCH (UID ${uid} FLAGS ())\r\n${tag} OK [MODIFIED ${uid}] done\r\n`;
    });
    await answers(peer, "UID COPY", (set, tag) => {
      const copies = [...set].map((uid) => uid - 100_000).join(",");
      return `${tag} OK [COPYUID 7 ${set} ${copies}] done\r\n`;
    });
    await answers(
      peer,
      "UID SEARCH UNSEEN UID",
      (set, tag) => `* SEARCH ${[...set].join(" ")}\r\n${tag} OK x\r\n`,
    );
    await answers(
      peer,
      "UID SEARCH RETURN (MIN MAX COUNT) UID",
      (set, tag) => {
        const all = [...set];
        return `* ESEARCH (TAG "${tag}") UID MIN ${all[0]} MAX ${
          all.at(-1)
        } COUNT ${all.length}\r\n${tag} OK x\r\n`;
      },
    );
  }, { capabilities: `${plenty} CONDSTORE` });
  const stored = await client.uidStore(sparse, "+FLAGS", ["\\Seen"], { unchangedSince: 5n });
  assert(stored.messages.length > 1);
  assertEquals(stored.modified?.count, stored.messages.length);
  await client.noop();
  const copied = await client.uidCopy(sparse, "Archive");
  assertEquals([copied.uidValidity, copied.source?.count, copied.destination?.count], [7, 3000, 3000]);
  await client.noop();
  const found = await client.uidSearch({ unseen: true, uid: sparse });
  assertEquals([...found.all], sparse);
  await client.noop();
  const numbers = await client.uidSearch({ uid: sparse }, { returns: ["MIN", "MAX", "COUNT"] });
  assertEquals([numbers.min, numbers.max, numbers.count], [sparse[0], sparse.at(-1), 3000]);
  await client.noop();
  await done;
});

test("a long set inside AND and OR is split too, each message found once", async () => {
  for (
    const [before, query] of [
      ["OR (UID", { or: [{ uid: sparse, seen: true }, { flagged: true }] }],
      ["UNSEEN OR FLAGGED OR DRAFT UID", {
        unseen: true,
        or: [{ flagged: true }, { or: [{ draft: true }, { uid: sparse }] }],
      }],
    ] as const
  ) {
    const { client, done } = await selected(async (peer) => {
      const sets = await answers(
        peer,
        `UID SEARCH ${before}`,
        // What is flagged is found by each part.
        (set, tag) => `* SEARCH 5 7 ${[...set].join(" ")}\r\n${tag} OK x\r\n`,
      );
      assertEquals(sets.flatMap((set) => [...set]), sparse);
      assert(sets.length > 1);
    });
    const { all } = await client.uidSearch(query);
    assertEquals([...all], [5, 7, ...sparse]);
    await client.noop();
    await done;
  }
});

test("a failure of a later part reports what was carried out, and stops moving", async () => {
  const { client, done } = await selected(async (peer) => {
    const moved = await answers(
      peer,
      "UID MOVE",
      (_, tag, index) => index === 0 ? `${tag} OK done\r\n` : `${tag} NO [OVERQUOTA] full\r\n`,
    );
    assertEquals(moved.length, 2);
    const copied = await answers(
      peer,
      "COPY",
      (_, tag) => `* 1 EXPUNGE\r\n${tag} OK done\r\n`,
    );
    assertEquals(copied.length, 1);
  });
  const error = await assertRejects(() => client.uidMove(sparse, "Full").then());
  assertEquals((error as { code?: { name: string } }).code?.name, "OVERQUOTA");
  const moved = (error as LimitError).done as SequenceSet;
  assert(moved.count > 500 && moved.count < 3000);
  await client.noop();
  // The numbers of the second part mean other messages by then.
  const renumbered = await assertRejects(() => client.copy(sparse, "Archive").then());
  assertInstanceOf((renumbered as LimitError).done, SequenceSet);
  await client.noop();
  await done;
});

test("what cannot be split is refused before anything is sent", async () => {
  const { client, done } = await selected((peer) =>
    peer.play(`
      C: A3 NOOP
      S: A3 OK done
    `), { capabilities: `${plenty} SORT` });
  await assertRejects(() => client.move(sparse, "Archive").then(), LimitError, "uidMove");
  await assertRejects(() => client.uidSearch({ uid: sparse }, { returns: ["SAVE"] }).then(), LimitError);
  await assertRejects(() => client.uidSearch({ seq: sparse }).then(), LimitError);
  // What parts find would be too much, or counted twice.
  await assertRejects(() => client.uidSearch({ not: { uid: sparse } }).then(), LimitError);
  await assertRejects(
    () => client.uidSearch({ not: { or: [{ uid: sparse }, { seen: true }] } }).then(),
    LimitError,
  );
  await assertRejects(
    () => client.uidSearch({ or: [{ seen: true }, { not: { uid: sparse } }] }).then(),
    LimitError,
  );
  const either = { or: [{ uid: sparse }, { seen: true }] };
  await assertRejects(() => client.uidSearch(either, { returns: ["COUNT"] }).then(), LimitError);
  await assertRejects(() => client.uidSearch({ ...either, uid: sparse }).then(), LimitError);
  const round: unknown[] = [];
  round.push({ op: "AND", keys: round });
  await assertRejects(() => client.uidSearch(round as SearchKey[]).then(), RangeError, "deep");
  await assertRejects(
    () => client.uidSort([{ key: "DATE", reverse: undefined }], "UTF-8", { uid: sparse }).then(),
    LimitError,
  );
  await client.noop();
  await done;
});

test("a message over APPENDLIMIT is refused before anything is sent", async () => {
  const { client, done } = await preauth((peer) =>
    peer.play(`
      C: A2 NOOP
      S: A2 OK done
    `), { capabilities: "IMAP4rev1 LITERAL+ APPENDLIMIT=1000" });
  await assertRejects(() => client.append("INBOX", "x".repeat(5000)).then(), LimitError, "1000");
  await client.noop();
  await done;
});

test("what STATUS and LIST told of a mailbox's APPENDLIMIT holds for that mailbox", async () => {
  const { client, done } = await preauth(async (peer) => {
    await peer.play(`
      C: A1 STATUS INBOX (APPENDLIMIT)
      S: * STATUS INBOX (APPENDLIMIT 100)
      S: A1 OK done
      C: A2 LIST "" % RETURN (STATUS (APPENDLIMIT))
      S: * LIST () "/" wide
      S: * STATUS wide (APPENDLIMIT NIL)
      S: * STATUS narrow (APPENDLIMIT 10)
      S: A2 OK done
    `);
    await peer.expect("A5 APPEND wide {200+}");
    await peer.octets(200);
    await peer.play("C: \nS: A5 OK done\nC: A6 APPEND other {200+}");
    await peer.octets(200);
    await peer.play("C: \nS: A6 OK done");
  }, { capabilities: "IMAP4rev1 LITERAL+ LIST-STATUS LIST-EXTENDED APPENDLIMIT" });
  const message = "x".repeat(200);
  assertEquals((await client.status("inbox", ["APPENDLIMIT"])).appendLimit, 100);
  await client.list("", "%", { status: ["APPENDLIMIT"] });
  await assertRejects(() => client.append("INBOX", message).then(), LimitError, "100 octets");
  await assertRejects(() => client.append("narrow", message).then(), LimitError, "10 octets");
  await client.append("wide", message);
  await client.append("other", message);
  await done;
});

test("limits of mailboxes are remembered as far as the bytes that a connection may hold, each name once", async () => {
  const names = ["a".repeat(400), "b".repeat(400), "c".repeat(400)];
  const { client, done } = await preauth(async (peer) => {
    for (const limit of [10, 20]) {
      for (const name of names) {
        await peer.send(`* STATUS ${name} (APPENDLIMIT ${limit})\r\n`);
      }
    }
    await peer.play("C: A1 NOOP\nS: A1 OK done");
    // The third name was not remembered: there is no room for it.
    await peer.expect(`A4 APPEND ${names[2]} {200+}`);
    await peer.octets(200);
    await peer.play("C: \nS: A4 OK done");
  }, { capabilities: "IMAP4rev1 LITERAL+ APPENDLIMIT", limits: { maxHeld: 1_000 } });
  await client.noop();
  for (const name of names.slice(0, 2)) {
    await assertRejects(() => client.append(name, "x".repeat(200)).then(), LimitError, "20 octets");
  }
  await client.append(names[2]!, "x".repeat(200));
  await done;
});

test("a literal above the limit waits for the server although it need not", async () => {
  for (const [size, sync] of [[16384, false], [16385, true]] as const) {
    const { client, done } = await preauth(async (peer) => {
      await peer.expect(`A1 APPEND INBOX {${size}${sync ? "" : "+"}}`);
      if (sync) await peer.send("+ go\r\n");
      await peer.octets(size);
      await peer.play("C: \nS: A1 OK done");
    }, { capabilities: "IMAP4rev1 LITERAL+" });
    await client.append("INBOX", "x".repeat(size));
    await done;
  }
});

/** Every method that splits its set, and what its commands begin with. */
const splitting: readonly [command: string, call: (client: ImapClient) => PromiseLike<unknown>][] = [
  ["FETCH", (c) => c.fetch(sparse, ["FLAGS"])],
  ["UID FETCH", (c) => c.uidFetch(sparse, ["FLAGS"])],
  ["STORE", (c) => c.store(sparse, "+FLAGS", ["\\Seen"])],
  ["UID STORE", (c) => c.uidStore(sparse, "+FLAGS", ["\\Seen"])],
  ["STORE", (c) => c.storeLabels(sparse, "+X-GM-LABELS", ["x"])],
  ["UID STORE", (c) => c.uidStoreLabels(sparse, "+X-GM-LABELS", ["x"])],
  ["COPY", (c) => c.copy(sparse, "Archive")],
  ["UID COPY", (c) => c.uidCopy(sparse, "Archive")],
  ["UID MOVE", (c) => c.uidMove(sparse, "Archive")],
  ["UID EXPUNGE", (c) => c.uidExpunge(sparse)],
  ["SEARCH", (c) => c.search({ seq: sparse })],
  ["UID SEARCH UID", (c) => c.uidSearch({ uid: sparse })],
];

/** Everything that a method can need. */
const offering = `${plenty} X-GM-EXT-1 CONDSTORE UIDONLY`;

/** What a call had done when it stopped because messages were removed. */
async function doneBeforeRemoval(call: () => PromiseLike<unknown>): Promise<string> {
  const error = await assertRejects(() => Promise.resolve(call()), StateError, "messages were removed");
  return String(error.done);
}

function unionOf(sets: readonly SequenceSet[]): string {
  return String(sets.reduce((all, set) => all.union(set), SequenceSet.empty));
}

for (const [at, [command, call]] of splitting.entries()) {
  test(`a later part that fails tells what was carried out: ${command}, ${at}`, async () => {
    for (const refusal of ["NO [UNAVAILABLE] later", "BAD no"]) {
      const carriedOut: SequenceSet[] = [];
      const { client, done } = await selected(async (peer) => {
        const sets = await answers(peer, command, (set, tag, index) => {
          if (index === 1) return `${tag} ${refusal}\r\n`;
          carriedOut.push(set);
          return `${tag} OK done\r\n`;
        });
        // These wait for one another, since each may take messages away.
        if (/COPY|MOVE|EXPUNGE/.test(command)) assertEquals(sets.length, 2);
      }, { capabilities: offering });
      const error = await assertRejects(() => Promise.resolve(call(client))) as ImapError;
      assertEquals(String(error.done), unionOf(carriedOut));
      assert((error.done as SequenceSet).count > 500);
      await client.noop();
      await done;
    }
  });

  test(`no other command comes between the parts: ${command}, ${at}`, async () => {
    const { client, done } = await selected(async (peer) => {
      const sets = await answers(peer, command, (_, tag) => `${tag} OK done\r\n`);
      assertEquals(unionOf(sets), String(SequenceSet.from(sparse)));
    }, { capabilities: offering });
    await Promise.all([call(client), client.noop()]);
    await done;
  });

  test(`the connection is lost between the parts: ${command}, ${at}`, async () => {
    const carriedOut: SequenceSet[] = [];
    const { client } = await selected(async (peer) => {
      await answers(peer, command, (set, tag, index) => {
        if (index > 0) {
          peer.close();
          throw new Error("the end of this test");
        }
        carriedOut.push(set);
        return `${tag} OK done\r\n`;
      }).catch(() => {});
    }, { capabilities: offering });
    const error = await assertRejects(() => Promise.resolve(call(client))) as ImapError;
    assertEquals(String(error.done), unionOf(carriedOut));
  });
}

// RFC 9051 7.5.1: numbers mean the same while FETCH, STORE and SEARCH run, but the parts of a long set are commands of their own.
for (const [at, [command, call]] of splitting.entries()) {
  if (command.startsWith("UID")) continue;
  test(`messages that go between the parts end a command by numbers: ${command}, ${at}`, async () => {
    for (const news of ["* 1 EXPUNGE", "* VANISHED 100003"]) {
      const carriedOut: SequenceSet[] = [];
      const { client, done } = await selected(async (peer) => {
        const sets = await answers(peer, command, (set, tag) => {
          carriedOut.push(set);
          return `${news}\r\n${tag} OK done\r\n`;
        });
        // Nothing more was sent: it would have been about other messages.
        assertEquals(sets.length, 1);
      }, { capabilities: offering, exists: 300_000 });
      assertEquals(await doneBeforeRemoval(() => call(client)), unionOf(carriedOut));
      await client.noop();
      await done;
    }
  });

  test(`messages go when a part is on its way: ${command}, ${at}`, async () => {
    const carriedOut: SequenceSet[] = [];
    const { client, done } = await selected(async (peer) => {
      const sets = await answers(peer, command, (set, tag, index) => {
        // COPY may tell of it while it runs, and has looked at the numbers by then.
        if (index === 0 || command === "COPY") carriedOut.push(set);
        return `${index === 1 ? "* 7 EXPUNGE\r\n" : ""}${tag} OK done\r\n`;
      });
      // One after the other: what was sent at once would be carried out before the news can be read.
      assertEquals(sets.length, 2);
    }, { capabilities: offering, exists: 300_000 });
    assertEquals(await doneBeforeRemoval(() => call(client)), unionOf(carriedOut));
    await client.noop();
    await done;
  });
}

test("a loop over rows that messages going between the parts end tells what it has given", async () => {
  const given: SequenceSet[] = [];
  const { client, done } = await selected(async (peer) => {
    await answers(peer, "FETCH", (set, tag, index) => {
      if (index === 0) given.push(set);
      return [...set].map((n) => `* ${n} FETCH (FLAGS ())\r\n`).join("") +
        `${index === 0 ? "" : "* 7 EXPUNGE\r\n"}${tag} OK done\r\n`;
    });
  }, { exists: 300_000 });
  const error = await assertRejects(async () => {
    for await (const _ of client.fetch(sparse, ["FLAGS"]));
  }, StateError);
  assertEquals(String(error.done), unionOf(given));
  await client.noop();
  await done;
});

test("a loop over rows that a later part ends tells what it has given", async () => {
  const given: SequenceSet[] = [];
  const { client, done } = await selected(async (peer) => {
    await answers(peer, "UID FETCH", (set, tag, index) => {
      if (index > 0) return `${tag} NO no\r\n`;
      given.push(set);
      return [...set].map((n) => `* ${n} FETCH (UID ${n} FLAGS ())\r\n`).join("") + `${tag} OK done\r\n`;
    });
  });
  let rows = 0;
  const error = await assertRejects(async () => {
    for await (const _ of client.uidFetch(sparse, ["FLAGS"])) rows++;
  }) as ImapError;
  assertEquals([rows, String(error.done)], [given[0]!.count, unionOf(given)]);
  await client.noop();
  await done;
});

test("MOVE by number over the limit names uidMove, and EXPUNGE has no set", async () => {
  const { client, done } = await selected((peer) => peer.play("C: A2 NOOP\nS: A2 OK done"));
  for (const given of [sparse, sparse.join(","), new Set(sparse), SequenceSet.from(sparse)]) {
    await assertRejects(() => client.move(given, "Archive").then(), LimitError, "uidMove");
  }
  await client.noop();
  await done;
});

test("under UIDONLY long sets of UIDs are split, and numbers are refused before anything is sent", async () => {
  const { client, done } = await preauth(async (peer) => {
    await peer.play(`
      C: A1 ENABLE UIDONLY
      S: * ENABLED UIDONLY
      S: A1 OK done
      C: A2 SELECT INBOX
      S: * 3000 EXISTS
      S: * OK [UIDVALIDITY 1] ok
      S: A2 OK [READ-WRITE] done
    `);
    const rows = (set: SequenceSet) =>
      [...set].map((uid) => `* ${uid} UIDFETCH (FLAGS (\\Seen))\r\n`).join("");
    await answers(peer, "UID FETCH", (set, tag) => `${rows(set)}${tag} OK done\r\n`);
    await answers(peer, "UID STORE", (set, tag) => `${rows(set)}${tag} OK done\r\n`);
    await answers(peer, "UID MOVE", (set, tag) => `* VANISHED ${set}\r\n${tag} OK done\r\n`);
    await answers(peer, "UID EXPUNGE", (set, tag) => `* VANISHED ${set}\r\n${tag} OK done\r\n`);
  }, { capabilities: offering });
  await client.enable(["UIDONLY"]);
  await client.select("INBOX");
  const fetched = await client.uidFetch(sparse, ["FLAGS"]);
  assertEquals(fetched.map(({ uid }) => uid), sparse);
  await client.noop();
  const stored = await client.uidStore(sparse, "+FLAGS", ["\\Seen"]);
  assertEquals(stored.messages.map(({ uid }) => uid), sparse);
  await client.noop();
  const half = sparse.slice(0, 1500);
  await client.uidMove(half, "Archive");
  assertEquals(client.mailbox?.exists, 1500);
  await client.noop();
  const { vanished } = await client.uidExpunge(sparse.slice(1500));
  assertEquals([vanished.count, client.mailbox?.exists], [1500, 0]);
  await client.noop();
  await done;
  for (const [command, call] of splitting) {
    if (!command.startsWith("UID")) await assertRejects(() => Promise.resolve(call(client)), StateError);
  }
});
