/**
 * Gives every rule its role, every capture its type and every record its fields. Makes explicit what the
 * notation leaves unsaid: a captured word is a constant, a branch that captures nothing makes a nullable
 * record null, records with one type name have one shape.
 */
import type { Compilation } from "../compilation.ts";
import { builtins } from "../ir.ts";
import type { Branch, Expr, Field, Rule, Type } from "../ir.ts";
import { declaredType, unite } from "../type.ts";
import { digits } from "./tokens.ts";
import { sameSet } from "../byte_set.ts";

const PASS = "infer_types";
const STRING: Type = { kind: "scalar", name: "string" };

export function inferTypes(compilation: Compilation): void {
  const { rules } = compilation.grammar;
  for (const rule of rules.values()) {
    const { type } = compilation.ast.get(rule.name)!;
    rule.type = type === null ? null : declaredType(type);
  }
  for (const rule of rules.values()) rule.role = role(compilation, rule);
  for (const rule of rules.values()) {
    const valued = rule.role === "value" || rule.role === "list";
    rule.expr = spellConstants(rule.expr, valued);
    if (rule.token !== undefined) limitNumber(rule);
  }
  for (const rule of rules.values()) typeCaptures(compilation, rule, rule.expr);
  for (const rule of rules.values()) markNull(compilation, rule);
  for (const rule of rules.values()) collectFields(compilation, rule);
  shareShapes(compilation);
  defineAliases(compilation);
  for (const rule of rules.values()) markRecovery(compilation, rule.expr);
  for (const rule of rules.values()) {
    if (rule.recovers) rule.fields.push(errorField());
  }
  for (const type of compilation.grammar.types.values()) {
    if (type.kind === "record") type.fields = rules.get(type.rules[0])!.fields;
  }
}

function errorField(): Field {
  const type: Type = { kind: "optional", of: STRING };
  return {
    label: "error",
    type,
    doc: "why the known form could not be read; undefined for a merely unknown name",
  };
}

function role(compilation: Compilation, rule: Rule): Rule["role"] {
  if (rule.token !== undefined) return "token";
  if (rule.type === null) return "fragment";
  if (rule.tag !== undefined) return "union";
  if (hasCaptures(compilation, rule.expr, [])) return "record";
  const type = rule.type.kind === "nullable" ? rule.type.of : rule.type;
  return type.kind === "list" ? "list" : "value";
}

/** Whether reading this sets a field of the rule that holds it: fragments count, typed rules do not. */
export function hasCaptures(compilation: Pick<Compilation, "grammar">, expr: Expr, path: string[]): boolean {
  if (expr.kind === "capture") return true;
  if (expr.kind === "ref") {
    const rule = compilation.grammar.rules.get(expr.rule);
    if (rule === undefined || rule.type !== null || path.includes(expr.rule)) return false;
    return hasCaptures(compilation, rule.expr, [...path, expr.rule]);
  }
  return inside(expr).some((item) => hasCaptures(compilation, item, path));
}

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

/** Writes out the constants of captured words, and of words that are the value of a branch. */
function spellConstants(expr: Expr, valued: boolean): Expr {
  switch (expr.kind) {
    case "capture":
      return { ...expr, item: constantOf(spellConstants(expr.item, true)) };
    case "choice": {
      const branches = expr.branches.map((branch): Branch => {
        const item = spellConstants(branch.expr, valued);
        const constant = branch.constant ??
          (valued && isBareText(item) ? { value: textOf(item) } : undefined);
        return { ...branch, expr: item, constant };
      });
      return { ...expr, branches };
    }
    case "seq":
      return {
        ...expr,
        items: expr.items.map((item) => spellConstants(item, valued && expr.items.length === 1)),
      };
    case "optional":
    case "repeat":
    case "extra":
    case "absent":
      return { ...expr, item: spellConstants(expr.item, valued) };
    default:
      return expr;
  }
}

function isBareText(expr: Expr): boolean {
  return expr.kind === "word" || (expr.kind === "seq" && expr.items.length === 2 &&
    (expr.items[0].kind === "peek" || expr.items[0].kind === "peekWord") && expr.items[1].kind === "word");
}

function textOf(expr: Expr): string {
  if (expr.kind === "word") return expr.text;
  return expr.kind === "seq" ? textOf(expr.items[expr.items.length - 1]) : "";
}

/** A captured word or punctuation mark as a choice of one constant. */
function constantOf(expr: Expr): Expr {
  const text = expr.kind === "bytes"
    ? String.fromCharCode(...expr.bytes)
    : isBareText(expr)
    ? textOf(expr)
    : null;
  if (text === null) return expr;
  const branch: Branch = {
    expr,
    constant: { value: text },
    open: false,
    origin: { file: "", line: 0 },
    rfc: [],
  };
  return { kind: "choice", branches: [branch], decision: { by: "none" } };
}

/** Numbers of RFC 9051 have 32 bits (`number`, `nz-number`) or 63; above 2^53-1 a number is no integer. */
function limitNumber(rule: Rule): void {
  const token = rule.token!;
  if (rule.type?.kind !== "scalar" || rule.type.name !== "number") return;
  token.max ??= rule.name === "number" || rule.name === "nz-number" ? 0xffffffff : Number.MAX_SAFE_INTEGER;
}

function typeCaptures(compilation: Compilation, rule: Rule, expr: Expr): void {
  if (expr.kind === "capture") {
    const values = valueTypes(compilation, expr.item);
    if (values.length === 1) {
      expr.type = values[0];
    } else {
      const found = values.length === 0 ? "yields no value" : "yields more than one value";
      compilation.diagnostics.error(PASS, rule.origin, `${rule.name}: what ${expr.label} captures ${found}`);
    }
    return;
  }
  for (const item of inside(expr)) typeCaptures(compilation, rule, item);
}

/** Types of the values inside an expression; empty: none. */
export function valueTypes(compilation: Pick<Compilation, "grammar">, expr: Expr): Type[] {
  switch (expr.kind) {
    case "builtin":
      return [builtinType(builtins[expr.name])];
    case "ref": {
      const rule = compilation.grammar.rules.get(expr.rule);
      return rule === undefined || rule.type === null ? [] : [rule.type];
    }
    case "seq":
      return expr.items.flatMap((item) => valueTypes(compilation, item));
    case "choice": {
      const types = expr.branches.map((branch): Type[] =>
        branch.constant !== undefined
          ? [{ kind: "literal", value: branch.constant.value }]
          : valueTypes(compilation, branch.expr)
      );
      if (types.every((one) => one.length === 0)) return [];
      return [
        unite(types.map((one): Type => one.length === 0 ? { kind: "literal", value: null } : unite(one))),
      ];
    }
    case "optional":
    case "absent":
      return valueTypes(compilation, expr.item).map((type) => ({ kind: "optional", of: type }));
    case "repeat":
      return valueTypes(compilation, expr.item).map((type) => ({ kind: "list", of: type }));
    default:
      return [];
  }
}

function builtinType(text: string): Type {
  return declaredType({ name: text.replace("?", ""), suffixes: text.endsWith("?") ? ["?"] : [] });
}

/** In a record or list that may be null, a branch that yields nothing beside one that does makes the value null. */
function markNull(compilation: Compilation, rule: Rule): void {
  if (rule.type?.kind !== "nullable" || (rule.role !== "record" && rule.role !== "list")) return;
  const yields = (expr: Expr): boolean =>
    rule.role === "record" ? hasCaptures(compilation, expr, []) : valueTypes(compilation, expr).length > 0;
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
function joinTypes(types: Type[]): Type {
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

function appendedLabels(compilation: Compilation, expr: Expr, path: string[]): string[] {
  if (expr.kind === "capture") return expr.append ? [expr.label] : [];
  if (expr.kind === "ref") {
    const rule = compilation.grammar.rules.get(expr.rule)!;
    if (rule.type !== null || path.includes(expr.rule)) return [];
    return appendedLabels(compilation, rule.expr, [...path, expr.rule]);
  }
  return inside(expr).flatMap((item) => appendedLabels(compilation, item, path));
}

function collectFields(compilation: Compilation, rule: Rule): void {
  const appended = new Set(appendedLabels(compilation, rule.expr, []));
  const collect = (expr: Expr): Field[] =>
    fieldList(compilation, rule, fieldsOf(compilation, rule, expr, [rule.name]), appended);
  if (rule.role === "record" || rule.role === "fragment") rule.fields = collect(rule.expr);
  if (rule.role === "union") collectVariants(compilation, rule, collect);
}

function collectVariants(compilation: Compilation, rule: Rule, collect: (expr: Expr) => Field[]): void {
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
    const fields = collect(branch.expr);
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
  compilation.grammar.types.set(typeName, { kind: "union", name: typeName, tag: rule.tag!, rule: rule.name });
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
    const appended = new Set(group.flatMap((rule) => appendedLabels(compilation, rule.expr, [])));
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
    const found = rule.role === "token" ? [STRING] : valueTypes(compilation, rule.expr);
    const bare = unite(found);
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

/** Finds the records that open branches build. A deviation is no unknown name, so it needs no reason. */
function markRecovery(compilation: Compilation, expr: Expr): void {
  const { rules, types } = compilation.grammar;
  if (expr.kind === "choice") {
    for (const branch of expr.branches) {
      if (!branch.open || branch.quirk !== undefined) continue;
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

/** Whether a token reads decimal digits as a number. */
export function isNumberToken(rule: Rule): boolean {
  return rule.token !== undefined && sameSet(rule.token.set, digits);
}
