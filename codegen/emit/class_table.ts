/** Gives byte sets their bits in the class table of one generated file, and writes tests against them. */
import { members, printByte, sameSet } from "../model/byte_set.ts";
import type { ByteSet, Rule } from "../model/ir.ts";
import { END } from "../model/ir.ts";
import { only } from "../model/lists.ts";
import { constantName } from "./names.ts";

/** Bits of one table entry. */
const BITS = 32;

/** The table while the functions that use it are written. */
export class ClassTable {
  readonly #rules: ReadonlyMap<string, Rule>;
  readonly #classes: { name: string; set: ByteSet }[] = [];

  constructor(rules: ReadonlyMap<string, Rule>) {
    this.#rules = rules;
  }

  /** Table and bit of a set, as two arguments. */
  use(set: ByteSet, hint: string): string {
    const known = this.#classes.findIndex((one) => sameSet(one.set, set));
    const index = known === -1 ? this.#classes.length : known;
    const found = this.#classes[known] ?? { name: this.#nameOf(set, hint), set };
    if (known === -1) this.#classes.push(found);
    return `${tableName(index)}, ${found.name}`;
  }

  /** A condition that the byte here (or after a SP here) is in a set. */
  test(set: ByteSet, where: "peek" | "peekNext", hint: string): string {
    const bytes = members(set);
    if (bytes.length <= 2) {
      const tests = bytes.map((byte) => `r.${where}() === ${byteCode(byte)}`);
      return only(tests) ?? `(${tests.join(" || ")})`;
    }
    return `r.${where === "peek" ? "at" : "nextAt"}(${this.use(set, hint)})`;
  }

  /** The constants and tables, as statements. */
  statements(): string[] {
    const lines: string[] = [];
    this.#classes.forEach(({ name }, index) => {
      const bit = 2 ** (index % BITS);
      lines.push(`const ${name} = ${bit > 0x7fff_ffff ? "-0x80000000" : "0x" + bit.toString(16)};`);
    });
    for (let from = 0; from < this.#classes.length; from += BITS) {
      const classes = this.#classes.slice(from, from + BITS);
      lines.push("", "// Eight bytes a row; the last entry is the end of the text.");
      lines.push(`const ${tableName(from)} = new Uint32Array([`);
      for (let row = 0; row < END; row += 8) {
        const cells = Array.from({ length: 8 }, (_, column) => cell(classes, row + column));
        const first = row.toString(16).padStart(2, "0");
        lines.push(`  ${cells.join(", ")}, // ${first}`);
      }
      lines.push(`  ${cell(classes, END)},`, "]);");
    }
    return lines;
  }

  #nameOf(set: ByteSet, hint: string): string {
    const named = [...this.#rules.values()].find((rule) =>
      rule.expr.kind === "set" && sameSet(rule.expr.set, set)
    );
    const scanned = [...this.#rules.values()].find((rule) =>
      rule.token !== undefined && sameSet(rule.token.set, set)
    );
    const begins = [...this.#rules.values()].find((rule) => rule.type !== null && sameSet(rule.first, set));
    const name = constantName(
      named?.name ?? scanned?.token?.setName ?? (begins === undefined ? hint : `${begins.name}-start`),
    );
    let unique = name;
    for (let n = 2; this.#classes.some((one) => one.name === unique); n++) unique = `${name}_${n}`;
    return unique;
  }
}

function cell(classes: { set: ByteSet }[], byte: number): string {
  let bits = 0;
  classes.forEach(({ set }, index) => {
    if (set[byte]) bits += 2 ** index;
  });
  return "0x" + bits.toString(16);
}

function tableName(index: number): string {
  return index < BITS ? "CLASSES" : `CLASSES_${Math.floor(index / BITS) + 1}`;
}

/** A byte as generated code writes it: the number, and the character in a comment. */
export function byteCode(byte: number): string {
  if (byte === END) return "END";
  const hex = "0x" + byte.toString(16).padStart(2, "0");
  return `${hex} /* ${printByte(byte).replaceAll("*/", "* /")} */`;
}
