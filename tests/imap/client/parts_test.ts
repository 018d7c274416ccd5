/** Sets: how they are written, and what happens to those that are too long for one line. */

import { assert, assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import { test } from "node:test";
import { LimitError } from "../../../imap/base/errors.ts";
import type { SearchKey } from "../../../imap/codec/_gen/types.ts";
import { SequenceSet } from "../../../imap/values/sequence_set.ts";
import { type Peer, plenty, preauth, selected } from "../session/scripted.ts";

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

test("a failure of a later part tells what was carried out, and stops moving", async () => {
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
