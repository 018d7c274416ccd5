/**
 * Cuts a table into rows and cells: a row's name in column one, then one cell per line, `cell value`, and a value's
 * further lines indented deeper.
 */

import type { SourceFile } from "../compile.ts";
import type { Diagnostics } from "../model/diagnostics.ts";
import type { Origin } from "../model/ir.ts";

/** What one cell of a row holds. */
export interface Cell {
  /** Its lines, without and with the indentation. */
  lines: { text: string; raw: string; origin: Origin }[];
  origin: Origin;
}

/** A row that is not looked into. */
export interface Row {
  name: string;
  origin: Origin;
  cells: Map<string, Cell>;
}

const pass = "parse_table";

/**
 * The rows of a table, each as soon as it ends.
 *
 * @param file Its name and text.
 * @param known The cells that there are.
 * @param name What a row may be called.
 * @param diagnostics Gets what is wrong with it.
 */
export function* rowsOf(
  file: SourceFile,
  known: ReadonlySet<string>,
  name: RegExp,
  diagnostics: Diagnostics,
): Generator<Row, void> {
  const names = new Set<string>();
  let row: Row | undefined;
  let cell: { name: string; indent: number; value: Cell } | undefined;
  for (const [index, raw] of file.text.split("\n").entries()) {
    const origin = { file: file.name, line: index + 1 };
    const line = raw.trimEnd();
    // Within an example, an empty line is part of it.
    if (line === "" && cell?.name === "example") cell.value.lines.push({ text: "", raw: "", origin });
    if (line === "" || line.startsWith(";")) continue;
    const indent = line.length - line.trimStart().length;
    if (indent === 0) {
      if (row !== undefined) yield row;
      row = { name: line, origin, cells: new Map() };
      cell = undefined;
      if (!name.test(line)) {
        diagnostics.error(
          pass,
          origin,
          `"${line}" is not the name of a command: the upper-case words of a name begin in column one`,
        );
      }
      if (names.has(line)) diagnostics.error(pass, origin, `The command ${line} has two rows`);
      names.add(line);
    } else if (row === undefined) {
      diagnostics.error(pass, origin, "A cell comes before the first command");
    } else if (cell !== undefined && indent > cell.indent) {
      cell.value.lines.push({ text: line.trim(), raw, origin });
    } else {
      const [, called = "", text = ""] = /^((?:args |method )via|[^ ]+) *(.*)$/.exec(line.trim())!;
      const value = { lines: [{ text, raw: text, origin }], origin };
      cell = { name: called, indent, value };
      if (!known.has(called)) diagnostics.error(pass, origin, `There is no cell "${called}"`);
      else if (row.cells.has(called)) {
        diagnostics.error(pass, origin, `${row.name} has two cells "${called}"`);
      } else row.cells.set(called, value);
    }
  }
  if (row !== undefined) yield row;
}
