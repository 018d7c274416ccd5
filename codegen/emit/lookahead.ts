/** Writes the tests that decide: conditions on the bytes at hand, and functions that look up a word. */
import type { CodeBlockWriter } from "ts-morph";
import { members } from "../model/byte_set.ts";
import type { Branch, ByteSet, Decision, Expr, Rule } from "../model/ir.ts";
import { byteCode } from "./class_table.ts";
import { newWriter } from "./decode_file.ts";
import type { FileContext } from "./decode_file.ts";
import { constantName, pascalName } from "./names.ts";
import type { Scope } from "./scope.ts";

const SP = 0x20;

/** What a decision has read already of what it decides on: a leading word of this length, or a leading SP. */
export interface Taken {
  word?: number;
  space?: boolean;
}

/** The tests of one rule. */
export class Lookahead {
  readonly #file: FileContext;
  readonly #rule: Rule;
  #wordFunctions = 0;

  constructor(file: FileContext, rule: Rule) {
    this.#file = file;
    this.#rule = rule;
  }

  /** The condition for one branch; guards look at what `scope` has captured. */
  condition(decision: Decision, index: number, branch: Branch, scope: Scope): string {
    if (decision.by === "value") {
      this.#file.helpers.add("sameWord");
      const tests = branch.guard!.map(({ label, values }) => {
        const either = values.map((value) =>
          `sameWord(${scope.read(label)}, ${JSON.stringify(value.toUpperCase())})`
        );
        return either.length === 1 ? either[0] : `(${either.join(" || ")})`;
      });
      return tests.join(" && ");
    }
    return this.look(decision, index);
  }

  /** The test for one branch of a decision by byte. */
  look(decision: Decision, index: number): string {
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

  /** The test in front of an option, which reads a leading SP where that is all it must look at. */
  take(decision: Decision, item: Expr, consume = true): { code: string; taken: Taken } {
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
    return { code: this.look(decision, 0), taken: {} };
  }

  /** The function that finds out which branch the word here begins. */
  wordFunction(decision: Decision & { by: "word" }): string {
    this.#wordFunctions++;
    const name = `wordOf${pascalName(this.#rule.name)}${
      this.#wordFunctions === 1 ? "" : this.#wordFunctions
    }`;
    const out = newWriter();
    for (const [set, branch] of decision.bytes) {
      const test = this.#file.classes.test(set, "peek", `${this.#rule.name}-set`);
      if (/\bEND\b/.test(test)) this.#file.helpers.add("END");
      out.writeLine(`if (${test}) return ${branch};`);
    }
    const scanned = this.#file.classes.use(decision.wordClass, decision.wordClassName);
    const open = decision.open !== null && !decision.rest && decision.numbered.length > 0;
    if (open) this.#forms(decision, name);
    const check = open
      ? `r.checkForm(${scanned}, ${constantName(name)}_NUMBERED, ${constantName(name)}_PLAIN);`
      : "";
    const none = open ? "return -1;" : `return ${decision.rest ? decision.open : -1};`;
    if (decision.numbered.length > 0) {
      out.write(`if (r.peek() >= ${byteCode(0x30)} && r.peek() <= ${byteCode(0x39)})`).block(() => {
        out.writeLine("const offset = r.numberAndSpace();");
        if (open) {
          out.write("if (offset > 0)").block(() =>
            this.#wordSwitch(out, decision.numbered, `r.run(${scanned}, offset)`, ", offset")
          );
          out.writeLine(check);
        } else {
          out.writeLine(`if (offset === 0) ${none}`);
          this.#wordSwitch(out, decision.numbered, `r.run(${scanned}, offset)`, ", offset");
        }
        out.writeLine(none);
      });
    }
    if (decision.quoted) {
      out.writeLine(`const offset = r.peek() === ${byteCode(0x22)} ? 1 : 0;`);
      this.#wordSwitch(out, decision.words, `r.quotedRun(${scanned})`, ", offset");
    } else {
      this.#wordSwitch(out, decision.words, `r.run(${scanned})`, "");
    }
    if (open) out.writeLine(check);
    out.writeLine(none);
    const body = out.toString();
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

  /** The words that need a number before them, and those that must not have one. */
  #forms(decision: Decision & { by: "word" }, name: string): void {
    for (const [suffix, words] of [["NUMBERED", decision.numbered], ["PLAIN", decision.words]] as const) {
      this.#file.constants.push(
        `const ${constantName(name)}_${suffix} = ${wordList(words.map(([word]) => word))};`,
      );
    }
  }

  #wordSwitch(out: CodeBlockWriter, words: [string, number][], length: string, offset: string): void {
    if (words.length === 0) return;
    const lengths = [...new Set(words.map(([word]) => word.length))].sort((a, b) => a - b);
    out.write(`switch (${length})`).block(() => {
      for (const one of lengths) {
        out.write(`case ${one}:`).newLine().indent(() => {
          for (const [word, branch] of words) {
            if (word.length === one) {
              out.writeLine(`if (r.is(${JSON.stringify(word)}${offset})) return ${branch};`);
            }
          }
          out.writeLine("break;");
        });
      }
    });
  }
}

/** Whether an expression is one SP and nothing else. */
export function isSpace(expr: Expr): boolean {
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

/** Words as an array, in lines of at most 110 characters. */
function wordList(words: string[]): string {
  const lines = [""];
  for (const word of words) {
    const text = `${JSON.stringify(word)}, `;
    if (lines[lines.length - 1]!.length + text.length > 105) lines.push("");
    lines[lines.length - 1] += text;
  }
  return `[\n${lines.map((line) => `  ${line.trimEnd()}\n`).join("")}]`;
}

/** The opposite of a condition. */
export function negate(code: string): string {
  const equal = /^(r\.\w+\(\)) === (\S+(?: \/\* .* \*\/)?)$/.exec(code);
  if (equal !== null && !/&&|\|\|/.test(code)) return `${equal[1]} !== ${equal[2]}`;
  return /&&|\|\|/.test(code) && !/^\(.*\)$/.test(code) ? `!(${code})` : `!${code}`;
}
