/** Warns of rules that no entry rule reaches, and of declared deviations that no rule names. */
import { walk } from "../read/ast.ts";
import type { Compilation } from "../model/compilation.ts";

const PASS = "report_unused";

/** Deviations that the framing reports: no rule can meet them. */
export const framerQuirks: readonly string[] = ["lone-lf", "literal-plus", "padded-literal", "nul-padding"];

/** Deviations that the hand-written primitives report. */
export const readerQuirks: readonly string[] = [
  "eight-bit",
  "unescaped-quote",
  "zero-number",
  "decimal-count",
  "odd-flag",
  "quoted-flag",
  "star-flag",
  "unquoted-name",
  "odd-date-time",
  "joined-values",
  "missing-section-value",
  "missing-value",
  "unbalanced-value",
  "odd-text",
];

export function reportUnused(compilation: Compilation): void {
  const { diagnostics, ast } = compilation;
  const reached = new Set<string>();
  const quirks = new Set<string>([...readerQuirks, ...framerQuirks]);
  const todo = [...compilation.entries];
  for (let name = todo.pop(); name !== undefined; name = todo.pop()) {
    const rule = ast.get(name);
    if (rule === undefined || reached.has(name)) continue;
    reached.add(name);
    for (const branch of rule.branches) {
      if (branch.quirk !== undefined) quirks.add(branch.quirk);
      walk(branch.item, (node) => {
        if (node.kind === "name") todo.push(node.name);
        if (node.kind === "extra" || node.kind === "absent") quirks.add(node.quirk);
        if (node.kind === "group") {
          node.branches.forEach((inner) => inner.quirk !== undefined && quirks.add(inner.quirk));
        }
      });
    }
  }
  for (const rule of ast.values()) {
    if (!reached.has(rule.name)) {
      diagnostics.warning(
        PASS,
        rule.origin,
        `${rule.name} is not used by ${compilation.entries.join(" or ")}`,
      );
    }
  }
  for (const quirk of compilation.files.flatMap((file) => file.quirks)) {
    if (!quirks.has(quirk.name)) {
      diagnostics.warning(PASS, quirk.origin, `deviation ${quirk.name} is declared but not used`);
    }
  }
}
