/**
 * Random lives of a watched mailbox, until one fails: `--count N` (10,000), `--seed S` the first seed. What failed can be had again with
 * `POSTERN_SEED`.
 */

import { argv } from "node:process";
import { forSeedsAsync } from "../../support/seeded.ts";
import { oneLife } from "./schedules.ts";

const option = (name: string, otherwise: number): number => {
  const at = argv.indexOf(`--${name}`);
  return at < 0 ? otherwise : Number(argv[at + 1]);
};

const count = option("count", 10_000);
const all = { news: 0, offline: 0, kills: 0 };
let lives = 0;
await forSeedsAsync(count, async (random) => {
  const counts = await oneLife(random);
  for (const name of ["news", "offline", "kills"] as const) all[name] += counts[name];
  if (++lives % 500 === 0) console.log(`${lives} lives: ${JSON.stringify(all)}`);
}, option("seed", 1));
console.log(`${lives} lives, all well: ${JSON.stringify(all)}`);
