/** mbsync against the server for tests, both ways, and cut off: nothing is lost, and nothing is there twice. */

import { test } from "node:test";
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { generateMessages } from "@postern/postern/testing";
import { runtime } from "../support/runtime.ts";
import { forSeedsAsync } from "../support/seeded.ts";
import { testWith } from "../support/skip.ts";
import { liveThrough } from "./interruptions.ts";
import { Pair } from "./mbsync.ts";
import { mbsyncNeed } from "./tools.ts";

// mbsync is a process of its own: once is enough, as for the other clients.
if (runtime === "deno") {
  testWith(
    mbsyncNeed,
    "mbsync: 1,000 messages both ways, interrupted, nothing lost or doubled",
    async () => {
      await using pair = await Pair.open(generateMessages({ count: 1000 }));
      const { server } = pair;
      try {
        server.faults.add({ on: "UID FETCH", nth: 400, dropAfter: 100 });
        assertNotEquals((await pair.sync()).code, 0);
        assertEquals((await pair.sync()).code, 0);
        const ids = new Set(pair.far().map(({ id }) => id));
        assertEquals(ids.size, 1000);
        await expectBoth(pair, ids);
        // Both sides change, other messages each, and what one did the other gets.
        const idOf = new Map(pair.far().map(({ id, uid }) => [uid, id]));
        await pair.removeNear(idOf.get(500)!);
        for (const name of ["a", "b", "c"]) await pair.addNear(`near-${name}@example.org`);
        server.change({ expunge: [10, 11], deliver: ["Message-ID: <far@example.org>\n\nfar\n"] });
        server.setFlags("INBOX", 12, ["\\Seen", "\\Flagged"]);
        for (const uid of [500, 10, 11]) ids.delete(idOf.get(uid)!);
        for (const name of ["near-a", "near-b", "near-c", "far"]) ids.add(`${name}@example.org`);
        // In the middle of it, once while a message goes up, and once when one is there and mbsync has not heard of it.
        server.faults.add({ on: "APPEND", nth: 2, dropInUpload: 10 });
        assertNotEquals((await pair.sync()).code, 0);
        server.faults.add({ on: "APPEND", times: 1, dropAfter: 0 });
        assertNotEquals((await pair.sync()).code, 0);
        assertEquals((await pair.sync()).code, 0);
        assertEquals((await pair.sync()).code, 0);
        await expectBoth(pair, ids);
        const flagsOf = (messages: { id: string; flags: string }[]) =>
          messages.find(({ id }) => id === idOf.get(12))?.flags;
        assertEquals([flagsOf(pair.far()), flagsOf(await pair.near())], ["FS", "FS"]);
      } catch (error) {
        console.error([...pair.said, server.log.slice(-4_000)].join("\n"));
        throw error;
      }
    },
  );

  testWith(
    mbsyncNeed,
    "mbsync: syncs that are cut off anywhere, by the server and by kill -9, lose nothing and double nothing",
    async () => {
      let cut = 0;
      await forSeedsAsync(4, async (random) => {
        cut += (await liveThrough(random)).cut;
      });
      assert(cut > 0, "a sync was cut off");
    },
  );
} else {
  test("mbsync is run once, under Deno", () => {});
}

async function expectBoth(pair: Pair, ids: ReadonlySet<string>): Promise<void> {
  const sorted = [...ids].sort();
  assertEquals(pair.far().map(({ id }) => id), sorted);
  assertEquals((await pair.near()).map(({ id }) => id), sorted);
}
