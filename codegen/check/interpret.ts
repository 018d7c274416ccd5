/**
 * Reads a frame by walking the intermediate representation: slow, plainly right, and used by tests only. What
 * the generated decoders give must be what this gives: the same value, the same deviations, the same recovery.
 */
import { Cursor, Mismatch, readBuiltin } from "./cursor.ts";
import type { Mode } from "./cursor.ts";
import { END } from "../model/ir.ts";
import type { Branch, ByteSet, Decision, Expr, Field, Grammar, Rule, Type } from "../model/ir.ts";
import { isBigint } from "../model/type.ts";

/** The parts of a value while its rule is being read. */
export interface Parts {
  /** What was captured, by label. */
  captures: Map<string, unknown>;
  /** What was read without being captured. */
  values: unknown[];
  /** In a list rule every value is an element; elsewhere a repetition gives one value, an array. */
  flat: boolean;
  /** Set by `=> null` in a record or list that may be null. */
  isNull: boolean;
  /** For unions: which branch. */
  branch: number;
  /** For records that recover: why. */
  error: string | undefined;
}

/**
 * Empty parts.
 *
 * @param rule the rule whose parts they are
 */
export function newParts(rule?: Rule): Parts {
  const flat = rule?.role === "list";
  return { captures: new Map(), values: [], flat, isNull: false, branch: 0, error: undefined };
}

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
    if (rule.expr.kind !== "choice") throw new Error(`${rule.name}: a union that is no choice`);
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
        parts.values.push(readBuiltin[expr.name](c));
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

/** What a choice's alternative is worth when the grammar says so with `=>`. */
export function applyConstant(parts: Parts, branch: Branch): void {
  if (branch.constant === undefined) return;
  if (branch.constant.value === null) parts.isNull = true;
  parts.values = [branch.constant.value];
}

/** What a repetition gave. */
export function addElements(parts: Parts, elements: unknown[]): void {
  if (parts.flat) parts.values.push(...elements);
  else if (elements.length > 0) parts.values.push(elements);
}

/** The value of a capture, from what was read inside it. */
export function captured(expr: Expr & { kind: "capture" }, inner: Parts): unknown {
  if (inner.values.length > 0) return inner.values[0];
  return expr.type.kind === "nullable" ? null : expr.type.kind === "list" ? [] : undefined;
}

/** Puts a captured value where it belongs. */
export function capture(parts: Parts, expr: Expr & { kind: "capture" }, value: unknown): void {
  if (!expr.append) {
    parts.captures.set(expr.label, value);
    return;
  }
  const list = parts.captures.get(expr.label);
  if (Array.isArray(list)) list.push(value);
  else parts.captures.set(expr.label, [value]);
}

/** The value of a rule, from its parts. */
export function assemble(rule: Rule, parts: Parts): unknown {
  switch (rule.role) {
    case "record":
      return parts.isNull ? null : object(rule.fields, parts);
    case "union": {
      const variant = rule.variants[parts.branch]!;
      if (rule.expr.kind !== "choice") throw new Error(`${rule.name}: a union that is no choice`);
      const word = rule.expr.branches[parts.branch]!.word;
      const tag = word === undefined ? {} : { [rule.tag!]: word };
      return { ...tag, ...object(variant.fields, parts) };
    }
    case "list":
      if (parts.isNull) return null;
      return nullableElements(rule.type)
        ? parts.values
        : parts.values.filter((value) => value !== null).flat();
    default: {
      const [value] = parts.values;
      if (typeof value === "number" && isBigint(rule.type)) return BigInt(value);
      return parts.values.length > 0 ? value : null;
    }
  }
}

function object(fields: readonly Field[], parts: Parts): Record<string, unknown> {
  const value: Record<string, unknown> = {};
  for (const { label, type } of fields) {
    value[label] = parts.captures.has(label) ? parts.captures.get(label) : isList(type) ? [] : undefined;
    if (label === "error" && parts.error !== undefined) value[label] = parts.error;
  }
  return value;
}

/** Whether a token is read as a number, which some servers write with a decimal point. */
function isNumber(rule: Rule): boolean {
  return rule.type?.kind === "scalar" && rule.type.name === "number";
}

/** The value of a token's text; undefined when it is a number that is too large. */
export function tokenValue(rule: Rule, text: string): unknown {
  const { upper, max } = rule.token!;
  const type = rule.type;
  if (type?.kind === "scalar" && type.name === "number") {
    const value = Math.round(Number(text));
    return value > (max ?? Number.MAX_SAFE_INTEGER) ? undefined : value;
  }
  if (type?.kind === "scalar" && type.name === "bigint") {
    const value = BigInt(text);
    return value > 0x7fff_ffff_ffff_ffffn ? undefined : value;
  }
  return upper ? text.replace(/[a-z]/g, (char) => char.toUpperCase()) : text;
}

/**
 * Which way to go on.
 *
 * @param decision what the passes proved
 * @param branches the branches of a choice, for guards
 * @param c where to look
 * @param parts what was captured, for guards
 * @returns index of the branch, -1 for none
 */
export function decide(decision: Decision, branches: readonly Branch[], c: Cursor, parts: Parts): number {
  switch (decision.by) {
    case "none":
      return 0;
    case "byte":
      return decision.sets.findIndex((set) => set[c.next()]);
    case "afterSpace":
      return c.next() === 0x20
        ? decision.sets.findIndex((set) => set[c.next(1)])
        : decision.direct.findIndex((set) => set[c.next()]);
    case "value":
      return branches.findIndex((branch) => branch.guard?.every((test) => holds(test, parts)) ?? true);
    case "word":
      return decideByWord(decision, c);
  }
}

function decideByWord(decision: Decision & { by: "word" }, c: Cursor): number {
  const mark = c.mark();
  try {
    if (decision.behindSpace && !c.takes(" ")) return -1;
    const byBytes = decision.bytes.find(([set]) => set[c.next()]);
    if (byBytes !== undefined) return byBytes[1];
    let words = byWord(decision.words);
    if (decision.numbered.length > 0 && c.next() >= 0x30 && c.next() <= 0x39) {
      while (c.next() >= 0x30 && c.next() <= 0x39) c.at++;
      if (!c.takes(" ")) {
        c.reset(mark);
        if (decision.open !== null && !decision.rest) checkForm(decision, c);
        return decision.open ?? -1;
      }
      words = byWord(decision.numbered);
    }
    const quoted = decision.quoted && c.next() === 0x22;
    const word = (quoted ? quotedWord(c, decision.wordClass) : textOf(c.run(decision.wordClass)))
      .toUpperCase();
    const known = words.get(word);
    if (known !== undefined) return known;
    const { open, rest, numbered } = decision;
    if (open !== null && !rest && numbered.length > 0) {
      c.reset(mark);
      checkForm(decision, c);
    }
    return open ?? -1;
  } finally {
    c.reset(mark);
  }
}

/** A known word in a form that it does not have: without its number, or with one that it has not. */
function checkForm(decision: Decision & { by: "word" }, c: Cursor): void {
  const line = textOf(c.text.slice(c.at)).toUpperCase();
  const word = (text: string): string => {
    const found = Array.from(text).findIndex((char) => !decision.wordClass[char.charCodeAt(0)]);
    return found === -1 ? text : text.slice(0, found);
  };
  const numbered = byWord(decision.numbered);
  const number = /^\d+ /.exec(line);
  if (number !== null) {
    if (byWord(decision.words).has(word(line.slice(number[0].length)))) {
      c.fail("a name that may stand behind a number");
    }
    return;
  }
  const first = word(line);
  if (numbered.has(first)) c.fail("a number");
  if (/^[A-Z]/.test(line) || line[first.length] !== " ") return;
  if (numbered.has(word(line.slice(first.length + 1)))) c.fail("a number");
}

const wordMaps = new WeakMap<readonly [string, number][], Map<string, number>>();

function byWord(words: readonly [string, number][]): Map<string, number> {
  let map = wordMaps.get(words);
  if (map === undefined) {
    wordMaps.set(words, map = new Map(words.map(([text, branch]) => [text.toUpperCase(), branch])));
  }
  return map;
}

/** A word in quotes, as it stands: none is written with backslashes (RFC 9051 `quoted` has them before quotes only). */
function quotedWord(c: Cursor, set: ByteSet): string {
  c.at++;
  const word = textOf(c.run(set));
  return c.next() === 0x22 ? word : "";
}

function textOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
}

function holds(test: { label: string; values: string[] }, parts: Parts): boolean {
  const value = parts.captures.get(test.label);
  return typeof value === "string" && test.values.some((one) => one.toUpperCase() === value.toUpperCase());
}

function copyCaptures(captures: Map<string, unknown>): Map<string, unknown> {
  return new Map([...captures].map(([label, value]) => [label, Array.isArray(value) ? [...value] : value]));
}

function restore(parts: Parts, saved: Parts): void {
  parts.captures.clear();
  for (const [label, value] of saved.captures) parts.captures.set(label, value);
  parts.values = saved.values;
  parts.isNull = saved.isNull;
  parts.branch = saved.branch;
}

function isList(type: Type | null): boolean {
  return type?.kind === "list";
}

function nullableElements(type: Type | null): boolean {
  const list = type?.kind === "nullable" || type?.kind === "optional" ? type.of : type;
  return list?.kind === "list" && list.of.kind === "nullable";
}
