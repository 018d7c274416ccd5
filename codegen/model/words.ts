/** How expressions begin in terms of whole words: the last resort where one byte does not decide. */
import { builtins } from "../builtins/all.ts";
import { digits } from "../passes/tokens.ts";
import { sameSet } from "./byte_set.ts";
import type { Compilation } from "./compilation.ts";
import type { ByteSet, Expr } from "./ir.ts";
import { either, nothing, oneOf, then } from "./look.ts";
import type { Look } from "./look.ts";
import { firstOf, firstOfItems } from "../passes/first_follow.ts";
import { eitherCase } from "./byte_set.ts";

/** One keyword that an expression can begin with. */
export interface LeadingWord {
  /** Upper case. */
  text: string;
  /** What can come directly after it. */
  after: Look;
  /** After digits and a SP. */
  numbered: boolean;
}

/** All ways an expression can begin. */
export interface Lead {
  words: LeadingWord[];
  /** Ways that begin with no keyword. */
  other: Look;
}

/** Ways to begin `expr`, which `follow` comes after. */
export function leadOf(compilation: Compilation, expr: Expr, follow: Look): Lead {
  switch (expr.kind) {
    case "word":
      return {
        words: [{ text: expr.text.toUpperCase(), after: follow, numbered: false }],
        other: nothing(),
      };
    case "capture":
      return leadOf(compilation, expr.item, follow);
    case "choice":
      return join(expr.branches.map((branch) => leadOf(compilation, branch.expr, follow)));
    case "ref": {
      const rule = compilation.grammar.rules.get(expr.rule)!;
      // A rule that begins with itself is reported by report_left_recursion.
      if (rule.token !== undefined || compilation.firsts.get(expr.rule)!.empty) break;
      if (rule.expr.kind === "builtin") break;
      return leadOf(compilation, rule.expr, follow);
    }
    case "seq":
      return leadOfItems(compilation, expr.items, follow);
  }
  return { words: [], other: then(firstOf(compilation, expr), follow) };
}

function join(leads: Lead[]): Lead {
  return {
    words: leads.flatMap((lead) => lead.words),
    other: either(nothing(), ...leads.map((lead) => lead.other)),
  };
}

function leadOfItems(compilation: Compilation, items: Expr[], follow: Look): Lead {
  const start = items.findIndex((item) => !consumesNothing(item));
  const first = items[start];
  if (first === undefined) return { words: [], other: follow };
  const rest = items.slice(start + 1);
  const after = then(firstOfItems(compilation, rest), follow);
  if (isNumber(compilation, first) && rest[0] !== undefined && isSpace(rest[0])) {
    const lead = leadOfItems(compilation, rest.slice(1), follow);
    const pure = lead.words.length > 0 && isNothing(lead.other);
    if (pure) return { words: lead.words.map((word) => ({ ...word, numbered: true })), other: nothing() };
  }
  if (
    first.kind === "optional" || first.kind === "extra" || first.kind === "absent" || first.kind === "repeat"
  ) {
    return { words: [], other: then(firstOfItems(compilation, items), follow) };
  }
  const peek = items.slice(0, start).find((item) => item.kind === "peek");
  if (peek !== undefined) return { words: [], other: then(firstOfItems(compilation, items), follow) };
  return leadOf(compilation, first, after);
}

function isNothing(look: Look): boolean {
  return !look.space && !look.empty && !look.direct.includes(true) && !look.spaced.includes(true);
}

/** Look-aheads, and constants such as `type:("" => "TAGGED")`. */
export function consumesNothing(expr: Expr): boolean {
  switch (expr.kind) {
    case "peek":
    case "peekWord":
      return true;
    case "seq":
      return expr.items.every(consumesNothing);
    case "capture":
      return consumesNothing(expr.item);
    case "choice":
      return expr.branches.every((branch) => consumesNothing(branch.expr));
    default:
      return false;
  }
}

function isNumber(compilation: Compilation, expr: Expr): boolean {
  if (expr.kind === "capture") return isNumber(compilation, expr.item);
  if (expr.kind !== "ref") return false;
  const rule = compilation.grammar.rules.get(expr.rule)!;
  if (rule.token !== undefined) return sameSet(rule.token.set, digits);
  return rule.role === "value" && isNumber(compilation, rule.expr);
}

function isSpace(expr: Expr | undefined): boolean {
  return expr?.kind === "bytes" && expr.bytes.length === 1 && expr.bytes[0] === 0x20;
}

/** Classes of the tokens that an expression can begin with, digits before them aside. */
export function leadingClasses(compilation: Compilation, expr: Expr): { name: string; set: ByteSet }[] {
  switch (expr.kind) {
    case "capture":
      return leadingClasses(compilation, expr.item);
    case "builtin": {
      const { word } = builtins[expr.name];
      return word === undefined ? [] : [word];
    }
    case "ref": {
      const rule = compilation.grammar.rules.get(expr.rule)!;
      if (rule.token === undefined) return leadingClasses(compilation, rule.expr);
      if (sameSet(rule.token.set, digits)) return [];
      return [{ name: rule.token.setName, set: rule.token.set }];
    }
    case "choice":
      return expr.branches.flatMap((branch) => leadingClasses(compilation, branch.expr));
    case "seq": {
      for (const item of expr.items) {
        if (consumesNothing(item) || item.kind === "optional") continue;
        return leadingClasses(compilation, item);
      }
      return [];
    }
    default:
      return [];
  }
}

/** The first bytes of a word, for tests against branches that begin with no word. */
export function wordStart(word: LeadingWord): Look {
  return oneOf(word.numbered ? digits : eitherCase(word.text.charCodeAt(0)));
}
