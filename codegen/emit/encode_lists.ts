/** Statements for lists: elements of an array, and fragments whose present captures are written once each. */
import type { CodeBlockWriter } from "ts-morph";
import type { Expr } from "../model/ir.ts";
import { constants, constantWords, withoutLook } from "./canonical.ts";
import type { Listing, Shapes } from "./canonical.ts";
import { oneOf } from "./encode_conditions.ts";
import type { Source } from "./encode_conditions.ts";
import { flush } from "./constant_text.ts";
import type { Conditions, Direction } from "./encode_conditions.ts";
import { newWriter } from "./decode_file.ts";
import { camelName, elementName } from "./names.ts";

/** What writes the elements, and knows what has been asked around. */
export interface ListHost {
  readonly shapes: Shapes;
  readonly direction: Direction;
  readonly conditions: Conditions;
  readonly helpers: Set<string>;
  readonly known: readonly string[];
  readonly current: string;
  write(expr: Expr, source: Source, out: CodeBlockWriter): void;
  sequence(items: readonly Expr[], source: Source, out: CodeBlockWriter): void;
  word(value: string, words: readonly string[], out: CodeBlockWriter): void;
  refuse(what: string, value: string, out: CodeBlockWriter): void;
  when(condition: string, out: CodeBlockWriter, statements: () => void): void;
  under(condition: string | null, out: CodeBlockWriter, statements: () => void): void;
}

/** Writes the loops of a rule's lists. */
export class Lists {
  readonly #host: ListHost;

  constructor(host: ListHost) {
    this.#host = host;
  }

  listing(listing: Listing, source: Source, out: CodeBlockWriter): void {
    flush(out);
    if (source.kind !== "record") {
      this.#elementsOf(listing, source.kind === "list" ? source.list : source.value, out);
      return;
    }
    const alternatives = this.#alternatives(listing.element);
    const simple = alternatives.length === 1;
    const counted = listing.between && !simple;
    if (counted) out.writeLine("let count = 0;");
    const done = new Set<string>();
    const separate = (index: string | null) => {
      // Lists that follow each other directly: what is not one of them follows a SP.
      if (listing.separator.length === 0 && done.size > 1) {
        flush(out);
        out.writeLine("w.apart();");
        return;
      }
      if (listing.between && index === null) return;
      if (listing.between) this.#between(listing.separator, `${index} > 0`, source, out);
      else this.#host.sequence(listing.separator, source, out);
    };
    for (const alternative of alternatives) {
      const label = this.#elementwise(alternative);
      if (label === null) {
        this.#once(alternative, source, () => separate(counted ? "count++" : null), out);
      } else if (!done.has(label)) {
        done.add(label);
        const same = alternatives.filter((one) => this.#elementwise(one) === label);
        const must = simple && listing.min > 0;
        this.#each(label, same, source, separate, counted ? "count++" : null, must, listing, out);
      }
    }
  }

  /** What comes between the elements of a list. */
  #between(separator: Expr[], condition: string, source: Source, out: CodeBlockWriter): void {
    flush(out);
    if (separator.length === 0) return;
    if (isSpace(separator)) {
      out.writeLine(`if (${condition}) w.sp();`);
      return;
    }
    out.write(`if (${condition}) `).block(() =>
      this.#host.under(null, out, () => this.#host.sequence(separator, source, out))
    );
  }

  /** Elements of an array, written one by one. */
  #elementsOf(listing: Listing, list: string, out: CodeBlockWriter): void {
    if (listing.min > 0) this.#atLeastOne(this.#host.current, list, out);
    const one = list.includes(".") ? elementName(list.split(".").at(-1)!) : this.#ruleName(listing.element);
    const source: Source = { kind: "value", value: one };
    if (!listing.between) {
      out.write(`for (const ${one} of ${list}) `).block(() => {
        this.#host.sequence([...listing.separator, listing.element], source, out);
        flush(out);
      });
      return;
    }
    if (isSpace(listing.separator)) {
      this.#spaced(list, one, (body) => this.#host.write(listing.element, source, body), out);
      return;
    }
    out.write(`for (const [index, ${one}] of ${list}.entries()) `).block(() => {
      this.#between(listing.separator, "index > 0", source, out);
      this.#host.write(listing.element, source, out);
      flush(out);
    });
  }

  /** Elements with a space between them. */
  #spaced(
    list: string,
    one: string,
    statements: (body: CodeBlockWriter) => void,
    out: CodeBlockWriter,
  ): void {
    const body = newWriter();
    this.#host.under(null, body, () => statements(body));
    const [first, ...others] = body.toString().trimEnd().split("\n");
    if (others.length === 0 && !first!.startsWith("if")) {
      out.writeLine(`w.spaced(${list}, (${one}) => ${first!.replace(/;$/, "")});`);
      return;
    }
    out.write(`w.spaced(${list}, (${one}) => `).inlineBlock(() => {
      for (const line of [first!, ...others]) out.writeLine(line);
    }).write(");").newLine();
  }

  /** What the rule of a list's elements calls them. */
  #ruleName(expr: Expr): string {
    if (expr.kind === "ref") return elementName(camelName(expr.rule));
    if (expr.kind === "builtin") return elementName(expr.name);
    if (expr.kind !== "seq") return "element";
    const valued = expr.items.find((item) => this.#host.shapes.yields(item));
    return valued === undefined ? "element" : this.#ruleName(valued);
  }

  #atLeastOne(what: string, list: string, out: CodeBlockWriter): void {
    const bare = list.replace(" ?? []", "");
    const asked = [`${list}.length > 0`, `${list}.length >= 1`, `(${bare}?.length ?? 0) > 0`];
    if (this.#host.known.some((one) => asked.includes(one))) return;
    this.#host.helpers.add("atLeastOne");
    out.writeLine(`atLeastOne(${JSON.stringify(what)}, ${list});`);
  }

  /** An alternative that is written at most once, when what it captures is there. */
  #once(
    alternative: Expr,
    source: Source & { kind: "record" },
    separate: () => void,
    out: CodeBlockWriter,
  ): void {
    this.#host.when(this.#host.conditions.present(alternative, source), out, () => {
      separate();
      this.#host.write(alternative, source, out);
    });
    flush(out);
  }

  /** Alternatives that append to one field: each element is written by the one that is for it, in the field's order. */
  #each(
    label: string,
    alternatives: readonly Expr[],
    source: Source & { kind: "record" },
    separate: (index: string | null) => void,
    counter: string | null,
    must: boolean,
    listing: Listing,
    out: CodeBlockWriter,
  ): void {
    const field = `${source.object}.${label}`;
    const list = source.maybe.has(label) || this.#host.direction === "request" ? `${field} ?? []` : field;
    if (must) this.#atLeastOne(label, list, out);
    const one = elementName(label);
    const inner: Source = { ...source, elements: new Map([...source.elements, [label, one]]) };
    const indexed = counter === null && listing.between && listing.separator.length > 0;
    if (indexed && alternatives.length === 1 && isSpace(listing.separator)) {
      this.#spaced(list, one, (body) => this.#host.write(alternatives[0]!, inner, body), out);
      return;
    }
    const head = indexed ? `const [index, ${one}] of (${list}).entries()` : `const ${one} of ${list}`;
    const plain = alternatives.filter((one) => one.kind === "capture");
    // Words after which more may follow: each has its own statements, and the others are only words.
    const more = alternatives.filter((one) => this.#isWordWithMore(one));
    const words = plain.length + more.length === alternatives.length ? this.#wordsOf(plain) : null;
    const places = this.#host.conditions.places(label);
    if (words !== null && more.length > 0) out.writeLine("let isFirst = true;");
    out.write(`for (${head}) `).block(() => {
      const own = alternatives.map((alternative) => this.#own(alternative, label, one));
      if (places > alternatives.length && own.every((test) => test !== null)) {
        out.writeLine(`if (!(${own.join(" || ")})) continue;`);
      }
      separate(indexed ? "index" : counter);
      if (words !== null) {
        flush(out);
        for (const { items: [word, ...rest] } of more) {
          out.write(`if (${this.#elementTest(word!, label, one)}) `).block(() => {
            this.#host.write(word!, inner, out);
            flush(out);
            // What comes after the word is written once, however often the word is there.
            out.write("if (isFirst) ").block(() => {
              this.#host.sequence(rest, inner, out);
              flush(out);
            });
            out.writeLine("isFirst = false;");
            out.writeLine("continue;");
          });
        }
        this.#host.word(one, words, out);
        return;
      }
      if (alternatives.length > 1) flush(out);
      const asked: (string | null)[] = alternatives.map((alternative) =>
        this.#elementTest(alternative, label, one)
      );
      // The alternative for the rest comes last.
      const order = asked.map((_, at) => at).sort((a, b) =>
        Number(asked[a] === null) - Number(asked[b] === null)
      );
      const tests: (string | null)[] = order.map((at) => asked[at]!);
      order.map((at) => alternatives[at]!).forEach((alternative, at) => {
        const test = tests[at] ?? null;
        if (alternatives.length === 1) {
          this.#host.write(alternative, inner, out);
          flush(out);
          return;
        }
        if (at > 0) out.write(" else ");
        if (test !== null) out.write(`if (${test}) `);
        out.inlineBlock(() => {
          this.#host.write(alternative, inner, out);
          flush(out);
        });
      });
      if (alternatives.length > 1) {
        if (!tests.includes(null)) {
          out.write(" else ").inlineBlock(() => this.#host.refuse(label, one, out));
        }
        out.newLine();
      }
    });
  }

  /** The words of alternatives that are nothing but words. */
  #wordsOf(alternatives: readonly Expr[]): string[] | null {
    const words = alternatives.map((one) =>
      one.kind === "capture" && one.item.kind === "choice" ? constantWords(one.item.branches) : null
    );
    return words.length < 2 || words.includes(null) ? null : words.flatMap((list) => list!);
  }

  #own(alternative: Expr, label: string, value: string): string | null {
    const capture = this.#host.shapes.captures(alternative).find((one) => one.label === label)!;
    return this.#host.conditions.ownElement(capture, value);
  }

  #elementTest(alternative: Expr, label: string, value: string): string | null {
    const capture = this.#host.shapes.captures(alternative).find((one) => one.label === label)!;
    const words = constants(capture);
    if (words !== null) return words.map((word) => `${value} === ${JSON.stringify(word)}`).join(" || ");
    const discriminant = this.#host.shapes.discriminant(capture.item);
    return discriminant === null ? null : oneOf(discriminant, value);
  }

  /** An element's alternatives, groups and fragments inside it taken apart. */
  #alternatives(expr: Expr): Expr[] {
    if (this.#host.shapes.captures(expr).length === 0) return [expr];
    const fragment = this.#host.shapes.fragment(expr);
    if (fragment !== undefined) return this.#alternatives(fragment);
    if (expr.kind === "choice") {
      return expr.branches.flatMap((branch) => this.#alternatives(withoutLook(branch.expr)));
    }
    if (expr.kind !== "seq") return [expr];
    const at = expr.items.findIndex((item) => this.#alternatives(item).length > 1);
    if (at === -1) return [expr];
    return this.#alternatives(expr.items[at]!).flatMap((one) => {
      const items = [...expr.items.slice(0, at), one, ...expr.items.slice(at + 1)];
      return this.#alternatives({ kind: "seq", items });
    });
  }

  /** The field to which an alternative appends once; null when it writes whole fields. */
  #elementwise(alternative: Expr): string | null {
    const outside = (expr: Expr): string[] => {
      if (expr.kind === "repeat") return [];
      if (expr.kind === "capture") return expr.append ? [expr.label] : [];
      const fragment = this.#host.shapes.fragment(expr);
      if (fragment !== undefined) return outside(fragment);
      return expr.kind === "seq" ? expr.items.flatMap(outside) : [];
    };
    const labels = outside(alternative);
    const all = this.#host.shapes.captures(alternative);
    return labels.length === 1 && (all.length === 1 || this.#isWordWithMore(alternative)) ? labels[0]! : null;
  }

  /** Whether an alternative is one word, appended to a field, and what may come after it. */
  #isWordWithMore(alternative: Expr): alternative is Expr & { kind: "seq" } {
    if (alternative.kind !== "seq") return false;
    const [first, ...rest] = alternative.items;
    return first?.kind === "capture" && first.append && constants(first) !== null &&
      rest.length > 0 && rest.every(({ kind }) => kind === "optional");
  }
}

/** Whether what comes between elements is one space. */
function isSpace(separator: readonly Expr[]): boolean {
  const [only] = separator;
  return separator.length === 1 && only!.kind === "bytes" && only!.bytes.length === 1 &&
    only!.bytes[0] === 0x20;
}
