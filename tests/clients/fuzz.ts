/**
 * Syncs of mbsync that are cut off, with as many seeds as are wanted:
 *
 *     deno task fuzz:mbsync -- --count 50 --seed 1
 */

import process from "node:process";
import { parseArgs } from "node:util";
import { seeded } from "../support/seeded.ts";
import { liveThrough } from "./interruptions.ts";

const { values } = parseArgs({
  args: process.argv.slice(2).filter((word) => word !== "--"),
  options: { count: { type: "string", default: "50" }, seed: { type: "string", default: "1" } },
});
const first = Number(values.seed);
const count = Number(values.count);
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
