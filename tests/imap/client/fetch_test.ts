import { test } from "node:test";
import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { CommandError, ConnectionError, LimitError } from "../../../imap/base/errors.ts";
import { plenty, selected, settle } from "../session/scripted.ts";
import type { Peer } from "../session/scripted.ts";

async function sendRows(peer: Peer, from: number, to: number, size = 0): Promise<void> {
  for (let i = from; i <= to; i++) {
    const body = size === 0 ? "" : ` BODY[] {${size}}\r\n${"x".repeat(size)}`;
    await peer.send(`* ${i} FETCH (UID ${100 + i} FLAGS ()${body})\r\n`);
  }
}

test("awaiting a FETCH gives all rows, iterating it gives each as it comes", async () => {
  const { client } = await selected(async (peer) => {
    await peer.expect("A2 FETCH 1:3 (UID FLAGS)");
    await sendRows(peer, 1, 3);
    await peer.send("A2 OK done\r\n");
    await peer.expect("A3 UID FETCH 101:103 FLAGS");
    await sendRows(peer, 1, 2);
    await settle();
    await sendRows(peer, 3, 3);
    await peer.send("A3 OK done\r\n");
  });
  const rows = await client.fetch("1:3", ["UID", "FLAGS"]);
  assertEquals(rows.map((row) => [row.seq, row.uid]), [[1, 101], [2, 102], [3, 103]]);
  const uids: number[] = [];
  for await (const row of client.uidFetch("101:103", ["FLAGS"])) uids.push(row.uid);
  assertEquals(uids, [101, 102, 103]);
  client.close();
});

test("rows that came before the loop began are in it", async () => {
  const { client } = await selected(async (peer) => {
    await peer.line();
    await sendRows(peer, 1, 3);
    await peer.send("A2 OK done\r\n");
  });
  const handle = client.fetch("1:3", ["FLAGS"]);
  await settle();
  const seen: number[] = [];
  for await (const row of handle) seen.push(row.seq);
  assertEquals(seen, [1, 2, 3]);
  client.close();
});

test("a row that brings only flags is news when more was asked for", async () => {
  const { client } = await selected(async (peer) => {
    await peer.expect("A2 FETCH 1:2 (FLAGS ENVELOPE)");
    await peer.send("* 2 FETCH (FLAGS (\\Seen))\r\n");
    await peer.send("* 1 FETCH (FLAGS () ENVELOPE (NIL {2}\r\nhi NIL NIL NIL NIL NIL NIL NIL NIL))\r\n");
    await peer.send("* 7 FETCH (FLAGS () ENVELOPE (NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL))\r\n");
    await peer.send("A2 OK done\r\n");
  });
  const events = client.events();
  const rows = await client.fetch("1:2", ["FLAGS", "ENVELOPE"]);
  assertEquals(rows.map((row) => [row.seq, row.envelope.subject]), [[1, "hi"]]);
  const news = [(await events.next()).value, (await events.next()).value] as { type: string; seq: number }[];
  assertEquals(news.map(({ type, seq }) => [type, seq]), [["FETCH", 2], ["FETCH", 7]]);
  client.close();
});

test("a slow loop holds the server back", async () => {
  let sent = 0;
  const { client } = await selected(async (peer) => {
    await peer.line();
    for (let i = 1; i <= 200; i++) {
      await sendRows(peer, i, i, 100_000);
      sent = i;
    }
    await peer.send("A2 OK done\r\n");
  });
  let seen = 0;
  for await (const row of client.fetch("1:200", ["BODY[]"])) {
    assertEquals(row.seq, ++seen);
    if (seen !== 1) continue;
    await new Promise((resolve) => setTimeout(resolve, 50));
    // A megabyte ahead of the loop, and what the transport holds.
    assert(sent < 60, `${sent} rows of 100,000 octets were taken for a loop at its first row`);
  }
  assertEquals(seen, 200);
  client.close();
});

test("another command inside the loop does not wait without end", async () => {
  const { client } = await selected(async (peer) => {
    await peer.expect("A2 FETCH 1:100 BODY[]");
    await sendRows(peer, 1, 100, 100_000);
    await peer.send("A2 OK done\r\n");
    // Its answers could be taken for rows of the FETCH, so it comes after it.
    await peer.expect("A3 FETCH 1 FLAGS");
    await peer.send("* 1 FETCH (FLAGS (\\Seen))\r\nA3 OK done\r\n");
  });
  let seen = 0;
  for await (const _ of client.fetch("1:100", ["BODY[]"])) {
    if (++seen === 1) assertEquals((await client.fetch("1", ["FLAGS"])).length, 1);
  }
  assertEquals(seen, 100);
  client.close();
});

test("what a waiting command makes pile up has a limit, which ends the loop and not the connection", async () => {
  const { client } = await selected(async (peer) => {
    await peer.line();
    await sendRows(peer, 1, 60, 100_000);
    await peer.send("A2 OK done\r\n");
    await peer.play("C: A3 NOOP\nS: A3 OK done\nC: A4 NOOP\nS: A4 OK done");
  }, { limits: { maxBuffered: 2_000_000 } });
  await assertRejects(
    async () => {
      for await (const _ of client.fetch("1:60", ["BODY[]"])) await client.noop();
    },
    LimitError,
    "maxBuffered",
  );
  await client.noop();
  client.close();
});

test("leaving the loop discards the rest and frees the connection", async () => {
  const { client } = await selected(async (peer) => {
    await peer.line();
    await sendRows(peer, 1, 100, 100_000);
    await peer.send("A2 OK done\r\n");
    await peer.play(
      "C: A3 NOOP\nS: A3 OK done\nC: A4 FETCH 1 FLAGS\nS: * 1 FETCH (FLAGS ())\nS: A4 NO sorry",
    );
  });
  for await (const row of client.fetch("1:100", ["BODY[]"])) if (row.seq === 2) break;
  await client.noop();
  // A refusal after rows is reported, after the rows.
  const seen: number[] = [];
  await assertRejects(async () => {
    for await (const row of client.fetch("1", ["FLAGS"])) seen.push(row.seq);
  }, CommandError);
  assertEquals(seen, [1]);
  client.close();
});

test("the end of the connection ends the loop with an error", async () => {
  const { client } = await selected(async (peer) => {
    await peer.line();
    await sendRows(peer, 1, 2);
    peer.close();
  });
  const seen: number[] = [];
  await assertRejects(async () => {
    for await (const row of client.fetch("1:3", ["FLAGS"])) seen.push(row.seq);
  }, ConnectionError);
  assertEquals(seen, [1, 2]);
});

test("a signal ends the loop and discards the rest", async () => {
  const controller = new AbortController();
  const reason = new Error("enough");
  const { client } = await selected(async (peer) => {
    await peer.line();
    await sendRows(peer, 1, 50, 100_000);
    await peer.send("A2 OK done\r\n");
    await peer.play("C: A3 NOOP\nS: A3 OK done");
  });
  const error = await assertRejects(async () => {
    for await (const _ of client.fetch("1:50", ["BODY[]"], { signal: controller.signal })) {
      controller.abort(reason);
    }
  });
  assertEquals(error, reason);
  await client.noop();
  client.close();
});

test("STORE gives the rows and what was modified, COPY and MOVE the UIDs", async () => {
  const { client } = await selected(async (peer) => {
    assertMatch(await peer.line(), /^A2 STORE 1:2 \(UNCHANGEDSINCE 7\) \+FLAGS \(?\\Seen\)?$/);
    await peer.play(`
      S: * 1 FETCH (MODSEQ (9) FLAGS (\\Seen))
      S: A2 OK [MODIFIED 2] done
      C: A3 UID COPY 101 Archive
      S: A3 OK [COPYUID 5 101 9] done
      C: A4 UID MOVE 102 Archive
      S: * OK [COPYUID 5 102 10] moved
      S: * 2 EXPUNGE
      S: A4 OK done
      C: A5 EXPUNGE
      S: * 3 EXPUNGE
      S: * 3 EXPUNGE
      S: A5 OK done
    `);
  }, { capabilities: `${plenty} CONDSTORE` });
  const events = client.events();
  const stored = await client.store("1:2", "+FLAGS", ["\\Seen"], { unchangedSince: 7n });
  assertEquals(stored.messages.map((row) => [row.seq, row.flags, row.modSeq]), [[1, ["\\Seen"], 9n]]);
  assertEquals(stored.modified?.toString(), "2");
  const copied = await client.uidCopy("101", "Archive");
  assertEquals([copied.uidValidity, `${copied.source}`, `${copied.destination}`], [5, "101", "9"]);
  const moved = await client.uidMove("102", "Archive");
  assertEquals([moved.uidValidity, `${moved.source}`, `${moved.destination}`], [5, "102", "10"]);
  assertEquals((await client.expunge()).expunged, [3, 3]);
  assertEquals(client.mailbox?.exists, 7);
  // Message numbers move for everybody who counts them.
  const news = [];
  for (let i = 0; i < 3; i++) news.push((await events.next()).value?.type);
  assertEquals(news, ["EXPUNGE", "EXPUNGE", "EXPUNGE"]);
  client.close();
});

test("an empty set of messages needs no command", async () => {
  const { client, done } = await selected(async (peer) => {
    await peer.play(
      "C: A2 SEARCH FROM nobody\nS: * SEARCH\nS: A2 OK done\nC: A3 UID FETCH 7:8 UID\nS: * 1 FETCH (UID 7)\nS: A3 OK\nC: A5 NOOP\nS: A5 OK done",
    );
  });
  const { all } = await client.search({ from: "nobody" });
  for await (const row of client.fetch(all, ["FLAGS"])) throw new Error(`a row ${row.seq}`);
  assertEquals(await client.uidFetch([], ["ENVELOPE"]), []);
  assertEquals(await client.uidStore(all, "+FLAGS", ["\\Seen"]), { messages: [], modified: undefined });
  assertEquals((await client.uidCopy(all, "Archive")).destination, undefined);
  // An iterable that can be read once is read once.
  assertEquals((await client.uidFetch(new Set([8, 7]).values(), ["UID"])).length, 1);
  await assertRejects(() => client.fetch("", ["FLAGS"]), RangeError);
  await client.noop();
  await done;
  client.close();
  await assertRejects(() => client.fetch(all, ["FLAGS"]), ConnectionError);
});

test("a loop that has taken the rows that were held lets the others come", async () => {
  const { client, done } = await selected(async (peer) => {
    await peer.expect("A2 UID FETCH 1:* FLAGS");
    for (let first = 1; first <= 60; first += 20) {
      const rows = Array.from(
        { length: 20 },
        (_, at) => `* ${first + at} FETCH (UID ${first + at} FLAGS ())\r\n`,
      );
      await peer.send(rows.join(""));
      await settle();
    }
    await peer.send("A2 OK done\r\n");
  }, { limits: { readAhead: 100 }, exists: 60 });
  const rows = client.uidFetch("1:*", ["FLAGS"]);
  const loop = rows[Symbol.asyncIterator]();
  for (let i = 0; i < 20; i++) await settle();
  let taken = 0;
  while (!(await loop.next()).done) taken++;
  assertEquals(taken, 60);
  await done;
  client.close();
});

test("rows that nobody took and that are awaited then come to their end", async () => {
  const { client, done } = await selected(async (peer) => {
    await peer.expect("A2 UID FETCH 1:* FLAGS");
    for (let uid = 1; uid <= 100; uid++) {
      await peer.send(`* ${uid} FETCH (UID ${uid} FLAGS (\\Seen))\r\n`);
      await settle();
    }
    await peer.send("A2 OK done\r\n");
  }, { limits: { readAhead: 100 }, exists: 100 });
  const rows = client.uidFetch("1:*", ["FLAGS"]);
  for (let i = 0; i < 20; i++) await settle();
  assertEquals((await rows).length, 100);
  await done;
  client.close();
});
