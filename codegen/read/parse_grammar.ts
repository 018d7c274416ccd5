/**
 * Reads one grammar file of the notation: RFC 5234 with RFC 7405 strings, rules starting in column one,
 * plus types, captures, guards, look-ahead, named deviations and annotations. See grammar/README.md.
 */
import { only } from "../model/lists.ts";
import { isPlain } from "./ast.ts";
import type { AstBranch, AstFile, AstType, Definition, Node } from "./ast.ts";
import type { Diagnostics } from "../model/diagnostics.ts";
import { builtins } from "../builtins/all.ts";
import type { BuiltinName, Constant, Mark, Origin } from "../model/ir.ts";
import { readHeaders, splitUnits, SyntaxProblem, type Unit } from "./units.ts";

const PASS = "parse_grammar";

/** Reads a grammar file; problems go to `diagnostics`. */
export function parseGrammar(name: string, text: string, diagnostics: Diagnostics): AstFile {
  const file: AstFile = { name, definitions: [], quirks: [] };
  let rfc: string[] = [];
  let sourced = false;
  let capability: string | undefined;
  let needs: string[] | undefined;
  for (const unit of splitUnits(text)) {
    const origin = { file: name, line: unit.line };
    try {
      if (unit.text.startsWith("@")) {
        for (const header of readHeaders(unit)) {
          if (header.name === "rfc") {
            rfc = header.words[0] === "none" ? [] : header.words;
            sourced = true;
            capability = undefined;
            needs = undefined;
          } else if (header.name === "capability") {
            capability = header.words.join(" ");
            needs = undefined;
          } else if (header.name === "needs") {
            needs = header.words;
          } else {
            const [name = "", description = ""] = header.words;
            file.quirks.push({ name, description, origin });
          }
        }
      } else {
        const definition = new DefinitionParser(name, unit, rfc, capability, needs).definition();
        file.definitions.push(definition);
        if (!sourced) file.unsourced ??= definition;
      }
    } catch (problem) {
      if (!(problem instanceof SyntaxProblem)) throw problem;
      diagnostics.error(PASS, { file: name, line: problem.line }, problem.message);
    }
  }
  return file;
}

/** Recursive descent over one definition. */
class DefinitionParser {
  readonly #file: string;
  readonly #unit: Unit;
  readonly #text: string;
  readonly #rfc: string[];
  readonly #capability: string | undefined;
  readonly #needs: string[] | undefined;
  readonly #comments: string[] = [];
  /** The text without comments, kept for {@linkcode Definition.text}. */
  #clean = "";
  #copied = 0;
  #at = 0;
  /** Of the alternative that is being read. */
  #marks: Mark[] = [];
  /** Of the same one, what `@needs` says. */
  #branchNeeds: string[] | undefined;
  /** Of the same one, what `@answer` says. */
  #answer: string | undefined;
  #annotations: { name: string; argument: string | undefined; line: number }[] = [];

  constructor(
    file: string,
    unit: Unit,
    rfc: string[],
    capability: string | undefined,
    needs: string[] | undefined,
  ) {
    this.#file = file;
    this.#unit = unit;
    this.#text = unit.text;
    this.#rfc = rfc;
    this.#capability = capability;
    this.#needs = needs;
  }

  definition(): Definition {
    const name = this.#match(/[A-Za-z][A-Za-z0-9-]*/y);
    if (name === null) this.#fail("a rule name was expected in column one");
    const type = this.#type();
    this.#space();
    const assign = this.#match(/=\/?/y);
    if (assign === null) this.#fail(`"=" or "=/" was expected after ${name}`);
    this.#space();
    const branches = this.#alternation("");
    if (this.#at < this.#text.length) this.#fail(`unexpected ${this.#excerpt()}`);
    this.#clean += this.#text.slice(this.#copied);
    const definition: Definition = {
      name,
      type,
      extends: assign === "=/",
      branches,
      token: false,
      upper: false,
      hook: false,
      secret: false,
      text: this.#clean.split("\n").map((line) => line.trimEnd()).filter((line) => line !== "").join("\n"),
      doc: "",
      fieldDocs: {},
      rfc: this.#rfc,
      capability: this.#capability,
      needs: this.#needs,
      origin: { file: this.#file, line: this.#unit.line },
    };
    this.#annotate(definition);
    this.#document(definition);
    for (const branch of branches) branch.fieldDocs = definition.fieldDocs;
    return definition;
  }

  #type(): AstType | null {
    if (this.#text[this.#at] !== ":") return null;
    this.#at++;
    this.#space();
    const name = this.#match(/[A-Za-z][A-Za-z0-9]*/y);
    if (name === null) this.#fail("a type was expected after the colon");
    const suffixes: AstType["suffixes"] = [];
    for (let suffix = this.#match(/\[\]|\?/y); suffix !== null; suffix = this.#match(/\[\]|\?/y)) {
      suffixes.push(suffix as "[]" | "?");
    }
    return { name, suffixes };
  }

  #annotate(definition: Definition): void {
    for (const { name, argument, line } of this.#annotations) {
      if (name === "token" || name === "upper" || name === "hook" || name === "secret") {
        definition[name] = true;
      } else if ((name === "tag" || name === "word" || name === "asks") && argument !== undefined) {
        definition[name] = argument;
      } else if (name === "max" && argument !== undefined) definition.max = Number(argument);
      else throw new SyntaxProblem(line, `unknown annotation @${name}`);
    }
  }

  /** Splits the comments into the description and `label: text` lines about fields. */
  #document(definition: Definition): void {
    const doc: string[] = [];
    let field: string | undefined;
    for (const comment of [...this.#unit.comments, "", ...this.#comments]) {
      const text = comment.replace(/^;+ ?/, "");
      const match = /^([a-z][A-Za-z0-9]*): (.+)$/.exec(text);
      if (match !== null) {
        const [, name = "", about = ""] = match;
        field = name;
        definition.fieldDocs[field] = about.trim();
      } else if (field !== undefined && text.startsWith("  ")) {
        definition.fieldDocs[field] += " " + text.trim();
      } else if (this.#unit.comments.includes(comment)) {
        field = undefined;
        doc.push(text);
      }
    }
    definition.doc = doc.join("\n").trim();
  }

  /** Alternatives up to `end` (`)`, `]` or the end of the definition). */
  #alternation(end: string): AstBranch[] {
    const branches: AstBranch[] = [this.#branch(end)];
    while (this.#take("/")) branches.push(this.#branch(end));
    return branches;
  }

  #branch(end: string): AstBranch {
    this.#space();
    const outer = this.#marks;
    const outerNeeds = this.#branchNeeds;
    const outerAnswer = this.#answer;
    this.#marks = [];
    this.#branchNeeds = undefined;
    this.#answer = undefined;
    const branch: AstBranch = {
      item: { kind: "sequence", items: [] },
      open: false,
      damage: false,
      marks: this.#marks,
      origin: this.#origin(),
      rfc: this.#rfc,
      capability: this.#capability,
      needs: this.#needs,
    };
    if (this.#take("...")) branch.open = true;
    else if (this.#take("!!!")) branch.damage = true;
    if (this.#text[this.#at] === "~") {
      this.#at++;
      branch.quirk = this.#match(/[a-z0-9-]+/y) ??
        this.#fail("the name of a deviation was expected after ~");
      this.#space();
    }
    if (this.#text.startsWith("?{", this.#at)) branch.guard = this.#guard();
    branch.item = this.#concatenation(end);
    if (this.#take("=>")) branch.constant = { value: this.#constant() };
    this.#ruleAnnotations();
    if (this.#branchNeeds !== undefined) {
      branch.needs = this.#branchNeeds;
      branch.ownNeeds = true;
    }
    branch.answer = this.#answer;
    this.#branchNeeds = outerNeeds;
    this.#answer = outerAnswer;
    this.#marks = outer;
    return branch;
  }

  /** `?{label = "A", "B"; other = "C"}`; the semicolon separates here, it starts no comment. */
  #guard(): { label: string; values: string[] }[] {
    const text = this.#match(/\?\{[^}\n]*\}/y) ?? this.#fail("} is missing after ?{");
    this.#space();
    const tests = text.slice(2, -1).trim();
    if (tests === "") return [];
    return tests.split(";").map((test) => {
      const match = /^\s*([A-Za-z][A-Za-z0-9]*)\s*=\s*("[^"]*"(?:\s*,\s*"[^"]*")*)\s*$/.exec(test);
      const [, label, values] = match ?? [];
      if (label === undefined || values === undefined) {
        this.#fail('a guard tests a label: ?{label = "VALUE"}');
      }
      return { label, values: values.split(",").map((value) => value.trim().slice(1, -1)) };
    });
  }

  #constant(): Constant {
    if (this.#text[this.#at] === '"') return this.#quoted();
    const word = this.#match(/-?[0-9]+|true|false|null/y);
    if (word === null) this.#fail("a constant was expected after =>");
    this.#space();
    if (word === "true" || word === "false") return word === "true";
    return word === "null" ? null : Number(word);
  }

  #concatenation(end: string): Node {
    const items: Node[] = [];
    while (this.#at < this.#text.length) {
      if (this.#ruleAnnotations()) continue;
      if (this.#text.startsWith("=>", this.#at)) break;
      const char = this.#text[this.#at];
      if (char === "/" || (end !== "" && char === end)) break;
      if (char === ")" || char === "]") this.#fail(`${char} without its opening bracket`);
      items.push(this.#difference());
    }
    return only(items) ?? { kind: "sequence", items };
  }

  /** Reads annotations of the rule and marks of the alternative; `@secret`, `@like` and `@builtin` belong to an element and are read there. */
  #ruleAnnotations(): boolean {
    const before = this.#at;
    for (;;) {
      const mark = this.#match(/@(selected|unasked)\b/y);
      if (mark !== null) {
        this.#marks.push(mark.slice(1) as Mark);
        this.#space();
        continue;
      }
      const needs = this.#match(/@needs\([A-Z0-9=+.|-]+\)/y);
      if (needs !== null) {
        this.#branchNeeds = needs.slice("@needs(".length, -1).split("|");
        this.#space();
        continue;
      }
      const answer = this.#match(/@answer\([A-Za-z0-9.-]+\)/y);
      if (answer !== null) {
        this.#answer = answer.slice("@answer(".length, -1);
        this.#space();
        continue;
      }
      const match = this.#match(/@(token|upper|hook|secret|tag|word|max|asks)\b(?:\(([A-Za-z0-9-]+)\))?/y);
      if (match === null) return this.#at > before;
      const [, name = "", argument] = /^@([a-z]+)(?:\((.+)\))?$/.exec(match)!;
      this.#annotations.push({ name, argument, line: this.#line() });
      this.#space();
    }
  }

  #difference(): Node {
    let left = this.#repetition();
    while (this.#match(/-(?=\s)/y) !== null) {
      const origin = this.#origin();
      this.#space();
      left = { kind: "difference", left, right: this.#repetition(), origin };
    }
    return left;
  }

  #repetition(): Node {
    const origin = this.#origin();
    if (this.#take("&")) return { kind: "look", item: this.#element(), origin };
    const label = this.#match(/[A-Za-z][A-Za-z0-9]*\+?:(?!\s)/y);
    if (label !== null) {
      const append = label.endsWith("+:");
      const item = this.#repetition();
      const secret = this.#take("@secret");
      const like = this.#match(/@like\([A-Za-z][A-Za-z0-9]*\)/y)?.slice("@like(".length, -1);
      if (like !== undefined) this.#space();
      return { kind: "capture", label: label.slice(0, append ? -2 : -1), append, secret, like, item, origin };
    }
    const count = this.#match(/[0-9]*\*[0-9]*|[0-9]+/y);
    if (count === null) return this.#element();
    const [low, high] = count.includes("*") ? count.split("*") : [count, count];
    const item = this.#element();
    return { kind: "repeat", min: Number(low || 0), max: high === "" ? null : Number(high), item, origin };
  }

  /** One element with the marks that may follow it. */
  #element(): Node {
    const origin = this.#origin();
    if (this.#match(/\+~/y) !== null) {
      const quirk = this.#match(/[a-z0-9-]+/y) ??
        this.#fail("the name of a deviation was expected after +~");
      if (this.#text[this.#at] !== "(") this.#fail(`+~${quirk} needs a group: +~${quirk}(element)`);
      return { kind: "extra", quirk, item: this.#bare(), origin };
    }
    const element = this.#bare();
    if (this.#match(/-~/y) === null) {
      this.#space();
      return element;
    }
    const quirk = this.#match(/[a-z0-9-]+/y) ?? this.#fail("the name of a deviation was expected after -~");
    this.#space();
    return { kind: "absent", quirk, item: element, origin };
  }

  #bare(): Node {
    const origin = this.#origin();
    const char = this.#text[this.#at];
    if (char === "(") {
      this.#at++;
      const branches = this.#alternation(")");
      if (this.#text[this.#at] !== ")") this.#fail(") is missing");
      this.#at++;
      this.#softSpace();
      const branch = only(branches);
      return branch !== undefined && isPlain(branch) ? branch.item : { kind: "group", branches, origin };
    }
    if (char === "[") {
      this.#at++;
      const branches = this.#alternation("]");
      if (!this.#take("]")) this.#fail("] is missing");
      return {
        kind: "option",
        item: only(branches)?.item ?? { kind: "group", branches, origin },
        origin,
      };
    }
    if (char === '"') return { kind: "text", text: this.#quoted(), exact: false, origin };
    if (char === "%") return this.#numeric(origin);
    if (char === "<") this.#fail("prose values have no meaning here; write a set difference (A - B)");
    if (char === "@") {
      const match = this.#match(/@builtin\([A-Za-z0-9-]+\)/y);
      const name = match === null ? this.#fail(`unknown annotation ${this.#excerpt()}`) : match.slice(9, -1);
      if (!Object.hasOwn(builtins, name)) this.#fail(`there is no builtin ${name}`);
      this.#softSpace();
      return { kind: "builtin", name: name as BuiltinName, origin };
    }
    const name = this.#match(/[A-Za-z](?:[A-Za-z0-9]|-(?!~))*/y);
    if (name === null) this.#fail(`unexpected ${this.#excerpt()}`);
    this.#softSpace();
    return { kind: "name", name, origin };
  }

  #numeric(origin: Origin): Node {
    const string = this.#match(/%[si](?=")/y);
    if (string !== null) return { kind: "text", text: this.#quoted(), exact: string === "%s", origin };
    const value = this.#match(/%x[0-9A-Fa-f]+(?:-[0-9A-Fa-f]+|(?:\.[0-9A-Fa-f]+)*)/y) ??
      this.#fail("only %x values and %s, %i strings are known");
    this.#softSpace();
    const digits = value.slice(2);
    if (digits.includes("-")) {
      const [from = NaN, to = NaN] = digits.split("-").map((part) => parseInt(part, 16));
      if (from > to || to > 255) this.#fail(`${value} is not a range of bytes`);
      return { kind: "range", from, to, origin };
    }
    const bytes = digits.split(".").map((part) => parseInt(part, 16));
    if (bytes.some((byte) => byte > 255)) this.#fail(`${value} is not made of bytes`);
    return { kind: "octets", bytes, origin };
  }

  #quoted(): string {
    this.#space();
    const match = this.#match(/"[^"\n]*"/y);
    if (match === null) this.#fail("a quoted string was expected");
    this.#softSpace();
    return match.slice(1, -1);
  }

  #match(pattern: RegExp): string | null {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match === null) return null;
    this.#at = pattern.lastIndex;
    return match[0];
  }

  /** Takes punctuation and the space after it. */
  #take(text: string): boolean {
    if (!this.#text.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    this.#space();
    return true;
  }

  /** Skips space unless a `-~` touches what was just read. */
  #softSpace(): void {
    if (!this.#text.startsWith("-~", this.#at)) this.#space();
  }

  #space(): void {
    for (;;) {
      this.#match(/\s+/y);
      if (this.#text[this.#at] !== ";") return;
      this.#clean += this.#text.slice(this.#copied, this.#at);
      this.#comments.push(this.#match(/;[^\n]*/y)!);
      this.#copied = this.#at;
    }
  }

  #line(): number {
    return this.#unit.line + this.#text.slice(0, this.#at).split("\n").length - 1;
  }

  #origin(): Origin {
    return { file: this.#file, line: this.#line() };
  }

  #excerpt(): string {
    const rest = this.#text.slice(this.#at).split("\n", 1).join("").slice(0, 20);
    return rest === "" ? "end of the rule" : JSON.stringify(rest);
  }

  #fail(message: string): never {
    throw new SyntaxProblem(this.#line(), message);
  }
}
