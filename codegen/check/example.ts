/** Small inputs for messages: sentences of an expression, and whether an expression accepts a text. */
import { builtins } from "../builtins/all.ts";
import { members } from "../model/byte_set.ts";
import type { Compilation } from "../model/compilation.ts";
import type { BuiltinName, ByteSet, Expr } from "../model/ir.ts";

/** How many samples an expression keeps; more make conflicts of long rules no clearer. */
const LIMIT = 40;
/** Rules nested deeper than this contribute nothing. */
const DEPTH = 12;

/** Some sentences of an expression; `bytes` are preferred where a set leaves the choice. */
export function samples(compilation: Compilation, expr: Expr, bytes: number[], depth = 0): string[] {
  if (depth > DEPTH) return [];
  const again = (inner: Expr): string[] => samples(compilation, inner, bytes, depth + 1);
  switch (expr.kind) {
    case "word":
      return [expr.text];
    case "bytes":
      return [String.fromCharCode(...expr.bytes)];
    case "set":
      return charsOf(expr.set, bytes);
    case "builtin":
      return builtinSamples(expr.name, bytes);
    case "ref": {
      const rule = compilation.grammar.rules.get(expr.rule)!;
      if (rule.token === undefined) return again(rule.expr);
      const texts = charsOf(rule.token.set, bytes);
      return rule.token.min === 0 ? ["", ...texts] : texts;
    }
    case "seq":
      return expr.items.reduce<string[]>(
        (starts, item) => starts.flatMap((start) => again(item).map((text) => start + text)).slice(0, LIMIT),
        [""],
      );
    case "choice":
      return expr.branches.flatMap((branch) => again(branch.expr)).slice(0, LIMIT);
    case "optional":
    case "extra":
    case "absent":
      return ["", ...again(expr.item)].slice(0, LIMIT);
    case "repeat":
      return expr.min === 0 ? ["", ...again(expr.item)].slice(0, LIMIT) : again(expr.item);
    case "capture":
      return again(expr.item);
    default:
      return [""];
  }
}

function charsOf(set: ByteSet, bytes: number[]): string[] {
  const all = members(set);
  const letter = all.find((byte) => byte > 0x60);
  const preferred = bytes.filter((byte) => set[byte]);
  return [...new Set([...preferred, ...letter === undefined ? all.slice(0, 1) : [letter]])].map((byte) =>
    String.fromCharCode(byte)
  );
}

function builtinSamples(name: BuiltinName, bytes: number[]): string[] {
  const shape = builtins[name];
  const known: Partial<Record<BuiltinName, string[]>> = {
    quoted: ['""'],
    nstring: ['""', "NIL"],
    string: ['""'],
    literal: ["{0}\r\n"],
  };
  return known[name] ?? [...(shape.empty ? [""] : []), ...charsOf(shape.first, bytes)];
}

/** Whether an expression accepts the whole text, or a beginning of a longer sentence of it. */
export function accepts(compilation: Compilation, expr: Expr, text: string): boolean {
  return ends(compilation, expr, text, 0, 0).has(text.length);
}

/** Every position at which the expression can end. */
function ends(compilation: Compilation, expr: Expr, text: string, from: number, depth: number): Set<number> {
  const none = new Set<number>();
  if (depth > 2 * DEPTH) return none;
  const again = (inner: Expr, at: number): Set<number> => ends(compilation, inner, text, at, depth + 1);
  switch (expr.kind) {
    case "word":
      return text.slice(from, from + expr.text.length).toUpperCase() === expr.text.toUpperCase()
        ? new Set([from + expr.text.length])
        : none;
    case "bytes":
      return text.startsWith(String.fromCharCode(...expr.bytes), from)
        ? new Set([from + expr.bytes.length])
        : none;
    case "set":
      return run(expr.set, text, from, 1, 1);
    case "builtin": {
      const shape = builtins[expr.name];
      if (shape.word !== undefined && shape.word.set[text.charCodeAt(from)]) {
        return run(shape.word.set, text, from, 1, Infinity);
      }
      return builtinEnds(expr.name, text, from);
    }
    case "ref": {
      const rule = compilation.grammar.rules.get(expr.rule)!;
      return rule.token === undefined
        ? again(rule.expr, from)
        : run(rule.token.set, text, from, rule.token.min, Infinity);
    }
    case "seq": {
      let positions = new Set([from]);
      for (const item of expr.items) {
        // The text may stop inside: it is the beginning of a sentence then.
        if (positions.has(text.length) && text.length > from) return positions;
        positions = new Set([...positions].flatMap((at) => [...again(item, at)]));
      }
      return positions;
    }
    case "choice":
      return new Set(expr.branches.flatMap((branch) => [...again(branch.expr, from)]));
    case "optional":
    case "extra":
    case "absent":
      return new Set([from, ...again(expr.item, from)]);
    case "repeat": {
      const all = new Set(expr.min === 0 ? [from] : []);
      let edge = new Set([from]);
      while (edge.size > 0) {
        edge = new Set([...edge].flatMap((at) => [...again(expr.item, at)]).filter((at) => !all.has(at)));
        for (const at of edge) all.add(at);
      }
      return all;
    }
    case "capture":
      return again(expr.item, from);
    case "peek":
      return from === text.length || expr.set[text.charCodeAt(from)] ? new Set([from]) : none;
    case "peekWord":
      return new Set([from]);
  }
}

function run(set: ByteSet, text: string, from: number, min: number, max: number): Set<number> {
  const positions = new Set<number>();
  let at = from;
  if (min === 0) positions.add(at);
  while (at < text.length && at - from < max && set[text.charCodeAt(at)]) {
    at++;
    if (at - from >= min) positions.add(at);
  }
  return positions;
}

function builtinEnds(name: BuiltinName, text: string, from: number): Set<number> {
  if (text.startsWith('""', from)) return new Set([from + 2]);
  if (name === "nstring" && text.slice(from, from + 3).toUpperCase() === "NIL") return new Set([from + 3]);
  return run(builtins[name].first, text, from, builtins[name].empty ? 0 : 1, Infinity);
}
