/**
 * JOHAB (KS X 1001 annex 3): syllables by their letters, everything else by its place in KS X 1001.
 *
 * @module
 */

import type { Core } from "../core.ts";
import { ByteWriter, type Codec, type ErrorMode, UnitWriter } from "../io.ts";
import { characterAt, type DoubleByteCodec } from "../double_byte.ts";
import { FINAL_CELLS, INITIAL_CELLS } from "../hangul.ts";

/** Five-bit codes of the letters in the order syllables count them. */
const INITIAL = 2;
const VOWELS = [3, 4, 5, 6, 7, 10, 11, 12, 13, 14, 15, 18, 19, 20, 21, 22, 23, 26, 27, 28, 29];
const FINALS = Array.from({ length: 29 }, (_, i) => i + 1).filter((code) => code !== 18);

/** The codec, with KS X 1001 taken from EUC-KR. */
export function codec(_name: string, core: Core): Codec {
  return new JohabCodec(core.doubleByte("cp949"));
}

class JohabCodec implements Codec {
  readonly name = "johab";
  private pairs: Map<number, number> | undefined;
  private reverse: Map<number, number> | undefined;

  private readonly ksx1001: DoubleByteCodec;

  constructor(ksx1001: DoubleByteCodec) {
    this.ksx1001 = ksx1001;
  }

  private table(): Map<number, number> {
    if (this.pairs !== undefined) return this.pairs;
    const pairs = new Map<number, number>();
    for (let index = 0; index < 11172; index++) {
      const initial = INITIAL + Math.floor(index / 588);
      const vowel = VOWELS[Math.floor(index / 28) % 21]!;
      pairs.set(0x8000 | (initial << 10) | (vowel << 5) | FINALS[index % 28]!, 0xac00 + index);
    }
    // Letters alone: the other fields hold their fillers. A final that is an initial too has both forms.
    INITIAL_CELLS.forEach((n, i) => pairs.set(0x8000 | ((INITIAL + i) << 10) | (2 << 5) | 1, 0x3130 + n));
    VOWELS.forEach((vowel, i) => pairs.set(0x8000 | (1 << 10) | (vowel << 5) | 1, 0x314f + i));
    FINAL_CELLS.forEach((n, i) => pairs.set(0x8000 | (1 << 10) | (2 << 5) | FINALS[i + 1]!, 0x3130 + n));
    pairs.set(0x8441, 0x3000);
    for (let lead = 0xd9; lead <= 0xf9; lead++) {
      if (lead === 0xdf) continue;
      for (let cell = 0; cell < 188; cell++) {
        const trail = cell < 0x4e ? 0x31 + cell : 0x91 + cell - 0x4e;
        const row = (lead < 0xe0 ? (lead - 0xd9) * 2 : (lead - 0xe0) * 2 + 0x29) + (cell < 94 ? 0 : 1);
        const text = characterAt(this.ksx1001.pairs(), ((0xa1 + row) << 8) | (0xa1 + cell % 94));
        // The letters of row 4 have their own forms.
        if (text !== undefined && !(text >= "\u3131" && text <= "\u3163")) {
          pairs.set((lead << 8) | trail, text.charCodeAt(0));
        }
      }
    }
    this.pairs = pairs;
    return pairs;
  }

  decode(bytes: Uint8Array, errors: ErrorMode): string {
    const out = new UnitWriter(this.name, bytes, errors);
    const pairs = this.table();
    for (let i = 0; i < bytes.length;) {
      const lead = bytes[i]!;
      if (lead < 0x80) {
        out.unit(lead);
        i++;
      } else if (i + 1 >= bytes.length) {
        i = out.fail(i, bytes.length, "incomplete multibyte sequence");
      } else {
        const unit = pairs.get((lead << 8) | bytes[i + 1]!);
        if (unit === undefined) i = out.fail(i, i + 1, "illegal multibyte sequence");
        else {
          out.unit(unit);
          i += 2;
        }
      }
    }
    return out.text();
  }

  encode(text: string, errors: ErrorMode): Uint8Array {
    if (this.reverse === undefined) {
      this.reverse = new Map();
      // The highest pair is the one that is written.
      for (const [code, unit] of this.table()) {
        if (code > (this.reverse.get(unit) ?? 0)) this.reverse.set(unit, code);
      }
    }
    const out = new ByteWriter(this.name, errors, text.length * 2);
    for (let i = 0; i < text.length; i++) {
      let code = text.codePointAt(i)!;
      const start = i;
      if (code > 0xffff) i++;
      const pair = this.reverse.get(code);
      if (pair !== undefined) out.code(pair);
      else {
        if (code >= 0x80) code = out.fail(code, start);
        if (code >= 0) out.byte(code);
      }
    }
    return out.result();
  }
}
