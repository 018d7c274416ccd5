/**
 * The charsets that switch between sets by escape sequences (ISO-2022-JP of RFC 1468 and its extensions,
 * ISO-2022-KR of RFC 1557) and HZ (RFC 1843).
 *
 * The sets themselves are those of the EUC charsets with the eighth bit off.
 *
 * @module
 */

import type { Core } from "../core.ts";
import { ByteWriter, type Codec, type ErrorMode, UnitWriter } from "../io.ts";
import { readIso2022Jp } from "../iso2022_jp.ts";
import { characterAt, type DoubleByteCodec } from "../double_byte.ts";

const ESC = 0x1b;

/** A set: its final octet in an escape sequence, `$` before it when it has two octets a character. */
export type SetId = "B" | "J" | "I" | "A" | "F" | "$B" | "$D" | "$C" | "$A" | "$O" | "$P" | "$Q";

/** Ends an escape sequence. */
function isFinal(octet: number): boolean {
  return octet >= 0x40 && octet <= 0x5a;
}

/** What is left of a three-octet sequence of EUC is a set of two octets a character too. */
function isTriple(set: SetId): boolean {
  return set === "$D" || set === "$P";
}

/** The sets that escape sequences designated, and which of them octets are read from. */
export interface State {
  planes: SetId[];
  shifted: 0 | 1;
}

/** ISO-2022-JP; its extensions override what they have more. */
export class Iso2022Codec implements Codec {
  readonly name: string;
  protected readonly core: Core;
  /** In the order in which the encoder tries them. */
  protected readonly sets: readonly SetId[];

  constructor(name: string, core: Core, sets: readonly SetId[]) {
    this.name = name;
    this.core = core;
    this.sets = sets;
  }

  /** JIS X 0208 may be announced with its revision. */
  get #revised(): boolean {
    return this.sets.includes("$B");
  }

  /** The charset whose sequences, less the eighth bits, are those of a set. */
  protected charset(_set: SetId): DoubleByteCodec {
    return this.core.doubleByte("euc_jp");
  }

  /** Where to go on after a control that some of the family have; `i` when it is not one. */
  protected control(_bytes: Uint8Array, i: number, _state: State, _out: UnitWriter): number {
    return i;
  }

  /** Writes what leads from one set to another, and returns that. */
  protected select(set: SetId, current: SetId, out: ByteWriter): SetId {
    if (set !== current) {
      out.ascii("\x1b" + (set === "$B" ? set : set[0] === "$" ? "$(" + set[1] : "(" + set));
    }
    return set;
  }

  /** The octet of a character in a set of one octet, 0 for none. */
  protected oneOctet(set: SetId, code: number): number {
    return set === "J" ? code === 0xa5 ? 0x5c : code === 0x203e ? 0x7e : 0 : 0;
  }

  decode(bytes: Uint8Array, errors: ErrorMode): string {
    const fast = this.decodeWhole(bytes);
    if (fast !== null) return fast;
    const out = new UnitWriter(this.name, bytes, errors);
    const state: State = { planes: ["B", "B", "B"], shifted: 0 };
    // After an escape that is not one, octets pass through up to what would end a sequence.
    let through = false;
    let i = 0;
    const fail = (size: number) => {
      const end = i + size;
      i = end > bytes.length
        ? out.fail(i, bytes.length, "incomplete multibyte sequence")
        : out.fail(i, end, "illegal multibyte sequence");
    };
    while (i < bytes.length) {
      const octet = bytes[i]!;
      if (through) {
        out.unit(octet);
        i++;
        if (isFinal(octet)) through = false;
      } else if (octet < 0x20) {
        const next = this.control(bytes, i, state, out);
        if (next > i) i = next;
        else if (octet !== ESC) {
          out.unit(octet);
          i++;
        } else if (i + 1 === bytes.length) fail(2);
        else if ([0x24, 0x26, 0x28, 0x29, 0x2e].includes(bytes[i + 1]!)) {
          const size = this.#escapeSize(bytes, i);
          if (size > 1 && this.#designate(bytes, i, size, state.planes)) i += size;
          else fail(size);
        } else {
          out.unit(octet);
          through = true;
          i++;
        }
      } else if (octet > 0x7f) fail(1);
      else {
        const set = state.planes[state.shifted]!;
        const size = set[0] === "$" ? 2 : 1;
        const text = size === 1 ? this.one(set, octet) : this.#two(set, octet, bytes[i + 1] ?? 0);
        if (text === undefined) fail(size);
        else {
          out.string(text);
          i += size;
        }
      }
    }
    return out.text();
  }

  /** The answer of a faster way where it is the same; else null. */
  protected decodeWhole(bytes: Uint8Array): string | null {
    return readIso2022Jp(bytes, this.core);
  }

  /** Length of the escape sequence at `i`; 1 when none ends soon, more than there is when the input ends first. */
  #escapeSize(bytes: Uint8Array, i: number): number {
    for (let k = 1; k < 16; k++) {
      const octet = bytes[i + k];
      if (octet === undefined) return Infinity;
      if (isFinal(octet)) return k + 1;
      // The revision of JIS X 0208 is announced by ESC & @, the designation follows after one more octet.
      if (this.#revised && octet === 0x26 && bytes[i + k + 1] === 0x40) k += 2;
    }
    return 1;
  }

  /** Does what an escape sequence says; false when it says nothing here. */
  #designate(bytes: Uint8Array, i: number, size: number, planes: SetId[]): boolean {
    const [kind, ...rest] = String.fromCharCode(...bytes.subarray(i + 1, i + size));
    const final = rest.pop();
    const between = rest.join("");
    let plane = kind === ")" ? 1 : kind === "." ? 2 : 0;
    let set = final;
    if (this.#revised && size === 6 && between.slice(1) === "\x1b$" && final === "B") set = "$B";
    else if (kind === "$" && size <= 4) {
      set = final === "@" && this.sets.includes("J") ? "$B" : "$" + final;
      if (between === ")") plane = 1;
      else if (size === 4 && between !== "(") return false;
    } else if (size !== 3 || kind === "&" || (plane === 2 && !this.sets.includes("F"))) return false;
    if (set !== "B" && !this.sets.includes(set as SetId)) return false;
    planes[plane] = set as SetId;
    return true;
  }

  /** The character of an octet. */
  protected one(set: SetId, octet: number): string | undefined {
    if (set === "J" && octet === 0x5c) return "\u00a5";
    if (set === "J" && octet === 0x7e) return "\u203e";
    return String.fromCharCode(octet);
  }

  #two(set: SetId, lead: number, trail: number): string | undefined {
    if (lead < 0x21 || lead > 0x7e || trail < 0x21 || trail > 0x7e) return undefined;
    const code = ((lead << 8) | trail) + 0x8080;
    return isTriple(set)
      ? characterAt(this.charset(set).triples(), code)
      : characterAt(this.charset(set).pairs(), code);
  }

  encode(text: string, errors: ErrorMode): Uint8Array {
    const out = new ByteWriter(this.name, errors, text.length * 2);
    let current: SetId = "B";
    for (let i = 0; i < text.length; i++) {
      let code = text.codePointAt(i)!;
      const size = code > 0xffff ? 2 : 1;
      const found = code < 0x80 ? null : this.find(text, i);
      if (found !== null) code = found[1];
      else if (code >= 0x80) code = out.fail(code, i);
      i += (found?.[2] ?? size) - 1;
      if (code < 0) continue;
      current = this.select(found?.[0] ?? "B", current, out);
      out.code(code);
    }
    this.select("B", current, out);
    return out.result();
  }

  /** The first set that has the character at `i`, its octets there, and the units it takes. */
  protected find(text: string, i: number): [SetId, number, number] | null {
    for (const set of this.sets) {
      const unit = text.charCodeAt(i);
      const octets = set[0] === "$"
        ? this.cell(set, this.charset(set).encodeTable().units[unit]!)
        : this.oneOctet(set, unit);
      if (octets > 0) return [set, octets, 1];
    }
    return null;
  }

  /** What is left of the octets of a character in EUC; 0 when the set does not have it. */
  protected cell(set: SetId, euc: number): number {
    const first = isTriple(set) ? 0x8fa1a1 : 0xa1a1;
    // Half-width katakana, and the pairs beside the 94 by 94 square, belong to EUC alone.
    return euc >= first && euc <= first + 0x5d5d && (euc & 0xff) > 0xa0 ? (euc & 0xffff) - 0x8080 : 0;
  }
}
