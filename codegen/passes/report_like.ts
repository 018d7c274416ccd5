/** Reports `@like` where what is there twice could not be read once: decoders copy a list of objects that hold no others. */
import type { Compilation } from "../model/compilation.ts";
import { inside } from "../model/expr.ts";
import type { Expr, Rule, Type } from "../model/ir.ts";

const PASS = "report_like";

export function reportLike(compilation: Compilation): void {
  for (const rule of compilation.grammar.rules.values()) {
    const items = rule.role === "record" && rule.expr.kind === "seq" ? rule.expr.items : [];
    const visit = (expr: Expr): void => {
      if (expr.kind === "capture" && expr.like !== undefined && !isSound(compilation, items, expr)) {
        const message = `${rule.name}: ${expr.label} cannot be read like ${expr.like}`;
        compilation.diagnostics.error(PASS, rule.origin, message);
      }
      inside(expr).forEach(visit);
    };
    visit(rule.expr);
  }
}

/** Both are in the rule itself, in this order, and are the same list of objects, whose end is told by its last byte. */
function isSound(compilation: Compilation, items: Expr[], capture: Expr & { kind: "capture" }): boolean {
  const model = items.slice(0, Math.max(items.indexOf(capture), 0)).find((one) =>
    one.kind === "capture" && one.label === capture.like
  );
  if (model?.kind !== "capture" || model.append || capture.append) return false;
  if (model.item.kind !== "ref" || capture.item.kind !== "ref" || model.item.rule !== capture.item.rule) {
    return false;
  }
  const rule = compilation.grammar.rules.get(model.item.rule)!;
  return isListOfFlat(compilation, rule) && isClosed(compilation, rule.expr);
}

/** Whether nothing that follows can belong to it: `(a)` begins `(a)(b)`, which has to be read to its own end. */
function isClosed(compilation: Compilation, expr: Expr): boolean {
  switch (expr.kind) {
    case "bytes":
    case "word":
      return true;
    case "seq": {
      const last = expr.items.at(-1);
      return last !== undefined && isClosed(compilation, last);
    }
    case "choice":
      return expr.branches.every((branch) => isClosed(compilation, branch.expr));
    case "ref": {
      const rule = compilation.grammar.rules.get(expr.rule)!;
      return rule.role === "fragment" && !rule.guarded && isClosed(compilation, rule.expr);
    }
    default:
      return false;
  }
}

function isListOfFlat(compilation: Compilation, rule: Rule): boolean {
  if (rule.role !== "list" || rule.type?.kind !== "list" || rule.type.of.kind !== "named") return false;
  const type = compilation.grammar.types.get(rule.type.of.name);
  return type?.kind === "record" && type.fields.every((field) => isScalar(field.type));
}

function isScalar(type: Type): boolean {
  if (type.kind === "nullable" || type.kind === "optional") return isScalar(type.of);
  return type.kind === "scalar" && type.name !== "bytes";
}
