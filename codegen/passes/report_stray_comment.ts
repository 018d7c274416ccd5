/** Warns of a comment on a field (`; label: text`) where the rule captures no such label. */
import type { Compilation } from "../model/compilation.ts";

const PASS = "report_stray_comment";

export function reportStrayComment(compilation: Compilation): void {
  for (const rule of compilation.grammar.rules.values()) {
    const labels = new Set(
      [rule.fields, ...rule.variants.map((variant) => variant.fields)].flat().map((field) => field.label),
    );
    if (rule.tag !== undefined) labels.add(rule.tag);
    for (const label of Object.keys(compilation.ast.get(rule.name)!.fieldDocs)) {
      if (labels.has(label)) continue;
      compilation.diagnostics.warning(
        PASS,
        rule.origin,
        `${rule.name} has a comment on ${label}, which it does not capture`,
      );
    }
  }
}
