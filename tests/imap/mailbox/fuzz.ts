/**
 * Random lives of a watched mailbox, until one fails: `--count N` (10,000), `--seed S` the first seed. What failed can be had again with
 * `POSTERN_SEED`. With `--cuts`, a sync is cut after each octet of the server instead.
 */

import { argv } from "node:process";
import { cutAll, kindsOfSync } from "./cuts.ts";
import { livesOf } from "./schedules.ts";

const option = (name: string, otherwise: number): number => {
  const at = argv.indexOf(`--${name}`);
  return at < 0 ? otherwise : Number(argv[at + 1]);
};

if (argv.includes("--cuts")) {
  for (const kind of Object.keys(kindsOfSync)) {
    console.log(`${kind}: cut after each of ${await cutAll(kind, 0, 1)} octets, all well`);
  }
} else {
  const seed = option("seed", 1);
  console.log(`seeds from ${seed} on`);
  let done = 0;
  const all = await livesOf(option("count", 10_000), seed, (sum) => {
    if (++done % 500 === 0) console.log(`${done} lives: ${JSON.stringify(sum)}`);
  });
  console.log(`${done} lives, all well: ${JSON.stringify(all)}`);
}
