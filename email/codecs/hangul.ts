/**
 * Hangul syllables by their letters: the eight-octet form of EUC-KR (KS X 1001 annex 3).
 *
 * @module
 */

import type { ByteWriter } from "./_io.ts";

/** Trail octets of the compatibility letters, row 0xa4, in the order syllables count their initials. */
const INITIALS = [1, 2, 4, 7, 8, 9, 17, 18, 19, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30].map((n) => 0xa0 + n);
/** The same for finals; the first is the filler that stands for none. */
const FINALS = [
  52,
  1,
  2,
  3,
  4,
  5,
  6,
  7,
  9,
  10,
  11,
  12,
  13,
  14,
  15,
  16,
  17,
  18,
  20,
  21,
  22,
  23,
  24,
  26,
  27,
  28,
  29,
  30,
]
  .map((n) => 0xa0 + n);
const FIRST_VOWEL = 0xbf;

/** The syllable of the eight octets at `i`: filler, initial, vowel, final, each after 0xa4. 0 when there is none. */
export function composeJamo(bytes: Uint8Array, i: number): number {
  if (bytes[i + 2] !== 0xa4 || bytes[i + 4] !== 0xa4 || bytes[i + 6] !== 0xa4) return 0;
  const initial = INITIALS.indexOf(bytes[i + 3]!);
  const vowel = bytes[i + 5]! - FIRST_VOWEL;
  const final = FINALS.indexOf(bytes[i + 7]!);
  if (initial < 0 || vowel < 0 || vowel > 20 || final < 0) return 0;
  return 0xac00 + (initial * 21 + vowel) * 28 + final;
}

/** Writes a syllable as eight octets; false when the code point is not one. */
export function decomposeHangul(code: number, out: ByteWriter): boolean {
  const index = code - 0xac00;
  if (index < 0 || index >= 11172) return false;
  const letters = [
    0xd4,
    INITIALS[Math.floor(index / 588)]!,
    FIRST_VOWEL + Math.floor(index / 28) % 21,
    FINALS[index % 28]!,
  ];
  for (const trail of letters) {
    out.byte(0xa4);
    out.byte(trail);
  }
  return true;
}
