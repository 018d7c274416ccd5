/**
 * Reports rules that would be taken for something else than their author means: an alternative without a type among
 * alternatives that have one, a response without `type:`, a command without `name:`.
 */
import type { Compilation } from "../model/compilation.ts";
import { hasCaptures, inside } from "../model/expr.ts";
import type { Expr, Rule } from "../model/ir.ts";
import { pascal } from "./collect_fields.ts";

const PASS = "report_roles";

/** What the session and the command table find a message by: each alternative of the rule captures its word there. */
const names: Record<string, { label: string; what: string }> = {
  "response-data": { label: "type", what: "response" },
  "request": { label: "name", what: "command" },
};

export function reportRoles(compilation: Compilation): void {
  for (const rule of compilation.grammar.rules.values()) {
    if (rule.type === null) continue;
    checkFragments(compilation, rule, rule.expr);
    const named = names[rule.name];
    if (named !== undefined) checkNames(compilation, rule, named);
  }
}

/** `response-data =/ xping-data` where xping-data has captures and no type: it would make one record of all of them. */
function checkFragments(compilation: Compilation, rule: Rule, expr: Expr): void {
  const { rules } = compilation.grammar;
  if (expr.kind === "choice") {
    const targets = expr.branches.map(({ expr }) => expr.kind === "ref" ? rules.get(expr.rule) : undefined);
    const builds = targets.find((target) => target !== undefined && buildsObject(compilation, target));
    if (builds === undefined) return;
    for (const target of targets) {
      if (target === undefined || target.type !== null || !hasCaptures(rules, target.expr)) continue;
      compilation.diagnostics.error(
        PASS,
        target.origin,
        `${target.name} has no type, so what it captures would be a part of ${rule.name}, whose alternative ` +
          `${builds.name} is an object of its own; write ${target.name}: ${pascal(target.name)} = ...`,
      );
    }
    return;
  }
  for (const item of inside(expr)) checkFragments(compilation, rule, item);
}

function buildsObject(compilation: Compilation, rule: Rule): boolean {
  return rule.type !== null && rule.token === undefined && hasCaptures(compilation.grammar.rules, rule.expr);
}

function checkNames(
  compilation: Compilation,
  rule: Rule,
  { label, what }: { label: string; what: string },
): void {
  if (rule.expr.kind !== "choice") return;
  for (const { expr, open, damage, origin } of rule.expr.branches) {
    if (open || damage) continue;
    const target = expr.kind === "ref" ? compilation.grammar.rules.get(expr.rule) : undefined;
    if (target === undefined) {
      compilation.diagnostics.error(
        PASS,
        origin,
        `an alternative of ${rule.name} is the name of a rule; give this ${what} a rule of its own`,
      );
    } else if (!saysName(compilation, target, label, [])) {
      compilation.diagnostics.error(
        PASS,
        target.origin,
        `${target.name} does not say which ${what} it is: write ${label}:"NAME" where its word is`,
      );
    }
  }
}

/** Whether every way through a rule captures a word as its name. */
function saysName(compilation: Compilation, rule: Rule, label: string, path: string[]): boolean {
  const says = (expr: Expr): boolean => {
    switch (expr.kind) {
      case "capture":
        return expr.label === label && hasWord(expr.item);
      case "seq":
        return expr.items.some(says);
      case "choice":
        return expr.branches.every((branch) => branch.damage || says(branch.expr));
      case "ref": {
        const target = compilation.grammar.rules.get(expr.rule)!;
        return !path.includes(target.name) && saysName(compilation, target, label, [...path, rule.name]);
      }
      default:
        return false;
    }
  };
  return says(rule.expr);
}

/** Every alternative is a word or has a constant. */
function hasWord(expr: Expr): boolean {
  if (expr.kind === "choice") {
    return expr.branches.every((branch) => branch.constant !== undefined || hasWord(branch.expr));
  }
  if (expr.kind === "seq") return expr.items.some(hasWord);
  return expr.kind === "word";
}
