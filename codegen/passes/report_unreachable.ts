/** Reports alternatives that nothing can choose. */
import { isEmpty } from "../model/byte_set.ts";
import type { Compilation } from "../model/compilation.ts";
import type { Expr, Rule } from "../model/ir.ts";
import { inside } from "../model/expr.ts";

const PASS = "report_unreachable";

export function reportUnreachable(compilation: Compilation): void {
  for (const rule of compilation.grammar.rules.values()) check(compilation, rule, rule.expr);
}

function check(compilation: Compilation, rule: Rule, expr: Expr): void {
  if (expr.kind === "choice" && expr.branches.length > 1) {
    const { decision, branches } = expr;
    branches.forEach((branch, index) => {
      // Nothing chooses damage: it is what is left.
      if (branch.damage) return;
      let reachable = true;
      if (decision.by === "byte") reachable = !isEmpty(decision.sets[index]!);
      else if (decision.by === "afterSpace") {
        reachable = !isEmpty(decision.sets[index]!) || !isEmpty(decision.direct[index]!);
      } else if (decision.by === "value") {
        const always = branches.findIndex((one) => one.guard === undefined || one.guard.length === 0);
        reachable = always === -1 || always >= index;
      }
      if (reachable) return;
      compilation.diagnostics.error(
        PASS,
        branch.origin,
        `alternative ${index + 1} of ${rule.name} can never be chosen`,
      );
    });
  }
  for (const item of inside(expr)) check(compilation, rule, item);
}
