/** Where captures go while a function is written: constants, variables and lists, or the fields of a row. */
import type { Constant, Expr, Field, Rule, Type } from "../model/ir.ts";
import { hasCaptures, inside } from "../model/expr.ts";
import type { Rules } from "../model/expr.ts";
import { printType } from "../model/type.ts";
import { constantOf } from "./outline.ts";
import { localName } from "./names.ts";

/** How often and under which conditions an expression captures a label. */
interface Use {
  count: number;
  conditional: boolean;
  repeated: boolean;
  append: boolean;
  /** The value, where it is always the same and always captured. */
  literal: Constant | undefined;
  type: Type;
}

/** Which fragments are functions of their own and take the row. */
export type IsFunction = (rule: Rule) => boolean;

/** Whether reading an expression hands the row to another function. */
export function needsRow(rules: Rules, expr: Expr, isFunction: IsFunction): boolean {
  if (expr.kind === "ref") {
    const rule = rules.get(expr.rule)!;
    if (rule.role !== "fragment" || rule.fields.length === 0 && !hasCaptures(rules, rule.expr)) {
      return false;
    }
    return isFunction(rule) || needsRow(rules, rule.expr, isFunction);
  }
  return inside(expr).some((item) => needsRow(rules, item, isFunction));
}

/** The labels an expression captures itself; what other functions capture into the row is not among them. */
export function usesOf(
  rules: Rules,
  expr: Expr,
  isFunction: IsFunction,
): Map<string, Use> {
  const uses = new Map<string, Use>();
  const visit = (inner: Expr, conditional: boolean, repeated: boolean): void => {
    if (inner.kind === "capture") {
      const constant = constantOf(inner.item)?.value;
      const known = uses.get(inner.label);
      if (known === undefined) {
        const literal = conditional || repeated || inner.append ? undefined : constant;
        const { append, type } = inner;
        uses.set(inner.label, { count: 1, conditional, repeated, append, literal, type });
        return;
      }
      known.count++;
      known.conditional ||= conditional;
      known.repeated ||= repeated;
      known.literal = undefined;
    } else if (inner.kind === "ref") {
      const rule = rules.get(inner.rule)!;
      if (rule.role === "fragment" && !isFunction(rule)) visit(rule.expr, conditional, repeated);
    } else {
      const optional = inner.kind === "optional" || inner.kind === "extra" || inner.kind === "absent" ||
        (inner.kind === "choice" && inner.branches.length > 1);
      const loop = inner.kind === "repeat";
      for (const item of inside(inner)) visit(item, conditional || optional || loop, repeated || loop);
    }
  };
  visit(expr, false, false);
  return uses;
}

/** Where the captures of one stretch of code go. */
export interface Scope {
  /** Statements that must be in front. */
  declarations(): string[];
  /** The statement that captures a value. */
  capture(label: string, code: string): string;
  /** Whether capturing needs no statement, because the value is always the same. */
  isLiteral(label: string): boolean;
  /** A captured value, for guards. */
  read(label: string): string;
}

/** Captures become fields of `row`. */
export class RowScope implements Scope {
  readonly #appended: ReadonlySet<string>;
  readonly #literals: ReadonlySet<string>;

  constructor(appended: ReadonlySet<string>, literals: ReadonlySet<string> = new Set()) {
    this.#appended = appended;
    this.#literals = literals;
  }

  declarations(): string[] {
    return [];
  }

  capture(label: string, code: string): string {
    return this.#appended.has(label) ? `row.${label}.push(${code});` : `row.${label} = ${code};`;
  }

  isLiteral(label: string): boolean {
    return this.#literals.has(label);
  }

  read(label: string): string {
    return `row.${label}`;
  }
}

/** Captures become constants, variables and lists of their own. */
export class LocalScope implements Scope {
  readonly uses: Map<string, Use>;
  readonly #fields: ReadonlyMap<string, Field>;

  constructor(uses: Map<string, Use>, fields: readonly Field[]) {
    this.uses = uses;
    this.#fields = new Map(fields.map((field) => [field.label, field]));
  }

  #kind(label: string): "constant" | "variable" | "list" | "literal" {
    const use = this.uses.get(label)!;
    if (use.literal !== undefined) return "literal";
    if (use.append) return use.count === 1 && !use.repeated && !use.conditional ? "constant" : "list";
    return use.count === 1 && !use.conditional && !use.repeated ? "constant" : "variable";
  }

  declarations(): string[] {
    const lines: string[] = [];
    for (const [label, use] of this.uses) {
      const kind = this.#kind(label);
      if (kind === "list") {
        lines.push(
          `const ${localName(label)}: ${printType({ kind: "list", of: this.#element(label, use) })} = [];`,
        );
      } else if (kind === "variable") {
        const field = this.#fields.get(label);
        const required = field !== undefined && field.type.kind !== "optional";
        const type = field === undefined
          ? use.type
          : field.type.kind === "optional"
          ? field.type.of
          : field.type;
        lines.push(
          required
            ? `let ${localName(label)}: ${printType(type)};`
            : `let ${localName(label)}: ${printType(type)} | undefined;`,
        );
      }
    }
    return lines;
  }

  #element(label: string, use: Use): Type {
    const type = this.#fields.get(label)?.type;
    return type?.kind === "list" ? type.of : use.type;
  }

  capture(label: string, code: string): string {
    const kind = this.#kind(label);
    if (kind === "list") return `${localName(label)}.push(${code});`;
    return kind === "constant" ? `const ${localName(label)} = ${code};` : `${localName(label)} = ${code};`;
  }

  isLiteral(label: string): boolean {
    return this.#kind(label) === "literal";
  }

  read(label: string): string {
    return localName(label);
  }

  /** The captured value as the initial value of a field; undefined if this scope does not capture it. */
  initial(label: string): string | undefined {
    const use = this.uses.get(label);
    if (use === undefined) return undefined;
    const kind = this.#kind(label);
    if (kind === "literal") return JSON.stringify(use.literal);
    if (use.append && kind === "constant") return `[${localName(label)}]`;
    return localName(label);
  }

  /** Statements that hand what was captured on to the row. */
  commit(): string[] {
    return Array.from(this.uses, ([label, use]) => {
      const name = localName(label);
      switch (this.#kind(label)) {
        case "literal":
          return `row.${label} = ${JSON.stringify(use.literal)};`;
        case "constant":
          return use.append ? `row.${label}.push(${name});` : `row.${label} = ${name};`;
        case "list":
          return `append(row.${label}, ${name});`;
        case "variable":
          return `if (${name} !== undefined) row.${label} = ${name};`;
      }
    });
  }
}
