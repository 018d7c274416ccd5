/** What is checked in is what the grammar gives, whatever order the grammar files come in. */
import { test } from "node:test";
import { readFileSync } from "node:fs";
import { assertEquals } from "@std/assert";
import { formatDiagnostic } from "../../codegen/model/diagnostics.ts";
import { generate } from "../../codegen/generate.ts";
import { Random } from "../../codegen/check/random.ts";
import { readSources } from "../../codegen/read/sources.ts";

const root = new URL("../../", import.meta.url);
const sources = readSources(root);
const generated = generate(sources);

test("the grammar compiles without errors and warnings", () => {
  assertEquals(generated.diagnostics.map(formatDiagnostic), []);
});

for (const [path, text] of generated.files) {
  test(`${path} is up to date`, () => {
    const differs = firstDifference(readFileSync(new URL(path, root), "utf8"), text);
    assertEquals(differs, undefined, "run `deno task codegen`");
  });
}

test("the order of the grammar files changes no byte", () => {
  const seed = Date.now() >>> 0;
  const random = new Random(seed);
  const shuffled = [...sources.grammar];
  for (let last = shuffled.length - 1; last > 0; last--) {
    const other = random.below(last + 1);
    [shuffled[last], shuffled[other]] = [shuffled[other]!, shuffled[last]!];
  }
  const again = generate({ ...sources, grammar: shuffled });
  for (const [path, text] of generated.files) {
    assertEquals(firstDifference(again.files.get(path) ?? "", text), undefined, `${path}, seed ${seed}`);
  }
});

/** The first line that differs; whole generated files are too long to show. */
function firstDifference(left: string, right: string): string | undefined {
  if (left === right) return undefined;
  const lines = right.split("\n");
  const old = left.split("\n");
  const at = lines.findIndex((line, index) => line !== old[index]);
  return `line ${at + 1}: ${JSON.stringify(old[at])} should be ${JSON.stringify(lines[at])}`;
}

test("every field of the generated types is described", () => {
  const types = readFileSync(new URL("../../imap/codec/_gen/types.ts", import.meta.url), "utf8");
  assertEquals(types.match(/.*of the grammar rule\..*/g) ?? [], []);
});
