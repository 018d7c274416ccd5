import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { assert, assertEquals } from "@std/assert";
import { framerQuirks } from "../../codegen/passes/report_unused.ts";
import { Random, seedOf } from "../../codegen/check/random.ts";
import { checkAgreement, checkDecoding, decoded, sentence } from "./_properties.ts";
import type { Rule } from "./_properties.ts";
import { readFixture, round, runs, splitRound } from "./_rounds.ts";
import { grammar } from "./_support.ts";

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

test("grammar: nesting at its bound costs the item that is nested", () => {
  const part = '("TEXT" "PLAIN" NIL NIL NIL "7BIT" 1 1)';
  for (let depth = 90; depth < 110; depth++) {
    const lines: [Rule, string][] = [
      ["response", `* 1 FETCH (UID 7 BODYSTRUCTURE ${"(".repeat(depth)}${part}${' "MIXED")'.repeat(depth)})`],
      ["response", `* THREAD ${"(1 ".repeat(depth)}(2)${")".repeat(depth)}`],
      ["command", `a SEARCH ${"NOT ".repeat(depth)}ALL`],
      ["command", `a SEARCH ${"(".repeat(depth)}ALL${")".repeat(depth)}`],
    ];
    for (const [rule, text] of lines) {
      const input = { text: new TextEncoder().encode(text), literals: [] };
      checkAgreement(rule, input, { utf8: false, strict: false });
    }
    const input = { text: new TextEncoder().encode(lines[0]![1]), literals: [] };
    const { value } = decoded("response", input, { utf8: false, strict: false });
    const row = value as { uid: number; bodyStructure: unknown; other: { name: string }[] };
    assertEquals(row.uid, 7);
    assertEquals(row.bodyStructure === undefined, depth > 99, `depth ${depth}`);
    assertEquals(row.other.map((one) => one.name), depth > 99 ? ["BODYSTRUCTURE"] : []);
  }
});

test("grammar: every deviation it names is met in random sentences, read through and reported", () => {
  const seed = seedOf();
  // Some are what is left when the known form cannot be read, so no sentence is made from them; the others are
  // so rare that 240,000 sentences may miss one. Each has its fixtures.
  const fixturesOnly = [
    "subtype-in-place-of-type",
    "unquoted-name",
    "joined-values",
    "missing-value",
    "unbalanced-value",
    "missing-section-value",
    "illegal-code",
    "message-as-basic",
    "preview-with-algorithm",
    "section-brackets",
    "bare-charset",
    "no-message-id",
    "no-in-reply-to",
  ];
  const missing = new Set(grammar().quirks.map(({ name }) => name));
  for (const name of [...fixturesOnly, ...framerQuirks]) missing.delete(name);
  for (let i = 0; i < 240_000 && missing.size > 0; i++) {
    const rule = i % 2 === 0 ? "response" : "command";
    const made = sentence(rule, new Random(seed + i), { quirks: true, utf8: false });
    const fresh = made.quirks.filter((name) => missing.delete(name));
    if (fresh.length > 0) checkDecoding(rule, made, { utf8: false, strict: false });
  }
  assertEquals([...missing], [], `seed ${seed}`);
  const text = '* 1 FETCH (BODYSTRUCTURE ("ALTERNATIVE" ("BOUNDARY" "=_x") NIL NIL) UID 9)';
  const input = { text: new TextEncoder().encode(text), literals: [] };
  const { value, quirks } = decoded("response", input, { utf8: false, strict: false });
  assertEquals(quirks, ["subtype-in-place-of-type"]);
  assertEquals((value as { bodyStructure: { subtype: string } }).bodyStructure.subtype, "ALTERNATIVE");
});
