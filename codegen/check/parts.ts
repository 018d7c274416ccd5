/** The parts of a value while its rule is read, and what is made of them. Used by tests only. */
import type { Branch, Expr, Field, Rule, Type } from "../model/ir.ts";
import { isBigint } from "../model/type.ts";

/** The parts of a value while its rule is being read. */
export interface Parts {
  /** What was captured, by label. */
  captures: Map<string, unknown>;
  /** What was read without being captured. */
  values: unknown[];
  /** In a list rule every value is an element; elsewhere a repetition gives one value, an array. */
  flat: boolean;
  /** Set by `=> null` in a record or list that may be null. */
  isNull: boolean;
  /** For unions: which branch. */
  branch: number;
  /** For records that recover: why. */
  error: string | undefined;
}

/**
 * Empty parts.
 *
 * @param rule the rule whose parts they are
 */
export function newParts(rule?: Rule): Parts {
  const flat = rule?.role === "list";
  return { captures: new Map(), values: [], flat, isNull: false, branch: 0, error: undefined };
}

/** What a choice's alternative is worth when the grammar says so with `=>`. */
export function applyConstant(parts: Parts, branch: Branch): void {
  if (branch.constant === undefined) return;
  if (branch.constant.value === null) parts.isNull = true;
  parts.values = [branch.constant.value];
}

/** What a repetition gave. */
export function addElements(parts: Parts, elements: unknown[]): void {
  if (parts.flat) parts.values.push(...elements);
  else if (elements.length > 0) parts.values.push(elements);
}

/** The value of a capture, from what was read inside it. */
export function captured(expr: Expr & { kind: "capture" }, inner: Parts): unknown {
  if (inner.values.length > 0) return inner.values[0];
  return expr.type.kind === "nullable" ? null : expr.type.kind === "list" ? [] : undefined;
}

/** Puts a captured value where it belongs. */
export function capture(parts: Parts, expr: Expr & { kind: "capture" }, value: unknown): void {
  if (!expr.append) {
    parts.captures.set(expr.label, value);
    return;
  }
  const list = parts.captures.get(expr.label);
  if (Array.isArray(list)) list.push(value);
  else parts.captures.set(expr.label, [value]);
}

/** The value of a rule, from its parts. */
export function assemble(rule: Rule, parts: Parts): unknown {
  switch (rule.role) {
    case "record":
      return parts.isNull ? null : object(rule.fields, parts);
    case "union": {
      const variant = rule.variants[parts.branch]!;
      if (rule.expr.kind !== "choice") throw new Error(`${rule.name}: a union that is not a choice`);
      const word = rule.expr.branches[parts.branch]!.word;
      const tag = word === undefined ? {} : { [rule.tag!]: word };
      return { ...tag, ...object(variant.fields, parts) };
    }
    case "list":
      if (parts.isNull) return null;
      return nullableElements(rule.type)
        ? parts.values
        : parts.values.filter((value) => value !== null).flat();
    default: {
      const [value] = parts.values;
      if (typeof value === "number" && isBigint(rule.type)) return BigInt(value);
      return parts.values.length > 0 ? value : null;
    }
  }
}

function object(fields: readonly Field[], parts: Parts): Record<string, unknown> {
  const value: Record<string, unknown> = {};
  for (const { label, type } of fields) {
    value[label] = parts.captures.has(label) ? parts.captures.get(label) : isList(type) ? [] : undefined;
    if (label === "error" && parts.error !== undefined) value[label] = parts.error;
  }
  return value;
}

/** The value of a token's text; undefined when it is a number that is too large. */
export function tokenValue(rule: Rule, text: string): unknown {
  const { upper, max } = rule.token!;
  const type = rule.type;
  if (type?.kind === "scalar" && type.name === "number") {
    const value = Math.round(Number(text));
    return value > (max ?? Number.MAX_SAFE_INTEGER) ? undefined : value;
  }
  if (type?.kind === "scalar" && type.name === "bigint") {
    const value = BigInt(text);
    return value > 0x7fff_ffff_ffff_ffffn ? undefined : value;
  }
  return upper ? text.replace(/[a-z]/g, (char) => char.toUpperCase()) : text;
}

/** Captures that another way does not change. */
export function copyCaptures(captures: Map<string, unknown>): Map<string, unknown> {
  return new Map([...captures].map(([label, value]) => [label, Array.isArray(value) ? [...value] : value]));
}

/** Goes back to parts as they were. */
export function restore(parts: Parts, saved: Parts): void {
  parts.captures.clear();
  for (const [label, value] of saved.captures) parts.captures.set(label, value);
  parts.values = saved.values;
  parts.isNull = saved.isNull;
  parts.branch = saved.branch;
}

function isList(type: Type | null): boolean {
  return type?.kind === "list";
}

function nullableElements(type: Type | null): boolean {
  const list = type?.kind === "nullable" || type?.kind === "optional" ? type.of : type;
  return list?.kind === "list" && list.of.kind === "nullable";
}
