/**
 * Charsets by name: Python's codecs with Python's characters, and the web's labels for them.
 *
 * Everything is synchronous and the same on every runtime. Names of codecs that are not charsets (`idna`,
 * `unicode_escape`, `rot13` ...) are unknown.
 *
 * @module
 */

import { LookupError } from "../errors.ts";
import { CODE_PAGES } from "./_code_pages.ts";
import { PYTHON_LABELS, WEB_LABELS } from "./_labels.ts";
import { DIFFERENCES } from "./_double_byte_data.ts";
import type { Codec, ErrorMode } from "./_io.ts";
import { DoubleByteCodec, Gb18030Codec } from "./double_byte.ts";
import { iso2022Codec } from "./iso2022.ts";
import { johabCodec } from "./johab.ts";
import { platformTable, RangeCodec, SingleByteCodec } from "./single_byte.ts";
import { unicodeCodec } from "./unicode.ts";

export type { ErrorMode } from "./_io.ts";

const codecs = new Map<string, Codec>();
let pythonLabels: Map<string, string> | undefined;
let webLabels: Map<string, string> | undefined;
let codePages: Map<string, Uint16Array> | undefined;

function labelMap(lines: string): Map<string, string> {
  const out = new Map<string, string>();
  for (const line of lines.split("\n")) {
    const [name, ...aliases] = line.split(" ");
    out.set(name!, name!);
    for (const alias of aliases) out.set(alias, name!);
  }
  return out;
}

/** Letters and digits of a label in lower case, one underscore for whatever stands between them. */
function fold(label: string): string {
  let out = "";
  let gap = false;
  for (const character of label) {
    if (/[\p{L}\p{N}.]/u.test(character)) {
      if (gap && out !== "") out += "_";
      gap = false;
      if (character < "\x80") out += character;
    } else gap = true;
  }
  return out.toLowerCase();
}

/** Longest label there is has 27 characters; what is far longer is no charset and not worth folding. */
const MAX_LABEL = 200;

/**
 * The codec a charset label stands for.
 *
 * @param label any spelling Python accepts, or a label of the WHATWG Encoding Standard
 * @returns Python's module name of the codec, such as `iso8859_2`, or null when no codec knows the label
 */
export function lookup(label: string): string | null {
  if (label.length > MAX_LABEL || label.includes("\0")) return null;
  pythonLabels ??= labelMap(PYTHON_LABELS);
  const folded = fold(label);
  const name = pythonLabels.get(folded) ?? pythonLabels.get(folded.replaceAll(".", "_"));
  if (name !== undefined) return name;
  webLabels ??= labelMap(WEB_LABELS);
  return webLabels.get(label.replace(/^[\t\n\f\r ]+/, "").replace(/[\t\n\f\r ]+$/, "").toLowerCase()) ?? null;
}

/** Labels are folded once: mail repeats few of them. Bounded, as mail also makes up new ones. */
const MAX_KNOWN = 256;
const known = new Map<string, Codec>();

function codecOf(label: string): Codec {
  let codec = known.get(label);
  if (codec !== undefined) return codec;
  codec = findCodec(label);
  if (known.size < MAX_KNOWN) known.set(label, codec);
  return codec;
}

function findCodec(label: string): Codec {
  const name = lookup(label);
  if (name === null) throw new LookupError(`unknown encoding: ${label.slice(0, MAX_LABEL)}`);
  let codec = codecs.get(name);
  if (codec === undefined) {
    codec = build(name);
    codecs.set(name, codec);
  }
  return codec;
}

function build(name: string): Codec {
  if (name === "ascii") return new RangeCodec(name, 0x80);
  if (name === "latin_1") return new RangeCodec(name, 0x100);
  if (name === "gb18030") return new Gb18030Codec(name);
  if (name in DIFFERENCES) return doubleByte(name);
  if (name === "johab") return johabCodec(doubleByte);
  if (name === "hz" || name.startsWith("iso2022")) return iso2022Codec(name, doubleByte, decode);
  return unicodeCodec(name) ?? new SingleByteCodec(name, platformTable(name) ?? codePage(name));
}

function doubleByte(name: string): DoubleByteCodec {
  let codec = codecs.get(name);
  if (codec === undefined) {
    codec = new DoubleByteCodec(name);
    codecs.set(name, codec);
  }
  return codec as DoubleByteCodec;
}

function codePage(name: string): Uint16Array {
  if (name === "x_user_defined") {
    return Uint16Array.from({ length: 256 }, (_, i) => i < 0x80 ? i : 0xf700 + i);
  }
  codePages ??= readCodePages();
  return codePages.get(name)!;
}

function identity(): Uint16Array {
  return Uint16Array.from({ length: 256 }, (_, i) => i);
}

/** Unpacks the pages; tests/email/data/code_pages.py says how they are packed. */
function readCodePages(): Map<string, Uint16Array> {
  const pages = new Map<string, Uint16Array>();
  const digits = new Uint8Array(128);
  // Characters from # to ~ but for those that mean something in a template.
  for (let code = 35, digit = 0; code < 127; code++) {
    if (code !== 0x24 && code !== 0x5c && code !== 0x60) digits[code] = digit++;
  }
  for (const line of CODE_PAGES.split("\n")) {
    const [name, base, packed] = line.split(" ") as [string, string, string];
    const table = (pages.get(base) ?? platformTable(base) ?? identity()).slice();
    let at = 0;
    const number = () => {
      let value = 0;
      for (let scale = 1;; scale *= 44) {
        const digit = digits[packed.charCodeAt(at++)]!;
        value += scale * (digit % 44);
        if (digit < 44) return value;
      }
    };
    let unit = 0;
    for (let octet = 0; at < packed.length;) {
      octet += number();
      for (let count = number(); count > 0; count--) {
        const step = number();
        unit += 1 + (step % 2 === 0 ? step / 2 : -(step + 1) / 2);
        table[octet++] = unit;
      }
    }
    pages.set(name, table);
  }
  return pages;
}

/**
 * Decodes octets of a charset, as Python's `bytes.decode(charset, errors)`.
 *
 * @param bytes the octets, the whole of them
 * @param charset a label, see {@linkcode lookup}
 * @param errors what to do with octets that mean nothing; `strict` when left out
 * @throws {LookupError} when the charset is unknown
 * @throws {UnicodeDecodeError} in strict mode
 */
export function decode(bytes: Uint8Array, charset: string, errors: ErrorMode = "strict"): string {
  return codecOf(charset).decode(bytes, errors);
}

/**
 * Encodes text in a charset, as Python's `str.encode(charset, errors)`.
 *
 * @param text the text; a pair of surrogates is one character
 * @param charset a label, see {@linkcode lookup}
 * @param errors what to do with characters the charset lacks; `strict` when left out
 * @throws {LookupError} when the charset is unknown
 * @throws {UnicodeEncodeError} in strict mode
 */
export function encode(text: string, charset: string, errors: ErrorMode = "strict"): Uint8Array {
  return codecOf(charset).encode(text, errors);
}
