/**
 * Time for 1, 4 and 16 times as much of every kind of input that has made an IMAP client slow, and for one response of the
 * default limit (1,000,000 bytes), in nanoseconds a byte. Ends with 1 when a family grows more than 1.3 times faster than
 * its input.
 *
 *     deno run -A tests/bench/linear.ts             every family
 *     bun tests/bench/linear.ts THREAD damaged      the families whose names hold one of the words
 *
 * The three sizes are small because V8 copies what survives once a response gives more than its young generation (16 MB)
 * holds: a step of 2 to 8, the same for every decoder, and no growth after it. Lists of nothing but damage reach it first,
 * as each element is kept with its bytes and the reason.
 */

import process from "node:process";
import { decoding, streams, works } from "./linear_families.ts";

const LIMIT = 1.3;
/** Bytes of the smallest input. */
const SIZE = 3_000;
/** A family that seems to grow is measured so many times: noise goes away, growth does not. */
const TRIES = 10;

/** Processor time in milliseconds: a clock on the wall also counts what else the machine does. */
function now(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** The least time of each work in milliseconds; the works take turns, so that a busy moment is no one's own. */
function measure(list: (() => unknown)[], rounds: number, best = list.map(() => Infinity)): number[] {
  for (let round = 0; round < rounds; round++) {
    list.forEach((work, index) => {
      let runs = 0;
      const start = now();
      do {
        work();
        runs++;
      } while (now() - start < 5);
      best[index] = Math.min(best[index]!, (now() - start) / runs);
    });
  }
  return best;
}

function main(): number {
  const words = process.argv.slice(2);
  const families = [
    ...Object.entries(streams).map(([name, make]) => [name, (size: number) => decoding(make(size))] as const),
    ...Object.entries(works),
  ];
  let slow = 0;
  for (const [name, prepare] of families) {
    if (words.length > 0 && !words.some((word) => name.includes(word))) continue;
    const sizes = [1, 4, 16].map((times) => prepare(SIZE * times));
    let best: number[] | undefined;
    let growth = Infinity;
    for (let attempt = 0; attempt < TRIES && growth > LIMIT; attempt++) {
      best = measure(sizes, 10, best);
      growth = best[2]! / best[1]! / 4;
    }
    const [million] = measure([prepare(1_000_000)], 3) as [number];
    if (growth > LIMIT) slow++;
    const perByte = best!.map((time, index) => (time * 1e6 / SIZE / 4 ** index).toFixed(1).padStart(7)).join(
      " ",
    );
    console.log(
      `${name.padEnd(46)}${perByte} ns/byte  x${growth.toFixed(2)}  ${
        million.toFixed(0).padStart(5)
      } ms for 1 MB${growth > LIMIT ? "  <- grows faster than its input" : ""}`,
    );
  }
  console.log(
    slow === 0
      ? "every family is linear"
      : `${slow} families grow more than ${LIMIT} times faster than their input`,
  );
  return slow > 0 ? 1 : 0;
}

process.exit(main());
