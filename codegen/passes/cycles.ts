/** Finds the rules that contain themselves: reading one counts the depth, so that no sender can overflow the stack. */
import type { Compilation } from "../compilation.ts";
import type { Expr } from "../ir.ts";
import { inside } from "./infer_types.ts";

export function cycles(compilation: Compilation): void {
  const { rules } = compilation.grammar;
  for (const rule of rules.values()) {
    const seen = new Set<string>();
    const todo = references(rule.expr);
    for (let name = todo.pop(); name !== undefined; name = todo.pop()) {
      if (seen.has(name)) continue;
      seen.add(name);
      todo.push(...references(rules.get(name)!.expr));
    }
    rule.guarded = seen.has(rule.name);
  }
}

/** Names of the rules an expression refers to. */
export function references(expr: Expr): string[] {
  return expr.kind === "ref" ? [expr.rule] : inside(expr).flatMap(references);
}
