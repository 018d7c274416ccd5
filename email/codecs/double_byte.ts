/**
 * The Chinese, Japanese and Korean charsets of one and two octets.
 *
 * No table is shipped: the platform's TextDecoder holds nearly the same ones. Text in which every pair means
 * the same to Python is handed to it whole; anything else goes through a table that is read out of it once.
 *
 * @module
 */

import { decodeLatin1, isAscii, isAsciiBytes } from "../text/text.ts";
import { type Difference, DIFFERENCES } from "./double_byte_data.ts";
import { ByteWriter, type Codec, type ErrorMode, UnitWriter } from "./io.ts";
import { composeJamo, decomposeHangul } from "./hangul.ts";

/** Characters by pair: a unit, 0 for none, or 0xffff for what `extra` holds. */
export interface PairTable {
  /** UTF-16 units by pair. */
  units: Uint16Array;
  /** Pairs that mean more than one unit. */
  extra: Map<number, string>;
}

/** The unit of pairs that mean two. */
export const EXTRA = 0xffff;

/** The character of a pair. */
export function characterAt(table: PairTable, code: number): string | undefined {
  const unit = table.units[code]!;
  if (unit === 0) return undefined;
  return unit === EXTRA ? table.extra.get(code) : String.fromCharCode(unit);
}

/** Reads the pairs after `prefix` out of a platform decoder. */
function platformPairs(label: string, prefix: number[] = []): PairTable {
  const table: PairTable = { units: new Uint16Array(0x10000), extra: new Map() };
  const decoder = new TextDecoder(label);
  const row = new Uint8Array(191 * (prefix.length + 5)).fill(0x0a);
  for (let lead = 0x81; lead < 0xff; lead++) {
    // Three line feeds after each pair: whatever a damaged pair swallows, one is left to count by.
    let at = 0;
    for (let trail = 0x40; trail < 0xff; trail++, at += 3) {
      for (const octet of prefix) row[at++] = octet;
      row[at++] = lead;
      row[at++] = trail;
    }
    decoder.decode(row).split(/\n+/).forEach((piece, index) => {
      const code = (lead << 8) | (0x40 + index);
      // A broken pair leaves U+FFFD and its ASCII octet.
      if (piece.includes("\ufffd")) return;
      if (piece.length === 1) table.units[code] = piece.charCodeAt(0);
      else if (piece.charCodeAt(1) > 0x7f) {
        table.units[code] = EXTRA;
        table.extra.set(code, piece);
      }
    });
  }
  return table;
}

function hex(text: string, at: number, digits = 2): number {
  return parseInt(text.slice(at, at + digits), 16);
}

/** One flag a pair: Python has it, if the platform has. */
function pairMask(mask = "-"): Uint8Array {
  const keep = mask[0] === "+";
  const out = new Uint8Array(0x10000);
  if (!keep) out.fill(1, 0x8100, 0xff00);
  for (const row of mask.slice(1).split(" ")) {
    for (let lead = hex(row, 0); lead <= hex(row, 2); lead++) {
      for (let at = 4; at < row.length; at += 4) {
        out.fill(keep ? 1 : 0, (lead << 8) | hex(row, at), ((lead << 8) | hex(row, at + 2)) + 1);
      }
    }
  }
  return out;
}

/** The pairs of {@linkcode Difference.runs} with their units. */
function* runPairs(runs: string | undefined): Generator<[number, number]> {
  for (const run of runs?.split(" ") ?? []) {
    let code = hex(run, 0, 4);
    let last = 0;
    for (let i = 4; i < run.length; i++) {
      let unit = run.charCodeAt(i);
      const first = run[i] === "-" ? last + 1 : unit;
      if (run[i] === "-") unit = run.charCodeAt(++i);
      for (let u = first; u <= unit; u++) {
        yield [code++, u];
        if ((code & 0xff) === 0x7f) code += 0xa1 - 0x7f;
        else if ((code & 0xff) === 0xff) code += 0x140 - 0xff;
      }
      last = unit;
    }
  }
}

/** Octets by character, ASCII left out. */
export interface ReverseTable {
  /** By UTF-16 unit; 0 for none. */
  units: Uint32Array;
  /** Of characters of more than one unit. */
  extra: Map<string, number>;
}

/** A charset of ASCII, single octets where it has them, and pairs. */
export class DoubleByteCodec implements Codec {
  readonly #swaps = new Map<string, string>();
  readonly #swapped: RegExp | null;
  /** Units of the octets from 0x80 on that are single, 0 for none. */
  readonly #singles = new Uint16Array(256);
  #safe: Uint8Array | undefined;
  #pairTable: PairTable | undefined;
  #tripleTable: PairTable | undefined;
  #reverse: ReverseTable | undefined;

  /** Sequences of three octets begin with 0x8f. */
  readonly #hasTriples: boolean;

  readonly name: string;
  protected readonly difference: Difference;

  constructor(name: string, difference: Difference = DIFFERENCES[name]!) {
    this.name = name;
    this.difference = difference;
    this.#hasTriples = name.startsWith("euc_j");
    const swap = difference.swap ?? "";
    for (let i = 0; i < swap.length; i += 2) this.#swaps.set(swap[i]!, swap[i + 1]!);
    this.#swapped = swap === "" ? null : new RegExp(`[${[...this.#swaps.keys()].join("")}]`, "g");
    if (difference.label === "shift_jis") {
      for (let octet = 0xa1; octet < 0xe0; octet++) this.#singles[octet] = 0xff61 + octet - 0xa1;
    }
    if (name === "cp932") {
      this.#singles[0x80] = 0x80;
      [0xa0, 0xfd, 0xfe, 0xff].forEach((octet, i) => this.#singles[octet] = 0xf8f0 + i);
    }
  }

  decode(bytes: Uint8Array, errors: ErrorMode): string {
    if (isAsciiBytes(bytes)) return decodeLatin1(bytes);
    const fast = this.#decodeWhole(bytes);
    if (fast !== null) return fast;
    const out = new UnitWriter(this.name, bytes, errors);
    const { units, extra } = this.pairs();
    for (let i = 0; i < bytes.length;) {
      const lead = bytes[i]!;
      if (lead < 0x80 || this.#singles[lead] !== 0) {
        out.unit(lead < 0x80 ? lead : this.#singles[lead]!);
        i++;
        continue;
      }
      const code = (lead << 8) | (bytes[i + 1] ?? 0);
      const unit = i + 1 < bytes.length ? units[code]! : 0;
      if (unit !== 0) {
        if (unit === EXTRA) out.string(extra.get(code)!);
        else out.unit(unit);
        i += 2;
        continue;
      }
      const size = i + 1 < bytes.length ? this.decodeLonger(bytes, i, out) : -1;
      if (size > 0) i += size;
      else if (size < 0) i = out.fail(i, bytes.length, "incomplete multibyte sequence");
      else i = out.fail(i, i + 1, "illegal multibyte sequence");
    }
    return out.text();
  }

  /**
   * Decodes a sequence of more than two octets.
   *
   * @returns its length, 0 when there is none, -1 when the input ends inside it
   */
  protected decodeLonger(bytes: Uint8Array, i: number, out: UnitWriter): number {
    if (this.#hasTriples && bytes[i] === 0x8f) {
      if (i + 2 >= bytes.length) return -1;
      const text = characterAt(this.triples(), (bytes[i + 1]! << 8) | bytes[i + 2]!);
      if (text === undefined) return 0;
      out.string(text);
      return 3;
    }
    if (this.name === "euc_kr" && bytes[i] === 0xa4 && bytes[i + 1] === 0xd4) {
      if (i + 8 > bytes.length) return -1;
      const unit = composeJamo(bytes, i);
      if (unit !== 0) out.unit(unit);
      return unit === 0 ? 0 : 8;
    }
    return 0;
  }

  /** The platform decoder's answer where it is Python's too, else null. */
  #decodeWhole(bytes: Uint8Array): string | null {
    const safe = this.#safe ??= this.buildSafe();
    for (let i = 0; i < bytes.length; i++) {
      const lead = bytes[i]!;
      if (lead < 0x80 || this.#singles[lead] !== 0) continue;
      const trail = bytes[++i];
      if (trail === undefined || trail < 0x40 || safe[(lead << 8) | trail] === 0) return null;
    }
    let text: string;
    try {
      text = new TextDecoder(this.difference.label, { fatal: true }).decode(bytes);
    } catch {
      return null;
    }
    return this.#swapped === null ? text : text.replace(this.#swapped, (c) => this.#swaps.get(c)!);
  }

  /** Pairs that the platform decoder reads as Python does, but for the swapped characters. */
  protected buildSafe(): Uint8Array {
    const safe = pairMask(this.difference.mask);
    for (const [code] of runPairs(this.difference.runs)) safe[code] = 0;
    // Three-octet sequences begin like a pair.
    if (this.name === "euc_jp") safe.fill(0, 0x8f00, 0x9000);
    // Not every platform has the user-defined rows.
    if (this.name === "cp932") safe.fill(0, 0xf000, 0xfa00);
    return safe;
  }

  /** What every pair means; read when it is first asked for. */
  pairs(): PairTable {
    return this.#pairTable ??= this.buildPairs();
  }

  /** What every pair after 0x8f means: JIS X 0212 in EUC-JP. */
  triples(): PairTable {
    return this.#tripleTable ??= this.buildTriples();
  }

  protected buildPairs(): PairTable {
    const pairs = platformPairs(this.difference.label);
    const mask = pairMask(this.difference.mask);
    for (let code = 0x8000; code < 0x10000; code++) {
      if (pairs.units[code] === 0) continue;
      if (mask[code] === 0) {
        pairs.units[code] = 0;
        pairs.extra.delete(code);
      } else {
        const other = this.#swaps.get(String.fromCharCode(pairs.units[code]!));
        if (other !== undefined) pairs.units[code] = other.charCodeAt(0);
      }
    }
    for (const [code, unit] of runPairs(this.difference.runs)) pairs.units[code] = unit;
    if (this.name === "cp932") {
      let unit = 0xe000;
      for (let code = 0xf040; code < 0xfa00; code++) {
        const trail = code & 0xff;
        if (trail >= 0x40 && trail !== 0x7f && trail < 0xfd) pairs.units[code] = unit++;
      }
    }
    return pairs;
  }

  protected buildTriples(): PairTable {
    const triples = platformPairs("euc-jp", [0x8f]);
    triples.units[0xa2b7] = 0x7e;
    return triples;
  }

  encode(text: string, errors: ErrorMode): Uint8Array {
    const out = new ByteWriter(this.name, errors, text.length * 2);
    if (isAscii(text)) {
      out.ascii(text);
      return out.result();
    }
    const reverse = this.encodeTable();
    for (let i = 0; i < text.length; i++) {
      let code = text.codePointAt(i)!;
      const start = i;
      if (code > 0xffff) i++;
      if (code >= 0x80) {
        // A letter and its accent, or a character of two units, may be one pair.
        const two = reverse.extra.size > 0 ? reverse.extra.get(text.slice(start, start + 2)) : undefined;
        if (two !== undefined) i = start + 1;
        const octets = two ?? this.encodeOne(reverse, code);
        if (octets >= 0) {
          out.code(octets);
          continue;
        }
        if (this.name === "euc_kr" && decomposeHangul(code, out)) continue;
        code = out.fail(code, start);
      }
      if (code >= 0) out.byte(code);
    }
    return out.result();
  }

  /** The octets of one character as a number; negative when the charset lacks it. */
  protected encodeOne({ units }: ReverseTable, code: number): number {
    return units[code] || -1;
  }

  /** The reverse of the decoding tables. */
  encodeTable(): ReverseTable {
    return this.#reverse ??= this.buildReverse();
  }

  /** Reads it out of the decoding tables. */
  protected buildReverse(): ReverseTable {
    const reverse: ReverseTable = { units: new Uint32Array(0x10000), extra: new Map() };
    const last = this.difference.last === true;
    const add = ({ units, extra }: PairTable, prefix: number) => {
      units.forEach((unit, code) => {
        if (unit === EXTRA) reverse.extra.set(extra.get(code)!, prefix + code);
        else if (unit !== 0 && (last || reverse.units[unit] === 0)) reverse.units[unit] = prefix + code;
      });
    };
    this.#singles.forEach((unit, octet) => {
      if (unit !== 0) reverse.units[unit] = octet;
    });
    add(this.pairs(), 0);
    if (this.#hasTriples) add(this.triples(), 0x8f0000);
    for (const item of this.difference.write?.split(" ") ?? []) {
      reverse.units[item.charCodeAt(0)] = parseInt(item.slice(1), 16);
    }
    return reverse;
  }
}

/** GB 18030: GBK, and four octets for every other code point. */
export class Gb18030Codec extends DoubleByteCodec {
  /** The BMP characters without a pair, in order, which four-octet sequences count through, and their places. */
  readonly #characters = new Uint16Array(39420);
  readonly #places = new Uint16Array(0x10000);

  protected override buildReverse(): ReverseTable {
    const reverse = super.buildReverse();
    for (let unit = 0x80, at = 0; unit < 0x10000; unit++) {
      if ((unit >= 0xd800 && unit < 0xe000) || reverse.units[unit] !== 0) continue;
      this.#characters[at] = unit;
      this.#places[unit] = at++;
    }
    return reverse;
  }

  protected override decodeLonger(bytes: Uint8Array, i: number, out: UnitWriter): number {
    const within = (at: number, low: number, high: number) => bytes[at]! >= low && bytes[at]! <= high;
    if (!within(i + 1, 0x30, 0x39)) return 0;
    if (i + 3 >= bytes.length) return -1;
    if (!within(i, 0x81, 0xfe) || !within(i + 2, 0x81, 0xfe) || !within(i + 3, 0x30, 0x39)) return 0;
    const [a, b, c, d] = bytes.subarray(i, i + 4) as unknown as [number, number, number, number];
    const linear = (((a - 0x81) * 10 + b - 0x30) * 126 + c - 0x81) * 10 + d - 0x30;
    if (linear < 39420) {
      this.encodeTable();
      out.unit(this.#characters[linear]!);
    } else if (linear >= 189000 && linear < 189000 + 0x100000) out.point(linear - 189000 + 0x10000);
    else return 0;
    return 4;
  }

  protected override encodeOne(reverse: ReverseTable, code: number): number {
    const pair = code > 0xffff ? 0 : reverse.units[code]!;
    if (pair !== 0) return pair;
    if (code >= 0xd800 && code < 0xe000) return -1;
    let linear = code < 0x10000 ? this.#places[code]! : code - 0x10000 + 189000;
    const d = 0x30 + linear % 10;
    linear = Math.floor(linear / 10);
    const c = 0x81 + linear % 126;
    linear = Math.floor(linear / 126);
    return (0x81 + Math.floor(linear / 10)) * 0x1000000 + ((0x30 + linear % 10) << 16) + (c << 8) + d;
  }
}
