/** Syncs of mbsync that are cut off where a seed says, by the server or by kill -9, while both sides change. */

import { assertEquals } from "@std/assert";
import { type Fault, generateMessages } from "@postern/postern/testing";
import type { Random } from "../support/seeded.ts";
import { Pair } from "./mbsync.ts";

/** What happened in a life. */
export interface Life {
  /** Syncs that were to be cut off. */
  planned: number;
  /** Those that were: the others had ended before. */
  cut: number;
  /** How they were cut off. */
  how: string[];
}

/**
 * Lives through changes on both sides and syncs that are cut off; in the end nothing is lost, doubled, or other than it was made.
 *
 * Each message is changed on one side alone and once: of what both sides do to one, mbsync has its own opinion.
 */
export async function liveThrough(random: Random): Promise<Life> {
  const count = random.between(12, 60);
  await using pair = await Pair.open(generateMessages({ count, seed: random.seed }));
  const life: Life = { planned: 0, cut: 0, how: [] };
  try {
    const expected = new Map(pair.far().map(({ id, flags }) => [id, flags]));
    await cutOff(pair, random, life, count);
    // Only what both sides have can be changed on either.
    if (random.chance(0.7)) await wholeSync(pair);
    const untouched = new Set(expected.keys());
    for (let round = random.between(1, 3); round > 0; round--) {
      life.how.push(await change(pair, random, expected, untouched));
      await cutOff(pair, random, life, count);
    }
    await wholeSync(pair);
    compare(pair, await pair.near(), expected);
    // All has been said: the next one moves nothing.
    const before = [await pair.near(), pair.server.mailbox("INBOX").uidNext];
    await wholeSync(pair);
    assertEquals([await pair.near(), pair.server.mailbox("INBOX").uidNext], before);
    return life;
  } catch (error) {
    const told = [
      `cut off: ${life.how.join("; ")}`,
      ...pair.said,
      pair.server.log.slice(-6_000),
    ].join("\n");
    throw new Error(`${error instanceof Error ? error.message : error}\n${told}`, { cause: error });
  }
}

async function wholeSync(pair: Pair): Promise<void> {
  assertEquals((await pair.sync()).code, 0, "a sync that nobody cuts off succeeds");
}

function compare(
  pair: Pair,
  near: readonly { id: string; flags: string }[],
  expected: ReadonlyMap<string, string>,
): void {
  const lines = (messages: readonly { id: string; flags: string }[]) =>
    messages.map(({ id, flags }) => `${id} ${flags}`);
  const wanted = [...expected].map(([id, flags]) => ({ id, flags })).sort((one, other) =>
    one.id < other.id ? -1 : 1
  );
  assertEquals(lines(pair.far()), lines(wanted), "the server has what was made");
  assertEquals(lines(near), lines(wanted), "the Maildir has what was made");
}

/** Changes both sides. */
async function change(
  pair: Pair,
  random: Random,
  expected: Map<string, string>,
  untouched: Set<string>,
): Promise<string> {
  const said: string[] = [];
  const near = await pair.near();
  const far = new Map(pair.far().map(({ id, uid }) => [id, uid]));
  const both = near.map(({ id }) => id).filter((id) => far.has(id) && untouched.has(id));
  const take = () => {
    const id = random.pick(both);
    both.splice(both.indexOf(id), 1);
    untouched.delete(id);
    return id;
  };
  for (let left = random.between(1, 8); left > 0; left--) {
    const flags = random.pick(["", "S", "FS", "R", "FRS"]);
    switch (both.length === 0 ? random.below(3) : random.below(7)) {
      case 0:
      case 1: {
        const id = `near-${expected.size}-${random.below(1e9)}@example.org`;
        await pair.addNear(id);
        said.push(`adds ${id} near`);
        expected.set(id, "");
        break;
      }
      case 2: {
        const id = `far-${expected.size}-${random.below(1e9)}@example.org`;
        pair.server.change({ deliver: [`Message-ID: <${id}>\n\nfar\n`] });
        said.push(`adds ${id} far`);
        expected.set(id, "");
        break;
      }
      case 3: {
        const id = take();
        await pair.removeNear(id);
        said.push(`removes ${id} near`);
        expected.delete(id);
        break;
      }
      case 4: {
        const id = take();
        pair.server.expunge("INBOX", far.get(id)!);
        said.push(`removes ${id} far`);
        expected.delete(id);
        break;
      }
      case 5: {
        const id = take();
        await pair.setNearFlags(id, flags);
        said.push(`flags ${id} ${flags} near`);
        expected.set(id, flags);
        break;
      }
      case 6: {
        const id = take();
        const names = { F: "\\Flagged", R: "\\Answered", S: "\\Seen" };
        pair.server.setFlags(
          "INBOX",
          far.get(id)!,
          [...flags].map((letter) => names[letter as keyof typeof names]),
        );
        said.push(`flags ${id} ${flags} far`);
        expected.set(id, flags);
      }
    }
  }
  return said.join(", ");
}

/** Syncs, and cuts that off. */
async function cutOff(pair: Pair, random: Random, life: Life, count: number): Promise<void> {
  const { fault, how } = someCut(pair, random, count);
  pair.server.faults.add(fault);
  const { code } = await pair.sync();
  pair.server.faults.clear();
  life.planned++;
  if (code !== 0) life.cut++;
  life.how.push(`${how}: ${code ?? "killed"}`);
}

/** Commands of mbsync in the middle of which it may be cut off. */
const COMMANDS = [
  "LOGIN",
  "AUTHENTICATE",
  "SELECT",
  "UID FETCH",
  "FETCH",
  "UID STORE",
  "STORE",
  "APPEND",
  "CLOSE",
  "EXPUNGE",
  "LOGOUT",
];

/** Where it is cut off. A refusal is not a cut: mbsync never asks again for a message that it was told it cannot have. */
function someCut(pair: Pair, random: Random, count: number): { fault: Fault; how: string } {
  const nth = random.between(1, random.pick([1, 3, count]));
  const command = random.chance(0.4)
    ? { on: "APPEND", nth: random.between(1, 3) }
    : { on: random.pick(COMMANDS), nth };
  const faults: readonly (() => Fault)[] = [
    () => ({ dropSessionAfter: random.below(count * random.pick([60, 2_000])) }),
    () => ({ ...command, dropAfter: random.chance(0.5) ? 0 : random.below(300) }),
    () => ({ ...command, dropAfter: 0 }),
    () => ({ on: "APPEND", nth: random.between(1, 3), dropInUpload: random.below(100) }),
    () => ({ on: "UID FETCH", nth, dropInLiteral: random.below(600) }),
    () => ({ ...command, bye: "Restarting" }),
  ];
  if (random.chance(0.5)) {
    const fault = random.pick(faults)();
    return { fault, how: JSON.stringify(fault) };
  }
  // kill -9 at a response that it may or may not get, and sometimes a little later: in the middle of its work on files.
  const place = random.chance(0.5) ? command : undefined;
  const wanted = place === undefined ? random.between(1, random.pick([12, count + 12, 2 * count])) : 1;
  const later = random.chance(0.5) ? 0 : random.between(1, 30);
  // While it lives it gets them all: a message that FETCH does not name is a deleted one.
  const gets = later > 0 || random.chance(0.5);
  let seen = 0;
  return {
    how: `kill -9 ${later} ms after response ${wanted} of ${
      place === undefined ? "all" : JSON.stringify(place)
    }${gets ? "" : ", which it does not get"}`,
    fault: {
      ...place,
      rewrite: (response) => {
        if (++seen !== wanted) return response;
        pair.kill(later);
        return gets ? response : null;
      },
    },
  };
}
