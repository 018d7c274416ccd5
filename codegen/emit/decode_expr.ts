/** Writes the code that reads expressions: what every kind of rule is made of. */
import { members } from "../model/byte_set.ts";
import { hasCaptures, inside, valueTypes } from "../model/expr.ts";
import { END } from "../model/ir.ts";
import type { ByteSet, Constant, Expr, Rule } from "../model/ir.ts";
import { only } from "../model/lists.ts";
import { isBigint, printType } from "../model/type.ts";
import { consumesNothing } from "../model/words.ts";
import { byteCode } from "./class_table.ts";
import { ChoiceWriter } from "./decode_choice.ts";
import { functionName, guardPlaces, inlineValue, placeName } from "./decode_file.ts";
import { isSpace, negate } from "./lookahead.ts";
import type { Taken } from "./lookahead.ts";
import { localName } from "./names.ts";
import { constantOf } from "./outline.ts";
import { LocalScope } from "./scope.ts";
import type { Scope } from "./scope.ts";

const SP = 0x20;

/** What happens to a value. */
export type Target = { kind: "return" } | { kind: "assign" } | { kind: "push"; rule: Rule } | null;

/** What an expression is written for. */
export interface Context {
  scope: Scope;
  target: Target;
  /** Nothing comes after in this function. */
  tail: boolean;
  /** The function returns nothing, so that an option at its end may become an early return. */
  early: boolean;
  taken: Taken;
  /** Name of the variable with the reason, inside an open branch. */
  reason: boolean;
  /** What `=> null` does where it is not at the end. */
  nullFlag: boolean;
}

/** A context with what is usual. */
export function context(part: Partial<Context>): Context {
  return {
    scope: part.scope ?? new LocalScope(new Map(), []),
    target: part.target ?? null,
    tail: part.tail ?? true,
    early: part.early ?? false,
    reason: part.reason ?? false,
    nullFlag: part.nullFlag ?? false,
    taken: part.taken ?? {},
  };
}

/** Writes expressions of one rule. */
export class ExpressionWriter extends ChoiceWriter {
  /** Writes what reads an expression; captures go to the scope, values to the target. */
  protected emit(expr: Expr, context: Context): void {
    switch (expr.kind) {
      case "word":
        this.word(expr, context.taken);
        break;
      case "bytes":
        expr.bytes.forEach((byte, index) => {
          if (index === 0 && byte === SP && context.taken.space) return;
          this.line(
            byte === SP
              ? "r.sp();"
              : byte === 0x28
              ? "r.open();"
              : byte === 0x29
              ? "r.close();"
              : `r.byte(${byteCode(byte)});`,
          );
        });
        break;
      case "set":
        this.line(`r.oneOf(${this.file.classes.use(expr.set, expr.name)}, "${expr.name}");`);
        break;
      case "ref":
        this.ref(expr.rule, context);
        break;
      case "builtin":
        this.deliver(`r.${expr.name}()`, expr, context);
        break;
      case "seq":
        this.seq(expr.items, context);
        break;
      case "choice":
        this.innerChoice(expr, context);
        break;
      case "optional":
        this.optional(expr, context);
        break;
      case "repeat":
        this.repeat(expr, context);
        break;
      case "capture":
        this.capture(expr, context);
        break;
      case "extra":
        this.extra(expr, context);
        break;
      case "absent":
        this.absent(expr, context);
        break;
      case "peek":
      case "peekWord":
        break; // the decision in front of it has looked
    }
  }

  protected word(expr: Expr & { kind: "word" }, taken: Taken): void {
    const method = expr.quoted ? "quotedWord" : "word";
    if (taken.word !== undefined) this.line(`r.skip(${taken.word});`);
    else this.line(`r.${method}(${JSON.stringify(expr.text.toUpperCase())});`);
  }

  protected ref(name: string, context: Context): void {
    const rule = this.file.rules.get(name)!;
    if (rule.role !== "fragment") {
      this.deliver(this.call(rule, context.reason), { kind: "ref", rule: name }, context);
    } else if (this.isFunction(rule)) {
      const row = hasCaptures(this.file.rules, rule.expr) ? ", row" : "";
      const places = guardPlaces(this.file.rules, rule.expr).map((place) => `, ${place}`);
      this.line(`${functionName(this.file, rule)}(r${row}${places.join("")});`);
    } else {
      this.emit(rule.expr, { ...context, tail: false });
    }
  }

  protected call(rule: Rule, reason: boolean): string {
    return inlineValue(this.file, rule) ??
      `${functionName(this.file, rule)}(r${rule.recovers && reason ? ", error" : ""})`;
  }

  /** Hands a value to the target; without one it is read and dropped. */
  protected deliver(code: string, expr: Expr, context: Context): void {
    const { target } = context;
    if (target === null) {
      this.line(`${code};`);
      return;
    }
    if (target.kind === "return") return this.line(`return ${code};`);
    if (target.kind === "assign") return this.line(`value = ${code};`);
    const list = target.rule.type!.kind === "nullable" ? target.rule.type!.of : target.rule.type!;
    const element = list.kind === "list" ? list.of : list;
    const [type] = valueTypes(this.file.rules, expr);
    if (type?.kind === "list" && element.kind !== "list") {
      this.file.helpers.add("append");
      return this.line(`append(list ??= [], ${code});`);
    }
    if (type?.kind === "nullable" && element.kind !== "nullable") {
      this.out.block(() => {
        this.line(`const value = ${code};`);
        this.line(`if (value !== null) ${this.push("value")}`);
      });
      return;
    }
    this.line(this.push(code));
  }

  /** The statement that adds a value to the list. */
  protected push(code: string): string {
    this.file.helpers.add("added");
    return `list = added(list, ${code});`;
  }

  protected seq(items: Expr[], context: Context): void {
    const valued = context.target !== null && context.target.kind !== "push";
    const index = valued ? items.findIndex((item) => this.hasValue(item)) : -1;
    let taken = context.taken;
    items.forEach((item, at) => {
      const tail = context.tail && at === items.length - 1;
      const target = valued ? (at === index ? context.target : null) : context.target;
      const inner: Context = { ...context, taken, tail, target };
      // A value with something after it waits in a variable.
      if (at === index && context.target?.kind === "return" && !items.slice(at + 1).every(consumesNothing)) {
        const plain = this.plain(item, context.reason);
        if (plain !== null) {
          this.line(`const value = ${plain};`);
        } else {
          this.line(`let value: ${this.use(printType(this.rule.type!))};`);
          this.emit(item, { ...inner, target: { kind: "assign" } });
        }
      } else {
        this.emit(item, inner);
      }
      if (!consumesNothing(item)) taken = {};
    });
    const waits = index !== -1 && context.target?.kind === "return" &&
      !items.slice(index + 1).every(consumesNothing);
    if (waits) this.line("return value;");
  }

  /** A value rule's expression; one without any value yields null. */
  protected emitValue(expr: Expr, context: Context): void {
    this.emit(expr, context);
    if (!this.hasValue(expr)) this.line("return null;");
  }

  protected innerChoice(expr: Expr & { kind: "choice" }, context: Context): void {
    this.choose(expr, context.scope, (branch, _, taken) => {
      if (branch.quirk !== undefined) this.line(`r.quirk(${JSON.stringify(branch.quirk)});`);
      const single = expr.branches.length === 1;
      const inner: Context = { ...context, taken: single ? context.taken : taken, early: false };
      if (branch.constant === undefined) {
        this.emit(branch.expr, inner);
        const valued = context.target !== null && context.target.kind !== "push";
        if (valued && !this.hasValue(branch.expr)) this.deliverConstant(null, context);
        return context.target?.kind === "return";
      }
      this.emit(branch.expr, { ...inner, target: null });
      return this.deliverConstant(branch.constant.value, context);
    });
  }

  /** A branch's constant; says whether that leaves the function. */
  protected deliverConstant(value: Constant, context: Context): boolean {
    const { target } = context;
    const code = this.constantCode(value);
    if (target?.kind === "return") {
      this.line(`return ${code};`);
      return true;
    }
    if (target?.kind === "assign") {
      this.line(`value = ${code};`);
      return false;
    }
    const makesNull = value === null && (this.rule.role === "record" || this.rule.role === "list");
    if (makesNull) {
      if (context.nullFlag) this.line("isNull = true;");
      else this.line("return null;");
      return !context.nullFlag;
    }
    if (target?.kind === "push") this.line(this.push(code));
    return false;
  }

  /** A constant as code; in a rule of type bigint a number is one. */
  protected constantCode(value: Constant): string {
    return typeof value === "number" && isBigint(this.rule.type) ? `${value}n` : JSON.stringify(value);
  }

  protected optional(expr: Expr & { kind: "optional" }, context: Context): void {
    const { code, taken } = this.lookahead.take(expr.decision, expr.item);
    if (context.tail && context.early) {
      this.line(`if (${negate(code)}) return;`);
      this.emit(expr.item, { ...context, taken });
      return;
    }
    this.out.write(`if (${code})`).block(() => this.emit(expr.item, { ...context, taken, tail: false }));
  }

  protected extra(expr: Expr & { kind: "extra" | "absent" }, context: Context): void {
    const { code, taken } = this.lookahead.take(expr.decision, expr.item);
    const quirk = `r.quirk(${JSON.stringify(expr.quirk)});`;
    if (taken.space && isSpace(expr.item)) {
      this.line(`if (${code}) ${quirk}`);
      return;
    }
    this.out.write(`if (${code})`).block(() => {
      this.line(quirk);
      this.emit(expr.item, { ...context, taken, tail: false });
    });
  }

  protected absent(expr: Expr & { kind: "extra" | "absent" }, context: Context): void {
    const { code, taken } = this.lookahead.take(expr.decision, expr.item);
    const quirk = `r.quirk(${JSON.stringify(expr.quirk)});`;
    if (taken.space && isSpace(expr.item)) {
      this.line(`if (${negate(code)}) ${quirk}`);
      return;
    }
    this.out.write(`if (${code}) `).inlineBlock(() =>
      this.emit(expr.item, { ...context, taken, tail: false })
    );
    this.out.write(" else").block(() => this.line(quirk));
  }

  protected repeat(expr: Expr & { kind: "repeat" }, context: Context): void {
    const inner: Context = { ...context, tail: false, early: false };
    if (expr.max !== null && expr.max === expr.min) {
      this.out.write(`for (let n = 0; n < ${expr.min}; n++)`).block(() => this.emit(expr.item, inner));
      return;
    }
    if (expr.max !== null || expr.min > 1) {
      throw new Error(`${this.rule.name}: only *x, 1*x and nx are written`);
    }
    if (expr.min === 1) {
      const { code } = this.lookahead.take(expr.decision, expr.item, false);
      this.out.write("do ").inlineBlock(() => this.emit(expr.item, { ...inner, taken: {} }));
      this.out.write(` while (${code});`).newLine();
      return;
    }
    const { code, taken } = this.lookahead.take(expr.decision, expr.item);
    if (taken.space && isSpace(expr.item)) {
      this.line(`while (${code});`);
      return;
    }
    this.out.write(`while (${code})`).block(() => this.emit(expr.item, { ...inner, taken }));
  }

  protected capture(expr: Expr & { kind: "capture" }, context: Context): void {
    const { scope } = context;
    const inner: Context = { ...context, target: null, tail: false };
    const constant = constantOf(expr.item);
    if (constant !== undefined) {
      this.emit(constant.expr, inner);
      if (!scope.isLiteral(expr.label)) {
        this.line(scope.capture(expr.label, JSON.stringify(constant.value)));
      }
      return;
    }
    const code = this.plain(expr.item, context.reason);
    if (code === null) throw new Error(`${this.rule.name}: the capture ${expr.label} was not cut out`);
    if (expr.like !== undefined) {
      const model = localName(expr.like);
      this.file.helpers.add("copied");
      const again = `r.again(${model}Start, ${model}End)`;
      this.line(scope.capture(expr.label, `${again} ? copied(${scope.read(expr.like)}) : ${code}`));
      return;
    }
    const isPlace = guardPlaces(this.file.rules, this.rule.expr).includes(placeName(expr.label));
    const isModel = inside(this.rule.expr).some((one) => one.kind === "capture" && one.like === expr.label);
    if (isModel || isPlace) this.line(`const ${placeName(expr.label)} = r.pos;`);
    this.line(scope.capture(expr.label, code));
    if (isModel) this.line(`const ${localName(expr.label)}End = r.pos;`);
  }

  /** The code of a value that is one call. */
  protected plain(expr: Expr, reason: boolean): string | null {
    if (expr.kind === "builtin") return `r.${expr.name}()`;
    if (expr.kind !== "ref") return null;
    const rule = this.file.rules.get(expr.rule)!;
    return rule.role === "fragment" ? null : this.call(rule, reason);
  }

  /** Checks that a known branch of an open choice ended where it should, before its captures count. */
  protected follow(set: ByteSet | undefined): void {
    if (set === undefined) return;
    const bytes = members(set);
    const byte = only(bytes);
    if (byte !== undefined) {
      this.line(byte === END ? "r.atEnd();" : `r.before(${byteCode(byte)});`);
      return;
    }
    const { name } = this.rule;
    this.line(`r.beforeAny(${this.file.classes.use(set, `${name}-end`)});`);
  }

  protected hasValue(expr: Expr): boolean {
    return valueTypes(this.file.rules, expr).length > 0;
  }
}
