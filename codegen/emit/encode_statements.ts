/** Statements that write an expression of a rule from a value, an object or a list. */
import type { CodeBlockWriter } from "ts-morph";
import { builtins } from "../builtins/all.ts";
import type { Branch, BuiltinName, ByteSet, Expr, Field, Rule, Type } from "../model/ir.ts";
import { constantWords, listingAt, withoutLook } from "./canonical.ts";
import type { Shapes } from "./canonical.ts";
import { Conditions } from "./encode_conditions.ts";
import type { Direction, Source } from "./encode_conditions.ts";
import { flush, text } from "./constant_text.ts";
import { Lists } from "./encode_lists.ts";
import type { ListHost } from "./encode_lists.ts";
import { constantName } from "./names.ts";

/** Writes the bodies of a file's functions. */
export class Statements implements ListHost {
  readonly shapes: Shapes;
  readonly direction: Direction;
  readonly conditions: Conditions;
  /** Byte classes that the file must declare. */
  readonly sets: Map<string, ByteSet> = new Map();
  /** Helpers that the file must import. */
  readonly helpers: Set<string> = new Set();
  /** Conditions of the statements around: what has been asked need not be asked again. */
  readonly known: string[] = [];
  /** The rule being written, for messages. */
  #current = "";
  readonly #lists: Lists;
  /** Name of the function that writes a rule. */
  readonly #call: (rule: string) => string;

  constructor(shapes: Shapes, direction: Direction, call: (rule: string) => string) {
    this.shapes = shapes;
    this.direction = direction;
    this.conditions = new Conditions(shapes, direction);
    this.#lists = new Lists(this);
    this.#call = call;
  }

  get current(): string {
    return this.#current;
  }

  set current(rule: string) {
    this.#current = rule;
    this.conditions.current = rule;
  }

  write(expr: Expr, source: Source, out: CodeBlockWriter): void {
    switch (expr.kind) {
      case "word":
        text(out, expr.text);
        break;
      case "bytes":
        text(out, String.fromCharCode(...expr.bytes));
        break;
      case "seq":
        this.sequence(expr.items, source, out);
        break;
      case "ref":
        this.#reference(expr, source, out);
        break;
      case "builtin":
        this.#statement(out, `w.${writerOf(expr.name)}(${valueOf(source)});`);
        break;
      case "capture":
        this.#capture(expr, source, out);
        break;
      case "optional":
        this.#optional(expr.item, source, out);
        break;
      case "repeat":
        this.sequence([expr], source, out);
        break;
      case "choice":
        this.#choice(expr, source, out);
        break;
      case "peek":
      case "peekWord":
        break;
      default:
        throw new Error(`an encoder cannot write ${expr.kind}`);
    }
  }

  #statement(out: CodeBlockWriter, code: string): void {
    flush(out);
    out.writeLine(code);
  }

  refuse(what: string, value: string, out: CodeBlockWriter): void {
    this.helpers.add("refuse");
    this.#statement(out, `refuse(${JSON.stringify(what)}, ${value});`);
  }

  /** Writes a value that is one of some words. */
  word(value: string, words: readonly string[], out: CodeBlockWriter): void {
    this.helpers.add("wordOf");
    this.#statement(
      out,
      `w.text(wordOf(${value}, [${words.map((word) => JSON.stringify(word)).join(", ")}]));`,
    );
  }

  sequence(items: readonly Expr[], source: Source, out: CodeBlockWriter): void {
    for (let at = 0; at < items.length;) {
      const found = this.#repeats(items[at]!, source) ? listingAt(items, at) : null;
      if (found === null) {
        this.write(items[at]!, source, out);
        at++;
      } else {
        this.#lists.listing(found.listing, source, out);
        at += found.length;
      }
    }
  }

  /** Whether an item can be one of a list: it holds what is taken from the source. */
  #repeats(item: Expr, source: Source): boolean {
    const inner = item.kind === "repeat" ? item.item : item;
    return source.kind === "record" ? this.shapes.captures(inner).length > 0 : this.shapes.yields(inner);
  }

  #reference(expr: Expr & { kind: "ref" }, source: Source, out: CodeBlockWriter): void {
    const rule = this.shapes.rule(expr.rule);
    const fragment = this.shapes.fragment(expr);
    if (fragment !== undefined) {
      this.write(fragment, source, out);
      return;
    }
    if (source.kind === "list") {
      const whole = rule.role === "list";
      this.#value(rule, whole ? source.list : this.#only(source, rule.type), out);
      return;
    }
    if (source.kind === "record") {
      throw new Error(`nothing captures ${expr.rule}, so nobody knows what to write`);
    }
    this.#value(rule, source.value, out);
  }

  /** The one element of a list; where the grammar says NIL for none, null. */
  #only(source: Source & { kind: "list" }, type: Type | null): string {
    return type?.kind === "nullable" && !source.nullable ? `${source.list}[0] ?? null` : `${source.list}[0]!`;
  }

  /** A value of a rule: directly where that is one call, else through the rule's own function. */
  #value(rule: Rule, value: string, out: CodeBlockWriter): void {
    const expr = this.shapes.expr(rule);
    if (rule.role === "token") {
      const { set, setName, min, max } = rule.token!;
      const type = rule.type?.kind === "scalar" ? rule.type.name : "string";
      if (type === "number") {
        this.#statement(out, max === 0xffffffff ? `w.number(${value});` : `w.number(${value}, ${max});`);
      } else if (type === "bigint") {
        this.#statement(out, `w.bigint(${value});`);
      } else {
        const name = constantName(setName);
        this.sets.set(name, set);
        this.#statement(out, `w.token(${value}, ${name}, ${JSON.stringify(rule.name)}, ${min});`);
      }
    } else if (rule.role === "value" && this.conditions.onlyConstant(expr) !== null) {
      this.write(expr, { kind: "value", value }, out);
    } else if (rule.role === "value" && expr.kind === "builtin" && !rule.secret) {
      this.#statement(out, `w.${writerOf(expr.name)}(${value});`);
    } else if (rule.role === "value" && expr.kind === "ref" && !rule.secret && !rule.guarded) {
      this.#value(this.shapes.rule(expr.rule), value, out);
    } else {
      this.#statement(out, `${this.#call(rule.name)}(w, ${value});`);
    }
  }

  #capture(expr: Expr & { kind: "capture" }, source: Source, out: CodeBlockWriter): void {
    if (source.kind !== "record") throw new Error(`${expr.label} is captured where a value is written`);
    const element = source.elements.get(expr.label);
    const value = element ?? this.#field(expr.label, source);
    if (expr.secret) this.#statement(out, "w.beginSecret();");
    if (!expr.append && expr.type.kind === "list" && expr.item.kind !== "ref") {
      this.write(expr.item, { kind: "list", list: value, nullable: false }, out);
    } else {
      this.write(expr.item, { kind: "value", value }, out);
    }
    if (expr.secret) this.#statement(out, "w.endSecret();");
  }

  /** A field that may be undefined is needed where no condition around has asked for it. */
  #field(label: string, source: Source & { kind: "record" }): string {
    const field = `${source.object}.${label}`;
    if (!source.maybe.has(label)) return field;
    if (this.known.some((one) => one.split(" && ").includes(`${field} !== undefined`))) return field;
    this.helpers.add("need");
    return `need(${JSON.stringify(label)}, ${field})`;
  }

  #optional(item: Expr, source: Source, out: CodeBlockWriter): void {
    const items = item.kind === "seq" ? item.items : [item];
    const found = this.#repeats(items[0]!, source) ? listingAt(items, 0) : null;
    if (found?.length === items.length && source.kind !== "value") {
      // A list of nothing writes nothing: no need to ask before.
      this.#lists.listing({ ...found.listing, min: 0 }, source, out);
      return;
    }
    this.when(this.conditions.present(item, source), out, () => this.write(item, source, out));
  }

  /** Statements under a condition, unless one around has asked the same. */
  when(condition: string, out: CodeBlockWriter, statements: () => void): void {
    if (condition === "true" || this.known.includes(condition)) {
      statements();
      return;
    }
    flush(out);
    out.write(`if (${condition}) `).block(() => this.under(condition, out, statements));
  }

  under(condition: string | null, out: CodeBlockWriter, statements: () => void): void {
    if (condition !== null) this.known.push(condition);
    statements();
    flush(out);
    if (condition !== null) this.known.pop();
  }

  #choice(expr: Expr & { kind: "choice" }, source: Source, out: CodeBlockWriter): void {
    const words = constantWords(expr.branches);
    if (source.kind === "value" && words !== null && words.length > 1) {
      this.word(source.value, words, out);
      return;
    }
    if (expr.branches.length === 1) {
      this.write(expr.branches[0]!.expr, source, out);
      return;
    }
    const value = source.kind === "record"
      ? source.object
      : source.kind === "list"
      ? source.list
      : source.value;
    if (source.kind === "value" && this.#switch(expr.branches, source, out)) return;
    if (source.kind === "record" && this.#damaged(expr, source, out)) return;
    const tests = expr.branches.map((branch) => ({
      branch,
      test: this.conditions.test(branch, source, expr.branches),
    }));
    const always = tests.filter(({ test }) => test === null);
    // An alternative that can hold any list is taken where it stands: what follows it is for reading only.
    const tried = source.kind === "list" && always.length > 0
      ? tests.slice(0, tests.indexOf(always[0]!))
      : tests.filter(({ test }) => test !== null);
    const chosen = [...tried, ...always.slice(0, 1)];
    if (chosen.length === 1 && always.length > 0) {
      this.write(withoutLook(always[0]!.branch.expr), source, out);
      return;
    }
    flush(out);
    chosen.forEach(({ branch, test }, index) => {
      if (test === null && writesNothing(branch.expr)) return;
      if (index > 0) out.write(" else ");
      if (test !== null) out.write(`if (${test}) `);
      out.inlineBlock(() => this.under(test, out, () => this.write(withoutLook(branch.expr), source, out)));
    });
    if (always.length === 0) out.write(" else ").inlineBlock(() => this.refuse(this.current, value, out));
    out.newLine();
  }

  /** One value that may be damaged (`uids:sequence-set / !!! uids:readable-set other+:piece`): then as it was read. */
  #damaged(
    expr: Expr & { kind: "choice" },
    source: Source & { kind: "record" },
    out: CodeBlockWriter,
  ): boolean {
    const [known, damage] = expr.branches;
    if (expr.branches.length !== 2 || !damage!.damage) return false;
    const kept = this.shapes.captures(damage!.expr).find(({ append }) => append);
    if (kept === undefined) return false;
    const field = `${source.object}.${kept.label}`;
    flush(out);
    const own = this.conditions.ownElement(kept, "one");
    const first = own === null ? `${field}[0]!` : `${field}.find((one) => ${own})!`;
    out.write(`if (${this.conditions.has(kept, source)}) `).inlineBlock(() => {
      const elements = new Map([...source.elements, [kept.label, first]]);
      this.under(null, out, () => this.write(kept, { ...source, elements }, out));
    }).write(" else ").block(() => this.under(null, out, () => this.write(known!.expr, source, out)));
    return true;
  }

  /** Records that a field tells apart, when there are more than two of them. */
  #switch(branches: readonly Branch[], source: Source & { kind: "value" }, out: CodeBlockWriter): boolean {
    const cases = branches.map((branch) => ({
      branch,
      discriminant: this.shapes.discriminant(branch.expr),
    }));
    const label = cases[0]!.discriminant?.label;
    if (cases.length < 3 || label === undefined || cases.some((one) => one.discriminant?.label !== label)) {
      return false;
    }
    // What has many names is told by having none of the others; its own switch refuses what nobody knows.
    const rest = cases.find(({ discriminant }) => discriminant!.values.length > 10);
    flush(out);
    out.write(`switch (${source.value}.${label}) `).block(() => {
      for (const { branch, discriminant } of cases.filter((one) => one !== rest)) {
        for (const value of discriminant!.values) out.writeLine(`case ${JSON.stringify(value)}:`);
        out.indent(() => {
          this.under(null, out, () => this.write(withoutLook(branch.expr), source, out));
          out.writeLine("break;");
        });
      }
      out.writeLine("default:").indent(() => {
        if (rest === undefined) this.refuse(this.current, source.value, out);
        else this.under(null, out, () => this.write(withoutLook(rest.branch.expr), source, out));
      });
    });
    return true;
  }
}

/** The writer's method for a primitive. */
function writerOf(name: BuiltinName): string {
  return builtins[name].writtenAs ?? name;
}

/** An object as the source of what is captured. */
export function fieldsOf(object: string, fields: readonly Field[]): Source & { kind: "record" } {
  const maybe = new Set(fields.filter(({ type }) => type.kind === "optional").map(({ label }) => label));
  return { kind: "record", object, maybe, elements: new Map() };
}

function valueOf(source: Source): string {
  if (source.kind === "value") return source.value;
  if (source.kind === "list") return `${source.list}[0]${source.nullable ? "!" : " ?? null"}`;
  throw new Error("nothing captures a primitive, so nobody knows what to write");
}

function writesNothing(expr: Expr): boolean {
  return expr.kind === "seq" && expr.items.length === 0;
}
