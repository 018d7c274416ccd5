/**
 * Throws input at the server for tests and says how it fared:
 *
 *     deno task fuzz:server -- --count 100000 --seed 1
 */

import process from "node:process";
import { parseArgs } from "node:util";
import { seeded } from "../../support/seeded.ts";
import { throwInputs } from "./_inputs.ts";

const { values } = parseArgs({
  args: process.argv.slice(2).filter((word) => word !== "--"),
  options: { count: { type: "string", default: "100000" }, seed: { type: "string", default: "1" } },
});
const before = process.memoryUsage().heapUsed;
const started = performance.now();
for (let left = Number(values.count), seed = Number(values.seed); left > 0; left -= 2_000, seed++) {
  try {
    await throwInputs(seeded(seed), Math.min(left, 2_000));
  } catch (error) {
    console.error(`seed ${seed}:`, error);
    process.exit(1);
  }
}
const grown = (process.memoryUsage().heapUsed - before) / 1024 / 1024;
const seconds = (performance.now() - started) / 1000;
console.log(
  `${values.count} inputs, always served, in ${seconds.toFixed(1)} s; the heap grew by ${
    grown.toFixed(0)
  } MiB`,
);
