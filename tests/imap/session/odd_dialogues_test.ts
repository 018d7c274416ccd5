// What a caller gets from servers that deviate: a value that is right, or an error that says what happened. Never a wait without end.

import { test } from "node:test";
import { assert } from "@std/assert";
import { oddities } from "./odd_cases.ts";
import { type Odd, outcomeOf } from "./odd_dialogues.ts";

function isMet(outcome: string, { gets }: Odd): boolean {
  const [, name, words = ""] = /^(\w*Error)(?:: (.*))?$/.exec(gets) ?? [];
  return name === undefined ? outcome === gets : outcome.startsWith(`${name}: `) && outcome.includes(words);
}

for (const odd of oddities) {
  test(odd.name, async () => {
    const outcome = await outcomeOf(odd);
    assert(isMet(outcome, odd), `${outcome}, not ${odd.gets}`);
  });
}
