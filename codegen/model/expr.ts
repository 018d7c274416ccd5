/** What the passes and the emitters ask of expressions. */
import { sameSet } from "./byte_set.ts";
import { builtins } from "../builtins/all.ts";
import type { Expr, Rule, Type } from "./ir.ts";
import { digits } from "../passes/tokens.ts";
import { declaredType, unite } from "./type.ts";

/** Rules by name. */
export type Rules = ReadonlyMap<string, Rule>;

/** The direct children of an expression. */
export function inside(expr: Expr): Expr[] {
  switch (expr.kind) {
    case "seq":
      return expr.items;
    case "choice":
      return expr.branches.map((branch) => branch.expr);
    case "optional":
    case "repeat":
    case "capture":
    case "extra":
    case "absent":
      return [expr.item];
    default:
      return [];
  }
}

/** Names of the rules an expression refers to. */
export function references(expr: Expr): string[] {
  return expr.kind === "ref" ? [expr.rule] : inside(expr).flatMap(references);
}

/** Whether reading this sets a field of the rule that holds it: fragments count, typed rules do not. */
export function hasCaptures(rules: Rules, expr: Expr, path: string[] = []): boolean {
  if (expr.kind === "capture") return true;
  if (expr.kind !== "ref") return inside(expr).some((item) => hasCaptures(rules, item, path));
  const rule = rules.get(expr.rule);
  if (rule === undefined || rule.type !== null || path.includes(expr.rule)) return false;
  return hasCaptures(rules, rule.expr, [...path, expr.rule]);
}

/** The labels that an expression appends to, fragments included. */
export function appendedLabels(
  rules: Rules,
  expr: Expr,
  path: string[] = [],
): Set<string> {
  const labels = new Set<string>();
  const visit = (inner: Expr): void => {
    if (inner.kind === "capture") {
      if (inner.append) labels.add(inner.label);
    } else if (inner.kind === "ref") {
      const rule = rules.get(inner.rule)!;
      if (rule.type !== null || path.includes(rule.name)) return;
      path.push(rule.name);
      visit(rule.expr);
    } else {
      inside(inner).forEach(visit);
    }
  };
  visit(expr);
  return labels;
}

/** Types of the values inside an expression; empty: none. */
export function valueTypes(rules: Rules, expr: Expr): Type[] {
  switch (expr.kind) {
    case "builtin":
      return [builtinType(builtins[expr.name].type)];
    case "ref": {
      const rule = rules.get(expr.rule);
      return rule === undefined || rule.type === null ? [] : [rule.type];
    }
    case "seq":
      return expr.items.flatMap((item) => valueTypes(rules, item));
    case "choice": {
      const types = expr.branches.map((branch): Type[] =>
        branch.constant !== undefined
          ? [{ kind: "literal", value: branch.constant.value }]
          : valueTypes(rules, branch.expr)
      );
      if (types.every((one) => one.length === 0)) return [];
      return [
        unite(types.map((one): Type => one.length === 0 ? { kind: "literal", value: null } : unite(one))),
      ];
    }
    case "optional":
    case "absent":
      return valueTypes(rules, expr.item).map((type) => ({ kind: "optional", of: type }));
    case "repeat":
      return valueTypes(rules, expr.item).map((type) => ({ kind: "list", of: type }));
    default:
      return [];
  }
}

function builtinType(text: string): Type {
  return declaredType({ name: text.replace("?", ""), suffixes: text.endsWith("?") ? ["?"] : [] });
}

/** Whether a token reads decimal digits as a number. */
export function isNumberToken(rule: Rule): boolean {
  return rule.token !== undefined && sameSet(rule.token.set, digits);
}
