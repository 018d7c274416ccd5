// Labels of the WHATWG Encoding Standard that Python has no codec for.

/** A codec, by Python's name, and its labels on each line. */
export const WEB_LABELS = `\
utf_8 unicode-1-1-utf-8 unicode11utf8 unicode20utf8 x-unicode20utf8
iso8859_2 iso88592
iso8859_3 iso88593
iso8859_4 iso88594
iso8859_5 iso88595
iso8859_6 csiso88596e csiso88596i iso-8859-6-e iso-8859-6-i iso88596
iso8859_7 iso88597 sun_eu_greek
iso8859_8 csiso88598e iso-8859-8-e iso88598 visual csiso88598i iso-8859-8-i logical
iso8859_10 iso885910
iso8859_13 iso885913
iso8859_14 iso885914
iso8859_15 csisolatin9 iso885915
koi8_r koi koi8
koi8_u koi8-ru
mac_roman csmacintosh mac x-mac-roman
cp874 dos-874 windows-874
iso8859_11 iso885911
cp1250 x-cp1250
cp1251 x-cp1251
latin_1 iso88591
cp1252 x-cp1252
cp1253 x-cp1253
iso8859_9 iso88599
cp1254 x-cp1254
cp1255 x-cp1255
cp1256 x-cp1256
cp1257 x-cp1257
cp1258 x-cp1258
mac_cyrillic x-mac-cyrillic x-mac-ukrainian
gbk csgb2312 gb_2312 gb_2312-80 x-gbk
big5 cn-big5 x-x-big5
euc_jp cseucpkdfmtjapanese x-euc-jp
cp932 x-sjis
cp949 cseuckr csksc56011987 iso-ir-149 ks_c_5601-1989 ksc_5601 windows-949
utf_16_be unicodefffe
utf_16 csunicode iso-10646-ucs-2 ucs-2 unicode unicodefeff
x_user_defined x-user-defined`;
