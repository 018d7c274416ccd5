/** Gives every rule its declared type and its role, and every capture the type of what it captures. */
import type { Compilation } from "../model/compilation.ts";
import { hasCaptures, inside, valueTypes } from "../model/expr.ts";
import type { Expr, Rule } from "../model/ir.ts";
import { only } from "../model/lists.ts";
import { declaredType } from "../model/type.ts";
import { pascal } from "./collect_fields.ts";
import { spellConstants } from "./spell_constants.ts";

const PASS = "infer_types";

export function inferTypes(compilation: Compilation): void {
  const { rules } = compilation.grammar;
  for (const rule of rules.values()) {
    const { type } = compilation.ast.get(rule.name)!;
    rule.type = type === null ? null : declaredType(type);
  }
  for (const rule of rules.values()) rule.role = roleOf(compilation, rule);
  spellConstants(compilation);
  for (const rule of rules.values()) {
    if (rule.token !== undefined) limitNumber(rule);
    typeCaptures(compilation, rule, rule.expr);
  }
  for (const rule of rules.values()) markNull(compilation, rule);
}

function roleOf(compilation: Compilation, rule: Rule): Rule["role"] {
  if (rule.token !== undefined) return "token";
  if (rule.type === null) return "fragment";
  if (rule.tag !== undefined) return "union";
  if (hasCaptures(compilation.grammar.rules, rule.expr)) return "record";
  const type = rule.type.kind === "nullable" ? rule.type.of : rule.type;
  return type.kind === "list" ? "list" : "value";
}

/** Numbers of RFC 9051 have 32 bits (`number`, `nz-number`) or 63; above 2^53-1 it is the nearest that JavaScript has. */
function limitNumber(rule: Rule): void {
  const token = rule.token!;
  if (rule.type?.kind !== "scalar" || rule.type.name !== "number") return;
  token.max ??= rule.name === "number" || rule.name === "nz-number" ? 0xffffffff : 2 ** 63;
}

function typeCaptures(compilation: Compilation, rule: Rule, expr: Expr): void {
  if (expr.kind === "capture") {
    const values = valueTypes(compilation.grammar.rules, expr.item);
    const value = only(values);
    if (value !== undefined) {
      expr.type = value;
    } else {
      const found = values.length > 1
        ? "yields more than one value; capture one of them, or give it a rule with a type"
        : `yields no value${remedy(compilation, expr.item)}`;
      compilation.diagnostics.error(PASS, expr.origin, `${rule.name}: what ${expr.label} captures ${found}`);
    }
    return;
  }
  for (const item of inside(expr)) typeCaptures(compilation, rule, item);
}

/** What to do about a capture of nothing: mostly it is a rule that lacks its type. */
function remedy(compilation: Compilation, expr: Expr): string {
  const rule = expr.kind === "ref" ? compilation.grammar.rules.get(expr.rule) : undefined;
  if (rule === undefined) return "; capture a rule that has a type";
  const type = hasCaptures(compilation.grammar.rules, rule.expr) ? pascal(rule.name) : "string";
  const { file, line } = rule.origin;
  return `: ${rule.name} (${file}:${line}) has no type; write ${rule.name}: ${type} = ...`;
}

/** In a record or list that may be null, a branch that yields nothing beside one that does makes the value null. */
function markNull(compilation: Compilation, rule: Rule): void {
  if (rule.type?.kind !== "nullable" || (rule.role !== "record" && rule.role !== "list")) return;
  const yields = (expr: Expr): boolean =>
    rule.role === "record"
      ? hasCaptures(compilation.grammar.rules, expr)
      : valueTypes(compilation.grammar.rules, expr).length > 0;
  const mark = (expr: Expr): void => {
    if (expr.kind === "choice" && yields(expr)) {
      for (const branch of expr.branches) {
        if (branch.constant === undefined && !yields(branch.expr)) branch.constant = { value: null };
        else mark(branch.expr);
      }
    } else if (expr.kind === "seq") {
      expr.items.forEach(mark);
    }
  };
  mark(rule.expr);
}
