/**
 * A rule as it is written, not as it is read: without deviations, without look-ahead, flat. What is left has
 * few enough shapes that an encoder can be made from it.
 */
import { inside } from "../model/expr.ts";
import type { Branch, Expr, Grammar, Rule, Type } from "../model/ir.ts";

/** How a record is told from others: a field that holds one of a few constants. */
export interface Discriminant {
  label: string;
  values: string[];
}

/** The expression without deviations and look-ahead, sequences in sequences made one. */
export function canonical(expr: Expr): Expr {
  switch (expr.kind) {
    case "seq": {
      const items = expr.items.map(canonical).flatMap((item) => item.kind === "seq" ? item.items : [item]);
      return items.length === 1 ? items[0]! : { kind: "seq", items };
    }
    case "choice": {
      // What damage left is written with the others of its list; an alternative that holds nothing but its end is not a list.
      const elements = expr.branches.some((branch) => !branch.damage && holds(branch.expr));
      const branches = expr.branches
        .filter((branch) => branch.quirk === undefined && (!branch.damage || elements))
        .map((branch) => ({ ...branch, expr: canonicalBranch(branch.expr) }));
      const only = branches[0];
      if (branches.length === 1 && only!.constant === undefined && only!.guard === undefined) {
        return only!.expr;
      }
      return { ...expr, branches };
    }
    case "optional":
    case "repeat":
    case "capture":
      return { ...expr, item: canonical(expr.item) };
    case "absent":
      return canonical(expr.item);
    case "extra":
    case "peek":
    case "peekWord":
      return { kind: "seq", items: [] };
    default:
      return expr;
  }
}

/** Whether an expression may capture something. */
function holds(expr: Expr): boolean {
  return expr.kind === "capture" || expr.kind === "ref" || inside(expr).some(holds);
}

/** A branch keeps the look-ahead at its head: `&"\" flag / mailbox` is told apart by nothing else. */
function canonicalBranch(expr: Expr): Expr {
  const head = expr.kind === "seq" ? expr.items[0] : undefined;
  if (head?.kind !== "peek") return canonical(expr);
  const rest = canonical(expr);
  return { kind: "seq", items: [head, ...(rest.kind === "seq" ? rest.items : [rest])] };
}

/** A sequence without the look-ahead that {@linkcode canonical} leaves at the head of a branch. */
export function withoutLook(expr: Expr): Expr {
  if (expr.kind !== "seq" || expr.items[0]?.kind !== "peek") return expr;
  const items = expr.items.slice(1);
  return items.length === 1 ? items[0]! : { kind: "seq", items };
}

/** What encoders ask about a grammar. */
export class Shapes {
  readonly grammar: Grammar;
  readonly #canonical = new Map<string, Expr>();

  constructor(grammar: Grammar) {
    this.grammar = grammar;
  }

  /** A rule by name. */
  rule(name: string): Rule {
    const rule = this.grammar.rules.get(name);
    if (rule === undefined) throw new Error(`no rule ${name}`);
    return rule;
  }

  /** The canonical expression of a rule. */
  expr(rule: Rule): Expr {
    const known = this.#canonical.get(rule.name);
    if (known !== undefined) return known;
    const expr = canonical(rule.expr);
    this.#canonical.set(rule.name, expr);
    return expr;
  }

  /** The fragment that a reference means, else undefined. */
  fragment(expr: Expr): Expr | undefined {
    if (expr.kind !== "ref") return undefined;
    const rule = this.rule(expr.rule);
    return rule.role === "fragment" ? this.expr(rule) : undefined;
  }

  /** The captures inside, those of fragments included, in order. */
  captures(expr: Expr): (Expr & { kind: "capture" })[] {
    if (expr.kind === "capture") return [expr];
    const fragment = this.fragment(expr);
    if (fragment !== undefined) return this.captures(fragment);
    return inside(expr).flatMap((item) => this.captures(item));
  }

  /** The captures that every way through an expression has. */
  required(expr: Expr): (Expr & { kind: "capture" })[] {
    const all = this.captures(expr);
    return all.filter((one, index) => all.findIndex((other) => other.label === one.label) === index)
      .filter((one) => this.always(expr, one.label));
  }

  /** Whether every way through an expression captures a label. */
  always(expr: Expr, label: string): boolean {
    switch (expr.kind) {
      case "capture":
        return expr.label === label;
      case "seq":
        return expr.items.some((item) => this.always(item, label));
      case "choice":
        return expr.branches.every((branch) => this.always(branch.expr, label));
      case "repeat":
        return expr.min > 0 && this.always(expr.item, label);
      case "ref": {
        const fragment = this.fragment(expr);
        return fragment !== undefined && this.always(fragment, label);
      }
      default:
        return false;
    }
  }

  /** Whether an expression yields a value that nobody captures. */
  yields(expr: Expr): boolean {
    switch (expr.kind) {
      case "builtin":
        return true;
      case "ref":
        return this.rule(expr.rule).role !== "fragment";
      case "choice":
        return expr.branches.some((branch) => branch.constant !== undefined || this.yields(branch.expr));
      case "capture":
        return false;
      default:
        return inside(expr).some((item) => this.yields(item));
    }
  }

  /** How the value of an expression is told from the values of others. */
  discriminant(expr: Expr): Discriminant | null {
    const bare = withoutLook(expr);
    if (bare.kind === "seq") {
      const valued = bare.items.filter((item) => this.yields(item));
      return valued.length === 1 ? this.discriminant(valued[0]!) : null;
    }
    if (bare.kind === "choice") return this.#ofAll(bare.branches);
    if (bare.kind !== "ref") return null;
    const rule = this.rule(bare.rule);
    const inner = this.expr(rule);
    if (rule.role === "union" && inner.kind === "choice") {
      if (inner.branches.some((branch) => branch.word === undefined)) return null;
      return { label: rule.tag!, values: inner.branches.map((branch) => branch.word!) };
    }
    if (rule.role === "value") return this.discriminant(inner);
    if (rule.role !== "record") return null;
    for (const capture of this.required(inner)) {
      const values = constants(capture);
      if (values !== null) return { label: capture.label, values };
    }
    return null;
  }

  #ofAll(branches: Branch[]): Discriminant | null {
    const all = branches.map((branch) => this.discriminant(branch.expr));
    const label = all[0]?.label;
    if (label === undefined || all.some((one) => one?.label !== label)) return null;
    return { label, values: [...new Set(all.flatMap((one) => one!.values))] };
  }
}

/** The constants that a capture can hold, if it holds nothing else; only texts tell records apart. */
export function constants(capture: Expr & { kind: "capture" }): string[] | null {
  const types: Type[] = capture.type.kind === "union" ? capture.type.of : [capture.type];
  const values: string[] = [];
  for (const type of types) {
    if (type.kind !== "literal" || typeof type.value !== "string") return null;
    values.push(type.value);
  }
  return values;
}

/** The words of a choice of words, each its own value. */
export function constantWords(branches: readonly Branch[]): string[] | null {
  const words: string[] = [];
  for (const { expr, constant } of branches) {
    const bare = withoutLook(expr);
    if (bare.kind !== "word" || constant === undefined || bare.text !== constant.value) return null;
    words.push(bare.text);
  }
  return words;
}

/** A list of things with a separator: `x *(SP x)` (`first`), `*(SP x)`, `1*x`. */
export interface Listing {
  element: Expr;
  separator: Expr[];
  /** The separator comes between elements, not before the first. */
  between: boolean;
  min: number;
}

/** Whether a sequence goes on with a list at an index, and how many of its items that takes. */
export function listingAt(items: readonly Expr[], at: number): { listing: Listing; length: number } | null {
  const item = items[at]!;
  const next = items[at + 1];
  if (next?.kind === "repeat") {
    const inner = next.item.kind === "seq" ? next.item.items : [next.item];
    const last = inner[inner.length - 1];
    if (last !== undefined && sameShape(last, item)) {
      const listing = { element: item, separator: inner.slice(0, -1), between: true, min: 1 };
      return { listing, length: 2 };
    }
  }
  if (item.kind !== "repeat") return null;
  const inner = item.item.kind === "seq" ? item.item.items : [item.item];
  const element = inner[inner.length - 1]!;
  const listing = { element, separator: inner.slice(0, -1), between: false, min: item.min };
  return { listing, length: 1 };
}

/** Whether two expressions say the same; where they stand and how they are decided does not matter. */
function sameShape(one: Expr, other: Expr): boolean {
  const skipped = ["origin", "decision", "follow", "rfc"];
  const text = (expr: Expr) =>
    JSON.stringify(expr, (key, value) => skipped.includes(key) ? undefined : value);
  return one.kind === other.kind && text(one) === text(other);
}

/** The rules of commands: what `request` and `uid-command` choose from, but for UID, which frames others. */
export function commandRules(shapes: Shapes): Rule[] {
  const names = ["request", "uid-command"].flatMap((name) => {
    const expr = shapes.expr(shapes.rule(name));
    return expr.kind === "choice"
      ? expr.branches.flatMap(({ expr }) => expr.kind === "ref" ? [expr.rule] : [])
      : [];
  });
  return [...new Set(names)].filter((name) => name !== "uid").map((name) => shapes.rule(name));
}
