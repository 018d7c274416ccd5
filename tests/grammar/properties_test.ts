import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { assert, assertEquals } from "@std/assert";
import { Random, seedOf } from "../../codegen/random.ts";
import { readFixture, round, runs, splitRound } from "./_rounds.ts";

// The long run of the same rounds is `deno task fuzz`.
for (const run of runs) {
  test(`grammar: ${run.title}`, () => {
    const seed = seedOf();
    for (let i = 0; i < 800; i++) round(run, new Random(seed + i), `seed ${seed} round ${i}`);
  });
}

test("grammar: every split of a stream gives the same responses", () => {
  const seed = seedOf();
  for (let i = 0; i < 150; i++) splitRound(new Random(seed + i), `seed ${seed} round ${i}`);
});

test("grammar: inputs that failed once", () => {
  const folder = new URL("fixtures/", import.meta.url);
  const names = readdirSync(folder).filter((name) => name.endsWith(".json"));
  assert(names.length > 0);
  for (const name of names) {
    const { rule, input, mode, check } = readFixture(readFileSync(new URL(name, folder), "utf8"));
    check(rule, input, mode, name);
  }
  assertEquals(new Set(names).size, names.length);
});
