/**
 * Which words of an argument only some servers know: return options, STATUS items, search keys, FETCH items. A word needs what
 * brings its alternative of the grammar, unless the command or the argument needs that anyway. The word "(" is a list of more
 * than one, where an alternative brings the parentheses; `$` is the result that a search saved.
 */
import { builtins } from "../builtins/all.ts";
import { inside } from "../model/expr.ts";
import type { Expr, Grammar, Rule } from "../model/ir.ts";
import { type Argument, neededBy } from "./arguments.ts";

/** Words by what they need: one of some capabilities. */
export type WordNeeds = { words: string[]; needs: readonly string[] }[];

/** What the words of an argument need beside the command and the argument themselves. */
export function wordNeeds(
  grammar: Grammar,
  command: Rule,
  { label, type, needs }: Argument,
  commandNeeds: readonly string[],
): WordNeeds {
  const of = type.kind === "list" ? type.of : type;
  // The items of FETCH are read by hand; what the answer may hold is what can be asked for.
  if (of.kind === "external" && of.name === "FetchItem") {
    const row = grammar.rules.get("msg-att");
    return row === undefined ? [] : grouped(wordsOf(grammar, row.expr, [], new Set()), [commandNeeds]);
  }
  const found: [string, readonly string[]][] = [];
  const rules = new Set<string>();
  const visit = (expr: Expr, inherited: readonly string[]): void => {
    if (expr.kind === "capture") {
      if (expr.label === label) found.push(...wordsOf(grammar, expr.item, inherited, rules));
    } else if (expr.kind === "choice") {
      for (const branch of expr.branches) visit(branch.expr, neededBy(branch) ?? inherited);
    } else if (expr.kind === "ref") {
      const rule = grammar.rules.get(expr.rule);
      if (rule?.role === "fragment") visit(rule.expr, neededBy(rule) ?? inherited);
    } else {
      for (const item of inside(expr)) visit(item, inherited);
    }
  };
  visit(command.expr, neededBy(command) ?? []);
  return grouped(found, [commandNeeds, needs]);
}

/** The words with which a value can begin. */
function wordsOf(
  grammar: Grammar,
  expr: Expr,
  needs: readonly string[],
  seen: Set<string>,
): [string, readonly string[]][] {
  switch (expr.kind) {
    case "word":
      return [[expr.text, needs]];
    case "builtin":
      return Object.entries(builtins[expr.name].words ?? {});
    case "choice":
      return expr.branches.filter(({ open, damage, quirk }) => !open && !damage && quirk === undefined)
        .flatMap((branch) => {
          const own = neededBy(branch) ?? needs;
          if (branch.needs !== undefined && isInParentheses(branch.expr)) {
            return [["(", branch.needs] as [string, readonly string[]]];
          }
          return branch.word === undefined
            ? wordsOf(grammar, branch.expr, own, seen)
            : [[branch.word, own] as [string, readonly string[]]];
        });
    case "ref": {
      const rule = grammar.rules.get(expr.rule);
      if (rule === undefined || rule.token !== undefined || seen.has(rule.name)) return [];
      seen.add(rule.name);
      return wordsOf(grammar, rule.expr, neededBy(rule) ?? needs, seen);
    }
    default:
      for (const item of inside(expr)) {
        const words = wordsOf(grammar, item, needs, seen);
        if (words.length > 0) return words;
      }
      return [];
  }
}

function isInParentheses(expr: Expr): boolean {
  const first = expr.kind === "seq" ? expr.items[0] : expr;
  return first?.kind === "bytes" && first.bytes[0] === 0x28;
}

function grouped(
  words: readonly [string, readonly string[]][],
  anyway: readonly (readonly string[])[],
): WordNeeds {
  const groups = new Map<string, { words: string[]; needs: readonly string[] }>();
  // A word that two alternatives bring needs what the first of them does.
  for (const [word, needs] of new Map([...words].reverse())) {
    const isCovered = anyway.some((some) => some.length > 0 && some.every((one) => needs.includes(one)));
    if (needs.length === 0 || isCovered) continue;
    const key = needs.join("|");
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { words: [word], needs });
    else group.words.unshift(word);
  }
  return [...groups.values()].reverse();
}
