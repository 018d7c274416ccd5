// Every symptom of the known faults has a test, which is where the list says.

import { readFileSync } from "node:fs";
import { test } from "node:test";
import { assert, assertEquals } from "@std/assert";
import { readFaults } from "./base.ts";

test("each test of a known fault is in the file that the list names, and each fault has some", () => {
  const missing = readFaults().filter(([, file, name]) => {
    const text = readFileSync(new URL(`../${file}`, import.meta.url), "utf8");
    // Names that begin with the runtime are made of parts.
    const [, tail] = /^Deno: (.*)$/.exec(name) ?? [];
    return tail === undefined ? !text.includes(JSON.stringify(name)) : !text.includes("`${runs}: ");
  });
  assertEquals(missing, []);
  const faults = new Map<string, number>();
  for (const [fault] of readFaults()) faults.set(fault[0]!, (faults.get(fault[0]!) ?? 0) + 1);
  assertEquals([...faults.keys()].sort().join(""), "123456789");
  assert(readFaults().length > 50);
});
