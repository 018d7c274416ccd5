// deno-fmt-ignore-file
/**
 * The names of charsets that `readMail` has no decoder for or knows otherwise: a program that only calls it goes without them.
 *
 * @module
 */

/** Codecs of CPython 3.13.0 and their aliases, as in labels.ts. */
export const RARE_LABELS = `\
iso8859_*:2,6,7 iso_8859_*_1987
iso8859_*:3,4,5,8 iso_8859_*_1988
iso8859_9 csisolatin5 iso88599 iso_8859_9 iso_8859_9_1989 iso_ir_148 l5 latin5
iso8859_10 iso_8859_10_1992
gb18030 gb18030_2000
iso2022_*:jp,kr csiso2022*
utf_8_sig
utf_16_le
cp*:720,737,856,875,1006
cp*:775,852,862,1125,1140 * ibm*
cp*:037,273,424,500,855,857,860,861,863,864,865,869,1026 * ibm* csibm*
cp037 ibm039 ebcdic_cp_ca ebcdic_cp_nl ebcdic_cp_us ebcdic_cp_wt
cp424 ebcdic_cp_he
cp500 ebcdic_cp_be ebcdic_cp_ch
cp775 cspc775baltic
cp852 cspcp852
cp861 cp_is
cp862 cspc862latinhebrew
cp869 cp_gr
cp1125 cp866u ruscii
hp_roman8 roman8 r8 cp1051 ibm1051
koi8_t
kz1048 kz_1048 rk1048 strk1048_2002
mac_*:arabic,croatian,farsi,romanian
mac_*:greek,iceland,latin2,turkish mac*
mac_latin2 maccentraleurope mac_centeuro
palmos
ptcp154 csptcp154 pt154 cp154 cyrillic_asian
johab cp1361 ms1361
utf_32 u32 utf32
utf_*:32_be,32_le
utf_32_be utf_32be
utf_32_le utf_32le`;
