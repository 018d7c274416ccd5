// Cuts drawn by a seed; `deno task cut` tries each octet.

import { test } from "node:test";
import process from "node:process";
import { assert, assertEquals } from "@std/assert";
import { forSeedsAsync } from "../../support/seeded.ts";
import { cutAfter, names } from "./cut_session.ts";
import { Judge } from "./cut_judge.ts";

test("a session of more than 40 commands, cut at random octets: nothing hangs, is unhandled, or is wrong", async () => {
  const unhandled: unknown[] = [];
  const note = (error: unknown) => void unhandled.push(error);
  process.on("unhandledRejection", note);
  try {
    const whole = await cutAfter(Infinity);
    for (const { name, error } of whole.outcomes) assertEquals(error, undefined, name);
    assertEquals(whole.outcomes.map(({ name }) => name), names);
    assert(names.length > 40, `${names.length} calls`);
    const judge = new Judge(whole.outcomes);
    await forSeedsAsync(1, async (random) => {
      const [first, last] = whole.inside;
      for (let i = 0; i < 5; i++) await judge.run(random.between(first, last));
      for (let i = 0; i < 55; i++) {
        const at = random.below(whole.octets - last + first);
        await judge.run(at < first ? at : at - first + last);
      }
    }, 11);
    assertEquals([judge.problems, unhandled], [[], []]);
    assert(judge.ended > 500, `${judge.ended} calls ended with an error`);
  } finally {
    process.off("unhandledRejection", note);
  }
});
