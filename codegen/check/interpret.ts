/**
 * Reads a frame by walking the intermediate representation: slow, plainly right, and used by tests only. What
 * the generated decoders give must be what this gives: the same value, the same deviations, the same recovery.
 */
import { Cursor, Mismatch } from "./cursor.ts";
import type { Mode } from "./cursor.ts";
import { decide } from "./decide.ts";
import {
  addElements,
  applyConstant,
  assemble,
  capture,
  captured,
  copyCaptures,
  newParts,
  restore,
  tokenValue,
} from "./parts.ts";
import type { Parts } from "./parts.ts";
import { builtins } from "../builtins/all.ts";
import { END } from "../model/ir.ts";
import type { Branch, Expr, Grammar, Rule } from "../model/ir.ts";

/** Largest nesting of rules that can contain themselves. */
const maxDepth = 100;

/**
 * Reads a frame.
 *
 * @param grammar the compiled grammar
 * @param name the rule to read, to the end of the frame
 * @param frame text and literals
 * @param mode how the session reads
 * @returns the value and the names of the deviations
 */
export function interpret(
  grammar: Grammar,
  name: string,
  frame: { text: Uint8Array; literals: readonly Uint8Array[] },
  mode: Mode,
): { value: unknown; quirks: string[] } {
  const run = new Interpreter(grammar, new Cursor(frame, mode));
  const value = run.rule(ruleOf(grammar, name));
  const left = run.cursor.literals.length - run.cursor.literal;
  if (run.cursor.next() !== END || left > 0) run.cursor.fail("the end");
  return { value, quirks: run.cursor.quirks };
}

/** A rule by name; that it exists was checked by the passes. */
export function ruleOf(grammar: Grammar, name: string): Rule {
  const rule = grammar.rules.get(name);
  if (rule === undefined) throw new Error(`no rule ${name}`);
  return rule;
}

class Interpreter {
  #depth = 0;
  /** Why the open branch at hand is read; taken by the first record that has a field for it. */
  #reason: string | undefined;
  readonly grammar: Grammar;
  readonly cursor: Cursor;

  constructor(grammar: Grammar, cursor: Cursor) {
    this.grammar = grammar;
    this.cursor = cursor;
  }

  rule(rule: Rule): unknown {
    if (rule.role === "token") return this.#token(rule);
    if (rule.guarded && ++this.#depth > maxDepth) this.cursor.fail("less nesting");
    const parts = newParts(rule);
    if (rule.recovers && rule.role === "record") parts.error = this.#takeReason();
    if (rule.role === "union") this.#union(rule, parts);
    else this.#read(rule.expr, parts);
    if (rule.guarded) this.#depth--;
    return assemble(rule, parts);
  }

  #takeReason(): string | undefined {
    const reason = this.#reason;
    this.#reason = undefined;
    return reason;
  }

  #token(rule: Rule): unknown {
    const { set, min, nonZero } = rule.token!;
    const start = this.cursor.at;
    const bytes = this.cursor.run(set);
    if (bytes.length < min) this.cursor.fail(rule.name);
    const decimal = isNumber(rule) ? this.cursor.decimalFrom(start) : null;
    const value = tokenValue(rule, decimal ?? this.cursor.decode(bytes));
    if (value === undefined) this.cursor.fail(`a smaller ${rule.name}`);
    if (value === 0 && nonZero) this.cursor.quirk("zero-number");
    return value;
  }

  #union(rule: Rule, parts: Parts): void {
    if (rule.expr.kind !== "choice") throw new Error(`${rule.name}: a union that is not a choice`);
    this.#choice(rule.expr, parts, true);
  }

  #read(expr: Expr, parts: Parts): void {
    const c = this.cursor;
    switch (expr.kind) {
      case "word":
        this.#word(expr.text, expr.quoted === true);
        break;
      case "bytes":
        for (const byte of expr.bytes) c.take(byte);
        break;
      case "set":
        if (!expr.set[c.next()]) c.fail(expr.name);
        c.at++;
        break;
      case "ref":
        this.#ref(ruleOf(this.grammar, expr.rule), parts);
        break;
      case "builtin":
        parts.values.push(builtins[expr.name].read(c));
        break;
      case "seq":
        for (const item of expr.items) this.#read(item, parts);
        break;
      case "choice":
        this.#choice(expr, parts, false);
        break;
      case "optional":
        if (decide(expr.decision, [], c, parts) === 0) this.#read(expr.item, parts);
        break;
      case "repeat":
        this.#repeat(expr, parts);
        break;
      case "capture":
        this.#capture(expr, parts);
        break;
      case "extra":
        if (decide(expr.decision, [], c, parts) !== 0) break;
        c.quirk(expr.quirk);
        this.#read(expr.item, parts);
        break;
      case "absent":
        if (decide(expr.decision, [], c, parts) === 0) this.#read(expr.item, parts);
        else c.quirk(expr.quirk);
        break;
      case "peek":
      case "peekWord":
        break; // the decision in front of it has looked
    }
  }

  #word(text: string, quoted: boolean): void {
    const inQuotes = quoted && this.cursor.takes('"');
    for (const char of text) {
      const byte = this.cursor.next();
      if (byte === END || String.fromCharCode(byte).toUpperCase() !== char.toUpperCase()) {
        this.cursor.fail(text);
      }
      this.cursor.at++;
    }
    if (inQuotes) this.cursor.take(0x22);
  }

  #ref(rule: Rule, parts: Parts): void {
    if (rule.role !== "fragment") {
      parts.values.push(this.rule(rule));
      return;
    }
    if (rule.guarded && ++this.#depth > maxDepth) this.cursor.fail("less nesting");
    const inner: Parts = { ...newParts(), captures: parts.captures };
    this.#read(rule.expr, inner);
    if (rule.guarded) this.#depth--;
  }

  #repeat(expr: Expr & { kind: "repeat" }, parts: Parts): void {
    const elements: unknown[] = [];
    for (let count = 0; expr.max === null || count < expr.max; count++) {
      const before = this.cursor.at;
      if (decide(expr.decision, [], this.cursor, parts) !== 0) {
        if (count < expr.min) this.cursor.fail("another item");
        break;
      }
      const inner: Parts = { ...parts, values: [] };
      this.#read(expr.item, inner);
      elements.push(...inner.values);
      if (this.cursor.at === before) break;
    }
    addElements(parts, elements);
  }

  #capture(expr: Expr & { kind: "capture" }, parts: Parts): void {
    const inner: Parts = { ...newParts(), captures: parts.captures };
    this.#read(expr.item, inner);
    capture(parts, expr, captured(expr, inner));
  }

  #choice(expr: Expr & { kind: "choice" }, parts: Parts, union: boolean): void {
    const c = this.cursor;
    const open = expr.branches.findIndex((branch) => branch.open);
    let reason: string | undefined;
    let chosen: number;
    try {
      chosen = decide(expr.decision, expr.branches, c, parts);
    } catch (error) {
      if (!(error instanceof Mismatch) || c.mode.strict || open === -1) throw error;
      reason = error.message;
      chosen = open;
    }
    if (chosen === -1) chosen = open;
    // A byte that begins none of them: it is the last one that finds that out, or what comes after it and may be damaged.
    if (chosen === -1 && "sets" in expr.decision) chosen = expr.branches.length - 1;
    if (chosen === -1) c.fail("one of the alternatives");
    if (open === -1) {
      this.#branch(expr.branches[chosen]!, chosen, parts, union);
      return;
    }
    const mark = c.mark();
    const depth = this.#depth;
    const saved: Parts = { ...parts, captures: copyCaptures(parts.captures), values: [...parts.values] };
    const last = expr.branches.length - 1;
    if (expr.branches[chosen]!.damage) {
      if (c.mode.strict) c.fail("one of the alternatives");
      reason = "none of the alternatives";
    }
    // The known alternative, the one for words that nobody knows, what is left.
    for (const index of [...new Set([chosen, open])].filter((one) => one !== last)) {
      try {
        this.#reason = reason;
        this.#branch(expr.branches[index]!, index, parts, union);
        if (expr.follow && !expr.follow[c.next()]) c.fail("what follows");
        this.#reason = undefined;
        return;
      } catch (error) {
        if (!(error instanceof Mismatch) || c.mode.strict) throw error;
        c.reset(mark);
        this.#depth = depth;
        restore(parts, { ...saved, captures: copyCaptures(saved.captures), values: [...saved.values] });
        reason ??= error.message;
      }
    }
    const { quirk } = expr.branches[last]!;
    this.#reason = quirk === undefined ? reason : undefined;
    this.#branch(expr.branches[last]!, last, parts, union);
    this.#reason = undefined;
  }

  #branch(branch: Branch, index: number, parts: Parts, union: boolean): void {
    if (branch.quirk !== undefined) this.cursor.quirk(branch.quirk);
    if (union) {
      parts.branch = index;
      parts.error = branch.open ? this.#takeReason() : undefined;
    }
    this.#read(branch.expr, parts);
    applyConstant(parts, branch);
  }
}

/** Whether a token is read as a number, which some servers write with a decimal point. */
function isNumber(rule: Rule): boolean {
  return rule.type?.kind === "scalar" && rule.type.name === "number";
}
