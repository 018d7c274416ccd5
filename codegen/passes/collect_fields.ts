/** Gives every record, fragment and variant its fields: what is captured inside, in order of appearance. */
import type { Compilation } from "../model/compilation.ts";
import { appendedLabels, inside } from "../model/expr.ts";
import type { Expr, Field, Rule, Type } from "../model/ir.ts";
import { unite } from "../model/type.ts";

const PASS = "collect_fields";

export function collectFields(compilation: Compilation): void {
  for (const rule of compilation.grammar.rules.values()) collect(compilation, rule);
}

/** The field that says why an open branch was read. */
export function errorField(): Field {
  const type: Type = { kind: "optional", of: { kind: "scalar", name: "string" } };
  return {
    label: "error",
    type,
    doc: "why the known form could not be read; undefined for a merely unknown name",
  };
}

interface Captured {
  type: Type;
  required: boolean;
}

/** Fields that reading an expression sets, in order. */
function fieldsOf(compilation: Compilation, rule: Rule, expr: Expr, path: string[]): Map<string, Captured> {
  switch (expr.kind) {
    case "capture": {
      const type: Type = expr.append ? { kind: "list", of: expr.type } : expr.type;
      return new Map([[expr.label, { type, required: true }]]);
    }
    case "ref": {
      const target = compilation.grammar.rules.get(expr.rule)!;
      if (target.type !== null || path.includes(expr.rule)) return new Map();
      return fieldsOf(compilation, rule, target.expr, [...path, expr.rule]);
    }
    case "seq": {
      const all = new Map<string, Captured>();
      for (const item of expr.items) {
        for (const [label, field] of fieldsOf(compilation, rule, item, path)) add(all, label, field, true);
      }
      return all;
    }
    case "choice": {
      const branches = expr.branches
        .filter((branch) => branch.constant?.value !== null)
        .map((branch) => fieldsOf(compilation, rule, branch.expr, path));
      const all = new Map<string, Captured>();
      for (const fields of branches) for (const [label, field] of fields) add(all, label, field, false);
      for (const [label, field] of all) {
        field.required = branches.every((fields) => fields.get(label)?.required === true);
      }
      return all;
    }
    case "optional":
    case "extra":
    case "absent":
    case "repeat": {
      const fields = fieldsOf(compilation, rule, expr.item, path);
      if (expr.kind !== "repeat" || expr.min === 0) {
        for (const field of fields.values()) field.required = false;
      }
      return fields;
    }
    default:
      return new Map();
  }
}

function add(all: Map<string, Captured>, label: string, field: Captured, sequence: boolean): void {
  const known = all.get(label);
  if (known === undefined) {
    all.set(label, { ...field });
    return;
  }
  known.type = joinTypes([known.type, field.type]);
  if (sequence) known.required ||= field.required;
}

/** Types of one field captured at several places; lists that are appended to become one list. */
export function joinTypes(types: Type[]): Type {
  if (!types.every((type) => type.kind === "list")) return unite(types);
  return { kind: "list", of: unite(types.map((type) => type.of)) };
}

/** A field's type: lists that are appended to are always there, others may be missing. */
function fieldList(
  compilation: Compilation,
  rule: Rule,
  captured: Map<string, Captured>,
  appended: Set<string>,
): Field[] {
  return Array.from(captured, ([label, { type, required }]) => ({
    label,
    type: required || appended.has(label) ? type : unite([type, { kind: "optional", of: type }]),
    doc: fieldDoc(compilation, rule, label),
  }));
}

/** The comment on a field: at this rule, or at the fragment that captures it. */
function fieldDoc(compilation: Compilation, rule: Rule, label: string): string {
  const seen = new Set<string>();
  const search = (name: string): string | undefined => {
    if (seen.has(name)) return undefined;
    seen.add(name);
    const own = compilation.ast.get(name)?.fieldDocs[label];
    if (own !== undefined) return own;
    for (const fragment of fragments(compilation, compilation.grammar.rules.get(name)!.expr)) {
      const doc = search(fragment);
      if (doc !== undefined) return doc;
    }
    return undefined;
  };
  return search(rule.name) ?? "";
}

function fragments(compilation: Compilation, expr: Expr): string[] {
  if (expr.kind === "ref") return compilation.grammar.rules.get(expr.rule)!.type === null ? [expr.rule] : [];
  return inside(expr).flatMap((item) => fragments(compilation, item));
}

function collect(compilation: Compilation, rule: Rule): void {
  const appended = appendedLabels(compilation.grammar.rules, rule.expr);
  const fieldsIn = (expr: Expr): Field[] =>
    fieldList(compilation, rule, fieldsOf(compilation, rule, expr, [rule.name]), appended);
  if (rule.role === "record" || rule.role === "fragment") rule.fields = fieldsIn(rule.expr);
  if (rule.role === "union") collectVariants(compilation, rule, fieldsIn);
}

function collectVariants(compilation: Compilation, rule: Rule, fieldsIn: (expr: Expr) => Field[]): void {
  const typeName = rule.type?.kind === "named" ? rule.type.name : "";
  if (rule.expr.kind !== "choice" || typeName === "") {
    compilation.diagnostics.error(
      PASS,
      rule.origin,
      `@tag needs a rule with a named type that is a choice: ${rule.name}`,
    );
    return;
  }
  const used = new Set<string>();
  for (const branch of rule.expr.branches) {
    const fields = fieldsIn(branch.expr);
    for (const field of fields) field.doc = branch.fieldDocs?.[field.label] ?? field.doc;
    branch.word = typeof branch.constant?.value === "string"
      ? branch.constant.value
      : leadingWord(compilation, branch.expr);
    branch.constant = undefined;
    if (branch.open) {
      branch.word = undefined;
      if (!fields.some((field) => field.label === rule.tag)) {
        compilation.diagnostics.error(
          PASS,
          branch.origin,
          `the open alternative of ${rule.name} must capture ${rule.tag}`,
        );
      }
      fields.push(errorField());
    } else if (branch.word === undefined) {
      compilation.diagnostics.error(
        PASS,
        branch.origin,
        `this alternative of ${rule.name} begins with no word; name it by => "NAME"`,
      );
    }
    const name = branch.open ? "Other" : pascal(branch.word ?? "");
    rule.variants.push({ typeName: name + typeName, fields });
    if (used.has(name)) {
      compilation.diagnostics.error(
        PASS,
        branch.origin,
        `two alternatives of ${rule.name} are called ${branch.word}`,
      );
    }
    used.add(name);
  }
}

function leadingWord(compilation: Compilation, expr: Expr): string | undefined {
  if (expr.kind === "word") return expr.text;
  if (expr.kind === "seq") {
    const first = expr.items.find((item) => item.kind !== "peek" && item.kind !== "peekWord");
    return first === undefined ? undefined : leadingWord(compilation, first);
  }
  if (expr.kind === "ref") {
    const rule = compilation.grammar.rules.get(expr.rule)!;
    return rule.type === null ? leadingWord(compilation, rule.expr) : undefined;
  }
  return undefined;
}

/** "READ-ONLY" as part of a type name: ReadOnly. */
export function pascal(word: string): string {
  return word.toLowerCase().split(/[^a-z0-9]+/).map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join("");
}
