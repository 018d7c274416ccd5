/** Recognises rules that are one scan loop (`@token`: `1*set`, `*set`) and collects the byte classes they scan. */
import { rangeSet, sameSet } from "../model/byte_set.ts";
import type { Compilation } from "../model/compilation.ts";
import type { ByteSet, Grammar } from "../model/ir.ts";

const PASS = "tokens";

/** 0-9, the class of number tokens. */
export const digits: ByteSet = rangeSet(0x30, 0x39);

export function tokens(compilation: Compilation): void {
  for (const rule of compilation.grammar.rules.values()) {
    const ast = compilation.ast.get(rule.name)!;
    if (!ast.token) continue;
    const { expr } = rule;
    if (expr.kind !== "repeat" || expr.item.kind !== "set" || expr.max !== null) {
      compilation.diagnostics.error(
        PASS,
        rule.origin,
        `@token needs a rule of the form *set or 1*set: ${rule.name}`,
      );
      continue;
    }
    const { set, name } = expr.item;
    rule.token = {
      set,
      setName: addClass(compilation.grammar, name, set),
      min: expr.min,
      upper: ast.upper,
      max: ast.max ?? null,
      nonZero: rule.name === "nz-number",
    };
  }
}

/** Gives a class its bit; the name of an equal class that is already there, else its own. */
export function addClass(grammar: Grammar, name: string, set: ByteSet): string {
  const known = grammar.classes.find((one) => sameSet(one.set, set));
  if (known !== undefined) return known.name;
  grammar.classes.push({ name, set });
  return name;
}
