/** Writes the code that decides between the alternatives of a rule. */
import type { CodeBlockWriter } from "ts-morph";
import { members } from "../model/byte_set.ts";
import type { Branch, ByteSet, Decision, Expr, Rule } from "../model/ir.ts";
import { only } from "../model/lists.ts";
import { printType } from "../model/type.ts";
import { byteCode } from "./class_table.ts";
import { isFunction, newWriter, noteTypes } from "./decode_file.ts";
import type { FileContext } from "./decode_file.ts";
import { Lookahead } from "./lookahead.ts";
import type { Taken } from "./lookahead.ts";
import type { Scope } from "./scope.ts";

/** So many words that differ in nothing else are not listed once more as cases. */
const MANY = 8;

/** Writes one branch of a choice; says whether its code leaves the function. */
export type WriteBranch = (branch: Branch, index: number, taken: Taken) => boolean;

/** Writes the choices of one rule. */
export class ChoiceWriter {
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

  /** Writes the decision and the branches; `openFollows`: without a match the code after goes on. */
  protected choose(
    expr: Expr & { kind: "choice" },
    scope: Scope,
    write: WriteBranch,
    openFollows = false,
  ): void {
    const { branches, decision } = expr;
    if (decision.by === "none" || branches.length === 1 && !openFollows) {
      write(branches[0]!, 0, {});
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
          : members(sets[index]!).map((byte) => `case ${byteCode(byte)}:`);
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
    const bodies = branches.map((branch, index) => {
      const words = decision.words.filter(([, at]) => at === index).map(([word]) => word);
      const numbered = decision.numbered.filter(([, at]) => at === index).map(([word]) => word);
      const byte = this.lookahead.byteName(decision, branches, index);
      const names = [...words, ...numbered, ...(byte === undefined ? [] : [byte])];
      const plain = names.length === 1 && !decision.quoted ? only(words) : undefined;
      const taken = plain === undefined ? {} : { word: plain.length };
      const body = this.body(() => write(branch, index, taken));
      const isRest = decision.rest && index === decision.open;
      return { names, isRest, body, common: plain === undefined ? body : commonBody(body, plain) };
    });
    const calls = this.calls(bodies, decision);
    const code = this.lookahead.wordCode(
      decision,
      branches,
      calls && { calls: calls.byWord, type: calls.type },
    );
    // Alternatives that differ in nothing but their word are one case.
    const groups = new Map<string, typeof bodies>();
    for (const one of bodies) {
      if (one.names.length > 0 && one.names.every((name) => calls?.byWord.has(name))) continue;
      const key = one.isRest ? "" : one.common;
      groups.set(key, [...groups.get(key) ?? [], one]);
    }
    const shares = [...groups.values()].some((group) =>
      group.length > 1 && group[0]!.common.includes("word")
    );
    if (shares || calls) this.line(`const word = ${code};`);
    const most = calls || decision.rest || decision.quoted || decision.numbered.length > 0
      ? undefined
      : [...groups.values()].find((group) => group.length >= MANY);
    const otherwise = (): void => {
      if (openFollows) this.lines("break;");
      else this.line(`r.fail("${this.rule.name}");`);
    };
    this.out.write(`switch (${shares || calls ? "word" : code})`).block(() => {
      for (const group of groups.values()) {
        if (group === most) continue;
        const heads = group.flatMap(({ names }) => names).map((name) => `case ${JSON.stringify(name)}:`);
        const [{ isRest, body, common }] = group as [typeof bodies[number]];
        if (isRest) heads.push("default:");
        if (heads.length === 0) continue;
        for (const head of heads.slice(0, -1)) this.line(head);
        this.block(heads[heads.length - 1]!, group.length > 1 ? this.common(common) : body);
      }
      if (calls || most) {
        this.out.write('case "":').newLine().indent(otherwise);
        if (most) this.lines(wordsComment(most.flatMap(({ names }) => names)));
        this.block("default:", calls?.body ?? this.common(most![0]!.common));
      } else if (!openFollows && !decision.rest) {
        this.out.write("default:").newLine().indent(() => this.line(`r.fail("${this.rule.name}");`));
      }
    });
  }

  /**
   * Where many alternatives are a call each: the functions by their words, and one body for all. A word is then written once,
   * and neither in a list nor in a case besides. What comes after a number comes for each message, and keeps its case: a call that
   * the compiler can see through is 3 % of a FETCH row.
   */
  protected calls(
    bodies: readonly { names: string[]; isRest: boolean; body: string }[],
    decision: Decision & { by: "word" },
  ): { byWord: Map<string, string>; type: string; body: string } | undefined {
    const byWord = new Map<string, string>();
    let after: string | undefined;
    for (const { names, isRest, body } of bodies) {
      const [, name, rest] = /^const value = (read\w+)\(r\);\n((?:.*\n)*)$/.exec(body) ?? [];
      if (isRest || name === undefined || (after ??= rest) !== rest) continue;
      if (decision.numbered.some(([word]) => names.includes(word))) continue;
      for (const word of names) byWord.set(word, name);
    }
    const all = decision.words.every(([word]) => byWord.has(word));
    if (!all || byWord.size < MANY || this.rule.type === null) return undefined;
    const read = `${this.lookahead.readersName()}[word]!`;
    return { byWord, type: this.use(printType(this.rule.type)), body: `const value = ${read}(r);\n${after}` };
  }

  /** The body of a case for several words. */
  protected common(body: string): string {
    const type = this.rule.type;
    if (type === null || !/^return \{.*\bword\b.*\};$/m.test(body)) return body;
    return body.replace(/^(return \{.*\});$/m, `$1 as ${this.use(printType(type))};`);
  }

  /** What a branch does, with a `break` where it goes on after the choice. */
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

/** Words as a comment, in lines of at most 90 characters. */
function wordsComment(words: readonly string[]): string {
  const lines = ["//"];
  for (const [index, word] of words.entries()) {
    const text = ` ${word}${index === words.length - 1 ? "" : ","}`;
    if (lines.at(-1)!.length + text.length > 90) lines.push("//");
    lines[lines.length - 1] += text;
  }
  return lines.join("\n");
}

function isEmptyBranch(branch: Branch): boolean {
  return branch.constant === undefined && branch.quirk === undefined && branch.expr.kind === "seq" &&
    branch.expr.items.length === 0;
}
