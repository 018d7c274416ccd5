/**
 * Random lives of a watched mailbox, until one fails: `--count N` (10,000), `--seed S` the first seed. What failed can be had again with
 * `POSTERN_SEED`. With `--cuts`, a sync is cut after each octet of the server instead; with `--soak --days N` (60) one account lives so
 * many days with each kind of server, and what it holds is printed day by day.
 */

import { options } from "../../support/options.ts";
import { cutAll, kindsOfSync } from "./cuts.ts";
import { livesOf } from "./schedules.ts";
import { listenersOfSignals } from "./support.ts";
import { kindsOfSoak, soak as liveDays } from "./soak.ts";

const { count, seed, cuts, soak, days } = options({
  count: 10_000,
  seed: 1,
  cuts: false,
  soak: false,
  days: 60,
});

if (cuts) {
  for (const kind of Object.keys(kindsOfSync)) {
    console.log(`${kind}: cut after each of ${await cutAll(kind, 0, 1)} octets, all well`);
  }
} else if (soak) {
  using signals = listenersOfSignals();
  await Promise.all(
    Object.entries(kindsOfSoak).map(async ([kind, server]) => {
      const { offline, connected } = await liveDays(days, server, signals, (day, held) => {
        console.log(`${kind}, day ${day}: ${JSON.stringify(held)}`);
      });
      console.log(`${kind}: ${days} days, ${offline} times offline, ${connected} connections, all well`);
    }),
  );
} else {
  console.log(`seeds from ${seed} on`);
  const started = performance.now();
  let done = 0;
  const all = await livesOf(count, seed, (sum) => {
    if (++done % 500 === 0) console.log(`${done} lives: ${JSON.stringify(sum)}`);
  });
  const seconds = (performance.now() - started) / 1000;
  console.log(
    `${done} lives, seeds ${seed} to ${seed + done - 1}, in ${seconds.toFixed(0)} s, all well: ${
      JSON.stringify(all)
    }`,
  );
}
