/** What the functions of one generated decoder share, and what they are called. */
import { CodeBlockWriter } from "ts-morph";
import { hasCaptures, inside } from "../model/expr.ts";
import type { Expr, Field, Rule } from "../model/ir.ts";
import type { ClassTable } from "./class_table.ts";
import { localName, pascalName } from "./names.ts";

/** A function of the generated file. */
export interface WrittenFunction {
  name: string;
  isExported?: boolean;
  parameters: { name: string; type: string; initializer?: string }[];
  returnType: string;
  body: string;
  doc: string;
  /** The grammar file of its rule. */
  section: string;
}

/** What the functions of one generated file share. */
export interface FileContext {
  /** The rule that the file reads: a function in any case. */
  entry: string;
  rules: ReadonlyMap<string, Rule>;
  classes: ClassTable;
  /** Names imported from the reader. */
  helpers: Set<string>;
  /** Names imported from the types. */
  types: Set<string>;
  /** Value classes, by name. */
  externals: Set<string>;
  functions: WrittenFunction[];
  /** Classes of the rows that leave many fields undefined. */
  rowClasses: string[];
  /** Constants that the functions use. */
  constants: string[];
}

/** Whether a fragment is a function of its own: one that decides something, or that contains itself. */
export function isFunction(rules: ReadonlyMap<string, Rule>): (rule: Rule) => boolean {
  const decides = (expr: Expr): boolean =>
    expr.kind === "choice" || expr.kind === "optional" || expr.kind === "repeat" || expr.kind === "absent" ||
    (expr.kind !== "capture" && inside(expr).some(decides));
  return (rule) => {
    if (rule.guarded) return true;
    return hasCaptures(rules, rule.expr) && decides(rule.expr);
  };
}

/** Name of the function that reads a rule; the entry rule's is called by the exported function. */
export function functionName(file: Pick<FileContext, "entry">, rule: Rule): string {
  return "read" + pascalName(rule.name) + (rule.name === file.entry ? "Text" : "");
}

/**
 * Variables with the places of the captures whose octets guards look at, in a rule and in the fragments that it uses. The second
 * test of a guard looks at the text: it is rarely made.
 */
export function guardPlaces(rules: ReadonlyMap<string, Rule>, expr: Expr): string[] {
  const places = new Set<string>();
  const visit = (inner: Expr): void => {
    if (inner.kind === "choice") {
      for (const { guard } of inner.branches) {
        if (guard?.[0] !== undefined) places.add(placeName(guard[0].label));
      }
    }
    const target = inner.kind === "ref" ? rules.get(inner.rule) : undefined;
    if (target?.role === "fragment" && !target.guarded) visit(target.expr);
    else if (target === undefined) inside(inner).forEach(visit);
  };
  visit(expr);
  return [...places];
}

/** Name of the variable that tells where a capture begins. */
export function placeName(label: string): string {
  return `${localName(label)}Start`;
}

/** Name of the interface of what a fragment captures. */
export function rowName(rule: Rule): string {
  return pascalName(rule.name) + "Row";
}

/** Code for rules that need no function: a primitive, or a plain number. */
export function inlineValue(file: Pick<FileContext, "entry" | "rules">, rule: Rule): string | null {
  if (rule.token !== undefined) {
    const type = rule.type!;
    if (type.kind === "scalar" && type.name === "bigint") return "r.bigint()";
    if (type.kind !== "scalar" || type.name !== "number") return null;
    const { max, nonZero } = rule.token;
    if (nonZero) return "r.nzNumber()";
    return max === 0xffffffff
      ? "r.number()"
      : max === Number.MAX_SAFE_INTEGER
      ? "r.number(Number.MAX_SAFE_INTEGER)"
      : `r.number(${max})`;
  }
  if (rule.role !== "value" || rule.guarded) return null;
  if (rule.expr.kind === "builtin") return `r.${rule.expr.name}()`;
  if (rule.expr.kind !== "ref") return null;
  const target = file.rules.get(rule.expr.rule)!;
  if (target.role === "fragment") return null;
  return inlineValue(file, target) ?? (target.recovers ? null : `${functionName(file, target)}(r)`);
}

/** Fields that a fragment's row must have: what it captures, and what its guards look at. */
export function rowFields(rules: ReadonlyMap<string, Rule>, rule: Rule): Field[] {
  const fields = new Map<string, Field>();
  const seen = new Set<string>();
  const visit = (expr: Expr): void => {
    if (expr.kind === "capture") {
      const known = fields.get(expr.label);
      const type = expr.append ? { kind: "list" as const, of: expr.type } : expr.type;
      if (known === undefined) fields.set(expr.label, { label: expr.label, type, doc: "" });
    } else if (expr.kind === "ref") {
      const target = rules.get(expr.rule)!;
      if (target.role !== "fragment" || seen.has(target.name)) return;
      seen.add(target.name);
      visit(target.expr);
    } else {
      if (expr.kind === "choice") {
        for (const { label } of expr.branches.flatMap((branch) => branch.guard ?? [])) {
          if (!fields.has(label)) {
            fields.set(label, { label, type: { kind: "scalar", name: "string" }, doc: "" });
          }
        }
      }
      inside(expr).forEach(visit);
    }
  };
  visit(rule.expr);
  return [...fields.values()].map((field) => rule.fields.find((own) => own.label === field.label) ?? field);
}

/** Whether `=> null` is where something follows it in the function. */
export function hasInnerNull(expr: Expr): boolean {
  const visit = (inner: Expr, tail: boolean): boolean => {
    if (inner.kind === "seq") {
      return inner.items.some((item, at) => visit(item, tail && at === inner.items.length - 1));
    }
    if (inner.kind !== "choice") return false;
    return inner.branches.some((branch) =>
      branch.constant?.value === null ? !tail : visit(branch.expr, tail)
    );
  };
  return visit(expr, true);
}

/** Fields of which any may be missing; a list is always there. */
export function optionalFields(fields: Field[]): Field[] {
  return fields.map((field) => ({
    ...field,
    type: field.type.kind === "list" || field.type.kind === "optional"
      ? field.type
      : { kind: "optional", of: field.type },
  }));
}

/** Notes which of the names in a piece of code are types that the file must import. */
export function noteTypes(file: FileContext, code: string): void {
  for (const name of code.replace(/"[^"]*"/g, "").match(/\b[A-Z][A-Za-z0-9]*\b/g) ?? []) file.types.add(name);
}

/** The rule as written, as a comment. */
export function docOf(rule: Rule): string {
  const text = rule.text.replaceAll("*/", "* /");
  return text.includes("\n") ? "```abnf\n" + text + "\n```" : `\`${text}\``;
}

/** A writer in the project's style. */
export function newWriter(): CodeBlockWriter {
  return new CodeBlockWriter({ indentNumberOfSpaces: 2, useTabs: false, newLine: "\n" });
}
