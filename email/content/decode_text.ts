/**
 * Octets to text, whatever a sender calls them.
 *
 * @module
 */

import { decodeAscii, fromUnits, isAsciiBytes } from "../text/text.ts";
import { decodeUtf8, validUtf8 } from "../text/utf8.ts";
import { charsetOf } from "./charset_label.ts";
import type { Problem } from "./model.ts";
import { note } from "./problems.ts";
import { hzAsGb, iso2022JpAsEuc, iso2022KrAsEuc, readUtf7 } from "./shifted.ts";
import { octetsFor } from "../text/given.ts";

const decoders = new Map<string, TextDecoder>();

/** Made once for each charset: making one takes as long as decoding a line. There are less than fifty. */
function decoderOf(label: string): TextDecoder {
  let decoder = decoders.get(label);
  if (decoder === undefined) decoders.set(label, decoder = new TextDecoder(label));
  return decoder;
}

/** Charsets in which octets below 0x80 are not always ASCII. */
const SEVEN_BIT = /^(?:utf[-_](?:16|7)|iso-2022|hz)/;
/** Charsets of more than one octet in a character, and those in which every octet is a character, so that nothing else disproves them. */
const WIDE = /^(?:gb18030|big5|euc|shift|iso-2022|hz|cp)/;

/**
 * The text that octets mean. Never fails, and says the same whatever was loaded before.
 *
 * A label means the widest charset of its name: `gb2312` is read as GB 18030, `iso-8859-1` as windows-1252, `euc-kr` as what
 * Windows has under this name, ISO-2022-JP with the rows of NEC. A label that nobody knows, and one that the octets disprove -
 * they are UTF-8, and in the charset of the label they mean nothing, or control characters - gives way to UTF-8 and then
 * windows-1252. A byte order mark goes.
 *
 * @param bytes the octets, their transfer encoding undone
 * @param charset the label; none is read as UTF-8, then as windows-1252
 * @param problems where to note what was guessed
 * @returns the text; U+FFFD for what means nothing
 *
 * @example
 * ```ts
 * import { decodeText } from "@postern/postern/email";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(decodeText(Uint8Array.of(0x47, 0x72, 0xfc, 0xdf, 0x65), "ISO-8859-1"), "Grüße");
 * assertEquals(decodeText(new TextEncoder().encode("Grüße"), "x-unknown"), "Grüße");
 * ```
 *
 * Source: WHATWG Encoding section 4.2; RFC 2047 section 6.3, RFC 1428.
 */
export function decodeText(bytes: Uint8Array, charset?: string | null, problems?: Problem[]): string {
  octetsFor("decodeText", bytes);
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) {
    return decodeUtf8(bytes.subarray(3));
  }
  if (charset === undefined || charset === null || charset === "") {
    return isAsciiBytes(bytes) ? readAscii(bytes) : guess(bytes, "without a charset", problems);
  }
  return decodeCharset(bytes, charsetOf(charset), charset, problems);
}

/**
 * The same, for a label that has been looked up.
 *
 * @param name what {@linkcode charsetOf} says
 * @param label the label itself, for what is noted
 */
export function decodeCharset(
  bytes: Uint8Array,
  name: string | null,
  label: string,
  problems?: Problem[],
): string {
  if (name === null) {
    if (problems) note(problems, "charset", `the charset ${JSON.stringify(label.slice(0, 60))} is not known`);
    return isAsciiBytes(bytes) ? readAscii(bytes) : guess(bytes, "of that charset", problems);
  }
  if (!SEVEN_BIT.test(name) && isAsciiBytes(bytes)) {
    return name === "utf-8" ? decodeAscii(bytes) : readAscii(bytes);
  }
  if (name === "utf-8") return readUtf8(bytes, problems);
  if (name === "ascii") return guess(bytes, "in us-ascii", problems);
  if (name.startsWith("utf-16")) return readUtf16(bytes, name, problems);
  const text = name === "utf_7" ? readUtf7(bytes) : readAs(bytes, name);
  if (!isDoubtful(text, bytes, name)) return text;
  const other = readValidUtf8(bytes);
  if (
    other !== null &&
    (text.includes("\ufffd") || hasControls(text, bytes, name) || WIDE.test(name) && isLong(bytes))
  ) {
    note(problems, "charset", `octets labelled ${name} are UTF-8`);
    return other;
  }
  if (!text.includes("\ufffd")) return text;
  note(problems, "charset", `octets that mean nothing in ${name}`);
  if (name !== "iso-2022-jp") return text;
  // Eight bits under a label of seven.
  for (const japanese of ["shift_jis", "euc-jp"]) {
    const read = decoderOf(japanese).decode(bytes);
    if (!read.includes("\ufffd")) return read;
  }
  const euc = decoderOf("euc-jp").decode(iso2022JpAsEuc(bytes));
  return euc.includes("\ufffd") ? text : euc;
}

/** Seven bits. ISO-2022-JP tells of itself under any label but UTF-8, which has escapes where a program writes them. */
function readAscii(bytes: Uint8Array): string {
  const text = decodeAscii(bytes);
  if (!text.includes("\x1b$")) return text;
  const read = decoderOf("iso-2022-jp").decode(bytes);
  return read.includes("\ufffd") ? text : read;
}

/** What DOS has from 0x80 on, which no platform decodes: cp437, and where cp850 differs from it. What is between are boxes. */
const DOS = ["ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»", "αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\xa0"];
const CP850 =
  "1bø 1dØ× 29® 35ÁÂÀ© 3d¢¥ 46ãÃ 4f¤ðÐÊËÈıÍÎÏ 5d¦Ì 60Ó 62ÔÒõÕ 67þÞÚÛÙýÝ¯´\xad 72‗¾¶§ 77¸ 79¨ 7b¹³";

function dosTable(name: string): string {
  let table = DOS.join(decoderOf("ibm866").decode(Uint8Array.from({ length: 48 }, (_, i) => 0xb0 + i)));
  for (const run of name === "cp850" ? CP850.split(" ") : []) {
    const at = parseInt(run.slice(0, 2), 16);
    table = table.slice(0, at) + run.slice(2) + table.slice(at + run.length - 2);
  }
  return table;
}

function readAs(bytes: Uint8Array, name: string): string {
  if (name.startsWith("cp")) {
    const high = dosTable(name);
    return fromUnits(
      Uint16Array.from(bytes, (octet) => octet < 0x80 ? octet : high.charCodeAt(octet - 0x80)),
    );
  }
  if (name === "iso-2022-kr") return decoderOf("euc-kr").decode(iso2022KrAsEuc(bytes));
  if (name === "hz") return decoderOf("gb18030").decode(hzAsGb(bytes));
  const text = decoderOf(name).decode(bytes);
  if (name !== "iso-2022-jp" || !text.includes("\ufffd") || !isAsciiBytes(bytes)) return text;
  const euc = decoderOf("euc-jp").decode(iso2022JpAsEuc(bytes));
  return euc.includes("\ufffd") ? text : euc;
}

/** True when it is worth a look whether the octets are UTF-8. */
function isDoubtful(text: string, bytes: Uint8Array, name: string): boolean {
  return text.includes("\ufffd") || WIDE.test(name) || hasControls(text, bytes, name);
}

/** Control characters of eight bits, or private use ones, which nobody writes. */
function hasControls(text: string, bytes: Uint8Array, name: string): boolean {
  // Read as windows-1252, which has letters there.
  if (name === "iso-8859-1") return bytes.some((octet) => octet >= 0x80 && octet < 0xa0);
  return /[\x80-\x84\x86-\x9f\ue000-\uf8ff]/.test(text);
}

/**
 * Characters enough of two octets and more: by chance, this is not UTF-8. One in seven of the pairs that are frequent in GB 2312
 * are a character of UTF-8, fewer in other charsets.
 */
function isLong(bytes: Uint8Array): boolean {
  let count = 0;
  for (let i = 0; i < bytes.length; i++) {
    if (bytes[i]! >= 0xc0) count += bytes[i]! >= 0xe0 ? 2 : 1;
    if (count >= 5) return true;
  }
  return false;
}

/** The text of UTF-8 with characters outside ASCII; null for everything else. */
function readValidUtf8(bytes: Uint8Array): string | null {
  return isAsciiBytes(bytes) ? null : validUtf8(bytes);
}

/** Octets of no known charset. */
function guess(bytes: Uint8Array, what: string, problems?: Problem[]): string {
  const text = readValidUtf8(bytes);
  note(
    problems,
    "charset",
    `octets outside ASCII ${what}, read as ${text === null ? "windows-1252" : "UTF-8"}`,
  );
  return text ?? decoderOf("windows-1252").decode(bytes);
}

function readUtf8(bytes: Uint8Array, problems?: Problem[]): string {
  const valid = validUtf8(bytes);
  if (valid !== null) return valid;
  const text = decodeUtf8(bytes);
  // Not one character that is UTF-8: the label is wrong, and not some octets.
  const wrong = !/[^\0-\x7f\ufffd]/.test(text) && !bytes.some(isTruncatedEnd);
  note(
    problems,
    "charset",
    wrong ? "octets labelled utf-8 are not, read as windows-1252" : "octets that are not UTF-8",
  );
  return wrong ? decoderOf("windows-1252").decode(bytes) : text;
}

/** A first octet of UTF-8 at the end with all but the last octet of its character: text that was cut. */
function isTruncatedEnd(octet: number, i: number, bytes: ArrayLike<number>): boolean {
  return i >= bytes.length - 3 && octet >= 0xe0 && i < bytes.length - 1 && (bytes[i + 1]! & 0xc0) === 0x80;
}

/** UTF-16 by its byte order mark or by where the zeros are; text without zeros is not UTF-16 when it can be UTF-8. */
function readUtf16(bytes: Uint8Array, name: string, problems?: Problem[]): string {
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return decoderOf("utf-16be").decode(bytes);
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return decoderOf("utf-16le").decode(bytes);
  const zeros: [number, number] = [0, 0];
  for (let i = 0; i < bytes.length; i++) if (bytes[i] === 0) zeros[i & 1]!++;
  if (zeros[0] === zeros[1]) {
    const other = zeros[0] > 0 ? null : isAsciiBytes(bytes) ? decodeAscii(bytes) : readValidUtf8(bytes);
    if (other !== null) {
      note(problems, "charset", `octets labelled ${name} are UTF-8`);
      return other;
    }
    return decoderOf(name === "utf-16-be" ? "utf-16be" : "utf-16le").decode(bytes);
  }
  return decoderOf(zeros[0]! > zeros[1]! ? "utf-16be" : "utf-16le").decode(bytes);
}
