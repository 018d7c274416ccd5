/** Reports options and repetitions of what may be empty: reading them would not advance. */
import type { Compilation } from "../model/compilation.ts";
import type { Expr, Rule } from "../model/ir.ts";
import { firstOf } from "./first_follow.ts";
import { inside } from "../model/expr.ts";

const PASS = "report_empty_repetition";

export function reportEmptyRepetition(compilation: Compilation): void {
  for (const rule of compilation.grammar.rules.values()) {
    if (rule.token === undefined) check(compilation, rule, rule.expr);
  }
}

function check(compilation: Compilation, rule: Rule, expr: Expr): void {
  const repeats = expr.kind === "repeat" || expr.kind === "optional" || expr.kind === "extra" ||
    expr.kind === "absent";
  if (repeats && firstOf(compilation, expr.item).empty) {
    const what = expr.kind === "repeat" ? "repeats" : "makes optional";
    compilation.diagnostics.error(PASS, rule.origin, `${rule.name} ${what} something that may be empty`);
  }
  for (const item of inside(expr)) check(compilation, rule, item);
}
