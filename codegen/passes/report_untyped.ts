/** Reports rules that do not yield what their type says, and named types that nothing defines. */
import type { Compilation } from "../model/compilation.ts";
import type { Rule, Type } from "../model/ir.ts";
import { assignable, printType, unite } from "../model/type.ts";
import { inside, isNumberToken, valueTypes } from "../model/expr.ts";
import type { Expr } from "../model/ir.ts";

const PASS = "report_untyped";

export function reportUntyped(compilation: Compilation): void {
  for (const rule of compilation.grammar.rules.values()) {
    if (rule.type === null) {
      if (rule.token !== undefined) error(compilation, rule, "is a @token and needs a type");
      continue;
    }
    checkNames(compilation, rule, rule.type);
    if (rule.role === "token") checkToken(compilation, rule, rule.type);
    else if (rule.role === "list") checkList(compilation, rule, rule.type);
    else if (rule.role === "value") checkValue(compilation, rule, rule.type);
  }
}

function error(compilation: Compilation, rule: Rule, text: string): void {
  compilation.diagnostics.error(PASS, rule.origin, `${rule.name} ${text}`);
}

function checkNames(compilation: Compilation, rule: Rule, type: Type): void {
  if (type.kind === "named" && !compilation.grammar.types.has(type.name)) {
    error(compilation, rule, `has the type ${type.name}, which no rule builds`);
  } else if (type.kind === "list" || type.kind === "nullable" || type.kind === "optional") {
    checkNames(compilation, rule, type.of);
  }
}

function checkToken(compilation: Compilation, rule: Rule, type: Type): void {
  const name = type.kind === "scalar" ? type.name : type.kind === "named" ? "string" : "";
  if (name === "string" || ((name === "number" || name === "bigint") && isNumberToken(rule))) return;
  error(compilation, rule, `is a @token: a string, or a number or bigint of digits, not ${printType(type)}`);
}

function checkValue(compilation: Compilation, rule: Rule, type: Type): void {
  const found = valueTypes(compilation.grammar.rules, rule.expr);
  if (found.length > 1) {
    return error(compilation, rule, `has one value by its type, but ${found.length} are inside`);
  }
  const value: Type = found[0] ?? { kind: "literal", value: null };
  if (!fits(compilation, value, type)) {
    error(
      compilation,
      rule,
      `is declared ${printType(type)}, but yields ${found.length === 0 ? "no value" : printType(value)}`,
    );
  }
}

function checkList(compilation: Compilation, rule: Rule, type: Type): void {
  const list = type.kind === "nullable" ? type.of : type;
  if (list.kind !== "list") return;
  const found = elementTypes(compilation, rule.expr);
  if (found.length === 0) {
    return error(compilation, rule, `is declared ${printType(type)}, but yields no value`);
  }
  // A list inside a list is taken apart: `flag-list / flag *(SP flag)` has one level.
  const elements = unite(found.map((one) => one.kind === "list" && list.of.kind !== "list" ? one.of : one));
  // A list of T drops null: `nil` beside an address, `nstring` in place of a list of strings.
  const kept = elements.kind === "nullable" && list.of.kind !== "nullable" ? elements.of : elements;
  if (!fits(compilation, kept, list.of)) {
    error(compilation, rule, `is declared ${printType(type)}, but its elements are ${printType(kept)}`);
  }
}

function elementTypes(compilation: Compilation, expr: Expr): Type[] {
  if (expr.kind === "choice") {
    return expr.branches.flatMap((branch): Type[] => {
      if (branch.constant === undefined) return elementTypes(compilation, branch.expr);
      return branch.constant.value === null ? [] : [{ kind: "literal", value: branch.constant.value }];
    });
  }
  if (expr.kind === "ref" || expr.kind === "builtin") return valueTypes(compilation.grammar.rules, expr);
  return inside(expr).flatMap((item) => elementTypes(compilation, item));
}

function fits(compilation: Compilation, from: Type, to: Type): boolean {
  return assignable(from, to, (name) => {
    const type = compilation.grammar.types.get(name);
    if (type?.kind === "alias") return type.type;
    return null;
  });
}
