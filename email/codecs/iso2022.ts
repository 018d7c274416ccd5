/**
 * The charsets that switch between sets by escape sequences (ISO-2022-JP of RFC 1468 and its extensions,
 * ISO-2022-KR of RFC 1557) and HZ (RFC 1843).
 *
 * The sets themselves are those of the EUC charsets with the eighth bit off.
 *
 * @module
 */

import { ByteWriter, type Codec, type Core, type ErrorMode, UnitWriter } from "./_io.ts";
import type { DoubleByteCodec } from "./double_byte.ts";

const ESC = 0x1b;

/** A set: its final octet in an escape sequence, `$` before it when it has two octets a character. */
export type SetId = "B" | "J" | "I" | "A" | "F" | "$B" | "$D" | "$C" | "$A" | "$O" | "$P" | "$Q";

/** What is left of a three-octet sequence of EUC is a set of two octets a character too. */
function isTriple(set: SetId): boolean {
  return set === "$D" || set === "$P";
}

/** ISO-2022-JP; its extensions load on demand and override what they have more. */
export class Iso2022Codec implements Codec {
  private readonly shifts: boolean;

  /** Makes a codec of sets, in the order the encoder tries them. */
  constructor(
    readonly name: string,
    protected readonly core: Core,
    protected readonly sets: readonly SetId[] = ["$B", "J"],
  ) {
    this.shifts = name === "iso2022_kr";
  }

  /** The charset whose sequences, less the eighth bits, are those of a set. */
  protected charset(_set: SetId): DoubleByteCodec {
    return this.core.doubleByte("euc_jp");
  }

  /** The upper half of a set, one octet of it; -1 for none. Only there with a third set beside the two. */
  protected high?(set: SetId, octet: number): number;

  /** The octet of a character in a set of one octet, 0 for none. */
  protected oneOctet(set: SetId, code: number): number {
    return set === "J" ? code === 0xa5 ? 0x5c : code === 0x203e ? 0x7e : 0 : 0;
  }

  decode(bytes: Uint8Array, errors: ErrorMode): string {
    const fast = this.decodeWhole(bytes);
    if (fast !== null) return fast;
    const out = new UnitWriter(this.name, bytes, errors);
    const length = bytes.length;
    let g0: SetId = "B";
    let g1: SetId = "B";
    let g2: SetId = "B";
    let shifted = false;
    // After an escape that is none, octets pass through up to what would end a sequence.
    let through = false;
    for (let i = 0; i < length;) {
      const octet = bytes[i]!;
      if (through) {
        out.unit(octet);
        i++;
        if (octet >= 0x40 && octet <= 0x5a) through = false;
      } else if (octet === ESC) {
        if (i + 1 >= length) {
          i = out.fail(i, length, "incomplete multibyte sequence");
          continue;
        }
        const next = bytes[i + 1]!;
        if (next === 0x4e && this.high !== undefined) {
          if (i + 2 >= length) i = out.fail(i, length, "incomplete multibyte sequence");
          else {
            const unit = this.high(g2, bytes[i + 2]!);
            if (unit < 0) i = out.fail(i, i + 3, "illegal multibyte sequence");
            else {
              out.unit(unit);
              i += 3;
            }
          }
        } else if (next === 0x24 || next === 0x26 || next === 0x28 || next === 0x29 || next === 0x2e) {
          const size = this.escapeSize(bytes, i);
          if (size < 0) {
            i = out.fail(i, size === -1 ? i + 1 : length, "incomplete multibyte sequence");
            continue;
          }
          const [plane, set] = this.designation(bytes, i, size);
          if (set === null) {
            i = out.fail(i, i + size, "illegal multibyte sequence");
            continue;
          }
          if (plane === 0) g0 = set;
          else if (plane === 1) g1 = set;
          else g2 = set;
          i += size;
        } else {
          out.unit(octet);
          through = true;
          i++;
        }
      } else if (octet === 0x0f && this.shifts) {
        shifted = false;
        i++;
      } else if (octet === 0x0e && this.shifts) {
        shifted = true;
        i++;
      } else if (octet < 0x20) {
        if (octet === 0x0a) shifted = false;
        out.unit(octet);
        i++;
      } else if (octet > 0x7f) {
        i = out.fail(i, i + 1, "illegal multibyte sequence");
      } else {
        const set = shifted ? g1 : g0;
        const size = set[0] === "$" ? 2 : 1;
        if (i + size > length) {
          i = out.fail(i, length, "incomplete multibyte sequence");
          continue;
        }
        const text = size === 2 ? this.two(set, octet, bytes[i + 1]!) : this.one(set, octet);
        if (text === undefined) i = out.fail(i, i + size, "illegal multibyte sequence");
        else {
          out.string(text);
          i += size;
        }
      }
    }
    return out.text();
  }

  /** Plain ISO-2022-JP rewritten as EUC-JP, which has a fast path; null for anything unusual. */
  protected decodeWhole(bytes: Uint8Array): string | null {
    const euc = new Uint8Array(bytes.length);
    let at = 0;
    let double = false;
    let roman = false;
    for (let i = 0; i < bytes.length; i++) {
      const octet = bytes[i]!;
      if (octet === ESC) {
        const kind = bytes[i + 1];
        const final = bytes[i + 2];
        double = kind === 0x24;
        roman = final === 0x4a;
        if (double ? final !== 0x40 && final !== 0x42 : kind !== 0x28 || (final !== 0x42 && !roman)) {
          return null;
        }
        i += 2;
      } else if (double && octet >= 0x20) {
        const trail = bytes[++i];
        if (octet < 0x21 || octet > 0x7e || trail === undefined || trail < 0x21 || trail > 0x7e) return null;
        euc[at++] = octet | 0x80;
        euc[at++] = trail | 0x80;
      } else if (octet > 0x7f || (roman && (octet === 0x5c || octet === 0x7e))) return null;
      else euc[at++] = octet;
    }
    try {
      return this.core.doubleByte("euc_jp").decode(euc.subarray(0, at), "strict");
    } catch {
      return null;
    }
  }

  /** Length of the escape sequence at `i`; -1 when none ends soon, -2 when the input ends first. */
  private escapeSize(bytes: Uint8Array, i: number): number {
    for (let k = 1; k < 16; k++) {
      if (i + k >= bytes.length) return -2;
      const octet = bytes[i + k]!;
      if (octet >= 0x40 && octet <= 0x5a) return k + 1;
      // The revision of JIS X 0208 is announced by ESC & @, the designation follows after one more octet.
      if (!this.shifts && octet === 0x26 && bytes[i + k + 1] === 0x40) k += 2;
    }
    return -1;
  }

  private designation(bytes: Uint8Array, i: number, size: number): [number, SetId | null] {
    const kind = bytes[i + 1]!;
    const final = String.fromCharCode(bytes[i + size - 1]!);
    if (size === 6 && bytes[i + 3] === ESC && bytes[i + 4] === 0x24 && final === "B" && !this.shifts) {
      return [0, "$B"];
    }
    if (kind === 0x26) return [0, null];
    let plane = kind === 0x29 ? 1 : kind === 0x2e ? 2 : 0;
    let set = final;
    if (kind === 0x24 && size <= 4) {
      set = final === "@" && this.sets.includes("J") ? "$B" : "$" + final;
      if (size === 4) {
        if (bytes[i + 2] === 0x29) plane = 1;
        else if (bytes[i + 2] !== 0x28) return [0, null];
      }
    } else if (size !== 3 || (plane === 2 && this.high === undefined)) return [0, null];
    return [plane, set === "B" || this.sets.includes(set as SetId) ? set as SetId : null];
  }

  /** The character of an octet. */
  protected one(set: SetId, octet: number): string | undefined {
    if (set === "J" && octet === 0x5c) return "\u00a5";
    if (set === "J" && octet === 0x7e) return "\u203e";
    return String.fromCharCode(octet);
  }

  private two(set: SetId, lead: number, trail: number): string | undefined {
    if (lead < 0x21 || lead > 0x7e || trail < 0x21 || trail > 0x7e) return undefined;
    const code = ((lead << 8) | trail) + 0x8080;
    return isTriple(set) ? this.charset(set).triple(code) : this.charset(set).pair(code);
  }

  encode(text: string, errors: ErrorMode): Uint8Array {
    const out = new ByteWriter(this.name, errors, text.length * 2);
    let g0: SetId = "B";
    let announced = false;
    let shifted = false;
    const plain = () => {
      if (g0 !== "B") out.ascii("\x1b(B");
      g0 = "B";
      if (shifted) out.byte(0x0f);
      shifted = false;
    };
    for (let i = 0; i < text.length; i++) {
      let code = text.codePointAt(i)!;
      const found = code < 0x80 ? null : this.find(text, i);
      if (code >= 0x80 && found === null) code = out.fail(code, i);
      i += (found?.[2] ?? (text.codePointAt(i)! > 0xffff ? 2 : 1)) - 1;
      if (found === null) {
        if (code < 0) continue;
        plain();
        out.byte(code);
        continue;
      }
      const [set, octets] = found;
      if (this.shifts) {
        if (!announced) out.ascii("\x1b$)C");
        announced = true;
        if (!shifted) out.byte(0x0e);
        shifted = true;
      } else if (g0 !== set) {
        out.ascii("\x1b" + (set === "$B" ? set : set[0] === "$" ? "$(" + set[1] : "(" + set));
        g0 = set;
      }
      out.code(octets);
    }
    if (shifted) out.byte(0x0f);
    shifted = false;
    plain();
    return out.result();
  }

  /** The first set that has a character of two units, else one; its octets there, and the units. */
  private find(text: string, i: number): [SetId, number, number] | null {
    for (const units of [2, 1]) {
      for (const set of this.sets) {
        const octets = this.octetsIn(set, text, i, units);
        if (octets > 0) return [set, octets, units];
      }
    }
    return null;
  }

  private octetsIn(set: SetId, text: string, i: number, length: number): number {
    if (set[0] !== "$") return length === 1 ? this.oneOctet(set, text.charCodeAt(i)) : 0;
    const { units, extra } = this.charset(set).encodeTable();
    if (length > 1 && extra.size === 0) return 0;
    const euc = (length === 1 ? units[text.charCodeAt(i)] : extra.get(text.slice(i, i + 2))) ?? 0;
    const wanted = isTriple(set) ? 0x8fa1a1 : 0xa1a1;
    // Half-width katakana, and the pairs beside the 94 by 94 square, belong to EUC alone.
    return euc >= wanted && euc <= wanted + 0x5d5d && (euc & 0xff) > 0xa0 ? (euc & 0xffff) - 0x8080 : 0;
  }
}
