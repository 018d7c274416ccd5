/** Writes the tests that decide: conditions on the bytes at hand, and functions that look up a word. */
import { isEmpty, members } from "../model/byte_set.ts";
import type { Branch, Decision, Expr, Rule } from "../model/ir.ts";
import { only } from "../model/lists.ts";
import { byteCode } from "./class_table.ts";
import { newWriter, placeName } from "./decode_file.ts";
import type { FileContext } from "./decode_file.ts";
import { constantName, pascalName } from "./names.ts";
import type { Scope } from "./scope.ts";

const SP = 0x20;

/** What a decision has read already of what it decides on: a leading word of this length, or a leading SP. */
export interface Taken {
  word?: number;
  space?: boolean;
}

/** Functions that read what comes with a word, by the word, and the type of what they give. */
export interface Readers {
  readonly calls: ReadonlyMap<string, string>;
  readonly type: string;
}

/** The tests of one rule. */
export class Lookahead {
  readonly #file: FileContext;
  readonly #rule: Rule;
  #readers: Readers | undefined;

  constructor(file: FileContext, rule: Rule) {
    this.#file = file;
    this.#rule = rule;
  }

  /** The condition for one branch; guards look at what `scope` has captured. */
  condition(decision: Decision, index: number, branch: Branch, scope: Scope): string {
    if (decision.by === "value") {
      const tests = branch.guard!.map(({ label, values }, at) => {
        const either = values.map((value) => {
          const word = JSON.stringify(value.toUpperCase());
          if (at === 0) return `r.wrote(${placeName(label)}, ${scope.read(label)}, ${word})`;
          this.#file.helpers.add("sameWord");
          return `sameWord(${scope.read(label)}, ${word})`;
        });
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
      const set = "sets" in decision ? decision.sets[index] : undefined;
      if (set === undefined) throw new Error(`${this.#rule.name}: decision by ${decision.by}`);
      const after = decision.by === "afterSpace" ? decision.direct[index] : undefined;
      if (after === undefined) return this.#file.classes.test(set, "peek", hint);
      const spaced = `r.peek() === ${byteCode(SP)} && ${this.#file.classes.test(set, "peekNext", hint)}`;
      if (isEmpty(after)) return spaced;
      const direct = this.#file.classes.test(after, "peek", hint);
      return isEmpty(set) ? direct : `(${spaced}) || ${direct}`;
    })();
    if (/\bEND\b/.test(code)) this.#file.helpers.add("END");
    return code;
  }

  /** The test in front of an option, which reads a leading SP where that is all it must look at. */
  take(decision: Decision, item: Expr, consume = true): { code: string; taken: Taken } {
    if (decision.by === "word") {
      const scanned = this.#file.classes.use(decision.wordClass, decision.wordClassName);
      const offset = decision.pastSpace ? ", 1" : "";
      const word = `r.isWord(${scanned}, ${JSON.stringify(decision.words[0]![0])}${offset})`;
      return { code: decision.pastSpace ? `r.peek() === ${byteCode(SP)} && ${word}` : word, taken: {} };
    }
    if (consume && startsWithSpace(this.#file.rules, item)) {
      const [set] = "sets" in decision ? decision.sets : [];
      const bytes = set === undefined ? [] : members(set);
      if (decision.by === "byte" && only(bytes) === SP) {
        return { code: "r.takesSpace()", taken: { space: true } };
      }
      if (decision.by === "afterSpace" && set !== undefined && isEmpty(decision.direct[0]!)) {
        const byte = only(bytes);
        const code = byte !== undefined
          ? `r.takesSpaceBeforeByte(${byteCode(byte)})`
          : `r.takesSpaceBefore(${this.#file.classes.use(set, `${this.#rule.name}-set`)})`;
        return { code, taken: { space: true } };
      }
    }
    return { code: this.look(decision, 0), taken: {} };
  }

  /** The code that finds out what the text here begins with: the word as the table has it, "" for none of them. */
  wordCode(decision: Decision & { by: "word" }, branches: readonly Branch[], readers?: Readers): string {
    this.#readers = readers;
    const scanned = this.#file.classes.use(decision.wordClass, decision.wordClassName);
    const isPlain = decision.bytes.length === 0 && decision.numbered.length === 0 && !decision.quoted;
    if (isPlain) return `r.wordIn(${this.#wordTable("words", decision.words)}, ${scanned})`;
    return `${this.#wordFunction(decision, branches, scanned)}(r)`;
  }

  /** What {@linkcode wordCode} says for an alternative that a byte begins: the byte, or the alternative's first rule. */
  byteName(
    decision: Decision & { by: "word" },
    branches: readonly Branch[],
    index: number,
  ): string | undefined {
    const set = decision.bytes.find(([, branch]) => branch === index)?.[0];
    if (set === undefined) return undefined;
    const [byte, ...others] = members(set);
    if (others.length === 0 && byte! > 0x20 && byte! < 0x7f) return String.fromCharCode(byte!);
    return firstRule(branches[index]!.expr) ?? `${this.#rule.name}-start`;
  }

  #wordFunction(decision: Decision & { by: "word" }, branches: readonly Branch[], scanned: string): string {
    const name = `wordOf${pascalName(this.#rule.name)}`;
    const both = decision.numbered.find(([word]) => decision.words.some(([other]) => other === word));
    if (both !== undefined) {
      throw new Error(
        `${this.#rule.name}: ${both[0]} with and without a number: give one of them a rule of its own`,
      );
    }
    const out = newWriter();
    for (const [set, branch] of decision.bytes) {
      const test = this.#file.classes.test(set, "peek", `${this.#rule.name}-set`);
      if (/\bEND\b/.test(test)) this.#file.helpers.add("END");
      out.writeLine(`if (${test}) return ${JSON.stringify(this.byteName(decision, branches, branch))};`);
    }
    const plain = this.#wordTable("words", decision.words);
    const offset = decision.quoted ? `, r.peek() === ${byteCode(0x22)} ? 1 : 0` : "";
    const length = decision.quoted ? `r.quotedRun(${scanned})` : `r.run(${scanned})`;
    const anywhere = decision.quoted
      ? `r.wordOf(${plain}, ${length}${offset})`
      : `r.wordIn(${plain}, ${scanned})`;
    if (decision.numbered.length > 0) {
      const numbered = this.#wordTable("numbered-words", decision.numbered);
      const open = decision.open !== null && !decision.rest;
      if (decision.quoted) {
        throw new Error(`${this.#rule.name}: a word in quotes cannot follow a number`);
      }
      out.writeLine(`const word = r.wordAfterNumber(${numbered}, ${plain}, ${scanned});`);
      out.writeLine(open ? `if (word === "") r.checkForm(${scanned}, ${numbered}, ${plain});` : "");
      out.writeLine("return word;");
    } else {
      out.writeLine(`return ${anywhere};`);
    }
    this.#file.functions.push({
      name,
      parameters: [{ name: "r", type: "Reader" }],
      returnType: "string",
      body: out.toString().replace(/\n{2,}/g, "\n"),
      doc: `What an alternative of \`${this.#rule.name}\` begins with and the text here, too; "": none.`,
      section: this.#rule.origin.file,
    });
    return name;
  }

  /** Name of the constant with the functions that read what comes with a word. */
  readersName(): string {
    return constantName(`${this.#rule.name}-readers`);
  }

  /** The constant with a list of words. */
  #wordTable(suffix: string, words: readonly [string, number][]): string {
    const list = words.map(([word]) => word);
    this.#file.helpers.add("wordTable");
    if (this.#readers !== undefined && suffix === "words") {
      const { calls, type } = this.#readers;
      const readers = this.readersName();
      const name = constantName(`${this.#rule.name}-${suffix}`);
      this.#file.constants.push(
        `const ${readers}: Readonly<Record<string, (r: Reader) => ${type}>> = {\n${
          list.map((word) =>
            `  ${/^[A-Z]\w*$/.test(word) ? word : JSON.stringify(word)}: ${calls.get(word)},\n`
          ).join("")
        }};\n\nconst ${name} = /* @__PURE__ */ wordTable(/* @__PURE__ */ Object.keys(${readers}));`,
      );
      return name;
    }
    const value = `/* @__PURE__ */ wordTable(${wordList(list)})`;
    const known = this.#file.constants.find((one) => one.endsWith(` = ${value};`));
    if (known !== undefined) return known.split(" ")[1]!;
    const plain = constantName(`${this.#rule.name}-${suffix}`);
    const taken = (name: string) => this.#file.constants.some((one) => one.startsWith(`const ${name} =`));
    const name = taken(plain) ? constantName(`${this.#rule.name}-${list[0]}-${suffix}`) : plain;
    this.#file.constants.push(`const ${name} = ${value};`);
    return name;
  }
}

/** The rule that an expression begins with. */
function firstRule(expr: Expr): string | undefined {
  switch (expr.kind) {
    case "ref":
      return expr.rule;
    case "capture":
    case "optional":
    case "repeat":
      return firstRule(expr.item);
    case "seq":
      return expr.items.map(firstRule).find((name) => name !== undefined);
    default:
      return undefined;
  }
}

/** Whether an expression is one SP and nothing else. */
export function isSpace(expr: Expr): boolean {
  return expr.kind === "bytes" && expr.bytes.length === 1 && expr.bytes[0] === SP;
}

function startsWithSpace(rules: ReadonlyMap<string, Rule>, expr: Expr): boolean {
  if (expr.kind === "bytes") return expr.bytes[0] === SP;
  if (expr.kind === "seq") return expr.items[0] !== undefined && startsWithSpace(rules, expr.items[0]);
  return false;
}

/** Words as an array, in lines of at most 110 characters. */
function wordList(words: readonly string[]): string {
  const short = `[${words.map((word) => JSON.stringify(word)).join(", ")}]`;
  if (short.length <= 50) return short;
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
