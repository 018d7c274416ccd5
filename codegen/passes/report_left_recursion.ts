/** Reports rules that begin with themselves: reading one would never end. */
import type { Compilation } from "../model/compilation.ts";
import type { Expr } from "../model/ir.ts";

const PASS = "report_left_recursion";

export function reportLeftRecursion(compilation: Compilation): void {
  const { rules } = compilation.grammar;
  const reported = new Set<string>();
  for (const rule of rules.values()) {
    const path = pathToItself(compilation, rule.name, rule.name, []);
    if (path === null || path.some((name) => reported.has(name))) continue;
    for (const name of path) reported.add(name);
    compilation.diagnostics.error(
      PASS,
      rule.origin,
      `${rule.name} begins with itself: ${[...path, rule.name].join(" -> ")}`,
    );
  }
}

function pathToItself(
  compilation: Compilation,
  start: string,
  name: string,
  path: string[],
): string[] | null {
  if (path.includes(name)) return name === start ? path : null;
  for (const next of leftmost(compilation, compilation.grammar.rules.get(name)!.expr)) {
    const found = pathToItself(compilation, start, next, [...path, name]);
    if (found !== null) return found;
  }
  return null;
}

/** Rules that may be read before any byte was consumed. */
function leftmost(compilation: Compilation, expr: Expr): string[] {
  switch (expr.kind) {
    case "ref":
      return [expr.rule];
    case "seq": {
      const names: string[] = [];
      for (const item of expr.items) {
        names.push(...leftmost(compilation, item));
        if (!mayBeEmpty(compilation, item)) break;
      }
      return names;
    }
    case "choice":
      return expr.branches.flatMap((branch) => leftmost(compilation, branch.expr));
    case "optional":
    case "repeat":
    case "capture":
    case "extra":
    case "absent":
      return leftmost(compilation, expr.item);
    default:
      return [];
  }
}

function mayBeEmpty(compilation: Compilation, expr: Expr): boolean {
  switch (expr.kind) {
    case "ref":
      return compilation.firsts.get(expr.rule)!.empty;
    case "seq":
      return expr.items.every((item) => mayBeEmpty(compilation, item));
    case "choice":
      return expr.branches.some((branch) => mayBeEmpty(compilation, branch.expr));
    case "repeat":
      return expr.min === 0 || mayBeEmpty(compilation, expr.item);
    case "capture":
      return mayBeEmpty(compilation, expr.item);
    case "optional":
    case "extra":
    case "absent":
    case "peek":
    case "peekWord":
      return true;
    default:
      return false;
  }
}
