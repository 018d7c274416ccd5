/**
 * The whole compiler over the project's own grammar and table with something added or left out: what a half-written
 * extension is refused with, and that each file of `grammar/ext` can be left out.
 *
 *     === name of the case
 *     --- path                  a file that is added; rows are put at the end of the table
 *     --- errors                the messages, one a line; `+3` is the third line of the rows, `above` a row that is there already
 */
import { test } from "node:test";
import { readFileSync } from "node:fs";
import { assert, assertEquals } from "@std/assert";
import { generate } from "../../codegen/generate.ts";
import type { Generated } from "../../codegen/generate.ts";
import { formatDiagnostic } from "../../codegen/model/diagnostics.ts";
import { readSources } from "../../codegen/read/sources.ts";

const root = new URL("../../", import.meta.url);
const sources = readSources(root);
const table = sources.table.name;

for (const part of readFileSync(new URL("projects/refusals.txt", import.meta.url), "utf8").split(/^=== /m)) {
  if (part === "") continue;
  const [name, ...blocks] = part.split(/\n--- /);
  test(`a half-written extension is refused: ${name}`, () => {
    const grammar = [...sources.grammar];
    let rows = "";
    let expected = "";
    for (const block of blocks) {
      const [head = "", ...lines] = block.split("\n");
      const text = lines.join("\n").trimEnd() + "\n";
      if (head === "errors") expected = text.trimEnd();
      else if (head === table) rows = text;
      else grammar.push({ name: head, text });
    }
    const before = sources.table.text.split("\n").length;
    const generated = generate({ grammar, table: { name: table, text: `${sources.table.text}\n${rows}` } });
    const messages = generated.diagnostics.map(formatDiagnostic).join("\n")
      .replace(
        /^(grammar\/commands\.table:)(\d+)/gm,
        (_, file, line) => `${file}${line > before ? `+${line - before}` : "above"}`,
      );
    assertEquals(messages, expected);
    assertEquals(generated.files.size, 0);
  });
}

for (const { name } of sources.grammar.filter((file) => file.name.startsWith("grammar/ext/"))) {
  test(`${name} can be left out, with the rows that need it`, () => {
    const grammar = sources.grammar.filter((file) => file.name !== name);
    let rows = sources.table.text;
    let generated = generate({ grammar, table: { name: table, text: rows } });
    const needed = rowsNamed(generated);
    if (needed.length > 0) {
      rows = withoutRows(rows, needed);
      generated = generate({ grammar, table: { name: table, text: rows } });
    }
    assertEquals(generated.diagnostics.map(formatDiagnostic), []);
    assert(generated.files.size > 0);
  });
}

/** The commands whose rows ask for what the grammar no longer has. */
function rowsNamed({ diagnostics }: Generated): string[] {
  const ofTable = diagnostics.filter((one) => one.origin.file === table);
  return [...new Set(ofTable.map(({ message }) => message.slice(0, message.indexOf(":"))))];
}

function withoutRows(text: string, names: string[]): string {
  return text.split(/^(?=\S)/m).filter((row) => !names.includes(row.split("\n")[0]!.trim())).join("");
}
