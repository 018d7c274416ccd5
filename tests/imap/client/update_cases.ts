/**
 * Writes the results of cases that have none yet, to be read by a person before they count.
 *
 *     deno run -A tests/imap/client/update_cases.ts
 */
import { writeFileSync } from "node:fs";
import { printValue, shownValue } from "../../grammar/_fixtures.ts";
import { fixturePath } from "../../support/fixtures.ts";
import { readCaseFiles } from "./_cases.ts";
import { playCase } from "./_play.ts";

for (const { name, preamble, cases } of readCaseFiles()) {
  let text = preamble;
  for (const one of cases) {
    const value = one.gives === undefined ? shownValue(await playCase(one, "OK")) ?? null : one.gives;
    text += `=== ${one.head.trimEnd()}\n--- gives\n${printValue(value)}\n`;
  }
  writeFileSync(fixturePath(name), text);
}
