// What a charset label of a sender means for a reader: the widest charset that has this name, and names that no list has.

import { lookup } from "../codecs/labels.ts";
import { textFor } from "../text/given.ts";

/** Charsets by the name of Python's codec, where the decoder that reads them is wider or has another name. */
const WIDER: Record<string, string> = {
  ascii: "ascii",
  latin_1: "iso-8859-1",
  iso8859_9: "windows-1254",
  iso8859_11: "windows-874",
  tis_620: "windows-874",
  cp874: "windows-874",
  cp866: "ibm866",
  utf_8_sig: "utf-8",
  utf_16: "utf-16",
  utf_16_le: "utf-16",
  utf_16_be: "utf-16-be",
  cp437: "cp437",
  cp850: "cp850",
  cp858: "cp850",
  gb2312: "gb18030",
  gbk: "gb18030",
  cp950: "big5",
  big5hkscs: "big5",
  cp932: "shift_jis",
  shift_jis: "shift_jis",
  shift_jis_2004: "shift_jis",
  shift_jisx0213: "shift_jis",
  euc_jis_2004: "euc-jp",
  euc_jisx0213: "euc-jp",
  cp949: "euc-kr",
  iso2022_kr: "iso-2022-kr",
  mac_roman: "macintosh",
  mac_cyrillic: "x-mac-cyrillic",
};

/** Numbers of Microsoft's code pages that Python has no alias for. */
const CODE_PAGES: Record<string, string> = {
  1200: "utf-16",
  1201: "utf-16-be",
  10000: "macintosh",
  10007: "x-mac-cyrillic",
  20127: "ascii",
  20866: "koi8-r",
  21866: "koi8-u",
  20932: "euc-jp",
  51932: "euc-jp",
  50220: "iso-2022-jp",
  50221: "iso-2022-jp",
  50222: "iso-2022-jp",
  50225: "iso-2022-kr",
  51936: "gb18030",
  52936: "hz",
  54936: "gb18030",
  51949: "euc-kr",
  38598: "iso-8859-8",
};

/** Longest label that is looked at. */
const MAX_LABEL = 60;
/** Labels are read once: mail repeats few of them. Bounded, as mail also makes up new ones. */
const MAX_KNOWN = 256;
/** With the most frequent one: the table of all is read when there is another. */
const known = new Map<string, string | null>([["utf-8", "utf-8"]]);

/**
 * The charset that a label means.
 *
 * @param label what a sender wrote
 * @returns a name that {@linkcode decodeText} has a decoder for; null when the label is not known
 */
export function charsetOf(label: string): string | null {
  const found = known.get(label);
  if (found !== undefined) return found;
  const charset = resolve(cleanLabel(textFor("the name of a charset", label, "is")));
  if (known.size < MAX_KNOWN && label.length <= MAX_LABEL) known.set(label, charset);
  return charset;
}

/** The label without what damaged fields leave around it: quotes, blanks, the next parameter, a language. */
export function cleanLabel(label: string): string {
  // `charset=3D"utf-8"`: quoted-printable went over the header.
  const bare = label.slice(0, 2 * MAX_LABEL).toLowerCase().replace(/^[\s"'<=,;*()>]+/, "").replace(
    /^(?:charset\s*=?[\s"']*)?(?:3d[\s"']*)?/,
    "",
  );
  const end = bare.search(/[\s,;"'<>*()]/);
  return (end < 0 ? bare : bare.slice(0, end)).slice(0, MAX_LABEL).replace(/[^a-z0-9]+$/, "");
}

function resolve(label: string): string | null {
  const whole = byName(label);
  if (whole !== undefined) return whole;
  // Something is glued to it: `utf-8content-transfer-encoding:`, `utf8mb4`. Or it is spelled otherwise: `latin-2`, `koi8r`.
  const begins = GLUED.exec(label)?.[1];
  if (begins === undefined) return null;
  const plain = begins.replace(/[-_.]+/g, "").replace(/^koi8/, "koi8-").replace(/^(?:iso)?8859/, "iso-8859-");
  return byName(begins) ?? byName(plain.replace(/^isol/, "l").replace(/^windows31j/, "sjis")) ?? null;
}

/**
 * Labels that others are found to begin with. Looking at every beginning would cost 100,000 labels of a sender's own 20 times as
 * much as reading their words.
 */
const GLUED =
  /^(?:x-|cs|ms-)*(utf[-_]?(?:8|7|16(?:[-_]?[bl]e)?)|(?:us[-_]?)?ascii|(?:iso[-_]?)?8859[-_.]?\d\d?|iso[-_]?2022[-_]?(?:jp|kr)|windows[-_]?31j|(?:windows|cp)[-_]?(?:125\d|874|9\d\d)|koi8[-_]?[ru]|big[-_]?5|gbk|gb[-_]?(?:2312|18030)|euc[-_]?(?:jp|kr|cn)|s(?:hift[-_]?)?jis|ks_c_5601-1987|(?:iso[-_]?)?latin[-_]?\d\d?|mac(?:intosh)?)(?!\d)/;

/** Undefined for an unknown label, null for one that says nothing. */
function byName(label: string): string | null | undefined {
  const name = lookup(label);
  if (name !== null) return byCodec(name);
  if (/^(?:x-)?(?:unicode|ucs-?2)$/.test(label)) return "utf-16";
  const page = /^(?:x-|ms-|microsoft-)*(?:windows|win|cp|ms|ibm|dos|codepage)[-_]?(\d{3,5})$/.exec(label)
    ?.[1];
  if (page !== undefined) {
    const iso = /^28(59\d|60\d)$/.exec(page)?.[1];
    if (iso !== undefined) return byCodec(`iso8859_${Number(iso) - 590}`);
    const charset = CODE_PAGES[page];
    if (charset !== undefined) return charset;
    const codec = lookup(`cp${page}`);
    return codec === null ? undefined : byCodec(codec);
  }
  if (label.startsWith("x-") && label.length > 4) return byName(label.slice(2));
  return undefined;
}

function byCodec(name: string): string | null | undefined {
  const wider = WIDER[name];
  if (wider !== undefined) return wider;
  if (name.startsWith("iso2022_jp")) return "iso-2022-jp";
  if (name === "x_user_defined") return null;
  if (name === "utf_7" || name === "hz" || name === "gb18030" || name === "big5") return name;
  const label = name.replace(/^cp125/, "windows-125").replace(/^iso8859_/, "iso-8859-").replaceAll("_", "-");
  try {
    new TextDecoder(label);
    return label;
  } catch {
    return undefined;
  }
}
