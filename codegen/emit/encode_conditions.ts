/** The conditions of an encoder: what tells that something is there to be written, and which alternative writes it. */
import type { Branch, Constant, Expr } from "../model/ir.ts";
import type { Discriminant, Shapes } from "./canonical.ts";

/** Where a value comes from while an expression is written. */
export type Source =
  /**
   * Captures are fields of an object. `maybe`: those that may be undefined; `elements` names the element that a list's
   * loop has at hand.
   */
  | { kind: "record"; object: string; maybe: Set<string>; elements: Map<string, string> }
  | { kind: "value"; value: string }
  | { kind: "list"; list: string; nullable: boolean };

/** Which way the values go. */
export type Direction = "request" | "response";

/** Asks a grammar for conditions; they are TypeScript expressions. */
export class Conditions {
  readonly #shapes: Shapes;
  readonly #direction: Direction;
  /** The rule being written. */
  current = "";

  constructor(shapes: Shapes, direction: Direction) {
    this.#shapes = shapes;
    this.#direction = direction;
  }

  /**
   * Whether anything is there to be written in an expression. `elsewhere`: labels that another way of the same choice
   * writes, so that they alone do not ask for this one.
   */
  present(item: Expr, source: Source, elsewhere: ReadonlySet<string> = new Set()): string {
    if (source.kind === "value") return `${source.value} !== undefined`;
    if (source.kind === "list") return this.#shapes.yields(item) ? `${source.list}.length > 0` : "true";
    const all = this.#shapes.captures(item);
    const own = all.filter(({ label }) => !elsewhere.has(label));
    const captures = own.length > 0 ? own : all;
    const tests = new Set(captures.map((one) => this.has(one, source)));
    return tests.size === 0 ? "true" : [...tests].join(" || ");
  }

  /** Whether the object has what a capture writes. */
  has(capture: Expr & { kind: "capture" }, source: Source & { kind: "record" }): string {
    const { label, append, type } = capture;
    if (source.elements.has(label)) return "true";
    const field = `${source.object}.${label}`;
    const own = append ? this.ownElement(capture, "one") : null;
    if (own !== null) return `${field}.some((one) => ${own})`;
    if (append) return this.#direction === "request" ? `(${field}?.length ?? 0) > 0` : `${field}.length > 0`;
    const only = type.kind === "literal" ? { value: type.value } : this.onlyConstant(capture.item);
    return only === null ? `${field} !== undefined` : `${field} === ${JSON.stringify(only.value)}`;
  }

  /**
   * What tells the elements of a field that this capture writes, where several places of the rule append to the field; null:
   * all of them.
   */
  ownElement(capture: Expr & { kind: "capture" }, value: string): string | null {
    const rule = this.#shapes.grammar.rules.get(this.current);
    if (rule === undefined || rule.role !== "record") return null;
    const all = this.#shapes.captures(this.#shapes.expr(rule)).filter((one) => one.label === capture.label);
    const kinds = new Map(all.map((one) => {
      const found = this.#shapes.discriminant(one.item);
      return [found === null ? "" : oneOf(found, value), found];
    }));
    if (kinds.size < 2) return null;
    const mine = this.#shapes.discriminant(capture.item);
    if (mine !== null) return oneOf(mine, value);
    // The one for the rest.
    return [...kinds.values()].filter((one) => one !== null)
      .flatMap(({ label, values }) => values.map((text) => `${value}.${label} !== ${JSON.stringify(text)}`))
      .join(" && ");
  }

  /** In how many places the rule being written captures a label. */
  places(label: string): number {
    const rule = this.#shapes.grammar.rules.get(this.current);
    if (rule === undefined || rule.role !== "record") return 0;
    return this.#shapes.captures(this.#shapes.expr(rule)).filter((one) => one.label === label).length;
  }

  /** The constant that an expression always yields, such as `on: boolean = "" => true`. */
  onlyConstant(expr: Expr): { value: Constant } | null {
    if (expr.kind === "choice" && expr.branches.length === 1) return expr.branches[0]!.constant ?? null;
    if (expr.kind !== "ref") return null;
    const rule = this.#shapes.rule(expr.rule);
    return rule.role === "value" ? this.onlyConstant(this.#shapes.expr(rule)) : null;
  }

  /** What tells that an alternative is the one to write; null: nothing, it is the one for the rest. */
  test(branch: Branch, source: Source, others: readonly Branch[] = []): string | null {
    if (source.kind === "list") return this.#fits(branch.expr, source);
    if (source.kind === "value") return this.#isFor(branch, source.value);
    if (branch.guard !== undefined) return this.#guard(branch.guard, source.object);
    const required = this.#shapes.required(branch.expr);
    const tests = new Set(required.map((one) => this.has(one, source)));
    if (tests.size > 0) return [...tests].join(" && ");
    const elsewhere = others.filter((one) => one !== branch && !one.damage).flatMap((one) =>
      this.#shapes.required(one.expr).map(({ label }) => label)
    );
    const any = this.present(branch.expr, source, new Set(elsewhere));
    return any === "true" ? null : any;
  }

  #guard(guard: { label: string; values: string[] }[], object: string): string | null {
    if (guard.length === 0) return null;
    return guard.map(({ label, values }) => {
      const field = `${object}.${label}.toUpperCase()`;
      const tests = values.map((value) => `${field} === ${JSON.stringify(value.toUpperCase())}`);
      return tests.length === 1 ? tests[0]! : `(${tests.join(" || ")})`;
    }).join(" && ");
  }

  #isFor(branch: Branch, value: string): string | null {
    if (branch.constant !== undefined) return `${value} === ${JSON.stringify(branch.constant.value)}`;
    const expr = branch.expr;
    if (!this.#shapes.yields(expr)) return `${value} === null`;
    const discriminant = this.#shapes.discriminant(expr);
    if (discriminant !== null) return oneOf(discriminant, value);
    const head = expr.kind === "seq" ? expr.items[0] : undefined;
    if (head?.kind !== "peek") return null;
    const bytes = head.set.flatMap((has, byte) => has && byte < 256 ? [byte] : []);
    return bytes.length === 1
      ? `${value}.startsWith(${JSON.stringify(String.fromCharCode(bytes[0]!))})`
      : null;
  }

  /** Whether an alternative can hold as many elements as there are. */
  #fits(expr: Expr, source: Source & { kind: "list" }): string | null {
    const { min, max } = this.#elements(expr, source.nullable);
    const length = `${source.list}.length`;
    if (min === max) return `${length} === ${min}`;
    const tests = [
      ...(min > 0 ? [`${length} >= ${min}`] : []),
      ...(max === Infinity ? [] : [`${length} <= ${max}`]),
    ];
    return tests.length === 0 ? null : tests.join(" && ");
  }

  /** How many elements of a list an expression writes. */
  #elements(expr: Expr, nullable: boolean): { min: number; max: number } {
    switch (expr.kind) {
      case "builtin":
        return { min: !nullable && (expr.name === "nstring" || expr.name === "nbytes") ? 0 : 1, max: 1 };
      case "ref": {
        const rule = this.#shapes.rule(expr.rule);
        const fragment = this.#shapes.fragment(expr);
        if (fragment !== undefined) return this.#elements(fragment, nullable);
        if (rule.role === "list") return { min: 0, max: Infinity };
        return { min: rule.type?.kind === "nullable" && !nullable ? 0 : 1, max: 1 };
      }
      case "seq": {
        const all = expr.items.map((item) => this.#elements(item, nullable));
        return {
          min: all.reduce((sum, one) => sum + one.min, 0),
          max: all.reduce((sum, one) => sum + one.max, 0),
        };
      }
      case "choice": {
        const all = expr.branches.map((branch) =>
          branch.constant === undefined ? this.#elements(branch.expr, nullable) : { min: 1, max: 1 }
        );
        return { min: Math.min(...all.map((one) => one.min)), max: Math.max(...all.map((one) => one.max)) };
      }
      case "optional":
        return { min: 0, max: this.#elements(expr.item, nullable).max };
      case "repeat": {
        const { min, max } = this.#elements(expr.item, nullable);
        return { min: min * expr.min, max: max === 0 ? 0 : Infinity };
      }
      default:
        return { min: 0, max: 0 };
    }
  }
}

/** A test of the field that tells records apart. */
export function oneOf({ label, values }: Discriminant, value: string): string {
  return values.map((one) => `${value}.${label} === ${JSON.stringify(one)}`).join(" || ");
}
