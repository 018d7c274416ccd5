// deno-fmt-ignore-file
/**
 * The names of the charsets.
 *
 * @module
 */

import { textFor } from "../text/given.ts";

/**
 * Codecs of CPython 3.13.0 and their aliases, folded as Python folds them: those that the platform does not know
 * or means something else by, and that mail is read in. After a colon, values for the asterisk; a codec may have several lines.
 */
const COMMON_LABELS = `\
ascii 646 ansi_x3.4_1968 ansi_x3_4_1968 ansi_x3.4_1986 cp367 csascii ibm367 iso646_us iso_646.irv_1991 iso_ir_6 us us_ascii
latin_1 8859 cp819 csisolatin1 ibm819 iso8859 iso8859_1 iso88591 iso_8859_1 iso_8859_1_1987 iso_ir_100 l1 latin latin1 charmap
iso8859_11 thai iso885911 iso_8859_11 iso_8859_11_2001
iso8859_13 l7 latin7
iso8859_14 iso_8859_14_1998 iso_celtic iso_ir_199 l8 latin8
iso8859_15 latin9
iso8859_16 iso_8859_16_2001 iso_ir_226 l10 latin10
tis_620 tis620 tis_620_0 tis_620_2529_0 tis_620_2529_1 iso_ir_166
cp874
cp*:437,850 * ibm*
cp858 858 ibm858 csibm858
cp*:1250,1251,1252,1253,1254,1255,1256,1257,1258 *
cp437 cspc8codepage437
cp850 cspc850multilingual
mac_*:cyrillic,roman mac*
big5 big5_tw x_mac_trad_chinese
big5hkscs big5_hkscs hkscs
gb2312 chinese csiso58gb231280 euc_cn euccn eucgb2312_cn gb2312_1980 gb2312_80 iso_ir_58 x_mac_simp_chinese
gbk cp936 936 ms936
hz hzgb hz_gb hz_gb_2312
cp*:932,949,950 * ms*
cp932 mskanji
cp949 uhc
euc_jp eucjp ujis u_jis
euc_*:jis_2004,jisx0213 euc*
euc_jis_2004 jisx0213 eucjis2004 euc_jis2004
shift_*:jis,jis_2004,jisx0213 shift*
shift_jis csshiftjis sjis s_jis x_mac_japanese
shift_jis_2004 shiftjis2004 sjis_2004 s_jis_2004
shift_jisx0213 sjisx0213 s_jisx0213
iso2022_*:jp,jp_1,jp_2,jp_3,jp_2004,jp_ext,kr iso2022* iso_2022_*
euc_kr euckr korean ksc5601 ks_c_5601 ks_c_5601_1987 ksx1001 ks_x_1001 x_mac_korean
utf_8 u8 utf utf8_ucs2 utf8_ucs4 cp65001
utf_*:7,16 u* utf*
utf_7 unicode_1_1_utf_7
utf_16_be unicodebigunmarked
utf_16_le unicodelittleunmarked utf_16le`;

/** What the platform calls the codecs whose names are not made from its own by rule. */
const WEB_NAMES: Record<string, string> = {
  ibm866: "cp866",
  macintosh: "mac_roman",
  "x-mac-cyrillic": "mac_cyrillic",
  "iso-8859-8-i": "iso8859_8",
  shift_jis: "cp932",
  "euc-kr": "cp949",
  "utf-16be": "utf_16_be",
  "utf-16le": "utf_16",
};

let common: Map<string, string> | undefined;

/** The codecs that mail is read in by their names. */
export function commonLabels(): Map<string, string> {
  return common ??= readLabels(COMMON_LABELS);
}

/** Reads a table of codecs and their aliases. */
export function readLabels(table: string): Map<string, string> {
  const out = new Map<string, string>();
  for (const line of table.split("\n")) {
    const [codec, ...aliases] = line.split(" ");
    const [name, values = ""] = codec!.split(":");
    for (const value of values.split(",")) {
      for (const alias of [name!, ...aliases]) out.set(alias.replace("*", value), name!.replace("*", value));
    }
  }
  return out;
}

/** Letters and digits of a label in lower case, ASCII alone, one underscore for whatever comes between them. */
function fold(label: string): string {
  return label.replace(/[^\p{L}\p{N}.]+$/u, "").replace(/[^\p{L}\p{N}.]+/gu, "_").replace(/[^\0-\x7f]/g, "")
    .replace(/^_+/, "").toLowerCase();
}

/**
 * How the labels begin that only the platform knows. The exception for one that it does not know takes as long as decoding a
 * page, and a sender may have 100,000 of them.
 */
const WEB_BEGINNING =
  /^\s*(?:x-){0,2}(?:866\s*$|a[nrs]|big|c[hnpsy]|dos|e[clu]|g[br]|h[ez]|i[bs]|ko|ks|l[1-9ao]|m[as]|repl|s[hju]|tis|u[cnst]|vis|win)/i;

/** The platform's meaning of a label: it knows those of the WHATWG Encoding Standard, case and outer space aside. */
function webName(label: string): string | null {
  if (!WEB_BEGINNING.test(label)) return null;
  let name: string;
  try {
    name = new TextDecoder(label).encoding;
  } catch {
    return null;
  }
  return WEB_NAMES[name] ??
    name.replace("windows-", "cp").replace("iso-8859-", "iso8859_").replaceAll("-", "_");
}

/** Longest label there is has 27 characters; what is far longer is not a charset and not worth folding. */
const MAX_LABEL = 200;

/**
 * The codec of a charset label: Python's meaning, else the platform's, whatever the label separates words by.
 *
 * @param label any spelling Python accepts, or a label of the WHATWG Encoding Standard
 * @param labels the codecs by their names
 * @returns Python's module name of the codec, such as `iso8859_2`, or null when no codec knows the label
 */
export function lookup(label: string, labels: Map<string, string> = commonLabels()): string | null {
  if (textFor("the name of a charset", label, "is").length > MAX_LABEL || label.includes("\0")) return null;
  const folded = fold(label);
  return labels.get(folded) ?? labels.get(folded.replaceAll(".", "_")) ?? webName(label) ??
    webName(folded.replaceAll("_", "-"));
}
