/**
 * Warns of rules that no entry rule reaches, and of declared deviations that no rule names. A response or a command that
 * nothing reaches is an error: its method would wait for what no decoder knows.
 */
import { walk } from "../read/ast.ts";
import type { AstRule, Node } from "../read/ast.ts";
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
  "unquoted-delimiter",
  "empty-delimiter",
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
    const hook = reached.has(rule.name) ? undefined : messageHook(rule);
    if (hook !== undefined && ast.has(hook)) {
      diagnostics.error(
        PASS,
        rule.origin,
        `${rule.name} is not an alternative of ${hook}, so nothing reads it; write ${hook} =/ ${rule.name}`,
      );
    } else if (!reached.has(rule.name)) {
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

/** The rule that a response (`type:"NAME"`) or a command (`name:"NAME"`) is an alternative of. */
function messageHook(rule: AstRule): string | undefined {
  for (const { item } of rule.branches) {
    let found: string | undefined;
    walk(item, (node) => {
      if (node.kind !== "capture" || node.append || !isWord(node.item)) return;
      if (node.label === "type") found ??= "response-data";
      if (node.label === "name") found ??= "request";
    });
    if (found !== undefined) return found;
  }
  return undefined;
}

function isWord(node: Node): boolean {
  if (node.kind === "group") return node.branches.every((branch) => isWord(branch.item));
  return node.kind === "text" && /^[A-Z]/.test(node.text);
}
