/** Writes the code that reads expressions: what every kind of rule is made of. */
import type { CodeBlockWriter } from "ts-morph";
import { members } from "../model/byte_set.ts";
import { hasCaptures, inside, valueTypes } from "../model/expr.ts";
import { END } from "../model/ir.ts";
import type { Branch, ByteSet, Constant, Decision, Expr, Rule } from "../model/ir.ts";

import { isBigint, printType } from "../model/type.ts";
import { consumesNothing } from "../model/words.ts";
import { byteCode } from "./class_table.ts";
import { functionName, inlineValue, isFunction, newWriter, noteTypes } from "./decode_file.ts";
import type { FileContext } from "./decode_file.ts";
import { isSpace, Lookahead, negate } from "./lookahead.ts";
import type { Taken } from "./lookahead.ts";
import { localName } from "./names.ts";
import { isConstant } from "./outline.ts";

import type { Scope } from "./scope.ts";

const SP = 0x20;

/** What happens to a value. */
export type Target = { kind: "return" } | { kind: "assign" } | { kind: "push"; rule: Rule } | null;

/** What an expression is written for. */
export interface Context {
  scope: Scope;
  target: Target;
  /** Nothing comes behind in this function. */
  tail: boolean;
  /** The function returns nothing, so that an option at its end may become an early return. */
  early: boolean;
  taken: Taken;
  /** Name of the variable with the reason, inside an open branch. */
  reason: boolean;
  /** What `=> null` does where it is not at the end. */
  nullFlag: boolean;
}

/** Writes one branch of a choice; says whether its code leaves the function. */
export type WriteBranch = (branch: Branch, index: number, taken: Taken) => boolean;

/** Writes expressions of one rule. */
export class ExpressionWriter {
  protected readonly file: FileContext;
  protected readonly rule: Rule;
  protected readonly isFunction: (rule: Rule) => boolean;
  protected readonly lookahead: Lookahead;
  protected out: CodeBlockWriter = newWriter();

  constructor(file: FileContext, rule: Rule) {
    this.file = file;
    this.rule = rule;
    this.isFunction = isFunction(file.rules);
    this.lookahead = new Lookahead(file, rule);
  }

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
      this.line(`${functionName(this.file, rule)}(r${row});`);
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
      // A value with something behind it waits in a variable.
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
    if (isConstant(expr.item)) {
      const [branch] = expr.item.branches;
      this.emit(branch.expr, inner);
      if (!scope.isLiteral(expr.label)) {
        this.line(scope.capture(expr.label, JSON.stringify(branch.constant!.value)));
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
    const isModel = inside(this.rule.expr).some((one) => one.kind === "capture" && one.like === expr.label);
    if (isModel) this.line(`const ${localName(expr.label)}Start = r.pos;`);
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

  /** Writes the decision and the branches; `openFollows`: without a match the code behind goes on. */
  protected choose(
    expr: Expr & { kind: "choice" },
    scope: Scope,
    write: WriteBranch,
    openFollows = false,
  ): void {
    const { branches, decision } = expr;
    if (decision.by === "none" || branches.length === 1 && !openFollows) {
      write(branches[0], 0, {});
      return;
    }
    if (decision.by === "word") {
      this.chooseByWord(decision, branches, write, openFollows);
      return;
    }
    if (decision.by === "byte" && branches.length > 2 && this.switchable(decision.sets, branches.length)) {
      this.chooseBySwitch(decision.sets, branches, write, openFollows);
      return;
    }
    branches.forEach((branch, index) => {
      // What no test lets through fails in the last branch, except where only a guard would have stopped it.
      const always = decision.by === "value"
        ? branch.guard === undefined || branch.guard.length === 0
        : index === branches.length - 1 && !openFollows;
      if (isEmptyBranch(branch) && always) return;
      if (index > 0) this.out.write(" else ");
      if (!always) this.out.write(`if (${this.lookahead.condition(decision, index, branch, scope)}) `);
      this.out.inlineBlock(() => void write(branch, index, {}));
    });
    const guarded = decision.by === "value" && branches.every((branch) => (branch.guard ?? []).length > 0);
    if (guarded) this.out.write(" else ").inlineBlock(() => this.line(`r.fail("${this.rule.name}");`));
    this.out.newLineIfLastNot();
  }

  protected switchable(sets: ByteSet[], count: number): boolean {
    return sets.slice(0, count - 1).every((set) => members(set).length <= 2);
  }

  protected chooseBySwitch(
    sets: ByteSet[],
    branches: Branch[],
    write: WriteBranch,
    openFollows: boolean,
  ): void {
    this.out.write("switch (r.peek())").block(() => {
      branches.forEach((branch, index) => {
        const heads = index === branches.length - 1 && !openFollows
          ? ["default:"]
          : members(sets[index]).map((byte) => `case ${byteCode(byte)}:`);
        if (heads.some((head) => head.includes("END"))) this.file.helpers.add("END");
        for (const head of heads.slice(0, -1)) this.line(head);
        this.block(heads[heads.length - 1]!, this.body(() => write(branch, index, {})));
      });
    });
  }

  protected chooseByWord(
    decision: Decision & { by: "word" },
    branches: Branch[],
    write: WriteBranch,
    openFollows: boolean,
  ): void {
    const code = this.lookahead.wordCode(decision, branches);
    const bodies = branches.map((branch, index) => {
      const words = decision.words.filter(([, at]) => at === index).map(([word]) => word);
      const numbered = decision.numbered.filter(([, at]) => at === index).map(([word]) => word);
      const byte = this.lookahead.byteName(decision, branches, index);
      const names = [...words, ...numbered, ...(byte === undefined ? [] : [byte])];
      const plain = words.length === 1 && names.length === 1 && !decision.quoted;
      const body = this.body(() => write(branch, index, plain ? { word: words[0].length } : {}));
      const isRest = decision.rest && index === decision.open;
      return { names, isRest, body, common: plain ? commonBody(body, words[0]!) : body };
    });
    // Alternatives that differ in nothing but their word are one case.
    const groups = new Map<string, typeof bodies>();
    for (const one of bodies) {
      const key = one.isRest ? "" : one.common;
      groups.set(key, [...groups.get(key) ?? [], one]);
    }
    const shares = [...groups.values()].some((group) =>
      group.length > 1 && group[0]!.common.includes("word")
    );
    if (shares) this.line(`const word = ${code};`);
    this.out.write(`switch (${shares ? "word" : code})`).block(() => {
      for (const group of groups.values()) {
        const heads = group.flatMap(({ names }) => names).map((name) => `case ${JSON.stringify(name)}:`);
        const [{ isRest, body, common }] = group as [typeof bodies[number]];
        if (isRest) heads.push("default:");
        if (heads.length === 0) continue;
        for (const head of heads.slice(0, -1)) this.line(head);
        this.block(heads[heads.length - 1]!, group.length > 1 ? this.common(common) : body);
      }
      if (!openFollows && !decision.rest) {
        this.out.write("default:").newLine().indent(() => this.line(`r.fail("${this.rule.name}");`));
      }
    });
  }

  /** The body of a case for several words. */
  protected common(body: string): string {
    const type = this.rule.type;
    if (type === null || !/^return \{.*\bword\b.*\};$/m.test(body)) return body;
    return body.replace(/^(return \{.*\});$/m, `$1 as ${this.use(printType(type))};`);
  }

  /** What a branch does, with a `break` where it goes on behind the choice. */
  protected body(write: () => boolean): string {
    const outer = this.out;
    this.out = newWriter();
    const leaves = write();
    if (!leaves) this.line("break;");
    const body = this.out.toString();
    this.out = outer;
    return body;
  }

  /** A case, in a block of its own where it declares something. */
  protected block(head: string, body: string): void {
    const declares = /^(const|let) /m.test(body);
    this.line(head + (declares ? " {" : ""));
    this.out.indent(() => this.lines(body));
    if (declares) this.line("}");
  }

  /** Checks that a known branch of an open choice ended where it should, before its captures count. */
  protected follow(set: ByteSet | undefined): void {
    if (set === undefined) return;
    const bytes = members(set);
    if (bytes.length === 1) {
      this.line(bytes[0] === END ? "r.atEnd();" : `r.before(${byteCode(bytes[0])});`);
      return;
    }
    const { name } = this.rule;
    this.line(`r.beforeAny(${this.file.classes.use(set, `${name}-end`)}, "the end of ${name}");`);
  }

  protected hasValue(expr: Expr): boolean {
    return valueTypes(this.file.rules, expr).length > 0;
  }

  /** Notes the type names in a piece of code as used. */
  protected use(code: string): string {
    noteTypes(this.file, code);
    return code;
  }

  protected line(code: string): void {
    this.lines(code);
  }

  protected lines(code: string): void {
    for (const line of code.trimEnd().split("\n")) this.out.writeLine(line);
  }
}

/** The code of a branch for any word. */
function commonBody(body: string, word: string): string {
  return body.replace(`r.skip(${word.length});`, "r.skip(word.length);").replaceAll(
    JSON.stringify(word),
    "word",
  );
}

function isEmptyBranch(branch: Branch): boolean {
  return branch.constant === undefined && branch.quirk === undefined && branch.expr.kind === "seq" &&
    branch.expr.items.length === 0;
}
