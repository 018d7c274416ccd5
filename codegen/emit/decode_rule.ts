/** Writes the function that reads one rule. */
import { CodeBlockWriter } from "ts-morph";
import { members } from "../byte_set.ts";
import { END } from "../ir.ts";
import type { Branch, ByteSet, Decision, Expr, Field, Rule } from "../ir.ts";
import { valueTypes } from "../passes/infer_types.ts";
import { printType } from "../type.ts";
import { consumesNothing } from "../words.ts";
import { byteCode } from "./class_table.ts";
import type { ClassTable } from "./class_table.ts";
import { localName, pascalName } from "./names.ts";
import { isConstant } from "./outline.ts";
import {
  appendedLabels,
  capturesAnything,
  childrenOf,
  LocalScope,
  needsRow,
  RowScope,
  usesOf,
} from "./scope.ts";
import type { Scope } from "./scope.ts";

const SP = 0x20;

/** What happens to a value. */
type Target = { kind: "return" } | { kind: "assign" } | { kind: "push"; rule: Rule } | null;

interface Context {
  scope: Scope;
  target: Target;
  /** Nothing comes behind in this function. */
  tail: boolean;
  /** The function returns nothing, so that an option at its end may become an early return. */
  early: boolean;
  /** Bytes that the decision has read already: a leading word of this length, or a leading SP. */
  taken: { word?: number; space?: boolean };
  /** Name of the variable with the reason, inside an open branch. */
  reason: boolean;
  /** What `=> null` does where it is not at the end. */
  nullFlag: boolean;
}

/** A function of the generated file. */
export interface WrittenFunction {
  name: string;
  parameters: { name: string; type: string; initializer?: string }[];
  returnType: string;
  body: string;
  doc: string;
}

/** What the functions of one generated file share. */
export interface FileContext {
  rules: ReadonlyMap<string, Rule>;
  classes: ClassTable;
  /** Names imported from the reader. */
  helpers: Set<string>;
  /** Names imported from the types. */
  types: Set<string>;
  /** Value classes, by name. */
  externals: Set<string>;
  functions: WrittenFunction[];
}

/** Whether a fragment is a function of its own: one that decides something, or that contains itself. */
export function isFunction(rules: ReadonlyMap<string, Rule>): (rule: Rule) => boolean {
  const decides = (expr: Expr): boolean =>
    expr.kind === "choice" || expr.kind === "optional" || expr.kind === "repeat" || expr.kind === "absent" ||
    (expr.kind !== "capture" && childrenOf(expr).some(decides));
  return (rule) => {
    if (rule.guarded) return true;
    return capturesAnything(rules, rule.expr) && decides(rule.expr);
  };
}

/** Name of the function that reads a rule. */
export function functionName(rule: Rule): string {
  return "read" + pascalName(rule.name);
}

/** Name of the interface of what a fragment captures. */
export function rowName(rule: Rule): string {
  return pascalName(rule.name) + "Row";
}

/** Writes the functions of one rule into the file. */
export function writeRule(file: FileContext, rule: Rule): void {
  new RuleWriter(file, rule).write();
}

class RuleWriter {
  readonly #file: FileContext;
  readonly #rule: Rule;
  readonly #isFunction: (rule: Rule) => boolean;
  #out: CodeBlockWriter;
  #wordFunctions = 0;

  constructor(file: FileContext, rule: Rule) {
    this.#file = file;
    this.#rule = rule;
    this.#isFunction = isFunction(file.rules);
    this.#out = newWriter();
  }

  write(): void {
    const rule = this.#rule;
    const isFragment = rule.role === "fragment";
    if (rule.role === "token") return this.#token();
    if (isFragment && !this.#isFunction(rule)) return;
    if (inlineValue(this.#file.rules, rule) !== null) return;
    const takesRow = isFragment && capturesAnything(this.#file.rules, rule.expr);
    const parameters = [
      { name: "r", type: "Reader" },
      ...(takesRow ? [{ name: "row", type: rowName(rule) }] : []),
    ];
    const recovers = rule.recovers
      ? [{ name: "error", type: "string | undefined", initializer: "undefined" }]
      : [];
    const returnType = isFragment ? "void" : this.#type(rule);
    switch (rule.role) {
      case "record":
        this.#object(rule.expr, rule.fields, this.#typeName(rule), rule.recovers ? "error" : null);
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
    const name = functionName(rule);
    const doc = docOf(rule);
    if (!rule.guarded) {
      this.#file.functions.push({
        name,
        parameters: [...parameters, ...recovers],
        returnType,
        body: this.#out.toString(),
        doc,
      });
      return;
    }
    const inside = `${name}Inside`;
    const call = `${inside}(${[...parameters, ...recovers].map((one) => one.name).join(", ")})`;
    const guarded = isFragment
      ? `r.enter();\n${call};\nr.leave();\n`
      : `r.enter();\nconst value = ${call};\nr.leave();\nreturn value;\n`;
    this.#file.functions.push(
      { name, parameters: [...parameters, ...recovers], returnType, body: guarded, doc },
      {
        name: inside,
        parameters: [...parameters, ...recovers.map(({ name, type }) => ({ name, type }))],
        returnType,
        body: this.#out.toString(),
        doc: `\`${rule.name}\` without the check of its depth.`,
      },
    );
  }

  // ------------------------------------------------------------------ kinds of rules

  #token(): void {
    const rule = this.#rule;
    if (inlineValue(this.#file.rules, rule) !== null) return;
    const { set, setName, min, upper } = rule.token!;
    const method = upper ? "tokenUpper" : "token";
    const body = `return r.${method}(${this.#file.classes.use(set, setName)}, ${min}, "${rule.name}");`;
    const returnType = this.#type(rule);
    this.#file.functions.push({
      name: functionName(rule),
      parameters: [{ name: "r", type: "Reader" }],
      returnType,
      body,
      doc: docOf(rule),
    });
  }

  /** An object with these fields from what `expr` captures. */
  #object(expr: Expr, fields: Field[], typeName: string, error: string | null, tag?: [string, string]): void {
    if (needsRow(this.#file.rules, expr, this.#isFunction)) {
      this.#rowObject(expr, fields, typeName, error, tag);
    } else this.#localObject(expr, fields, error, tag);
  }

  #localObject(expr: Expr, fields: Field[], error: string | null, tag?: [string, string]): void {
    const scope = new LocalScope(usesOf(this.#file.rules, expr, this.#isFunction), fields);
    this.#declare(scope);
    const flag = this.#hasInnerNull(expr);
    if (flag) this.#line("let isNull = false;");
    const context = this.#context({ scope, nullFlag: flag });
    this.#emit(expr, context);
    if (this.#neverEnds(expr, context)) return;
    if (flag) this.#line("if (isNull) return null;");
    this.#follow();
    this.#line(`return ${this.#literal(fields, (field) => scope.initial(field.label), error, tag)};`);
  }

  #rowObject(
    expr: Expr,
    fields: Field[],
    typeName: string,
    error: string | null,
    tag?: [string, string],
  ): void {
    const items = expr.kind === "seq" ? expr.items : [expr];
    const first = items.findIndex((item) => needsRow(this.#file.rules, item, this.#isFunction));
    const head: Expr = { kind: "seq", items: items.slice(0, first) };
    const simple = !this.#decides(head);
    const before: Expr = simple ? head : { kind: "seq", items: [] };
    const after: Expr = { kind: "seq", items: simple ? items.slice(first) : items };
    const scope = new LocalScope(usesOf(this.#file.rules, before, this.#isFunction), fields);
    this.#emit(before, this.#context({ scope }));
    const rest = usesOf(this.#file.rules, after, this.#isFunction);
    const literals = new Set(
      [...rest].filter(([, use]) => use.literal !== undefined).map(([label]) => label),
    );
    const initial = (field: Field): string | undefined => {
      const use = rest.get(field.label);
      return scope.initial(field.label) ??
        (use?.literal === undefined ? undefined : JSON.stringify(use.literal));
    };
    const missing = fields.filter((field) =>
      field.type.kind !== "optional" && !this.#isAppended(field) && initial(field) === undefined
    ).map((field) => JSON.stringify(field.label));
    const complete = missing.length === 0;
    if (!complete) this.#file.helpers.add("Draft");
    const type = complete ? typeName : `Draft<${typeName}, ${missing.join(" | ")}>`;
    this.#line(`const row: ${type} = ${this.#literal(fields, initial, error, tag)};`);
    const flag = this.#hasInnerNull(after);
    if (flag) this.#line("let isNull = false;");
    this.#emit(
      after,
      this.#context({
        scope: new RowScope(appendedLabels(this.#file.rules, after), literals),
        nullFlag: flag,
      }),
    );
    if (flag) this.#line("if (isNull) return null;");
    this.#follow();
    this.#line(complete ? "return row;" : `return row as ${typeName};`);
  }

  #literal(
    fields: Field[],
    initial: (field: Field) => string | undefined,
    error: string | null,
    tag?: [string, string],
  ): string {
    const parts = tag === undefined ? [] : [`${tag[0]}: ${JSON.stringify(tag[1])}`];
    for (const field of fields) {
      const name = localName(field.label);
      const code = field.label === "error" && error !== null
        ? error
        : initial(field) ?? (this.#isAppended(field) ? "[]" : "undefined");
      parts.push(code === field.label && name === field.label ? code : `${field.label}: ${code}`);
    }
    const line = `{ ${parts.join(", ")} }`;
    return line.length <= 88 ? line : `{\n${parts.map((part) => `  ${part},\n`).join("")}}`;
  }

  #union(): void {
    const rule = this.#rule;
    if (rule.expr.kind !== "choice") return;
    const { expr } = rule;
    const open = expr.branches.findIndex((branch) => branch.open);
    const writeBranch = (branch: Branch, index: number, taken: Context["taken"], reason: boolean): void => {
      const { fields, typeName } = rule.variants[index];
      const error = branch.open ? (reason ? "error" : "undefined") : null;
      if (branch.quirk !== undefined) this.#line(`r.quirk(${JSON.stringify(branch.quirk)});`);
      this.#taken = taken;
      this.#file.types.add(typeName);
      this.#object(
        branch.expr,
        fields,
        typeName,
        error,
        branch.word === undefined ? undefined : [rule.tag!, branch.word],
      );
    };
    this.#choiceOf(expr, open, (branch, index, taken) => {
      this.#followSet = branch.open || open === -1 ? null : expr.follow ?? null;
      writeBranch(branch, index, taken, true);
      this.#followSet = null;
      return true;
    });
  }

  /** What the decision in front of a branch has read; consumed by the next {@linkcode RuleWriter.#context}. */
  #taken: Context["taken"] = {};
  /** Bytes that must come behind a known branch of an open choice. */
  #followSet: ByteSet | null = null;

  #list(): void {
    const rule = this.#rule;
    const type = rule.type!.kind === "nullable" ? rule.type!.of : rule.type!;
    this.#line(`const list: ${this.#use(printType(type))} = [];`);
    const flag = this.#hasInnerNull(rule.expr);
    if (flag) this.#line("let isNull = false;");
    const context = this.#context({ target: { kind: "push", rule }, nullFlag: flag });
    this.#emit(rule.expr, context);
    if (flag) this.#line("if (isNull) return null;");
    this.#line("return list;");
  }

  #value(): void {
    const rule = this.#rule;
    const { expr } = rule;
    const open = expr.kind === "choice" ? expr.branches.findIndex((branch) => branch.open) : -1;
    if (expr.kind === "choice" && open !== -1) {
      this.#choiceOf(expr, open, (branch, _, taken) => {
        if (branch.quirk !== undefined) this.#line(`r.quirk(${JSON.stringify(branch.quirk)});`);
        this.#taken = taken;
        if (branch.open) {
          this.#emitValue(branch.expr, this.#context({ target: { kind: "return" }, reason: true }));
          return true;
        }
        const constant = branch.constant;
        if (constant !== undefined) {
          this.#emit(branch.expr, this.#context({}));
          this.#follow(expr.follow);
          this.#line(`return ${JSON.stringify(constant.value)};`);
          return true;
        }
        const [code, before, after] = this.#split(branch.expr);
        if (code === null) throw new Error(`${rule.name}: a branch of an open choice needs one plain value`);
        this.#emit({ kind: "seq", items: before }, this.#context({}));
        this.#taken = {};
        this.#line(`const value = ${code};`);
        this.#emit({ kind: "seq", items: after }, this.#context({}));
        this.#follow(expr.follow);
        this.#line("return value;");
        return true;
      });
      return;
    }
    this.#emitValue(expr, this.#context({ target: { kind: "return" } }));
  }

  /** The one plain value of a sequence, and what stands before and behind it. */
  #split(expr: Expr): [string | null, Expr[], Expr[]] {
    const items = expr.kind === "seq" ? expr.items : [expr];
    const index = items.findIndex((item) => this.#hasValue(item));
    if (index === -1) return [null, items, []];
    return [this.#plain(items[index], false), items.slice(0, index), items.slice(index + 1)];
  }

  #fragment(): void {
    const rule = this.#rule;
    const { expr } = rule;
    const rows = new RowScope(appendedLabels(this.#file.rules, expr));
    const open = expr.kind === "choice" ? expr.branches.findIndex((branch) => branch.open) : -1;
    if (expr.kind !== "choice" || open === -1) {
      this.#emit(expr, this.#context({ scope: rows, early: true }));
      return;
    }
    this.#choiceOf(expr, open, (branch, _, taken) => {
      if (branch.quirk !== undefined) this.#line(`r.quirk(${JSON.stringify(branch.quirk)});`);
      this.#taken = taken;
      if (branch.open) {
        this.#emit(branch.expr, this.#context({ scope: rows, reason: true, early: true }));
        return true;
      }
      const captures = capturesAnything(this.#file.rules, branch.expr);
      if (!captures) {
        this.#emit(branch.expr, this.#context({ scope: rows }));
        this.#follow(expr.follow);
        this.#line("return;");
        return true;
      }
      if (needsRow(this.#file.rules, branch.expr, this.#isFunction)) {
        throw new Error(
          `${rule.name}: an alternative beside an open one must capture by itself, not through a rule that decides`,
        );
      }
      const staged = new LocalScope(
        usesOf(this.#file.rules, branch.expr, this.#isFunction),
        optionalFields(rowFields(this.#file.rules, rule)),
      );
      this.#declare(staged);
      this.#emit(branch.expr, this.#context({ scope: staged }));
      this.#follow(expr.follow);
      for (const line of staged.commit()) {
        if (line.startsWith("append(")) this.#file.helpers.add("append");
        this.#line(line);
      }
      this.#line("return;");
      return true;
    });
  }

  // ------------------------------------------------------------------ choices

  /**
   * Writes a choice that is the whole function. `write` gets the branch and what was read of it, and says
   * whether its code leaves the function.
   */
  #choiceOf(
    expr: Expr & { kind: "choice" },
    open: number,
    write: (branch: Branch, index: number, taken: Context["taken"]) => boolean,
  ): void {
    if (open === -1) {
      this.#choose(expr, write);
      return;
    }
    const last = expr.branches[open];
    const reason = last.quirk === undefined && this.#mentionsError(last);
    this.#line("const mark = r.mark();");
    if (reason) this.#line("let error: string | undefined;");
    this.#out.write("try ").inlineBlock(() => {
      this.#choose({ ...expr, branches: expr.branches.slice(0, open) }, write, true);
    });
    this.#out.write(" catch (problem)").block(() => {
      this.#line(reason ? "error = r.recover(mark, problem);" : "r.recover(mark, problem);");
    });
    write(last, open, {});
  }

  /** Whether the open branch's code uses the reason of the failure. */
  #mentionsError(branch: Branch): boolean {
    if (this.#rule.role === "union") return true;
    const visit = (expr: Expr): boolean => {
      if (expr.kind === "ref") return this.#file.rules.get(expr.rule)!.recovers;
      return childrenOf(expr).some(visit);
    };
    return visit(branch.expr);
  }

  /** Writes the decision and the branches; `openFollows`: without a match the code behind goes on. */
  #choose(
    expr: Expr & { kind: "choice" },
    write: (branch: Branch, index: number, taken: Context["taken"]) => boolean,
    openFollows = false,
  ): void {
    const { branches, decision } = expr;
    if (decision.by === "none" || branches.length === 1 && !openFollows) {
      write(branches[0], 0, {});
      return;
    }
    if (decision.by === "word") {
      this.#chooseByWord(decision, branches, write, openFollows);
      return;
    }
    if (decision.by === "byte" && branches.length > 2 && this.#switchable(decision.sets, branches.length)) {
      this.#chooseBySwitch(decision.sets, branches, write, openFollows);
      return;
    }
    branches.forEach((branch, index) => {
      const isLast = index === branches.length - 1 && !openFollows;
      const always = decision.by === "value" && (branch.guard === undefined || branch.guard.length === 0);
      if (isEmptyBranch(branch) && (isLast || always)) return;
      if (index > 0) this.#out.write(" else ");
      if (!isLast && !always) this.#out.write(`if (${this.#condition(decision, index, branch)}) `);
      this.#out.inlineBlock(() => {
        write(branch, index, {});
      });
    });
    this.#out.newLineIfLastNot();
  }

  #switchable(sets: ByteSet[], count: number): boolean {
    return sets.slice(0, count - 1).every((set) => members(set).length <= 2);
  }

  #chooseBySwitch(
    sets: ByteSet[],
    branches: Branch[],
    write: (branch: Branch, index: number, taken: Context["taken"]) => boolean,
    openFollows: boolean,
  ): void {
    this.#out.write("switch (r.peek())").block(() => {
      branches.forEach((branch, index) => {
        const heads = index === branches.length - 1 && !openFollows
          ? ["default:"]
          : members(sets[index]).map((byte) => `case ${byteCode(byte)}:`);
        if (heads.some((head) => head.includes("END"))) this.#file.helpers.add("END");
        for (const head of heads.slice(0, -1)) this.#line(head);
        this.#case(heads[heads.length - 1], "", () => write(branch, index, {}));
      });
    });
  }

  #chooseByWord(
    decision: Decision & { by: "word" },
    branches: Branch[],
    write: (branch: Branch, index: number, taken: Context["taken"]) => boolean,
    openFollows: boolean,
  ): void {
    const name = this.#wordFunction(decision);
    this.#out.write(`switch (${name}(r))`).block(() => {
      branches.forEach((branch, index) => {
        const words = decision.words.filter(([, at]) => at === index).map(([word]) => word);
        const numbered = decision.numbered.filter(([, at]) => at === index).map(([word]) => word);
        const names = [...words, ...numbered];
        const plain = words.length === 1 && numbered.length === 0 && !decision.quoted;
        const comment = names.length === 0 ? "" : ` // ${names.join(", ")}`;
        this.#case(
          `case ${index}:`,
          comment,
          () => write(branch, index, plain ? { word: words[0].length } : {}),
        );
      });
      if (!openFollows) {
        this.#out.write("default:").newLine().indent(() => this.#line(`r.fail("${this.#rule.name}");`));
      }
    });
  }

  /** A case, in a block of its own where it declares something. */
  #case(head: string, comment: string, write: () => boolean): void {
    const outer = this.#out;
    this.#out = newWriter();
    const leaves = write();
    if (!leaves) this.#line("break;");
    const body = this.#out.toString();
    this.#out = outer;
    const declares = /^(const|let) /m.test(body);
    this.#line(head + (declares ? " {" : "") + comment);
    this.#out.indent(() => this.#lines(body));
    if (declares) this.#line("}");
  }

  #condition(decision: Decision, index: number, branch: Branch): string {
    if (decision.by === "value") {
      this.#file.helpers.add("sameWord");
      const tests = branch.guard!.map(({ label, values }) => {
        const either = values.map((value) =>
          `sameWord(${this.#scopeOfGuard.read(label)}, ${JSON.stringify(value.toUpperCase())})`
        );
        return either.length === 1 ? either[0] : `(${either.join(" || ")})`;
      });
      return tests.join(" && ");
    }
    return this.#look(decision, index);
  }

  #scopeOfGuard: Scope = new RowScope(new Set());

  /** The test for one branch of a decision by byte. */
  #look(decision: Decision, index: number): string {
    const hint = `${this.#rule.name}-set`;
    const code = ((): string => {
      if (decision.by === "byte") return this.#file.classes.test(decision.sets[index], "peek", hint);
      if (decision.by !== "afterSpace") throw new Error(`${this.#rule.name}: decision by ${decision.by}`);
      const behind = `r.peek() === ${byteCode(SP)} && ${
        this.#file.classes.test(decision.sets[index], "behind", hint)
      }`;
      if (members(decision.direct[index]).length === 0) return behind;
      const direct = this.#file.classes.test(decision.direct[index], "peek", hint);
      return members(decision.sets[index]).length === 0 ? direct : `(${behind}) || ${direct}`;
    })();
    if (/\bEND\b/.test(code)) this.#file.helpers.add("END");
    return code;
  }

  /** The function that finds out which branch the word here begins. */
  #wordFunction(decision: Decision & { by: "word" }): string {
    this.#wordFunctions++;
    const name = `wordOf${pascalName(this.#rule.name)}${
      this.#wordFunctions === 1 ? "" : this.#wordFunctions
    }`;
    const outer = this.#out;
    this.#out = newWriter();
    for (const [set, branch] of decision.bytes) {
      const test = this.#file.classes.test(set, "peek", `${this.#rule.name}-set`);
      if (/\bEND\b/.test(test)) this.#file.helpers.add("END");
      this.#line(`if (${test}) return ${branch};`);
    }
    const scanned = this.#file.classes.use(decision.wordClass, decision.wordClassName);
    if (decision.numbered.length > 0) {
      this.#out.write(`if (r.peek() >= ${byteCode(0x30)} && r.peek() <= ${byteCode(0x39)})`).block(() => {
        this.#line("const offset = r.numberAndSpace();");
        this.#line("if (offset === 0) return -1;");
        this.#wordSwitch(decision.numbered, `r.run(${scanned}, offset)`, ", offset");
        this.#line("return -1;");
      });
    }
    if (decision.quoted) {
      this.#line(`const offset = r.peek() === ${byteCode(0x22)} ? 1 : 0;`);
      this.#wordSwitch(decision.words, `r.quotedRun(${scanned})`, ", offset");
    } else {
      this.#wordSwitch(decision.words, `r.run(${scanned})`, "");
    }
    this.#line("return -1;");
    const body = this.#out.toString();
    this.#out = outer;
    const doc = `Which alternative of \`${this.#rule.name}\` begins with the word here; -1: none.`;
    this.#file.functions.push({
      name,
      parameters: [{ name: "r", type: "Reader" }],
      returnType: "number",
      body,
      doc,
    });
    return name;
  }

  #wordSwitch(words: [string, number][], length: string, offset: string): void {
    if (words.length === 0) return;
    const lengths = [...new Set(words.map(([word]) => word.length))].sort((a, b) => a - b);
    this.#out.write(`switch (${length})`).block(() => {
      for (const one of lengths) {
        this.#out.write(`case ${one}:`).newLine().indent(() => {
          for (const [word, branch] of words) {
            if (word.length === one) {
              this.#line(`if (r.is(${JSON.stringify(word)}${offset})) return ${branch};`);
            }
          }
          this.#line("break;");
        });
      }
    });
  }

  // ------------------------------------------------------------------ expressions

  /** Writes what reads an expression; captures go to the scope, values to the target. */
  #emit(expr: Expr, context: Context): void {
    switch (expr.kind) {
      case "word":
        if (context.taken.word !== undefined) this.#line(`r.skip(${context.taken.word});`);
        else {this.#line(
            `r.${expr.quoted ? "quotedWord" : "word"}(${JSON.stringify(expr.text.toUpperCase())});`,
          );}
        break;
      case "bytes":
        expr.bytes.forEach((byte, index) => {
          if (index === 0 && byte === SP && context.taken.space) return;
          this.#line(
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
        this.#line(`r.oneOf(${this.#file.classes.use(expr.set, expr.name)}, "${expr.name}");`);
        break;
      case "ref":
        this.#ref(expr.rule, context);
        break;
      case "builtin":
        this.#deliver(`r.${expr.name}()`, expr, context);
        break;
      case "seq":
        this.#seq(expr.items, context);
        break;
      case "choice":
        this.#innerChoice(expr, context);
        break;
      case "optional":
        this.#optional(expr, context);
        break;
      case "repeat":
        this.#repeat(expr, context);
        break;
      case "capture":
        this.#capture(expr, context);
        break;
      case "extra":
        this.#extra(expr, context);
        break;
      case "absent": {
        const { code, taken } = this.#take(expr.decision, expr.item);
        this.#out.write(`if (${code}) `).inlineBlock(() =>
          this.#emit(expr.item, { ...context, taken, tail: false })
        );
        this.#out.write(" else").block(() => this.#line(`r.quirk(${JSON.stringify(expr.quirk)});`));
        break;
      }
      case "peek":
      case "peekWord":
        break; // the decision in front of it has looked
    }
  }

  #ref(name: string, context: Context): void {
    const rule = this.#file.rules.get(name)!;
    if (rule.role !== "fragment") {
      this.#deliver(this.#call(rule, context.reason), { kind: "ref", rule: name }, context);
    } else if (this.#isFunction(rule)) {
      const row = capturesAnything(this.#file.rules, rule.expr) ? ", row" : "";
      this.#line(`${functionName(rule)}(r${row});`);
    } else {
      this.#emit(rule.expr, { ...context, tail: false });
    }
  }

  #call(rule: Rule, reason: boolean): string {
    return inlineValue(this.#file.rules, rule) ??
      `${functionName(rule)}(r${rule.recovers && reason ? ", error" : ""})`;
  }

  /** Hands a value to the target; without one it is read and dropped. */
  #deliver(code: string, expr: Expr, context: Context): void {
    const { target } = context;
    if (target === null) {
      this.#line(`${code};`);
      return;
    }
    if (target.kind === "return") return this.#line(`return ${code};`);
    if (target.kind === "assign") return this.#line(`value = ${code};`);
    const list = target.rule.type!.kind === "nullable" ? target.rule.type!.of : target.rule.type!;
    const element = list.kind === "list" ? list.of : list;
    const [type] = valueTypes({ grammar: this.#grammar }, expr);
    if (type?.kind === "list" && element.kind !== "list") {
      this.#file.helpers.add("append");
      return this.#line(`append(list, ${code});`);
    }
    if (type?.kind === "nullable" && element.kind !== "nullable") {
      this.#out.block(() => {
        this.#line(`const value = ${code};`);
        this.#line("if (value !== null) list.push(value);");
      });
      return;
    }
    this.#line(`list.push(${code});`);
  }

  #seq(items: Expr[], context: Context): void {
    const valued = context.target !== null && context.target.kind !== "push";
    const index = valued ? items.findIndex((item) => this.#hasValue(item)) : -1;
    let taken = context.taken;
    items.forEach((item, at) => {
      const tail = context.tail && at === items.length - 1;
      const target = valued ? (at === index ? context.target : null) : context.target;
      const inner: Context = { ...context, taken, tail, target };
      // A value with something behind it waits in a variable.
      if (at === index && context.target?.kind === "return" && !items.slice(at + 1).every(consumesNothing)) {
        const plain = this.#plain(item, context.reason);
        if (plain !== null) {
          this.#line(`const value = ${plain};`);
        } else {
          this.#line(`let value: ${this.#use(printType(this.#rule.type!))};`);
          this.#emit(item, { ...inner, target: { kind: "assign" } });
        }
      } else {
        this.#emit(item, inner);
      }
      if (!consumesNothing(item)) taken = {};
    });
    const waits = index !== -1 && context.target?.kind === "return" &&
      !items.slice(index + 1).every(consumesNothing);
    if (waits) this.#line("return value;");
  }

  /** A value rule's expression; one without any value yields null. */
  #emitValue(expr: Expr, context: Context): void {
    this.#emit(expr, context);
    if (!this.#hasValue(expr)) this.#line("return null;");
  }

  #innerChoice(expr: Expr & { kind: "choice" }, context: Context): void {
    this.#scopeOfGuard = context.scope;
    this.#choose(expr, (branch, index, taken) => {
      if (branch.quirk !== undefined) this.#line(`r.quirk(${JSON.stringify(branch.quirk)});`);
      const single = expr.branches.length === 1;
      const inner: Context = { ...context, taken: single ? context.taken : taken, early: false };
      void index;
      if (branch.constant === undefined) {
        this.#emit(branch.expr, inner);
        const valued = context.target !== null && context.target.kind !== "push";
        if (valued && !this.#hasValue(branch.expr)) this.#deliverConstant(null, context);
        return context.target?.kind === "return";
      }
      this.#emit(branch.expr, { ...inner, target: null });
      return this.#deliverConstant(branch.constant.value, context);
    });
  }

  /** A branch's constant; says whether that leaves the function. */
  #deliverConstant(value: string | number | boolean | null, context: Context): boolean {
    const { target } = context;
    const code = JSON.stringify(value);
    if (target?.kind === "return") {
      this.#line(`return ${code};`);
      return true;
    }
    if (target?.kind === "assign") {
      this.#line(`value = ${code};`);
      return false;
    }
    const makesNull = value === null && (this.#rule.role === "record" || this.#rule.role === "list");
    if (makesNull) {
      if (context.nullFlag) this.#line("isNull = true;");
      else this.#line("return null;");
      return !context.nullFlag;
    }
    if (target?.kind === "push") this.#line(`list.push(${code});`);
    return false;
  }

  #optional(expr: Expr & { kind: "optional" }, context: Context): void {
    const { code, taken } = this.#take(expr.decision, expr.item);
    if (context.tail && context.early) {
      this.#line(`if (${negate(code)}) return;`);
      this.#emit(expr.item, { ...context, taken });
      return;
    }
    this.#out.write(`if (${code})`).block(() => this.#emit(expr.item, { ...context, taken, tail: false }));
  }

  #extra(expr: Expr & { kind: "extra" | "absent" }, context: Context): void {
    const { code, taken } = this.#take(expr.decision, expr.item);
    const quirk = `r.quirk(${JSON.stringify(expr.quirk)});`;
    if (taken.space && isSpace(expr.item)) {
      this.#line(`if (${code}) ${quirk}`);
      return;
    }
    this.#out.write(`if (${code})`).block(() => {
      this.#line(quirk);
      this.#emit(expr.item, { ...context, taken, tail: false });
    });
  }

  #repeat(expr: Expr & { kind: "repeat" }, context: Context): void {
    const inner: Context = { ...context, tail: false, early: false };
    if (expr.max !== null && expr.max === expr.min) {
      this.#out.write(`for (let n = 0; n < ${expr.min}; n++)`).block(() => this.#emit(expr.item, inner));
      return;
    }
    if (expr.max !== null || expr.min > 1) {
      throw new Error(`${this.#rule.name}: only *x, 1*x and nx are written`);
    }
    if (expr.min === 1) {
      const { code } = this.#take(expr.decision, expr.item, false);
      this.#out.write("do ").inlineBlock(() => this.#emit(expr.item, { ...inner, taken: {} }));
      this.#out.write(` while (${code});`).newLine();
      return;
    }
    const { code, taken } = this.#take(expr.decision, expr.item);
    if (taken.space && isSpace(expr.item)) {
      this.#line(`while (${code});`);
      return;
    }
    this.#out.write(`while (${code})`).block(() => this.#emit(expr.item, { ...inner, taken }));
  }

  #capture(expr: Expr & { kind: "capture" }, context: Context): void {
    const { scope } = context;
    const inner: Context = { ...context, target: null, tail: false };
    if (isConstant(expr.item)) {
      const [branch] = expr.item.branches;
      this.#emit(branch.expr, inner);
      if (!scope.isLiteral(expr.label)) {
        this.#line(scope.capture(expr.label, JSON.stringify(branch.constant!.value)));
      }
      return;
    }
    const code = this.#plain(expr.item, context.reason);
    if (code === null) throw new Error(`${this.#rule.name}: the capture ${expr.label} was not cut out`);
    this.#line(scope.capture(expr.label, code));
  }

  /** The code of a value that is one call. */
  #plain(expr: Expr, reason: boolean): string | null {
    if (expr.kind === "builtin") return `r.${expr.name}()`;
    if (expr.kind !== "ref") return null;
    const rule = this.#file.rules.get(expr.rule)!;
    return rule.role === "fragment" ? null : this.#call(rule, reason);
  }

  /** The test in front of an option, which reads a leading SP where that is all it must look at. */
  #take(decision: Decision, item: Expr, consume = true): { code: string; taken: Context["taken"] } {
    if (decision.by === "word") {
      const scanned = this.#file.classes.use(decision.wordClass, decision.wordClassName);
      const offset = decision.behindSpace ? ", 1" : "";
      const word = `r.isWord(${scanned}, ${JSON.stringify(decision.words[0][0])}${offset})`;
      return { code: decision.behindSpace ? `r.peek() === ${byteCode(SP)} && ${word}` : word, taken: {} };
    }
    if (consume && startsWithSpace(this.#file.rules, item)) {
      if (decision.by === "byte" && onlySpace(decision.sets[0])) {
        return { code: "r.takesSpace()", taken: { space: true } };
      }
      if (decision.by === "afterSpace" && members(decision.direct[0]).length === 0) {
        const bytes = members(decision.sets[0]);
        const code = bytes.length === 1
          ? `r.takesSpaceBeforeByte(${byteCode(bytes[0])})`
          : `r.takesSpaceBefore(${this.#file.classes.use(decision.sets[0], `${this.#rule.name}-set`)})`;
        return { code, taken: { space: true } };
      }
    }
    return { code: this.#look(decision, 0), taken: {} };
  }

  // ------------------------------------------------------------------ small things

  #context(part: Partial<Context>): Context {
    const taken = this.#taken;
    this.#taken = {};
    const none = new LocalScope(new Map(), []);
    return {
      scope: none,
      target: null,
      tail: true,
      early: false,
      reason: this.#reasonInScope(part),
      nullFlag: false,
      taken,
      ...part,
    };
  }

  #reasonInScope(part: Partial<Context>): boolean {
    return part.reason ?? false;
  }

  /** Checks that a known branch ended where it should, before its captures count. */
  #follow(set: ByteSet | null | undefined = this.#followSet): void {
    if (set === null || set === undefined) return;
    const bytes = members(set);
    if (bytes.length === 1) {
      this.#line(bytes[0] === END ? "r.finish();" : `r.before(${byteCode(bytes[0])});`);
      return;
    }
    const { name } = this.#rule;
    this.#line(`r.beforeAny(${this.#file.classes.use(set, `${name}-end`)}, "the end of ${name}");`);
  }

  /** Whether `=> null` stands where something follows it in the function. */
  #hasInnerNull(expr: Expr): boolean {
    const visit = (inner: Expr, tail: boolean): boolean => {
      if (inner.kind === "seq") {
        return inner.items.some((item, at) => visit(item, tail && at === inner.items.length - 1));
      }
      if (inner.kind !== "choice") return false;
      return inner.branches.some((branch) =>
        branch.constant?.value === null ? !tail : visit(branch.expr, tail)
      );
    };
    return visit(expr, true);
  }

  #neverEnds(_expr: Expr, _context: Context): boolean {
    return false;
  }

  #hasValue(expr: Expr): boolean {
    return valueTypes({ grammar: this.#grammar }, expr).length > 0;
  }

  get #grammar(): { rules: Map<string, Rule> } & import("../ir.ts").Grammar {
    return { rules: this.#file.rules as Map<string, Rule>, types: new Map(), quirks: [], classes: [] };
  }

  #decides(expr: Expr): boolean {
    if (expr.kind === "capture") return false;
    if (expr.kind === "ref") {
      const rule = this.#file.rules.get(expr.rule)!;
      return rule.role === "fragment" && this.#decides(rule.expr);
    }
    if (expr.kind === "seq") return expr.items.some((item) => this.#decides(item));
    return childrenOf(expr).some((item) => capturesAnything(this.#file.rules, item));
  }

  /** A list that captures append to, or that only other rules of the same type fill: it is always there. */
  #isAppended(field: Field): boolean {
    if (field.type.kind !== "list") return false;
    const { rules } = this.#file;
    return appendedLabels(rules, this.#rule.expr).has(field.label) ||
      !rowFields(rules, this.#rule).some((own) => own.label === field.label);
  }

  #declare(scope: Scope): void {
    for (const line of scope.declarations()) this.#line(this.#use(line));
  }

  #type(rule: Rule): string {
    return this.#use(printType(rule.type!));
  }

  #typeName(rule: Rule): string {
    const type = rule.type!.kind === "nullable" ? rule.type!.of : rule.type!;
    return this.#use(printType(type));
  }

  /** Notes the type names in a piece of code as used. */
  #use(code: string): string {
    noteTypes(this.#file, code);
    return code;
  }

  #line(code: string): void {
    this.#lines(code);
  }

  #lines(code: string): void {
    for (const line of code.trimEnd().split("\n")) this.#out.writeLine(line);
  }
}

/** Notes which of the names in a piece of code are types that the file must import. */
export function noteTypes(file: FileContext, code: string): void {
  for (const name of code.replace(/"[^"]*"/g, "").match(/\b[A-Z][A-Za-z0-9]*\b/g) ?? []) file.types.add(name);
}

function newWriter(): CodeBlockWriter {
  return new CodeBlockWriter({ indentNumberOfSpaces: 2, useTabs: false, newLine: "\n" });
}

/** Code for rules that need no function: a primitive, or a plain number. */
export function inlineValue(rules: ReadonlyMap<string, Rule>, rule: Rule): string | null {
  if (rule.token !== undefined) {
    const type = rule.type!;
    if (type.kind === "scalar" && type.name === "bigint") return "r.bigint()";
    if (type.kind !== "scalar" || type.name !== "number") return null;
    const { max } = rule.token;
    return max === 0xffffffff
      ? "r.number()"
      : max === Number.MAX_SAFE_INTEGER
      ? "r.number(Number.MAX_SAFE_INTEGER)"
      : `r.number(${max})`;
  }
  if (rule.role !== "value" || rule.guarded) return null;
  if (rule.expr.kind === "builtin") return `r.${rule.expr.name}()`;
  if (rule.expr.kind !== "ref") return null;
  const target = rules.get(rule.expr.rule)!;
  if (target.role === "fragment") return null;
  return inlineValue(rules, target) ?? (target.recovers ? null : `${functionName(target)}(r)`);
}

/** Fields that a fragment's row must have: what it captures, and what its guards look at. */
export function rowFields(rules: ReadonlyMap<string, Rule>, rule: Rule): Field[] {
  const fields = new Map<string, Field>();
  const seen = new Set<string>();
  const visit = (expr: Expr): void => {
    if (expr.kind === "capture") {
      const known = fields.get(expr.label);
      const type = expr.append ? { kind: "list" as const, of: expr.type } : expr.type;
      if (known === undefined) fields.set(expr.label, { label: expr.label, type, doc: "" });
    } else if (expr.kind === "ref") {
      const target = rules.get(expr.rule)!;
      if (target.role !== "fragment" || seen.has(target.name)) return;
      seen.add(target.name);
      visit(target.expr);
    } else {
      if (expr.kind === "choice") {
        for (const { label } of expr.branches.flatMap((branch) => branch.guard ?? [])) {
          if (!fields.has(label)) {
            fields.set(label, { label, type: { kind: "scalar", name: "string" }, doc: "" });
          }
        }
      }
      childrenOf(expr).forEach(visit);
    }
  };
  visit(rule.expr);
  return [...fields.values()].map((field) => rule.fields.find((own) => own.label === field.label) ?? field);
}

function optionalFields(fields: Field[]): Field[] {
  return fields.map((field) => ({
    ...field,
    type: field.type.kind === "list" || field.type.kind === "optional"
      ? field.type
      : { kind: "optional", of: field.type },
  }));
}

function isEmptyBranch(branch: Branch): boolean {
  return branch.constant === undefined && branch.quirk === undefined && branch.expr.kind === "seq" &&
    branch.expr.items.length === 0;
}

function isSpace(expr: Expr): boolean {
  return expr.kind === "bytes" && expr.bytes.length === 1 && expr.bytes[0] === SP;
}

function onlySpace(set: ByteSet): boolean {
  const bytes = members(set);
  return bytes.length === 1 && bytes[0] === SP;
}

function startsWithSpace(rules: ReadonlyMap<string, Rule>, expr: Expr): boolean {
  if (expr.kind === "bytes") return expr.bytes[0] === SP;
  if (expr.kind === "seq") return expr.items.length > 0 && startsWithSpace(rules, expr.items[0]);
  return false;
}

function negate(code: string): string {
  const equal = /^(r\.\w+\(\)) === (\S+(?: \/\* .* \*\/)?)$/.exec(code);
  if (equal !== null && !/&&|\|\|/.test(code)) return `${equal[1]} !== ${equal[2]}`;
  return /&&|\|\|/.test(code) && !/^\(.*\)$/.test(code) ? `!(${code})` : `!${code}`;
}

/** The rule as written, as a comment. */
function docOf(rule: Rule): string {
  const text = rule.text.replaceAll("*/", "* /");
  return text.includes("\n") ? "```abnf\n" + text + "\n```" : `\`${text}\``;
}
