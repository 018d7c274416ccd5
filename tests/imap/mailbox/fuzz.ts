/**
 * Random lives of a watched mailbox, until one fails: `--count N` (10,000), `--seed S` the first seed. What failed can be had again with
 * `POSTERN_SEED`. With `--cuts`, a sync is cut after each octet of the server instead.
 */

import { options } from "../../support/options.ts";
import { cutAll, kindsOfSync } from "./cuts.ts";
import { livesOf } from "./schedules.ts";

const { count, seed, cuts } = options({ count: 10_000, seed: 1, cuts: false });

if (cuts) {
  for (const kind of Object.keys(kindsOfSync)) {
    console.log(`${kind}: cut after each of ${await cutAll(kind, 0, 1)} octets, all well`);
  }
} else {
  console.log(`seeds from ${seed} on`);
  let done = 0;
  const all = await livesOf(count, seed, (sum) => {
    if (++done % 500 === 0) console.log(`${done} lives: ${JSON.stringify(sum)}`);
  });
  console.log(`${done} lives, all well: ${JSON.stringify(all)}`);
}
