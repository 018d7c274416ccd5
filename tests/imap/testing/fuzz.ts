/**
 * Throws input at the server for tests and says how it fared:
 *
 *     deno task fuzz:server -- --count 100000 --seed 1
 */

import process from "node:process";
import { options } from "../../support/options.ts";
import { seeded } from "../../support/seeded.ts";
import { throwInputs } from "./_inputs.ts";

const { count, seed: first } = options({ count: 100_000, seed: 1 });
const before = process.memoryUsage().heapUsed;
const started = performance.now();
for (let left = count, seed = first; left > 0; left -= 2_000, seed++) {
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
  `${count} inputs, always served, in ${seconds.toFixed(1)} s; the heap grew by ${grown.toFixed(0)} MiB`,
);
