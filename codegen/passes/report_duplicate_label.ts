/** Reports labels that one sentence captures twice without `+:`, so that the second would hide the first. */
import type { Compilation } from "../model/compilation.ts";
import type { Expr, Rule } from "../model/ir.ts";
import { inside } from "../model/expr.ts";

const PASS = "report_duplicate_label";

type Capture = Expr & { kind: "capture" };

export function reportDuplicateLabel(compilation: Compilation): void {
  for (const rule of compilation.grammar.rules.values()) {
    const reported = new Set<string>();
    check(compilation, rule, rule.expr, reported, [rule.name]);
  }
}

/** Captures that one way through the expression makes, by label; reports pairs met on the way. */
function check(
  compilation: Compilation,
  rule: Rule,
  expr: Expr,
  reported: Set<string>,
  path: string[],
): Map<string, Capture> {
  if (expr.kind === "capture") return new Map([[expr.label, expr]]);
  if (expr.kind === "ref") {
    const target = compilation.grammar.rules.get(expr.rule)!;
    if (target.type !== null || path.includes(expr.rule)) return new Map();
    return check(compilation, rule, target.expr, reported, [...path, expr.rule]);
  }
  const all = new Map<string, Capture>();
  for (const item of inside(expr)) {
    for (const [label, capture] of check(compilation, rule, item, reported, path)) {
      const earlier = all.get(label);
      all.set(label, capture);
      // The same fragment twice, as in `msg-att *(SP msg-att)`, is how IMAP writes lists of items.
      if (earlier === undefined || earlier === capture || reported.has(label)) continue;
      if (earlier.append !== capture.append) {
        report(compilation, rule, label, "is both captured and appended to", reported);
      } else if (expr.kind === "seq" && !capture.append) {
        report(compilation, rule, label, "is captured twice in one sentence; append with +:", reported);
      }
    }
  }
  return all;
}

function report(
  compilation: Compilation,
  rule: Rule,
  label: string,
  text: string,
  reported: Set<string>,
): void {
  reported.add(label);
  compilation.diagnostics.error(PASS, rule.origin, `${rule.name}: ${label} ${text}`);
}
