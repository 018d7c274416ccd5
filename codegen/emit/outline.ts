/**
 * Cuts rules into pieces that each become one readable function: an alternation with an open branch, and
 * whatever a capture holds beyond one reference, get a rule of their own.
 */
import type { Branch, Constant, Expr, Grammar, Rule, Type } from "../model/ir.ts";
import { hasCaptures, references, valueTypes } from "../model/expr.ts";
import { only } from "../model/lists.ts";
import { printExpr } from "../model/printer.ts";
import { printType, unite } from "../model/type.ts";

/** The rules an entry reaches, in grammar order, each piece in front of the rule it was cut from. */
export function outline(grammar: Grammar, entry: string): Map<string, Rule> {
  const reached = reachable(grammar, entry);
  const result = new Map<string, Rule>();
  for (const rule of grammar.rules.values()) {
    if (!reached.has(rule.name)) continue;
    const pieces: Rule[] = [];
    const expr = new Outliner(grammar, rule, pieces).top(rule.expr);
    for (const piece of pieces) result.set(piece.name, piece);
    result.set(rule.name, { ...rule, expr });
  }
  return result;
}

function reachable(grammar: Grammar, entry: string): Set<string> {
  const reached = new Set<string>();
  const todo = [entry];
  for (let name = todo.pop(); name !== undefined; name = todo.pop()) {
    if (reached.has(name)) continue;
    reached.add(name);
    todo.push(...references(grammar.rules.get(name)!.expr));
  }
  return reached;
}

class Outliner {
  readonly #grammar: Grammar;
  readonly #rule: Rule;
  readonly #pieces: Rule[];

  constructor(grammar: Grammar, rule: Rule, pieces: Rule[]) {
    this.#grammar = grammar;
    this.#rule = rule;
    this.#pieces = pieces;
  }

  /** The whole expression of a rule: its own alternation may stay, unless the rule builds one object around it. */
  top(expr: Expr): Expr {
    const isOpen = expr.kind === "choice" && expr.branches.some((branch) => branch.open);
    if (!isOpen || this.#rule.role === "record" || this.#rule.role === "list") return this.#inner(expr);
    return { ...expr, branches: expr.branches.map((branch) => this.#branch(branch)) };
  }

  #branch(branch: Branch): Branch {
    return { ...branch, expr: this.#inner(branch.expr) };
  }

  #inner(expr: Expr): Expr {
    switch (expr.kind) {
      case "seq":
        return { ...expr, items: expr.items.map((item) => this.#inner(item)) };
      case "choice": {
        const choice = { ...expr, branches: expr.branches.map((branch) => this.#branch(branch)) };
        return expr.branches.some((branch) => branch.open) ? this.#cutChoice(choice) : choice;
      }
      case "optional":
      case "repeat":
      case "extra":
      case "absent":
        return { ...expr, item: this.#inner(expr.item) };
      case "capture":
        return this.#capture(expr);
      default:
        return expr;
    }
  }

  #cutChoice(expr: Expr & { kind: "choice" }): Expr {
    if (hasCaptures(this.#grammar.rules, expr)) return this.#cut("choice", null, "fragment", expr);
    return this.#cut("choice", unite(valueTypes(this.#grammar.rules, expr)), "value", expr);
  }

  #capture(expr: Expr & { kind: "capture" }): Expr {
    const { item } = expr;
    if (item.kind === "ref" || item.kind === "builtin" || constantOf(item) !== undefined) return expr;
    // A capture of an option is an option of a capture.
    if (item.kind === "optional" || item.kind === "absent") {
      const type = expr.type.kind === "optional" ? expr.type.of : expr.type;
      return { ...item, item: this.#capture({ ...expr, type, item: item.item }) };
    }
    const role = expr.type.kind === "list" ? "list" : "value";
    return { ...expr, item: this.#cut(expr.label, expr.type, role, this.#inner(item)) };
  }

  #cut(suffix: string, type: Type | null, role: Rule["role"], expr: Expr): Expr {
    let name = `${this.#rule.name}-${suffix}`;
    for (let n = 2; this.#pieces.some((piece) => piece.name === name) || this.#grammar.rules.has(name); n++) {
      name = `${this.#rule.name}-${suffix}${n}`;
    }
    const head = type === null ? name : `${name}: ${printType(type)}`;
    this.#pieces.push({
      ...this.#rule,
      name,
      type,
      role,
      expr,
      fields: [],
      variants: [],
      recovers: false,
      token: undefined,
      tag: undefined,
      guarded: false,
      text: `${head} = ${printExpr(expr)}`,
      doc: "",
    });
    return { kind: "ref", rule: name };
  }
}

/** `type:"FETCH"`: one branch with a constant. */
export function constantOf(expr: Expr): { expr: Expr; value: Constant } | undefined {
  const branch = expr.kind === "choice" ? only(expr.branches) : undefined;
  return branch?.constant && { expr: branch.expr, value: branch.constant.value };
}
