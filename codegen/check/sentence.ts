/**
 * Makes random sentences of a grammar by walking the intermediate representation, and says what a decoder must
 * give for each: the value, and the deviations that were put in. Used by tests only.
 */
import { Cursor, Mismatch } from "./cursor.ts";
import { inside } from "../model/expr.ts";
import { decide } from "./decide.ts";
import { ruleOf } from "./interpret.ts";
import { addElements, applyConstant, assemble, capture, captured, newParts, tokenValue } from "./parts.ts";
import type { Parts } from "./parts.ts";
import type { Branch, Decision, Expr, Grammar, Rule } from "../model/ir.ts";
import type { Random } from "./random.ts";
import { Output, type SentenceOptions } from "./sentence_output.ts";
import { builtins } from "../builtins/all.ts";
import { makeText } from "../builtins/samples.ts";

/** A sentence and what it means. */
export interface Sentence {
  text: Uint8Array;
  literals: Uint8Array[];
  value: unknown;
  quirks: string[];
  /** Elements that no alternative but the one for damage reads. */
  damaged: boolean;
}

/** Values that a guard asks for, by the label it looks at: half of the captured strings are one of them. */
export type Preferences = Map<string, { value: string; deviation: boolean }[]>;

const likelyQuirk = 0.08;
const attempts = 60;
const likelySize = 150;

/** Makes sentences of one grammar. */
export class Sentences {
  readonly grammar: Grammar;
  readonly #preferences: Preferences;
  /** Fewest rules that must be entered below each rule, so that sentences end. */
  readonly #heights: Map<string, number>;

  constructor(grammar: Grammar) {
    this.grammar = grammar;
    this.#preferences = preferences(grammar);
    this.#heights = heights(grammar);
  }

  /**
   * Makes one sentence.
   *
   * @param rule the rule it is a sentence of
   * @param random where choices come from
   * @param options what may be in it
   * @returns the sentence
   */
  make(rule: string, random: Random, options: SentenceOptions): Sentence {
    for (let attempt = 0; attempt < attempts; attempt++) {
      const maker = new Maker(this.grammar, this.#preferences, this.#heights, random, options);
      const out = new Output();
      const value = maker.rule(ruleOf(this.grammar, rule), out, options.depth ?? 14);
      if (!clear(out)) continue;
      const { bytes, literals, quirks, damaged } = out;
      return { text: Uint8Array.from(bytes), literals, value, quirks: [...quirks], damaged };
    }
    throw new Error(`${rule}: no sentence says what it was meant to say`);
  }
}

/**
 * Whether everything that was left out is seen to be left out. Repetition is greedy and a deviation may look like what
 * follows it: `( )` has a space after the opening parenthesis as well as before the closing one.
 */
function clear(out: Output): boolean {
  const cursor = cursorOver(out);
  return out.omissions.every(({ at, decision }) => {
    cursor.at = at;
    return decide(decision, [], cursor, newParts()) !== 0;
  });
}

/** Which alternative a decoder takes this for; -2 where it refuses it. */
function seenAs(expr: Expr & { kind: "choice" }, made: Output, parts: Parts): number {
  try {
    return decide(expr.decision, expr.branches, cursorOver(made), parts);
  } catch (error) {
    if (error instanceof Mismatch) return -2;
    throw error;
  }
}

class Maker {
  /** Rules that may still be entered freely; below zero everything takes the shortest way to its end. */
  #left = likelySize;
  /** What the capture at hand should be, if it is a string. */
  #wanted: string[] | undefined;
  /** What was last captured with each label, for what is like it. */
  readonly #made = new Map<string, { captures: Parts["captures"]; out: Output; value: unknown }>();
  /** The next record that says why it is damaged is. */
  #damaged = false;

  readonly grammar: Grammar;
  readonly preferences: Preferences;
  readonly heights: Map<string, number>;
  readonly random: Random;
  readonly options: SentenceOptions;

  constructor(
    grammar: Grammar,
    preferences: Preferences,
    heights: Map<string, number>,
    random: Random,
    options: SentenceOptions,
  ) {
    this.grammar = grammar;
    this.preferences = preferences;
    this.heights = heights;
    this.random = random;
    this.options = options;
  }

  rule(rule: Rule, out: Output, depth: number): unknown {
    if (rule.role === "token") return this.#token(rule, out);
    if (--this.#left < 0) depth = 0;
    const parts = newParts(rule);
    if (rule.recovers && rule.role === "record" && this.#damaged) {
      this.#damaged = false;
      parts.error = "damaged";
    }
    if (rule.role === "union") {
      this.#choice(rule.expr as Expr & { kind: "choice" }, parts, out, depth - 1, true);
    } else this.#make(rule.expr, parts, out, depth - 1);
    return assemble(rule, parts);
  }

  #token(rule: Rule, out: Output): unknown {
    const { set, min, max, nonZero } = rule.token!;
    const type = rule.type?.kind === "scalar" ? rule.type.name : "string";
    if (type === "number" || type === "bigint") {
      const decimal = type === "number" && this.options.quirks && this.random.chance(0.01);
      const made = decimal ? this.random.pick(["9.3e+06", "12.5", "2E3"]) : this.#digits(
        type === "bigint" ? 0x7fff_ffff_ffff_ffffn : BigInt(max ?? Number.MAX_SAFE_INTEGER),
      );
      const text = Number(made) === 0 && nonZero && !this.options.quirks ? "1" : made;
      if (decimal) out.quirks.add("decimal-count");
      if (Number(text) === 0 && nonZero) out.quirks.add("zero-number");
      out.text(text);
      return tokenValue(rule, text);
    }
    const made = makeText(this.random, set, min, this.#wanted);
    const bytes = this.options.quirks || !highWithoutUtf8(made)
      ? made
      : made.map((byte) => byte & 0x7f).map((byte) => set[byte] ? byte : 0x78);
    this.#wanted = undefined;
    out.add(bytes);
    out.omit({ by: "byte", sets: [set] });
    if (highWithoutUtf8(bytes)) out.quirks.add("eight-bit");
    return tokenValue(rule, latin1OrUtf8(bytes));
  }

  #digits(max: bigint): string {
    const r = this.random;
    if (r.chance(0.05)) return String(max);
    if (r.chance(0.1)) return "0";
    let text = "";
    for (let n = 1 + r.below(r.chance(0.2) ? String(max).length : 3); n > 0; n--) text += String(r.below(10));
    return BigInt(text) > max ? String(max) : text;
  }

  #make(expr: Expr, parts: Parts, out: Output, depth: number): void {
    const r = this.random;
    switch (expr.kind) {
      case "word": {
        const text = anyCase(r, expr.text);
        out.text(expr.quoted && r.chance(0.3) ? `"${text}"` : text);
        break;
      }
      case "bytes":
        out.add(expr.bytes);
        break;
      case "set":
        out.add(makeText(r, expr.set, 1, undefined).slice(0, 1));
        break;
      case "ref":
        this.#ref(ruleOf(this.grammar, expr.rule), parts, out, depth);
        break;
      case "builtin":
        {
          const { sample } = builtins[expr.name];
          if (sample === undefined) throw new Error(`${expr.name} is for damage that no sentence has`);
          parts.values.push(sample({ out, random: r, options: this.options, wanted: this.#wanted }));
        }
        this.#wanted = undefined;
        break;
      case "seq":
        for (const item of expr.items) this.#make(item, parts, out, depth);
        break;
      case "choice":
        this.#choice(expr, parts, out, depth, false);
        break;
      case "optional":
        if (!r.chance(depth > 0 ? 0.5 : 0.05) || !this.#seen(expr.item, expr.decision, parts, out, depth)) {
          out.omit(expr.decision);
        }
        break;
      case "repeat": {
        const more = depth > 0 ? r.below(r.chance(0.1) ? 12 : 4) : 0;
        const count = Math.min(expr.min + more, expr.max ?? Infinity);
        const elements: unknown[] = [];
        for (let i = 0; i < count; i++) {
          const inner: Parts = { ...parts, values: [] };
          if (i < expr.min) this.#make(expr.item, inner, out, depth);
          else this.#seen(expr.item, expr.decision, inner, out, depth);
          elements.push(...inner.values);
        }
        addElements(parts, elements);
        if (count !== expr.max) out.omit(expr.decision);
        break;
      }
      case "capture": {
        const inner: Parts = { ...newParts(), captures: parts.captures };
        const wanted = this.preferences.get(expr.label)?.filter((one) =>
          this.options.quirks || !one.deviation
        ).map((one) => one.value);
        this.#wanted = wanted !== undefined && r.chance(0.5) ? wanted : undefined;
        const model = expr.like !== undefined && r.chance(0.5) ? this.#made.get(expr.like) : undefined;
        if (model?.captures === parts.captures) {
          out.append(model.out);
          inner.values.push(model.value);
        } else {
          const made = new Output();
          this.#make(expr.item, inner, made, depth);
          out.append(made);
          this.#made.set(expr.label, { captures: parts.captures, out: made, value: inner.values[0] });
        }
        this.#wanted = undefined;
        capture(parts, expr, captured(expr, inner));
        break;
      }
      case "extra":
        if (
          this.options.quirks && r.chance(likelyQuirk) &&
          this.#seen(expr.item, expr.decision, parts, out, depth)
        ) {
          out.quirks.add(expr.quirk);
        } else out.omit(expr.decision);
        break;
      case "absent":
        if (this.options.quirks && r.chance(likelyQuirk)) {
          out.quirks.add(expr.quirk);
          out.omit(expr.decision);
        } else this.#make(expr.item, parts, out, depth);
        break;
      case "peek":
      case "peekWord":
        break;
    }
  }

  #ref(rule: Rule, parts: Parts, out: Output, depth: number): void {
    if (rule.role !== "fragment") {
      parts.values.push(this.rule(rule, out, depth));
      return;
    }
    this.#make(rule.expr, { ...newParts(), captures: parts.captures }, out, depth - 1);
  }

  /** Makes something that the decision in front of it sees; what it would not see is made anew, or left out. */
  #seen(item: Expr, decision: Decision, parts: Parts, out: Output, depth: number): boolean {
    for (let attempt = 0; attempt < attempts; attempt++) {
      const tried = copy(parts);
      const made = new Output();
      this.#make(item, tried, made, depth);
      if (made.bytes.length > 0 && decide(decision, [], cursorOver(made), tried) !== 0) continue;
      take(parts, tried);
      out.append(made);
      return true;
    }
    return false;
  }

  #choice(expr: Expr & { kind: "choice" }, parts: Parts, out: Output, depth: number, union: boolean): void {
    for (let attempt = 0; attempt < attempts; attempt++) {
      const index = this.#pick(expr, parts, depth - attempt);
      const branch = expr.branches[index]!;
      const tried = copy(parts);
      const made = new Output();
      if (branch.quirk !== undefined) made.quirks.add(branch.quirk);
      if (union) tried.branch = index;
      this.#damaged = branch.damage;
      this.#make(branch.expr, tried, made, depth);
      this.#damaged = false;
      if (branch.damage) {
        if (!isDamage(branch.expr, made, expr.branches.filter((one) => one.open || one.damage).length)) {
          continue;
        }
        made.damaged = true;
        take(parts, tried);
        out.append(made);
        return;
      }
      applyConstant(tried, branch);
      if (made.bytes.length > 0 && expr.decision.by !== "value") {
        const seen = seenAs(expr, made, tried);
        if (seen !== index && !(seen === -1 && branch.open)) continue;
      }
      take(parts, tried);
      out.append(made);
      return;
    }
    throw new Error("no alternative could be made: what it makes is never what its decision sees");
  }

  #pick(expr: Expr & { kind: "choice" }, parts: Parts, depth: number): number {
    if (expr.decision.by === "value") return decide(expr.decision, expr.branches, nowhere, parts);
    let allowed = expr.branches.map((_, index) => index).filter((index) =>
      this.#allowed(expr.branches[index]!)
    );
    if (depth <= 0) {
      const lowest = Math.min(...allowed.map((index) => this.#height(expr.branches[index]!.expr)));
      allowed = allowed.filter((index) => this.#height(expr.branches[index]!.expr) === lowest);
    }
    return this.random.pick(allowed);
  }

  #allowed(branch: Branch): boolean {
    if (branch.damage) {
      return this.options.quirks && this.random.chance(likelyQuirk) && canBeMade(branch.expr, this.grammar);
    }
    return branch.quirk === undefined || (this.options.quirks && this.random.chance(3 * likelyQuirk));
  }

  #height(expr: Expr): number {
    return height(expr, this.heights);
  }
}

/** Whether what was made for damage is certainly that: it begins with what begins no element. */
function isDamage(expr: Expr, made: Output, ways: number): boolean {
  const [head] = expr.kind === "seq" ? expr.items : [];
  if (head?.kind === "peek" && !head.set[made.bytes[0]!]) return false;
  const start = String.fromCharCode(...made.bytes.slice(0, 2));
  // Before what is left, a name with any value is tried: no name begins with a parenthesis.
  return start === "(?" || (start === "?(" && ways === 1);
}

/** What is left of a line, and sets, are damaged in tests of their own. */
function canBeMade(expr: Expr, grammar: Grammar): boolean {
  if (expr.kind === "builtin") return builtins[expr.name].sample !== undefined;
  if (expr.kind === "ref") return canBeMade(ruleOf(grammar, expr.rule).expr, grammar);
  return inside(expr).every((inner) => canBeMade(inner, grammar));
}

const nowhere = new Cursor({ text: new Uint8Array(), literals: [] }, { utf8: false, strict: false });

function cursorOver(made: Output): Cursor {
  const frame = { text: Uint8Array.from(made.bytes), literals: made.literals };
  return new Cursor(frame, { utf8: false, strict: false });
}

function copy(parts: Parts): Parts {
  const captures = new Map([...parts.captures].map(([k, v]) => [k, Array.isArray(v) ? [...v] : v]));
  return { ...parts, captures, values: [...parts.values] };
}

function take(parts: Parts, tried: Parts): void {
  for (const [label, value] of tried.captures) parts.captures.set(label, value);
  parts.values = tried.values;
  parts.isNull = tried.isNull;
  parts.branch = tried.branch;
}

/** A word in random case. */
function anyCase(random: Random, text: string): string {
  if (random.chance(0.5)) return text;
  return Array.from(text, (char) => random.chance(0.5) ? char.toLowerCase() : char.toUpperCase()).join("");
}

function latin1OrUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  }
}

function highWithoutUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return false;
  } catch {
    return true;
  }
}

function preferences(grammar: Grammar): Preferences {
  const wanted: Preferences = new Map();
  const visit = (expr: Expr): void => {
    if (expr.kind === "choice") {
      for (const branch of expr.branches) {
        for (const { label, values } of branch.guard ?? []) {
          const more = values.map((value) => ({ value, deviation: branch.quirk !== undefined }));
          wanted.set(label, [...(wanted.get(label) ?? []), ...more]);
        }
      }
    }
    for (const inner of inside(expr)) visit(inner);
  };
  for (const rule of grammar.rules.values()) visit(rule.expr);
  return wanted;
}

/** Least number of rules below an expression, given that of every rule. */
function height(expr: Expr, known: Map<string, number>): number {
  switch (expr.kind) {
    case "ref":
      return 1 + (known.get(expr.rule) ?? 1000);
    case "choice":
      return Math.min(
        ...expr.branches.map((b) => b.quirk === undefined && !b.damage ? height(b.expr, known) : 1000),
      );
    case "optional":
    case "extra":
      return 0;
    case "repeat":
      return expr.min === 0 ? 0 : height(expr.item, known);
    default:
      return Math.max(0, ...inside(expr).map((inner) => height(inner, known)));
  }
}

function heights(grammar: Grammar): Map<string, number> {
  const known = new Map<string, number>();
  for (let changed = true; changed;) {
    changed = false;
    for (const [name, rule] of grammar.rules) {
      const value = height(rule.expr, known);
      if (value < (known.get(name) ?? 1000)) {
        known.set(name, value);
        changed = true;
      }
    }
  }
  return known;
}
