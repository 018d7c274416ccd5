/** Marks the words that alternatives of a rule with `@word(astring)` begin with: they may be in quotes. */
import type { Compilation } from "../model/compilation.ts";
import type { Expr } from "../model/ir.ts";

export function quotedWords(compilation: Compilation): void {
  for (const rule of compilation.grammar.rules.values()) {
    if (compilation.ast.get(rule.name)!.word === "astring") mark(compilation, rule.expr, [rule.name]);
  }
}

function mark(compilation: Compilation, expr: Expr, path: string[]): void {
  switch (expr.kind) {
    case "word":
      expr.quoted = true;
      break;
    case "choice":
      for (const branch of expr.branches) mark(compilation, branch.expr, path);
      break;
    case "capture":
      mark(compilation, expr.item, path);
      break;
    case "seq": {
      const first = expr.items.find((item) => item.kind !== "peek" && item.kind !== "peekWord");
      if (first !== undefined) mark(compilation, first, path);
      break;
    }
    case "ref": {
      const rule = compilation.grammar.rules.get(expr.rule)!;
      if (!path.includes(rule.name)) mark(compilation, rule.expr, [...path, rule.name]);
      break;
    }
  }
}
