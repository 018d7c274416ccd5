/** Writes the function that reads one rule, by the kind of rule it is. */
import { appendedLabels, hasCaptures, inside } from "../model/expr.ts";
import { members } from "../model/byte_set.ts";
import type { Branch, ByteSet, Expr, Field, Rule } from "../model/ir.ts";
import { only } from "../model/lists.ts";
import { printType } from "../model/type.ts";
import { context, ExpressionWriter } from "./decode_expr.ts";
import type { WriteBranch } from "./decode_choice.ts";
import {
  docOf,
  functionName,
  guardPlaces,
  hasInnerNull,
  inlineValue,
  optionalFields,
  rowFields,
  rowName,
} from "./decode_file.ts";
import { isConstant, leastAbsent, rowClass } from "./row_class.ts";
import type { FileContext } from "./decode_file.ts";
import type { Taken } from "./lookahead.ts";
import { LocalScope, needsRow, RowScope, usesOf } from "./scope.ts";
import type { Scope } from "./scope.ts";

/** An object that a function returns: a record, or one variant of a union. */
interface ObjectPlan {
  expr: Expr;
  fields: Field[];
  typeName: string;
  /** Code for the field `error`, where there is one. */
  error: string | null;
  /** Field and word of a variant. */
  tag?: [field: string, word: string];
  /** What must come after it. */
  follow?: ByteSet;
  taken?: Taken;
}

/** Writes the functions of one rule into the file. */
export function writeRule(file: FileContext, rule: Rule): void {
  new RuleWriter(file, rule).write();
}

class RuleWriter extends ExpressionWriter {
  write(): void {
    const rule = this.rule;
    const isFragment = rule.role === "fragment";
    if (rule.role === "token") return this.#token();
    if (isFragment && !this.isFunction(rule)) return;
    const inline = inlineValue(this.file, rule);
    if (inline !== null && rule.name !== this.file.entry) return;
    const takesRow = isFragment && hasCaptures(this.file.rules, rule.expr);
    const places = guardPlaces(this.file.rules, rule.expr).map((name) => ({ name, type: "number" }));
    const parameters = [
      { name: "r", type: "Reader" },
      ...(takesRow ? [{ name: "row", type: rowName(rule) }] : []),
      ...(isFragment ? places : []),
    ];
    const recovers = rule.recovers
      ? [{ name: "error", type: "string | undefined", initializer: "undefined" }]
      : [];
    const returnType = isFragment ? "void" : this.#type(rule);
    switch (rule.role) {
      case "record":
        this.#object({
          expr: rule.expr,
          fields: rule.fields,
          typeName: this.#typeName(rule),
          error: rule.recovers ? "error" : null,
        });
        break;
      case "union":
        this.#union();
        break;
      case "list":
        this.#list();
        break;
      case "value":
        this.#value();
        break;
      case "fragment":
        this.#fragment();
        break;
    }
    const name = functionName(this.file, rule);
    const doc = docOf(rule);
    const section = rule.origin.file;
    if (!rule.guarded) {
      this.file.functions.push({
        name,
        parameters: [...parameters, ...recovers],
        returnType,
        body: this.out.toString(),
        doc,
        section,
      });
      return;
    }
    const inside = `${name}Inside`;
    const call = `${inside}(${[...parameters, ...recovers].map((one) => one.name).join(", ")})`;
    const guarded = isFragment
      ? `r.enter();\n${call};\nr.leave();\n`
      : `r.enter();\nconst value = ${call};\nr.leave();\nreturn value;\n`;
    this.file.functions.push(
      { name, parameters: [...parameters, ...recovers], returnType, body: guarded, doc, section },
      {
        name: inside,
        parameters: [...parameters, ...recovers.map(({ name, type }) => ({ name, type }))],
        returnType,
        body: this.out.toString(),
        doc: `\`${rule.name}\` without the check of its depth.`,
        section,
      },
    );
  }

  #token(): void {
    const rule = this.rule;
    const inline = inlineValue(this.file, rule);
    if (inline !== null && rule.name !== this.file.entry) return;
    const { set, setName, min, upper } = rule.token!;
    const method = upper ? "tokenUpper" : "token";
    const call = inline ?? `r.${method}(${this.file.classes.use(set, setName)}, ${min}, "${rule.name}")`;
    const body = `return ${call};`;
    const returnType = this.#type(rule);
    this.file.functions.push({
      name: functionName(this.file, rule),
      parameters: [{ name: "r", type: "Reader" }],
      returnType,
      body,
      doc: docOf(rule),
      section: rule.origin.file,
    });
  }

  /** An object from what an expression captures. */
  #object(plan: ObjectPlan): void {
    if (needsRow(this.file.rules, plan.expr, this.isFunction)) this.#rowObject(plan);
    else this.#localObject(plan);
  }

  /** Captures wait in variables, and the object is made at the end. */
  #localObject(plan: ObjectPlan): void {
    const { expr } = plan;
    const scope = new LocalScope(usesOf(this.file.rules, expr, this.isFunction), plan.fields);
    this.#declare(scope);
    const nullFlag = this.#declareNull(expr);
    this.emit(expr, context({ scope, nullFlag, taken: plan.taken }));
    if (nullFlag) this.line("if (isNull) return null;");
    this.follow(plan.follow);
    this.line(`return ${this.#literal(plan, (field) => scope.initial(field.label))};`);
  }

  /** The object is made as soon as another function must fill in some of its fields. */
  #rowObject(plan: ObjectPlan): void {
    const { expr, fields, typeName } = plan;
    const { rules } = this.file;
    const items = expr.kind === "seq" ? expr.items : [expr];
    const first = items.findIndex((item) => needsRow(rules, item, this.isFunction));
    const head: Expr = { kind: "seq", items: items.slice(0, first) };
    const simple = !this.#decides(head);
    const before: Expr = simple ? head : { kind: "seq", items: [] };
    const after: Expr = { kind: "seq", items: simple ? items.slice(first) : items };
    const scope = new LocalScope(usesOf(rules, before, this.isFunction), fields);
    this.emit(before, context({ scope, taken: plan.taken, tail: false }));
    const rest = usesOf(rules, after, this.isFunction);
    const literals = new Map<string, string>();
    for (const [label, use] of rest) {
      if (use.literal !== undefined) literals.set(label, JSON.stringify(use.literal));
    }
    const initial = (field: Field): string | undefined =>
      scope.initial(field.label) ?? literals.get(field.label);
    const missing = fields.filter((field) =>
      field.type.kind !== "optional" && !this.#isAppended(field) && initial(field) === undefined
    ).map((field) => JSON.stringify(field.label));
    const complete = missing.length === 0;
    if (!complete) this.file.helpers.add("Draft");
    const type = complete ? typeName : `Draft<${typeName}, ${missing.join(" | ")}>`;
    this.line(`const row: ${type} = ${this.#row(plan, initial, complete)};`);
    const nullFlag = this.#declareNull(after);
    const taken = simple && first > 0 ? undefined : plan.taken;
    const rows = new RowScope(appendedLabels(rules, after), new Set(literals.keys()));
    this.emit(after, context({ scope: rows, nullFlag, taken }));
    if (nullFlag) this.line("if (isNull) return null;");
    this.follow(plan.follow);
    this.line(complete ? "return row;" : `return row as ${typeName};`);
  }

  /** A row of items, most of which were not asked for, has a class, which says how it is shown. */
  #row(plan: ObjectPlan, initial: (field: Field) => string | undefined, complete: boolean): string {
    const { fields, typeName } = plan;
    const codes = fields.map((field) =>
      [field.label, initial(field) ?? (this.#isAppended(field) ? "[]" : "undefined")] as const
    );
    const absent = codes.filter(([, code]) => code === "undefined").length;
    const isOpen = fields.some(({ label }) => label === "other");
    if (!complete || plan.tag !== undefined || plan.error !== null || !isOpen || absent < leastAbsent) {
      return this.#literal(plan, initial);
    }
    this.file.helpers.add("shownRow");
    const [name, text] = rowClass(this.rule, typeName, codes);
    this.file.rowClasses.push(text);
    const given = codes.filter(([, code]) => !isConstant(code)).map(([, code]) => code);
    return `new ${name}(${given.join(", ")})`;
  }

  /** The object literal: every field, always in the same order, so that all objects have one shape. */
  #literal({ fields, error, tag }: ObjectPlan, initial: (field: Field) => string | undefined): string {
    const parts = tag === undefined ? [] : [`${tag[0]}: ${JSON.stringify(tag[1])}`];
    for (const field of fields) {
      const code = field.label === "error" && error !== null
        ? error
        : initial(field) ?? (this.#isAppended(field) ? "[]" : "undefined");
      parts.push(code === field.label ? code : `${field.label}: ${code}`);
    }
    const line = `{ ${parts.join(", ")} }`;
    return line.length <= 88 ? line : `{\n${parts.map((part) => `  ${part},\n`).join("")}}`;
  }

  #union(): void {
    const { expr, variants, tag } = this.rule;
    if (expr.kind !== "choice") return;
    this.#whole(expr, (branch, index, taken) => {
      const { fields, typeName } = variants[index]!;
      this.#quirk(branch);
      this.file.types.add(typeName);
      this.#object({
        expr: branch.expr,
        fields,
        typeName,
        error: branch.open ? "error" : null,
        tag: branch.word === undefined ? undefined : [tag!, branch.word],
        follow: branch.open ? undefined : expr.follow,
        taken,
      });
      return true;
    });
  }

  #list(): void {
    const { rule } = this;
    const type = rule.type!.kind === "nullable" ? rule.type!.of : rule.type!;
    this.line(`let list: ${this.use(printType(type))} | undefined;`);
    const nullFlag = this.#declareNull(rule.expr);
    this.emit(rule.expr, context({ target: { kind: "push", rule }, nullFlag }));
    if (nullFlag) this.line("if (isNull) return null;");
    this.line("return list ?? [];");
  }

  #value(): void {
    const { expr } = this.rule;
    if (expr.kind !== "choice" || !expr.branches.some((branch) => branch.open)) {
      this.emitValue(expr, context({ target: { kind: "return" } }));
      return;
    }
    this.#whole(expr, (branch, _, taken) => {
      this.#quirk(branch);
      if (branch.open) {
        this.emitValue(branch.expr, context({ target: { kind: "return" }, reason: true }));
      } else if (branch.constant !== undefined) {
        this.emit(branch.expr, context({ taken }));
        this.follow(expr.follow);
        this.line(`return ${this.constantCode(branch.constant.value)};`);
      } else {
        this.#checkedValue(branch.expr, taken, expr.follow);
      }
      return true;
    });
  }

  /** A value that counts only if the right byte comes after it. */
  #checkedValue(expr: Expr, taken: Taken, follow: ByteSet | undefined): void {
    const [code, before, after] = this.#split(expr);
    if (code === null) throw new Error(`${this.rule.name}: a branch of an open choice needs one plain value`);
    this.emit({ kind: "seq", items: before }, context({ taken, tail: false }));
    this.line(`const value = ${code};`);
    this.emit({ kind: "seq", items: after }, context({ tail: false }));
    this.follow(follow);
    this.line("return value;");
  }

  /** The one plain value of a sequence, and what comes before and after it. */
  #split(expr: Expr): [string | null, Expr[], Expr[]] {
    const items = expr.kind === "seq" ? expr.items : [expr];
    const index = items.findIndex((item) => this.hasValue(item));
    const found = items[index];
    if (found === undefined) return [null, items, []];
    return [this.plain(found, false), items.slice(0, index), items.slice(index + 1)];
  }

  #fragment(): void {
    const { rule } = this;
    const { expr } = rule;
    const rows = new RowScope(appendedLabels(this.file.rules, expr));
    if (expr.kind !== "choice" || !expr.branches.some((branch) => branch.open)) {
      this.emit(expr, context({ scope: rows, early: true }));
      return;
    }
    this.#whole(expr, (branch, _, taken) => {
      this.#quirk(branch);
      if (branch === expr.branches[expr.branches.length - 1]) {
        this.emit(branch.expr, context({ scope: rows, reason: true, early: true }));
        return true;
      }
      this.#staged(branch.expr, taken, expr.follow, branch.open);
      this.line("return;");
      return true;
    }, (branch) => this.#attempt(branch, expr.follow));
  }

  /**
   * The arguments of `attempt` for a branch that adds one value to a list: it takes a third of the code of the same written out.
   * What FETCH rows hold is in branches that a word begins, and those are always written out.
   */
  #attempt({ expr, quirk }: Branch, follow: ByteSet | undefined): string | null {
    const items = expr.kind === "seq" ? expr.items : [expr];
    const capture = only(items.filter((item) => item.kind !== "peek"));
    if (capture?.kind !== "capture" || !capture.append || quirk !== undefined) return null;
    const code = this.plain(capture.item, false);
    if (code === null || follow === undefined || members(follow).length === 1) return null;
    const read = /^(read\w+)\(r\)$/.exec(code)?.[1] ?? `(r) => ${code}`;
    return `row.${capture.label}, ${read}, ${this.file.classes.use(follow, `${this.rule.name}-end`)}`;
  }

  /** Captures reach the row only when the branch has ended where it should: an abandoned one leaves no trace. */
  #staged(expr: Expr, taken: Taken, follow: ByteSet | undefined, reason: boolean): void {
    const { rules } = this.file;
    if (needsRow(rules, expr, this.isFunction)) {
      throw new Error(
        `${this.rule.name}: beside an open alternative, others must capture directly, not in a rule that decides`,
      );
    }
    const scope = new LocalScope(
      usesOf(rules, expr, this.isFunction),
      optionalFields(rowFields(rules, this.rule)),
    );
    this.#declare(scope);
    this.emit(expr, context({ scope, taken, tail: false, reason }));
    this.follow(follow);
    for (const line of scope.commit()) {
      if (line.startsWith("append(")) this.file.helpers.add("append");
      this.line(line);
    }
  }

  /** Writes a choice that is the whole function; known branches are attempts if there is an open one. */
  #whole(
    expr: Expr & { kind: "choice" },
    write: WriteBranch,
    attempt: (branch: Branch) => string | null = () => null,
  ): void {
    const open = expr.branches.findIndex((branch) => branch.open);
    const none = new RowScope(new Set());
    const last = expr.branches[open];
    if (last === undefined) {
      this.choose(expr, none, write);
      return;
    }
    const damage = expr.branches[open + 1];
    const known = open === 1 && expr.decision.by === "none" ? attempt(expr.branches[0]!) : null;
    const general = damage === undefined ? null : attempt(last);
    const reason = damage !== undefined || last.quirk === undefined && this.#mentionsError(last);
    if (known !== null) {
      this.line(`${damage === undefined ? "const" : "let"} error = r.attempt(${known});`);
      this.line("if (error === undefined) return;");
    } else {
      this.line("const mark = r.mark();");
      if (reason) this.line("let error: string | undefined;");
      this.out.write("try ").inlineBlock(() => {
        this.choose({ ...expr, branches: expr.branches.slice(0, open) }, none, write, true);
        // What no test lets through is damage as well.
        if (last.damage && expr.decision.by !== "none") this.line(`r.fail("${this.rule.name}");`);
      });
      this.out.write(" catch (problem)").block(() => {
        this.line(reason ? "error = r.recover(mark, problem);" : "r.recover(mark, problem);");
      });
    }
    if (damage === undefined) {
      write(last, open, {});
      return;
    }
    if (general !== null) {
      this.line(`error = r.attempt(${general}, error);`);
      this.line("if (error === undefined) return;");
    } else {
      this.out.write("try ").inlineBlock(() => void write(last, open, {}));
      this.out.write(" catch (problem)").block(() => {
        this.line("const second = r.recover(mark, problem);");
        this.line("error ??= second;");
      });
    }
    write(damage, open + 1, {});
  }

  #quirk(branch: Branch): void {
    if (branch.quirk !== undefined) this.line(`r.quirk(${JSON.stringify(branch.quirk)});`);
  }

  /** Whether the open branch's code uses the reason of the failure. */
  #mentionsError(branch: Branch): boolean {
    if (this.rule.role === "union") return true;
    const visit = (expr: Expr): boolean => {
      if (expr.kind === "ref") return this.file.rules.get(expr.rule)!.recovers;
      return inside(expr).some(visit);
    };
    return visit(branch.expr);
  }

  /** A variable for `=> null` where something follows it; says whether there is one. */
  #declareNull(expr: Expr): boolean {
    const needed = hasInnerNull(expr);
    if (needed) this.line("let isNull = false;");
    return needed;
  }

  #decides(expr: Expr): boolean {
    if (expr.kind === "capture") return false;
    if (expr.kind === "ref") {
      const rule = this.file.rules.get(expr.rule)!;
      return rule.role === "fragment" && this.#decides(rule.expr);
    }
    if (expr.kind === "seq") return expr.items.some((item) => this.#decides(item));
    return inside(expr).some((item) => hasCaptures(this.file.rules, item));
  }

  /** A list that captures append to, or that only other rules of the same type fill: it is always there. */
  #isAppended(field: Field): boolean {
    if (field.type.kind !== "list") return false;
    const { rules } = this.file;
    return appendedLabels(rules, this.rule.expr).has(field.label) ||
      !rowFields(rules, this.rule).some((own) => own.label === field.label);
  }

  #declare(scope: Scope): void {
    for (const line of scope.declarations()) this.line(this.use(line));
  }

  #type(rule: Rule): string {
    return this.use(printType(rule.type!));
  }

  #typeName(rule: Rule): string {
    const type = rule.type!.kind === "nullable" ? rule.type!.of : rule.type!;
    return this.use(printType(type));
  }
}
