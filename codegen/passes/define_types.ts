/** Defines the named types: one shape for all rules of a type, aliases, and the reason in what recovery builds. */
import type { Compilation } from "../model/compilation.ts";
import { appendedLabels, inside, valueTypes } from "../model/expr.ts";
import type { Expr, Field, Rule, Type } from "../model/ir.ts";
import { unite } from "../model/type.ts";
import { errorField, joinTypes } from "./collect_fields.ts";

const PASS = "define_types";

export function defineTypes(compilation: Compilation): void {
  const { rules, types } = compilation.grammar;
  defineUnions(compilation);
  shareShapes(compilation);
  defineAliases(compilation);
  for (const rule of rules.values()) markRecovery(compilation, rule.expr);
  for (const rule of rules.values()) {
    if (rule.recovers) rule.fields.push(errorField());
  }
  for (const type of types.values()) {
    if (type.kind === "record") type.fields = rules.get(type.rules[0]!)!.fields;
  }
}

function defineUnions(compilation: Compilation): void {
  for (const rule of compilation.grammar.rules.values()) {
    if (rule.role !== "union" || rule.type?.kind !== "named") continue;
    const { name } = rule.type;
    compilation.grammar.types.set(name, { kind: "union", name, tag: rule.tag!, rule: rule.name });
  }
}

/** Rules that build the same type build the same fields: one missing in a rule may be undefined. */
function shareShapes(compilation: Compilation): void {
  const { rules, types } = compilation.grammar;
  const groups = new Map<string, Rule[]>();
  for (const rule of rules.values()) {
    if (rule.role !== "record") continue;
    const type = rule.type!.kind === "nullable" ? rule.type!.of : rule.type!;
    if (type.kind !== "named") {
      compilation.diagnostics.error(
        PASS,
        rule.origin,
        `${rule.name} captures, so its type must be a name of its own`,
      );
      continue;
    }
    groups.set(type.name, [...(groups.get(type.name) ?? []), rule]);
  }
  for (const [name, group] of groups) {
    const labels = [...new Set(group.flatMap((rule) => rule.fields.map((field) => field.label)))];
    const appended = new Set(group.flatMap((rule) => [...appendedLabels(rules, rule.expr)]));
    const fields = labels.map((label): Field => {
      const found = group.flatMap((rule) => rule.fields.filter((field) => field.label === label));
      const type = joinTypes(found.map((field) => field.type));
      const missing = found.length < group.length && !appended.has(label);
      const doc = found.find((field) => field.doc !== "")?.doc ?? "";
      return { label, type: missing ? unite([type, { kind: "optional", of: type }]) : type, doc };
    });
    for (const rule of group) rule.fields = [...fields];
    types.set(name, { kind: "record", name, fields, rules: group.map((rule) => rule.name) });
  }
}

/** Value rules with a named type of their own: `type X = ...`. */
function defineAliases(compilation: Compilation): void {
  const { rules, types } = compilation.grammar;
  for (const rule of rules.values()) {
    if (rule.role !== "value" && rule.role !== "token") continue;
    const type = rule.type!.kind === "nullable" ? rule.type!.of : rule.type!;
    if (type.kind !== "named") continue;
    const known = types.get(type.name);
    if (known !== undefined && known.kind !== "alias") continue;
    const found = rule.role === "token"
      ? [{ kind: "scalar" as const, name: "string" as const }]
      : valueTypes(compilation.grammar.rules, rule.expr);
    // An alternative that is another rule of this type adds nothing to it.
    const bare = unite(withoutName(found, type.name));
    const value = bare.kind === "nullable" ? bare.of : bare;
    if (value.kind === "named" && value.name === type.name) continue;
    if (known === undefined) {
      types.set(type.name, { kind: "alias", name: type.name, type: value, rules: [rule.name] });
    } else {
      known.type = unite([known.type, value]);
      known.rules.push(rule.name);
    }
  }
}

function withoutName(types: Type[], name: string): Type[] {
  return types.flatMap((type): Type[] => {
    if (type.kind === "named" && type.name === name) return [];
    return type.kind === "union" ? withoutName(type.of, name) : [type];
  });
}

/** Finds the records that open branches build. A deviation is not an unknown name, so it needs no reason. */
function markRecovery(compilation: Compilation, expr: Expr): void {
  const { rules, types } = compilation.grammar;
  if (expr.kind === "choice") {
    for (const branch of expr.branches) {
      if ((!branch.open && !branch.damage) || branch.quirk !== undefined) continue;
      const name = builtRecord(compilation, branch.expr);
      const type = name === undefined ? undefined : types.get(name);
      if (type?.kind !== "record") continue;
      for (const rule of type.rules) rules.get(rule)!.recovers = true;
    }
  }
  for (const item of inside(expr)) markRecovery(compilation, item);
}

/** The type name of the one record that a branch builds and hands on. */
function builtRecord(compilation: Compilation, expr: Expr): string | undefined {
  if (expr.kind === "capture") return builtRecord(compilation, expr.item);
  if (expr.kind === "seq") {
    const names = expr.items.map((item) => builtRecord(compilation, item)).filter((name) =>
      name !== undefined
    );
    return names.length === 1 ? names[0] : undefined;
  }
  if (expr.kind !== "ref") return undefined;
  const rule = compilation.grammar.rules.get(expr.rule)!;
  const type = rule.type?.kind === "nullable" ? rule.type.of : rule.type;
  return rule.role === "record" && type?.kind === "named" ? type.name : undefined;
}
