/**
 * Takes out what an empty `@hook` would have to fill: a grammar without the extensions that fill one reads and writes
 * nothing there, so `[SP "(" select-param *(SP select-param) ")"]` goes as a whole.
 */
import type { Compilation } from "../model/compilation.ts";
import type { Branch, Expr } from "../model/ir.ts";

const PASS = "drop_empty_hooks";

export function dropEmptyHooks(compilation: Compilation): void {
  const { rules } = compilation.grammar;
  const empty = new Set<string>();
  for (const { name, hook } of rules.values()) {
    if (hook && compilation.ast.get(name)!.branches.length === 0) empty.add(name);
  }
  // A rule that needs an empty one is empty itself.
  for (let size = -1; size !== empty.size && empty.size > 0;) {
    size = empty.size;
    for (const rule of rules.values()) {
      if (empty.has(rule.name)) continue;
      const expr = without(rule.expr, empty);
      if (expr === null) empty.add(rule.name);
      else rule.expr = expr;
    }
  }
  for (const name of empty) {
    if (compilation.entries.includes(name)) {
      compilation.diagnostics.error(
        PASS,
        rules.get(name)!.origin,
        `${name} needs a @hook that no file fills; write what fills it, or put it between brackets`,
      );
    }
    rules.delete(name);
    compilation.ast.delete(name);
  }
}

/** The expression without what refers to empty rules; null where nothing can be read without them. */
function without(expr: Expr, empty: Set<string>): Expr | null {
  switch (expr.kind) {
    case "ref":
      return empty.has(expr.rule) ? null : expr;
    case "seq": {
      const items = expr.items.map((item) => without(item, empty));
      if (items.includes(null)) return null;
      if (items.every((item, index) => item === expr.items[index])) return expr;
      return { ...expr, items: items.filter((item) => item !== null && !isNothing(item)) as Expr[] };
    }
    case "choice": {
      const branches = expr.branches.map((branch): Branch | null => {
        const inner = without(branch.expr, empty);
        return inner === null ? null : { ...branch, expr: inner };
      }).filter((branch) => branch !== null);
      return branches.length === 0 ? null : { ...expr, branches };
    }
    case "optional":
    case "extra":
    case "absent": {
      const item = without(expr.item, empty);
      return item === null ? nothing() : { ...expr, item };
    }
    case "repeat": {
      const item = without(expr.item, empty);
      return item === null ? expr.min === 0 ? nothing() : null : { ...expr, item };
    }
    case "capture": {
      const item = without(expr.item, empty);
      return item === null ? null : { ...expr, item };
    }
    default:
      return expr;
  }
}

function nothing(): Expr {
  return { kind: "seq", items: [] };
}

function isNothing(expr: Expr): boolean {
  return expr.kind === "seq" && expr.items.length === 0;
}
