/**
 * Plain RFC 5234 ABNF: read from an RFC, or made from our notation by leaving out what RFC 5234 does not have.
 * `grammar/deviations.txt` lists where the two differ and why; the conformance test holds it to that.
 */
import type { AstBranch, Definition, Node } from "../read/ast.ts";

/** An element of plain ABNF. */
export type Plain =
  | { kind: "alternatives" | "sequence"; items: Plain[] }
  | { kind: "repeat"; min: number; max: number | null; item: Plain }
  | { kind: "text"; text: string; exact: boolean }
  | { kind: "range"; from: number; to: number }
  | { kind: "octets"; bytes: number[] }
  | { kind: "name"; name: string }
  /** `<prose>`. */
  | { kind: "prose"; text: string };

/** One plain rule. */
export interface PlainRule {
  name: string;
  /** Defined with `=/`. */
  extends: boolean;
  expr: Plain;
}

/** Reads the rules out of plain ABNF, in the indented form of RFCs, prose between the rules included. */
export function readPlainAbnf(text: string): PlainRule[] {
  return definitions(text).map(({ name, extended, body }) => {
    const parser = new PlainParser(name, body);
    const expr = parser.alternatives();
    parser.end();
    return { name, extends: extended, expr };
  }).filter(({ expr }) => !isElsewhere(expr));
}

/** `<Defined in RFC 5234>`: a reminder, not a definition. */
function isElsewhere(expr: Plain): boolean {
  return expr.kind === "prose" && /^defined in|^defines /i.test(expr.text);
}

/** Prose in place of a rule which only extensions fill. */
const hook: Plain = { kind: "prose", text: "hook" };

/** What our notation says of a rule, without captures, types, guards, look-ahead and deviations. */
export function plainRule(definition: Definition): PlainRule {
  const expr = definition.hook ? hook : branches(definition.branches);
  return { name: definition.name, extends: definition.extends, expr };
}

/** Names of primitives that are in a rule: such a rule says nothing that could be compared. */
export function handWritten(definition: Definition): boolean {
  return definition.branches.length === 1 && definition.branches[0]!.item.kind === "builtin";
}

/** Prints an element as RFC 5234 text. */
export function printPlain(expr: Plain): string {
  switch (expr.kind) {
    case "alternatives":
      return expr.items.map(printPlain).join(" / ");
    case "sequence":
      return expr.items.length === 0 ? '""' : expr.items.map(group).join(" ");
    case "repeat": {
      const { min, max, item } = expr;
      if (min === 0 && max === 1) return `[${printPlain(item)}]`;
      if (min === max) return `${min}${group(item)}`;
      return `${min === 0 ? "" : min}*${max ?? ""}${group(item)}`;
    }
    case "text":
      return expr.exact && /[a-z]/i.test(expr.text) ? `%s"${expr.text}"` : `"${expr.text}"`;
    case "range":
      return `%x${hex(expr.from)}-${hex(expr.to)}`;
    case "octets":
      return `%x${expr.bytes.map(hex).join(".")}`;
    case "name":
      return expr.name;
    case "prose":
      return `<${expr.text}>`;
  }
}

/**
 * One form for elements that mean the same: groups that add nothing are gone, names and words have one case, octets
 * that can be typed are text, alternatives are sorted (their order is compared by nobody: RFC 9051's own is alphabetical).
 */
export function normalForm(expr: Plain): Plain {
  switch (expr.kind) {
    case "alternatives": {
      const items = expr.items.map(normalForm).flatMap((item) =>
        item.kind === "alternatives" ? item.items : [item]
      );
      const sorted = new Map(items.map((item) => [printPlain(item), item]));
      const unique = [...sorted.keys()].sort().map((key) => sorted.get(key)!).filter((one) => !isHook(one));
      if (unique.length === 0) return hook;
      return unique.length === 1 ? unique[0]! : { kind: "alternatives", items: unique };
    }
    case "sequence": {
      const items = expr.items.map(normalForm).flatMap((item) =>
        item.kind === "sequence" ? item.items : [item]
      );
      const filled = items.filter((item) => item.kind !== "text" || item.text !== "");
      if (filled.some(isHook)) return hook;
      return filled.length === 1 ? filled[0]! : { kind: "sequence", items: filled };
    }
    case "repeat": {
      const item = normalForm(expr.item);
      if (isHook(item)) return expr.min === 0 ? { kind: "sequence", items: [] } : hook;
      if (expr.min === 1 && expr.max === 1) return item;
      const optional = expr.min === 0 && expr.max === 1 && item.kind === "repeat" && item.min === 0;
      return optional ? item : { ...expr, item };
    }
    case "text":
      if (expr.text === " ") return { kind: "name", name: "sp" };
      if (expr.text.toUpperCase() === "NIL") return { kind: "name", name: "nil" };
      return { ...expr, text: expr.exact ? expr.text : expr.text.toUpperCase() };
    case "octets":
      if (expr.bytes.length === 1 && expr.bytes[0] === 0x20) return { kind: "name", name: "sp" };
      if (expr.bytes.length === 1 && expr.bytes[0] === 0x22) return { kind: "name", name: "dquote" };
      if (expr.bytes.every((byte) => byte > 0x20 && byte < 0x7f && byte !== 0x22)) {
        return { kind: "text", text: String.fromCharCode(...expr.bytes), exact: true };
      }
      return expr;
    case "name":
      return { kind: "name", name: expr.name.toLowerCase() };
    default:
      return expr;
  }
}

function isHook(expr: Plain): boolean {
  return expr.kind === "prose" && expr.text === "hook";
}

function group(item: Plain): string {
  const text = printPlain(item);
  const bare = item.kind !== "alternatives" && (item.kind !== "sequence" || item.items.length < 2);
  return bare ? text : `(${text})`;
}

function hex(byte: number): string {
  return byte.toString(16).toUpperCase().padStart(2, "0");
}

function branches(all: readonly AstBranch[]): Plain {
  const items = all.filter((branch) => branch.quirk === undefined && !branch.damage)
    .map((branch) => plainOf(branch.item));
  return items.length === 1 ? items[0]! : { kind: "alternatives", items };
}

function plainOf(node: Node): Plain {
  switch (node.kind) {
    case "text":
      return { kind: "text", text: node.text, exact: node.exact };
    case "range":
      return { kind: "range", from: node.from, to: node.to };
    case "octets":
      return { kind: "octets", bytes: node.bytes };
    case "name":
      return { kind: "name", name: node.name };
    case "builtin":
      return { kind: "prose", text: node.name };
    case "sequence":
      return { kind: "sequence", items: node.items.filter(isPlain).map(plainOf) };
    case "group":
      return branches(node.branches);
    case "option":
      return { kind: "repeat", min: 0, max: 1, item: plainOf(node.item) };
    case "repeat":
      return { kind: "repeat", min: node.min, max: node.max, item: plainOf(node.item) };
    case "capture":
    case "absent":
      return plainOf(node.item);
    case "extra":
    case "look":
      return { kind: "sequence", items: [] };
    case "difference":
      return {
        kind: "prose",
        text: `any ${printPlain(plainOf(node.left))} except ${printPlain(plainOf(node.right))}`,
      };
  }
}

function isPlain(node: Node): boolean {
  return node.kind !== "extra" && node.kind !== "look";
}

interface Text {
  name: string;
  extended: boolean;
  body: string;
}

const start = /^( *)([A-Za-z][A-Za-z0-9_-]*) *(=\/?)(.*)$/;

/** Cuts an RFC's text into definitions: a rule goes on in lines that are indented more than its first. */
function definitions(text: string): Text[] {
  const found: Text[] = [];
  let current: Text | null = null;
  let indent = 0;
  let blank = false;
  for (const line of text.split(/\r?\n/)) {
    if (line.trim() === "") {
      blank = true;
      continue;
    }
    // After a blank line only an alternative goes on with the rule: prose may be indented as deep.
    if (blank && !/^\s*\//.test(line)) current = null;
    blank = false;
    const depth = line.search(/\S/);
    const match = start.exec(line);
    if (match !== null && (current === null || depth <= indent)) {
      current = { name: match[2]!, extended: match[3] === "=/", body: withoutComment(match[4]!) };
      found.push(current);
      indent = depth;
    } else if (current !== null && depth > indent) {
      current.body += ` ${withoutComment(line)}`;
    } else {
      current = null;
    }
  }
  return found;
}

function withoutComment(line: string): string {
  let quoted = false;
  let prose = false;
  for (let i = 0; i < line.length; i++) {
    if (line[i] === '"' && !prose) quoted = !quoted;
    else if (line[i] === "<" && !quoted) prose = true;
    else if (line[i] === ">" && !quoted) prose = false;
    else if (line[i] === ";" && !quoted && !prose) return line.slice(0, i);
  }
  return line;
}

/** Recursive descent over one rule. */
class PlainParser {
  #at = 0;
  readonly #name: string;
  readonly #text: string;

  constructor(name: string, text: string) {
    this.#name = name;
    this.#text = text;
  }

  alternatives(): Plain {
    const items = [this.#sequence()];
    while (this.#take("/")) items.push(this.#sequence());
    return items.length === 1 ? items[0]! : { kind: "alternatives", items };
  }

  end(): void {
    this.#skip();
    if (this.#at !== this.#text.length) this.#fail();
  }

  #sequence(): Plain {
    const items: Plain[] = [];
    for (let item = this.#element(); item !== null; item = this.#element()) items.push(item);
    return items.length === 1 ? items[0]! : { kind: "sequence", items };
  }

  #element(): Plain | null {
    this.#skip();
    const repeat = this.#match(/(\d*)(\*?)(\d*)/y)!;
    const item = this.#single();
    if (item === null || repeat[0] === "") return item;
    const least = repeat[1] === "" ? 0 : Number(repeat[1]);
    const most = repeat[2] === "" ? least : repeat[3] === "" ? null : Number(repeat[3]);
    return { kind: "repeat", min: least, max: most, item };
  }

  #single(): Plain | null {
    if (this.#take("(")) return this.#closed(")");
    if (this.#take("[")) return { kind: "repeat", min: 0, max: 1, item: this.#closed("]") };
    const text = this.#match(/(%[si])?"([^"]*)"/y);
    if (text !== null) return { kind: "text", text: text[2]!, exact: text[1] === "%s" };
    const prose = this.#match(/<([^>]*)>/y);
    if (prose !== null) return { kind: "prose", text: prose[1]!.replace(/\s+/g, " ") };
    const number = this.#match(/%([xdb])([0-9A-Fa-f.-]+)/iy);
    if (number !== null) return octets(number[1]!, number[2]!);
    const name = this.#match(/[A-Za-z][A-Za-z0-9_-]*/y);
    return name === null ? null : { kind: "name", name: name[0] };
  }

  #closed(close: string): Plain {
    const inner = this.alternatives();
    if (!this.#take(close)) this.#fail();
    return inner;
  }

  #take(text: string): boolean {
    this.#skip();
    if (!this.#text.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  #skip(): void {
    while (/\s/.test(this.#text.charAt(this.#at))) this.#at++;
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match !== null) this.#at = pattern.lastIndex;
    return match;
  }

  #fail(): never {
    throw new Error(
      `${this.#name}: not ABNF at ${JSON.stringify(this.#text.slice(this.#at, this.#at + 40))}`,
    );
  }
}

function octets(base: string, text: string): Plain {
  const radix = base.toLowerCase() === "x" ? 16 : base.toLowerCase() === "d" ? 10 : 2;
  if (text.includes("-")) {
    const [from, to] = text.split("-");
    return { kind: "range", from: parseInt(from!, radix), to: parseInt(to!, radix) };
  }
  return { kind: "octets", bytes: text.split(".").map((part) => parseInt(part, radix)) };
}
