/** Writes out the constants that the notation leaves unsaid: a captured word is its own value. */
import type { Compilation } from "../model/compilation.ts";
import type { Branch, Expr } from "../model/ir.ts";

export function spellConstants(compilation: Compilation): void {
  for (const rule of compilation.grammar.rules.values()) {
    const { role, type } = rule;
    rule.expr = spell(
      rule.expr,
      role === "value" || role === "list",
      role === "list" || type?.kind === "nullable",
    );
  }
}

/**
 * Writes out the constants of captured words, and of words that are the value of a branch; the word NIL is no
 * value in a list, or where it means null.
 */
function spell(expr: Expr, valued: boolean, nilIsNull: boolean): Expr {
  switch (expr.kind) {
    case "capture":
      return { ...expr, item: constantOf(spell(expr.item, true, false)) };
    case "choice": {
      const branches = expr.branches.map((branch): Branch => {
        const item = spell(branch.expr, valued, nilIsNull);
        const constant = branch.constant ??
          (valued && isBareText(item) && !(nilIsNull && textOf(item) === "NIL")
            ? { value: textOf(item) }
            : undefined);
        return { ...branch, expr: item, constant };
      });
      return { ...expr, branches };
    }
    case "seq":
      return {
        ...expr,
        items: expr.items.map((item) => spell(item, valued && expr.items.length === 1, nilIsNull)),
      };
    case "optional":
    case "repeat":
    case "extra":
    case "absent":
      return { ...expr, item: spell(expr.item, valued, nilIsNull) };
    default:
      return expr;
  }
}

function isBareText(expr: Expr): boolean {
  if (expr.kind === "word") return true;
  if (expr.kind !== "seq" || expr.items.length !== 2) return false;
  const [test, word] = expr.items;
  return (test?.kind === "peek" || test?.kind === "peekWord") && word?.kind === "word";
}

function textOf(expr: Expr): string {
  if (expr.kind === "word") return expr.text;
  const last = expr.kind === "seq" ? expr.items.at(-1) : undefined;
  return last === undefined ? "" : textOf(last);
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
    damage: false,
    marks: [],
    origin: { file: "", line: 0 },
    rfc: [],
  };
  return { kind: "choice", branches: [branch], decision: { by: "none" } };
}
