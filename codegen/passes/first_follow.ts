/** Computes how each rule can begin and what can follow it, with SP transparent (see `look.ts`). */
import { builtins } from "../builtins/all.ts";
import { eitherCase, emptySet, setOf } from "../model/byte_set.ts";
import type { Compilation } from "../model/compilation.ts";
import { END } from "../model/ir.ts";
import type { Expr } from "../model/ir.ts";
import { either, emptyLook, filter, heads, nothing, oneOf, runOf, sameLook, then } from "../model/look.ts";
import type { Look } from "../model/look.ts";

export function firstFollow(compilation: Compilation): void {
  const { firsts, follows, grammar } = compilation;
  for (const name of grammar.rules.keys()) {
    firsts.set(name, nothing());
    follows.set(name, nothing());
  }
  repeatUntilStable(() => {
    let changed = false;
    for (const [name, rule] of grammar.rules) {
      const look = rule.token === undefined
        ? firstOf(compilation, rule.expr)
        : runOf(rule.token.set, rule.token.min);
      changed ||= !sameLook(look, firsts.get(name)!);
      firsts.set(name, look);
    }
    return changed;
  });
  compilation.firstCache = new WeakMap();
  for (const entry of compilation.entries) {
    if (follows.has(entry)) follows.set(entry, oneOf(setOf(END)));
  }
  repeatUntilStable(() => {
    let changed = false;
    for (const [name, rule] of grammar.rules) {
      visitWithFollow(compilation, rule.expr, follows.get(name)!, (expr, follow) => {
        if (expr.kind !== "ref") return;
        const known = follows.get(expr.rule)!;
        const joined = either(known, follow);
        if (sameLook(known, joined)) return;
        follows.set(expr.rule, joined);
        changed = true;
      });
    }
    return changed;
  });
  for (const [name, rule] of grammar.rules) {
    rule.first = heads(firsts.get(name)!);
    rule.nullable = firsts.get(name)!.empty;
    rule.follow = heads(follows.get(name)!);
  }
}

function repeatUntilStable(step: () => boolean): void {
  while (step());
}

/** How an expression can begin. */
export function firstOf(compilation: Compilation, expr: Expr): Look {
  const known = compilation.firstCache?.get(expr);
  if (known !== undefined) return known;
  const look = computeFirst(compilation, expr);
  compilation.firstCache?.set(expr, look);
  return look;
}

function computeFirst(compilation: Compilation, expr: Expr): Look {
  switch (expr.kind) {
    case "word":
      return either(
        oneOf(eitherCase(expr.text.charCodeAt(0))),
        oneOf(expr.quoted ? setOf(0x22) : emptySet()),
      );
    case "bytes":
      return expr.bytes.length > 1 && expr.bytes[0] === 0x20
        ? { ...nothing(), spaced: setOf(...expr.bytes.slice(1, 2)) }
        : oneOf(setOf(...expr.bytes.slice(0, 1)));
    case "set":
      return oneOf(expr.set);
    case "ref":
      return compilation.firsts.get(expr.rule)!;
    case "builtin": {
      const shape = builtins[expr.name];
      return { ...runOf(shape.first, 1), empty: shape.empty };
    }
    case "seq":
      return firstOfItems(compilation, expr.items);
    case "choice":
      return either(...expr.branches.map((branch) => firstOf(compilation, branch.expr)));
    case "optional":
    case "extra":
    case "absent":
      return { ...firstOf(compilation, expr.item), empty: true };
    case "repeat": {
      const item = firstOf(compilation, expr.item);
      const again = expr.max === 1 ? item : then(item, { ...item, empty: true });
      return expr.min === 0 ? { ...again, empty: true } : again;
    }
    case "capture":
      return firstOf(compilation, expr.item);
    case "peek":
    case "peekWord":
      return emptyLook();
  }
}

/** How a sequence can begin; a look-ahead narrows what comes after it. */
export function firstOfItems(compilation: Compilation, items: Expr[]): Look {
  return items.reduceRight((rest, item) => before(compilation, item, rest), emptyLook());
}

/** How `item` and then `rest` can begin. */
function before(compilation: Compilation, item: Expr, rest: Look): Look {
  if (item.kind === "peek") return filter(rest, item.set);
  if (item.kind === "peekWord") return filter(rest, eitherCase(item.text.charCodeAt(0)));
  return then(firstOf(compilation, item), rest);
}

/** Visits every expression with what can come after it, outside first. */
export function visitWithFollow(
  compilation: Compilation,
  expr: Expr,
  follow: Look,
  visit: (expr: Expr, follow: Look) => void,
): void {
  visit(expr, follow);
  switch (expr.kind) {
    case "seq": {
      let rest = follow;
      const follows = expr.items.toReversed().map((item): [Expr, Look] => {
        const after = rest;
        rest = before(compilation, item, rest);
        return [item, after];
      });
      for (const [item, after] of follows.toReversed()) visitWithFollow(compilation, item, after, visit);
      break;
    }
    case "choice":
      for (const branch of expr.branches) visitWithFollow(compilation, branch.expr, follow, visit);
      break;
    case "optional":
    case "extra":
    case "absent":
    case "capture":
      visitWithFollow(compilation, expr.item, follow, visit);
      break;
    case "repeat": {
      const again = then(firstOf(compilation, expr.item), follow);
      visitWithFollow(compilation, expr.item, either(again, follow), visit);
      break;
    }
  }
}
