/**
 * The charsets of JIS X 0213, two planes of 94 by 94 cells, in its editions of 2000 and 2004.
 *
 * @module
 */

import type { Difference } from "../double_byte_data.ts";
import type { Core } from "../core.ts";
import type { Codec, ErrorMode, UnitWriter } from "../io.ts";
import { characterAt, DoubleByteCodec, EXTRA, type PairTable, type ReverseTable } from "../double_byte.ts";
import { Iso2022Codec, type SetId } from "./iso2022_states.ts";
import { FIRST, LATER, OTHER, PAIRS, SECOND } from "./jis_x_0213_data.ts";
import { unpack } from "./packed.ts";

/** Characters by the pair of octets that EUC-JP has for a cell; those of the second plane come after 0x8f there. */
interface Planes {
  first: Map<number, string>;
  second: Map<number, string>;
  /** What the edition of 2000 does not have of these. */
  later: Map<number, string>;
}

/** The codec of one of the six. */
export function codec(name: string, core: Core): Codec {
  const old = name.endsWith("x0213") || name === "iso2022_jp_3";
  const planes = readPlanes(core, old);
  // In the ISO-2022 form CPython decodes this cell as the edition of 2004 has it, and encodes it as that of 2000.
  if (old && !name.startsWith("iso")) planes.second.set(parseInt(OTHER, 16), OTHER.slice(4));
  if (name.startsWith("shift")) return new ShiftJis2004Codec(name, planes);
  if (name.startsWith("euc")) return new EucJis2004Codec(name, planes, core.doubleByte("euc_jp"));
  return new Iso2022Jis2004Codec(name, core, old, new EucJis2004Codec("euc_jis_2004", planes, null));
}

function readPlanes(core: Core, old: boolean): Planes {
  const first = new Map<number, string>();
  const second = new Map<number, string>();
  const jisx0208 = core.doubleByte("euc_jp");
  for (let cell = 0; cell < 94 * 94; cell++) {
    const text = characterAt(jisx0208.pairs(), pairOf(cell));
    if (text !== undefined) first.set(pairOf(cell), text);
  }
  const pairs = PAIRS.split(" ");
  unpack(
    FIRST,
    (cell, code) => first.set(pairOf(cell), code === 0 ? pairs.shift()! : String.fromCodePoint(code)),
  );
  unpack(SECOND, (cell, code) => second.set(pairOf(cell), String.fromCodePoint(code)));
  const later = new Map<number, string>();
  for (const digits of old ? LATER.split(" ") : []) {
    const code = parseInt(digits, 16);
    later.set(code, first.get(code)!);
    first.delete(code);
  }
  return { first, second, later };
}

function pairOf(cell: number): number {
  return ((0xa1 + Math.floor(cell / 94)) << 8) | (0xa1 + cell % 94);
}

function put(table: PairTable, code: number, text: string): void {
  if (text.length === 1) table.units[code] = text.charCodeAt(0);
  else {
    table.units[code] = EXTRA;
    table.extra.set(code, text);
  }
}

/** What the edition of 2004 has in the cell of {@linkcode OTHER}. */
const LATER_SECOND = "\u9b1c";

class Jis2004Codec extends DoubleByteCodec {
  /** Pairs of the later edition, which are damage of two octets where any other is of one. */
  private readonly later = new Set<number>();

  protected readonly planes: Planes;

  constructor(name: string, label: Difference["label"], planes: Planes) {
    super(name, { label });
    this.planes = planes;
    for (const code of planes.later.keys()) this.later.add(this.code(code));
  }

  /** The pair of a cell of the first plane that is given as EUC-JP has it. */
  protected code(euc: number): number {
    return euc;
  }

  protected override decodeLonger(bytes: Uint8Array, i: number, out: UnitWriter): number {
    if (!this.later.has((bytes[i]! << 8) | bytes[i + 1]!)) return super.decodeLonger(bytes, i, out);
    return out.fail(i, i + 2, "illegal multibyte sequence") - i;
  }

  protected override buildReverse(): ReverseTable {
    const reverse = super.buildReverse();
    // CPython drops a NUL after what may begin a pair of characters.
    for (const [pair] of [...reverse.extra].filter(([pair]) => PAIRS.includes(pair))) {
      reverse.extra.set(pair[0] + "\0", reverse.units[pair.charCodeAt(0)]!);
    }
    return reverse;
  }

  /** No platform knows these charsets. */
  protected override buildSafe(): Uint8Array {
    return new Uint8Array(0x10000);
  }
}

class EucJis2004Codec extends Jis2004Codec {
  /** JIS X 0212 of EUC-JP, for where the second plane has nothing. */
  private readonly supplement: DoubleByteCodec | null;

  constructor(name: string, planes: Planes, supplement: DoubleByteCodec | null) {
    super(name, "euc-jp", planes);
    this.supplement = supplement;
  }

  protected override buildPairs(): PairTable {
    const table: PairTable = { units: new Uint16Array(0x10000), extra: new Map() };
    for (const [code, text] of this.planes.first) put(table, code, text);
    if (this.supplement === null) table.units[0xa2b2] = 0x7e;
    for (let octet = 0xa1; octet < 0xe0; octet++) table.units[0x8e00 | octet] = 0xff61 + octet - 0xa1;
    return table;
  }

  protected override buildTriples(): PairTable {
    const table: PairTable = { units: new Uint16Array(0x10000), extra: new Map() };
    for (let cell = 0; cell < 94 * 94; cell++) {
      const code = pairOf(cell);
      const text = this.planes.second.get(code) ??
        (this.supplement === null ? undefined : characterAt(this.supplement.triples(), code));
      if (text !== undefined) put(table, code, text);
    }
    return table;
  }

  protected override buildReverse(): ReverseTable {
    const reverse = super.buildReverse();
    // The second plane is preferred to JIS X 0212, wherever they are.
    for (const [code, text] of this.planes.second) {
      const unit = text.charCodeAt(0);
      if (text.length === 1 && reverse.units[unit]! > 0xffff) reverse.units[unit] = 0x8f0000 | code;
    }
    if (this.planes.later.size > 0) {
      // JIS X 0212 has some of them too.
      for (const text of [...this.planes.later.values(), LATER_SECOND]) reverse.units[text.charCodeAt(0)] = 0;
      reverse.units[OTHER.charCodeAt(4)] = 0x8f0000 | parseInt(OTHER, 16);
    }
    return reverse;
  }
}

/** Rows of the second plane in the order Shift_JIS has them; from there on they follow each other. */
const ROWS = [1, 8, 3, 4, 5, 12, 13, 14, 15];

/** What the octets 0x5c and 0x7e are, and the full-width forms, which are ASCII's here. */
const SWAPPED: Record<string, string> = { "\\": "\u00a5", "\u00a5": "\\", "~": "\u203e", "\u203e": "~" };

function swap(text: string): string {
  return text.replace(/[\\~\u00a5\u203e]/g, (character) => SWAPPED[character]!);
}

/** The pair of a cell: two rows follow each other after one lead octet. */
function shifted(row: number, euc: number): number {
  const lead = 0x81 + (row >> 1);
  const cell = (euc & 0xff) - 0xa1 + (row % 2) * 94;
  return ((lead < 0xa0 ? lead : lead + 0x40) << 8) | (cell < 63 ? 0x40 + cell : 0x41 + cell);
}

class ShiftJis2004Codec extends Jis2004Codec {
  constructor(name: string, planes: Planes) {
    super(name, "shift_jis", planes);
  }

  protected override code(euc: number): number {
    return shifted((euc >> 8) - 0xa1, euc);
  }

  protected override buildPairs(): PairTable {
    const table: PairTable = { units: new Uint16Array(0x10000), extra: new Map() };
    for (const [code, text] of this.planes.first) put(table, this.code(code), text);
    for (const [code, text] of this.planes.second) {
      const row = (code >> 8) - 0xa0;
      const place = ROWS.indexOf(row);
      put(table, shifted(94 + (place < 0 ? row - 78 + ROWS.length : place), code), text);
    }
    table.units[0x815f] = 0xa5;
    table.units[0x81b0] = 0x203e;
    return table;
  }

  override decode(bytes: Uint8Array, errors: ErrorMode): string {
    return swap(super.decode(bytes, errors));
  }

  override encode(text: string, errors: ErrorMode): Uint8Array {
    return super.encode(swap(text), errors);
  }
}

class Iso2022Jis2004Codec extends Iso2022Codec {
  private readonly euc: DoubleByteCodec;

  constructor(name: string, core: Core, old: boolean, euc: DoubleByteCodec) {
    super(name, core, ["$B", old ? "$O" : "$Q", "$P"]);
    this.euc = euc;
  }

  protected override charset(set: SetId): DoubleByteCodec {
    return set === "$B" ? super.charset(set) : this.euc;
  }

  /** Characters of two units first. */
  protected override find(text: string, i: number): [SetId, number, number] | null {
    const euc = this.euc.encodeTable().extra.get(text.slice(i, i + 2)) ?? 0;
    const set = this.sets.find((set) => set !== "$B" && this.cell(set, euc) > 0);
    return set === undefined ? super.find(text, i) : [set, this.cell(set, euc), 2];
  }

  /** Not every escape sequence of ISO-2022-JP is one here. */
  protected override decodeWhole(): string | null {
    return null;
  }
}
