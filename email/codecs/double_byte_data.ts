// deno-fmt-ignore-file
/**
 * Where Python's double-byte charsets differ from the platform decoder that is nearest to them. Measured from
 * CPython 3.13.0; everything not said here is TextDecoder's own table.
 *
 * @module
 */

/** One charset against its nearest platform decoder. */
export interface Difference {
  /** Label of the platform decoder. */
  label: string;
  /**
   * The pairs Python has (`+`) or has not (`-`) among the platform's: first lead, last lead, then pairs of
   * first and last trail, all in hex. Every pair when left out.
   */
  mask?: string;
  /** Characters each of which one pair means: the platform's, then Python's. */
  swap?: string;
  /** Other pairs with another character: a pair in hex, then characters for it and those after it. */
  runs?: string;
  /** Where characters are written that are not read back, or not from there: character, then hex octets. */
  write?: string;
  /** Of two pairs with one character, Python writes the last. */
  last?: boolean;
}

const JIS = "～〜∥‖－−￠¢￡£￢¬";
const YEN = "¥5c ‾7e";
export const BIG5 = "‧•﹑､¯‾～∼⊕♁⊙☉∕／﹨＼￥¥￠¢￡£";
/** Rows 6 to 8 of Big5, as Python and the code page of Windows have them. */
export const KANA = "c6a1ヾゝゞ々ぁ-んァ-ヶДЕЁЖ-МУ-еёж-я①-⑩⑴-⑽";

/** By Python's codec name. */
export const DIFFERENCES: Record<string, Difference> = {
  gb2312: {
    label: "gb18030",
    mask: "+a1a1a1fe a2a2b1e2e5eef1fc a3a3a1fe a4a4a1f3 a5a5a1f6 a6a6a1b8c1d8 a7a7a1c1d1f1 a8a8a1bac5e9 a9a9a4ef " +
      "b0d6a1fe d7d7a1f9 d8f7a1fe",
    swap: "·・—―",
  },
  gbk: {
    label: "gb18030",
    mask: "-a1a740a0 a2a2abb0e3e4eff0fdfe a4a4f4fe a5a5f7fe a6a6b9c0d9dfecedf3f3f6fe a7a7c2d0f2fe " +
      "a8a896a0bcbcbfbfc1c4eafe a9a958585b5b5d5f899597a3f0fe " +
      "aaafa1fe d7d7fafe f8fda1fe fefe507e80fe",
  },
  // The 2000 edition. Platforms have 2005 or 2022, which moved these out of the private use area.
  gb18030: {
    label: "gb18030",
    runs: "a3a0\ue5e5 a6d9\ue78d-\ue793 a6ec\ue794\ue795 a6f3\ue796 a8bc\ue7c7 fe59\ue81e fe61\ue826 " +
      "fe66\ue82b\ue82c fe6d\ue832 fe7e\ue843 fe90\ue854 fea0\ue864",
  },
  big5: {
    label: "big5",
    mask: "+a1a240fe a3a340bf a4c640fe c7c740fc c9f840fe f9f940d5",
    swap: BIG5,
    runs: KANA,
    last: true,
  },
  euc_jp: { label: "euc-jp", mask: "-adada1bec0d6dffc f9fba1fe fcfca1eef1fe", swap: JIS, write: YEN },
  shift_jis: {
    label: "shift_jis",
    mask: "-8787405d5f757e9c eded40fc eeee40eceffc f0fb40fc fcfc404b",
    swap: JIS,
    write: YEN,
  },
  cp932: { label: "shift_jis", write: "¢8191 £8192 ¬81ca ‖8161 −817c 〜8160" },
  euc_kr: {
    label: "euc-kr",
    mask: "-81a041fe a1c641a0 a4a4d4d4",
    write: "ㅤa4d4",
  },
  cp949: { label: "euc-kr" },
};
