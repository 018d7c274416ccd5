/**
 * Syncs of mbsync that are cut off, with as many seeds as are wanted:
 *
 *     deno task fuzz:mbsync -- --count 50 --seed 1
 */

import process from "node:process";
import { options } from "../support/options.ts";
import { seeded } from "../support/seeded.ts";
import { liveThrough } from "./interruptions.ts";

const { count, seed: first } = options({ count: 50, seed: 1 });
let planned = 0;
let cut = 0;
for (let seed = first; seed < first + count; seed++) {
  try {
    const life = await liveThrough(seeded(seed));
    planned += life.planned;
    cut += life.cut;
    console.log(`seed ${seed}: ${life.how.join("; ")}`);
  } catch (error) {
    console.error(`seed ${seed}:`, error);
    process.exit(1);
  }
}
console.log(
  `seeds ${first} to ${first + count - 1}: ${cut} of ${planned} syncs were cut off, nothing lost or doubled`,
);
