// What a cursor holds of UIDs and flags, as text.

import { test } from "node:test";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { SequenceSet } from "../../../mod.ts";
import type { Change, Cursor } from "../../../imap/mailbox/mod.ts";
import { type Known, readCursor } from "../../../imap/mailbox/sync/cursor.ts";
import { FlagDigests } from "../../../imap/mailbox/sync/flag_digests.ts";
import { Ledger } from "../../../imap/mailbox/sync/ledger.ts";
import { look } from "../../../imap/mailbox/sync/look.ts";
import type { SyncSource } from "../../../imap/mailbox/sync/source.ts";
import {
  cellsOf,
  packSeen,
  packUids,
  uidsOf,
  unpackSeen,
  unpackUids,
} from "../../../imap/mailbox/sync/uid_set.ts";
import { startServer } from "../../../imap/testing/mod.ts";
import { forSeeds, forSeedsAsync } from "../../support/seeded.ts";
import { accountOn } from "./support.ts";

test("sets of UIDs and digests of flags are read back as they were written", () => {
  forSeeds(200, (random) => {
    const uids: number[] = [];
    const gap = random.pick([1, 2, 3, 60, 5000, 1e6]);
    for (let uid = random.between(1, gap * 3), i = random.below(400); i > 0; i--) {
      if (uid > 0xffff_ffff) break;
      uids.push(uid);
      uid += random.chance(0.3) ? random.between(1, gap) : 1;
    }
    const set = uids.length === 0 ? SequenceSet.empty : SequenceSet.from(uids);
    const text = packUids(set);
    assert(unpackUids(text).equals(set) || set.isEmpty);
    const rows = uids.map((uid) => ({ uid, flags: random.chance(0.5) ? ["\\Seen"] : [] }));
    const digests = FlagDigests.of(set, rows);
    const again = FlagDigests.unpack(digests.pack(set), set);
    assertEquals(again.changed(rows), []);
    if (rows.length === 0) return;
    const other = random.pick(rows);
    const changed = again.changed(rows.map((row) => row === other ? { ...row, flags: ["x"] } : row));
    assert(changed.some(({ uid }) => uid === other.uid));
    assert(changed.length <= 2 ** again.shift);
  });
});

test("a cursor of UIDs far from each other is short, and what is gone is told of cells of UIDs", () => {
  const gaps = [40, 40_000];
  forSeeds(gaps.length, (random) => {
    const count = random.pick([100_000, 130_000]);
    const gap = gaps.pop()!;
    const uids: number[] = [];
    for (
      let uid = random.between(1, gap);
      uids.length < count && uid < 0xffff_fff0;
      uid += random.between(1, gap)
    ) {
      uids.push(uid);
      // Some are next to each other.
      if (random.chance(0.1)) uids.push(++uid);
    }
    const set = SequenceSet.from(uids);
    const last = uids.at(-1)!;
    const packed = packSeen({ uids: set, shift: 0 }, set.count, last);
    assert(packed.text.length <= 1.28 * Math.max(100_000, set.count), `${gap}: ${packed.text.length}`);
    const read = unpackSeen(packed.text, last);
    assertEquals(read.shift, packed.shift);
    assert(read.uids.equals(packed.uids) && set.difference(read.uids).isEmpty);
    // What was read is written in the same way.
    assertEquals(packSeen(read, set.count, last).text, packed.text);
  });
});

test("of UIDs far from each other, changes are told as of others", async () => {
  await forSeedsAsync(3, async (random) => {
    const uids = Array.from({ length: 100 }, (_, i) => 1 + i * 1000 + random.below(900));
    let there = [...uids];
    const source: SyncSource = {
      remembers: false,
      open: () =>
        Promise.resolve({
          exists: there.length,
          uidValidity: 7,
          uidNext: 200_000,
          modSeq: 5n,
          mailboxId: undefined,
          since: undefined,
        }),
      uids: (from, to = Infinity) => {
        const found = there.filter((uid) => uid >= from && uid <= to);
        return Promise.resolve(found.length === 0 ? SequenceSet.empty : SequenceSet.from(found));
      },
      firstSince: () => Promise.resolve(undefined),
      flags: () => Promise.resolve([]),
    };
    const shift = 8;
    const known = (): Known => ({
      cursor: { v: 1, mailbox: "INBOX", uidValidity: 7, uidNext: 200_000, modSeq: "5" },
      modSeq: 5n,
      seen: { uids: uidsOf(cellsOf(SequenceSet.from(uids), shift), shift, 199_999), shift },
      count: uids.length,
      digests: undefined,
    });
    const options = { mailbox: "INBOX", from: "now" as const, now: 0, flagsEvery: 0, batch: 10 };
    const same = await look(source, known(), options);
    assert(same.gone.isEmpty && same.fresh.isEmpty);
    const lost = [random.pick(uids), random.pick(uids)];
    there = uids.filter((uid) => !lost.includes(uid));
    const { gone, fresh, reset } = await look(source, known(), options);
    assert(reset === undefined && fresh.isEmpty);
    for (const uid of uids) assertEquals(gone.contains(uid), lost.includes(uid), `${uid}`);
    // No more than the cells that they were in, as each was alone in its own.
    assert(gone.count <= lost.length * 2 ** shift);
  });
});

test("cursors stay small", () => {
  const cases: [string, SequenceSet, number][] = [
    ["contiguous", SequenceSet.from([[1, 100_000]]), 20_000],
    ["every second", SequenceSet.from(Array.from({ length: 100_000 }, (_, i) => 2 * i + 1)), 150_000],
    [
      "one in up to 60",
      SequenceSet.from(Array.from({ length: 100_000 }, (_, i) => 60 * i + 1 + i * 7919 % 60)),
      150_000,
    ],
    [
      "one in 42,000",
      SequenceSet.from(Array.from({ length: 100_000 }, (_, i) => 42_000 * i + 1 + i * 7919 % 41_999)),
      150_000,
    ],
  ];
  for (const [name, set, most] of cases) {
    const { text, uids, shift } = packSeen({ uids: set, shift: 0 }, set.count, set.ranges.at(-1)![1]);
    const size = text.length + FlagDigests.of(set, []).pack(uids).length;
    assert(size <= most, `${name}: ${size} octets`);
    assert(shift > 0 || unpackUids(text).equals(set));
  }
  // A hostile server may say that it has four thousand million messages.
  const all = SequenceSet.from([[1, 0xffff_fffe]]);
  assert(FlagDigests.unknown(all).pack(all).length < 20_000);
  assertThrows(() => FlagDigests.unpack("0:AAAA", all), RangeError);
});

test("with QRESYNC a cursor has at most 300 octets, however many messages and whatever numbers there are", () => {
  const octets = (cursor: object) => new TextEncoder().encode(JSON.stringify(cursor)).length;
  for (const mailbox of ["INBOX", "x".repeat(100), "\u00e9".repeat(50), "\u5bc4".repeat(33)]) {
    const ledger = new Ledger({
      mailbox,
      // The longest identifier that it takes; RFC 8474 allows 255.
      mailboxId: "x".repeat(64),
      uidValidity: 0xffff_ffff,
      uidNext: 0xffff_ffff,
      modSeq: 2n ** 63n - 1n,
      seen: undefined,
      count: 0xffff_fffe,
      digests: undefined,
      flagsAt: undefined,
    });
    assert(octets(ledger.cursor) <= 300, `${octets(ledger.cursor)} octets`);
    assertEquals(readCursor(JSON.parse(JSON.stringify(ledger.cursor))).modSeq, 2n ** 63n - 1n);
  }
});

test("cursors of 100,000 messages as servers give them: with QRESYNC 300 octets, without 20 kB, and never 150 kB", async () => {
  for (
    const [without, most] of [[[], 300], [["QRESYNC"], 20_000], [["QRESYNC", "CONDSTORE"], 20_000]] as const
  ) {
    await using server = await startServer({
      without,
      mailboxes: { INBOX: Array.from({ length: 100_000 }, () => "Subject: x\r\n\r\n.\r\n") },
    });
    const told = async (cursor?: Cursor) => {
      await using account = await accountOn(server);
      const changes = await Array.fromAsync(account.mailbox("INBOX").changes(cursor, { flagsEvery: 0 }));
      return changes.at(-1) as Extract<Change, { type: "checkpoint" }>;
    };
    const { cursor } = await told();
    assert(JSON.stringify(cursor).length <= most, `${without}: ${JSON.stringify(cursor).length}`);
    const gone = server.mailbox("INBOX").messages.map(({ uid }) => uid).filter((uid) => uid * 7919 % 13 < 6);
    server.expunge("INBOX", gone);
    const later = JSON.stringify((await told(cursor)).cursor).length;
    assert(later <= (most === 300 ? 300 : 150_000), `${without}, after some have gone: ${later}`);
  }
});
