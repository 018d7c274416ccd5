/**
 * Finds the rules at which nesting is counted, so that no sender can overflow the stack: in grammar order each
 * rule that contains itself, unless it does so only through one that counts already.
 */
import type { Compilation } from "../model/compilation.ts";
import { references } from "../model/expr.ts";

export function cycles(compilation: Compilation): void {
  const { rules } = compilation.grammar;
  for (const rule of rules.values()) {
    const seen = new Set<string>();
    const todo = references(rule.expr);
    for (let name = todo.pop(); name !== undefined; name = todo.pop()) {
      if (seen.has(name) || rules.get(name)!.guarded) continue;
      seen.add(name);
      todo.push(...references(rules.get(name)!.expr));
    }
    rule.guarded = seen.has(rule.name);
  }
}
