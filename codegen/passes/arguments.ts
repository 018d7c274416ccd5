/** What a command is told: the captures of its rule, for the command table and for the encoders alike. */
import { inside } from "../model/expr.ts";
import type { Branch, Expr, Grammar, Rule, Type } from "../model/ir.ts";

/** One argument of a command. */
export interface Argument {
  label: string;
  type: Type;
  /** A literal: octets, text or a stream. */
  literal: boolean;
  /** Never to be shown. */
  secret: boolean;
  required: boolean;
  /** Capabilities, one of which brings the argument; empty: it belongs to the command itself. */
  needs: string[];
  doc: string;
}

/** What a caller gives: every capture that is not the command's own name. */
export function argumentsOf(grammar: Grammar, rule: Rule): Argument[] {
  return rule.fields.filter(({ label, type }) => !(label === "name" && type.kind === "literal")).map((
    field,
  ) => ({
    label: field.label,
    type: field.type.kind === "optional" ? field.type.of : field.type,
    literal: captures(grammar, rule.expr, field.label, (capture) => holdsLiteral(grammar, capture.item)),
    secret: captures(
      grammar,
      rule.expr,
      field.label,
      (capture) => capture.secret || holdsSecret(grammar, capture.item),
    ),
    required: field.type.kind !== "optional" && always(grammar, rule.expr, field.label),
    needs: needsOf(grammar, rule, field.label),
    doc: field.doc,
  }));
}

/** The capabilities of the grammar files that add an argument to a command; none where the command has it anyway. */
function needsOf(grammar: Grammar, command: Rule, label: string): string[] {
  const found = new Set<string>();
  let isPart = false;
  const own = neededBy(command);
  const visit = (expr: Expr, needs: readonly string[]): void => {
    if (expr.kind === "capture") {
      if (expr.label !== label) return;
      isPart ||= needs.length === 0 || needs === own;
      for (const one of needs) found.add(one);
    } else if (expr.kind === "choice") {
      for (const branch of expr.branches) visit(branch.expr, neededBy(branch) ?? needs);
    } else if (expr.kind === "ref") {
      const rule = grammar.rules.get(expr.rule);
      if (rule?.role === "fragment") visit(rule.expr, neededBy(rule) ?? needs);
    } else {
      for (const item of inside(expr)) visit(item, needs);
    }
  };
  visit(command.expr, own ?? []);
  return isPart || found.has(command.capability ?? "") ? [] : [...found];
}

/** Capabilities, one of which brings an alternative or a rule; undefined where it belongs to what is around it. */
export function neededBy({ needs, capability }: Branch | Rule): readonly string[] | undefined {
  return needs ?? (capability === undefined ? undefined : [capability]);
}

/** Whether every way through an expression captures a label at least once. */
export function always(grammar: Grammar, expr: Expr, label: string): boolean {
  switch (expr.kind) {
    case "capture":
      return expr.label === label;
    case "seq":
      return expr.items.some((item) => always(grammar, item, label));
    case "choice":
      return expr.branches.every((branch) => always(grammar, branch.expr, label));
    case "repeat":
      return expr.min > 0 && always(grammar, expr.item, label);
    case "ref": {
      const rule = grammar.rules.get(expr.rule);
      return rule?.role === "fragment" && always(grammar, rule.expr, label);
    }
    default:
      return false;
  }
}

/** Whether a capture of a label is of a kind. */
function captures(
  grammar: Grammar,
  expr: Expr,
  label: string,
  kind: (capture: Expr & { kind: "capture" }) => boolean,
): boolean {
  switch (expr.kind) {
    case "capture":
      return expr.label === label && kind(expr);
    case "seq":
      return expr.items.some((item) => captures(grammar, item, label, kind));
    case "choice":
      return expr.branches.some((branch) => captures(grammar, branch.expr, label, kind));
    case "optional":
    case "repeat":
      return captures(grammar, expr.item, label, kind);
    case "ref": {
      const rule = grammar.rules.get(expr.rule);
      return rule?.role === "fragment" && captures(grammar, rule.expr, label, kind);
    }
    default:
      return false;
  }
}

function holdsSecret(grammar: Grammar, expr: Expr): boolean {
  return expr.kind === "ref" && (grammar.rules.get(expr.rule)?.secret ?? false);
}

/** Whether it is the built-in `literal`, directly or through rules that add nothing. */
function holdsLiteral(grammar: Grammar, expr: Expr): boolean {
  if (expr.kind === "builtin") return expr.name === "literal";
  if (expr.kind !== "ref") return false;
  const rule = grammar.rules.get(expr.rule);
  return rule !== undefined && holdsLiteral(grammar, rule.expr);
}
