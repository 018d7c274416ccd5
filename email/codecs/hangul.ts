/**
 * Hangul syllables by their letters: the eight-octet form of EUC-KR (KS X 1001 annex 3).
 *
 * @module
 */

import type { ByteWriter } from "./io.ts";

/** Every consonant by its cell in row 4. */
const CONSONANTS = /* @__PURE__ */ Array.from({ length: 30 }, (_, i) => i + 1);
/** Those a syllable can begin with, in the order syllables count them: no clusters but the doubled ones. */
export const INITIAL_CELLS: readonly number[] = /* @__PURE__ */ CONSONANTS
  .filter((cell) => cell < 10 ? cell !== 3 && cell !== 5 && cell !== 6 : cell > 16 && cell !== 20);
/** Those it can end with: all but three of the doubled ones. */
export const FINAL_CELLS: readonly number[] = /* @__PURE__ */ CONSONANTS
  .filter((cell) => cell !== 8 && cell !== 19 && cell !== 25);
/** The filler that means "no letter". */
const FILLER = 52;

const FIRST_VOWEL = 0xbf;

/** The syllable of the eight octets at `i`: filler, initial, vowel, final, each after 0xa4. 0 when there is none. */
export function composeJamo(bytes: Uint8Array, i: number): number {
  if (bytes[i + 2] !== 0xa4 || bytes[i + 4] !== 0xa4 || bytes[i + 6] !== 0xa4) return 0;
  const initial = INITIAL_CELLS.indexOf(bytes[i + 3]! - 0xa0);
  const vowel = bytes[i + 5]! - FIRST_VOWEL;
  const last = bytes[i + 7]! - 0xa0;
  const final = last === FILLER ? 0 : FINAL_CELLS.indexOf(last) + 1 || -1;
  if (initial < 0 || vowel < 0 || vowel > 20 || final < 0) return 0;
  return 0xac00 + (initial * 21 + vowel) * 28 + final;
}

/** Writes a syllable as eight octets; false when the code point is not one. */
export function decomposeHangul(code: number, out: ByteWriter): boolean {
  const index = code - 0xac00;
  if (index < 0 || index >= 11172) return false;
  const cells = [
    FILLER,
    INITIAL_CELLS[Math.floor(index / 588)]!,
    FIRST_VOWEL - 0xa0 + Math.floor(index / 28) % 21,
    FINAL_CELLS[index % 28 - 1] ?? FILLER,
  ];
  for (const cell of cells) out.code(0xa4a0 + cell);
  return true;
}
