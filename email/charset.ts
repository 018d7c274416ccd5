/**
 * Charsets as mail uses them: how headers and bodies in each are encoded, and under which name they are sent.
 *
 * @module
 */

import { headerEncode as base64Header, headerLength as base64Length } from "./transfer/base64mime.ts";
import { decode, encode } from "./codecs/mod.ts";
import { encode7or8bit } from "./transfer/encoders.ts";
import { CharsetError, ValueError } from "./errors.ts";
// circle: a message has a Charset, and a Charset hands out functions that encode a message
import type { Message } from "./message.ts";
import {
  bodyEncode as quopriBody,
  headerEncode as quopriHeader,
  headerLength as quopriLength,
} from "./transfer/quoprimime.ts";
import { decodeLatin1, encodeAsciiEscape, isAscii } from "./text/text.ts";
import { encodeBase64Lines } from "./transfer/base64.ts";
import { listFor, octetsFor, textFor } from "./text/given.ts";

/** Encode in quoted-printable (Q in a header). */
export const QP = 1;
/** Encode in base64 (B in a header). */
export const BASE64 = 2;
/** Encode a header in whichever of the two is shorter. */
export const SHORTEST = 3;

/** One of {@linkcode QP}, {@linkcode BASE64} and {@linkcode SHORTEST}, or null for no encoding. */
export type CharsetEncoding = 1 | 2 | 3 | null;

/** Header encoding, body encoding, and the charset it is sent in (null: itself). */
export type CharsetEntry = [header: CharsetEncoding, body: CharsetEncoding, output: string | null];

/** `=?`, `?q?` and `?=` around an encoded word's text. */
const FRAME = 7;
const UNKNOWN_8BIT = "unknown-8bit";

/**
 * Header encoding, body encoding and output charset by charset. What is not here is sent as the shorter of Q and B in a
 * header and as base64 in a body.
 *
 * Source: `email.charset.CHARSETS`.
 */
export const CHARSETS: Map<string, CharsetEntry> = /* @__PURE__ */ knownCharsets();

/** The parts of ISO 8859 in the order of their Latin numbers. */
function latinParts(): number[] {
  return [1, 2, 3, 4, 9, 10, 13, 14, 15, 16];
}

function knownCharsets(): Map<string, CharsetEntry> {
  const out = new Map<string, CharsetEntry>();
  for (const name of [...latinParts().map((n) => `iso-8859-${n}`), "windows-1252", "viscii"]) {
    out.set(name, [QP, QP, null]);
  }
  out.set("us-ascii", [null, null, null]);
  for (const name of ["big5", "gb2312", "koi8-r"]) out.set(name, [BASE64, BASE64, null]);
  // Japanese is sent in seven bits.
  out.set("euc-jp", [BASE64, null, "iso-2022-jp"]);
  out.set("shift_jis", [BASE64, null, "iso-2022-jp"]);
  out.set("iso-2022-jp", [BASE64, null, null]);
  return out.set("utf-8", [SHORTEST, BASE64, "utf-8"]);
}

/**
 * Other names of charsets, in lower case, and the name that is written.
 *
 * Source: `email.charset.ALIASES`.
 */
export const ALIASES: Map<string, string> = /* @__PURE__ */ knownAliases();

function knownAliases(): Map<string, string> {
  const out = new Map([
    ["cp949", "ks_c_5601-1987"],
    ["euc_jp", "euc-jp"],
    ["euc_kr", "euc-kr"],
    ["ascii", "us-ascii"],
  ]);
  latinParts().forEach((part, i) => {
    for (const sign of "_-") out.set(`latin${sign}${i + 1}`, `iso-8859-${part}`);
  });
  return out;
}

/**
 * Codecs of charsets whose name is not their codec's; null for none.
 *
 * Source: `email.charset.CODEC_MAP`.
 */
export const CODEC_MAP: Map<string, string | null> = /* @__PURE__ */ new Map([
  ["gb2312", "eucgb2312_cn"],
  ["big5", "big5_tw"],
  ["us-ascii", null],
]);

/** Names for encoded words where the codec's name is one that other mailers do not know. */
const WORD_NAMES = /* @__PURE__ */ new Map([["eucgb2312_cn", "gb2312"], ["big5_tw", "big5"]]);

/**
 * Adds a charset to the registry, or changes it there.
 *
 * ```ts
 * import { addCharset, Charset, QP } from "@postern/postern/email";
 * import { assertEquals } from "@std/assert";
 *
 * addCharset("koi8-u", QP, QP);
 * assertEquals(new Charset("koi8-u").getBodyEncoding(), "quoted-printable");
 * ```
 *
 * Source: `email.charset.add_charset`.
 *
 * @param charset its name
 * @param headerEncoding how headers are encoded
 * @param bodyEncoding how bodies are encoded; not {@linkcode SHORTEST}
 * @param outputCharset the charset it is sent in; null for itself
 * @throws {ValueError} when the body encoding is {@linkcode SHORTEST}
 */
export function addCharset(
  charset: string,
  headerEncoding: CharsetEncoding = null,
  bodyEncoding: CharsetEncoding = null,
  outputCharset: string | null = null,
): void {
  if (bodyEncoding === SHORTEST) throw new ValueError("SHORTEST is for headers only");
  CHARSETS.set(charset, [headerEncoding, bodyEncoding, outputCharset]);
}

/**
 * Adds another name of a charset.
 *
 * ```ts
 * import { addAlias, Charset } from "@postern/postern/email";
 * import { assertEquals } from "@std/assert";
 *
 * addAlias("uft-8", "utf-8");
 * assertEquals(String(new Charset("uft-8")), "utf-8");
 * ```
 *
 * Source: `email.charset.add_alias`.
 *
 * @param alias the other name, in lower case
 * @param canonical the charset's name
 */
export function addAlias(alias: string, canonical: string): void {
  ALIASES.set(alias, canonical);
}

/**
 * Names the codec of a charset.
 *
 * ```ts
 * import { addCodec, Charset } from "@postern/postern/email";
 * import { assertEquals } from "@std/assert";
 *
 * addCodec("x-thai", "tis-620");
 * assertEquals(new Charset("x-thai").headerEncode("\u0e01"), "=?tis-620?q?=A1?=");
 * ```
 *
 * Source: `email.charset.add_codec`.
 *
 * @param charset its name
 * @param codecName any label the codecs know
 */
export function addCodec(charset: string, codecName: string): void {
  CODEC_MAP.set(charset, codecName);
}

function encodeIn(text: string, codec: string): Uint8Array {
  return codec === UNKNOWN_8BIT ? encodeAsciiEscape(text) : encode(text, codec);
}

/** How an encoded word is made, and how long its text gets. */
interface WordEncoder {
  encode: (bytes: Uint8Array, charset: string) => string;
  length: (bytes: Uint8Array) => number;
}

const B_WORDS: WordEncoder = { encode: base64Header, length: base64Length };
const Q_WORDS: WordEncoder = { encode: quopriHeader, length: quopriLength };

/**
 * A charset and how mail in it is encoded.
 *
 * ```ts
 * import { Charset } from "@postern/postern/email";
 * import { assertEquals } from "@std/assert";
 *
 * const charset = new Charset("latin-1");
 * assertEquals(String(charset), "iso-8859-1");
 * assertEquals(charset.headerEncode("gr\u00fcn"), "=?iso-8859-1?q?gr=FCn?=");
 * assertEquals(charset.bodyEncode("gr\u00fcn\n"), "gr=FCn\n");
 * assertEquals(charset.getBodyEncoding(), "quoted-printable");
 * ```
 *
 * Source: `email.charset.Charset`.
 */
export class Charset {
  /** The charset text comes in: the name given, in lower case, aliases resolved. */
  inputCharset: string;
  /** How headers are encoded. */
  headerEncoding: CharsetEncoding;
  /** How bodies are encoded. */
  bodyEncoding: CharsetEncoding;
  /** The charset it is sent in. */
  outputCharset: string | null;
  /** Codec of {@linkcode Charset.inputCharset}; null for us-ascii. */
  inputCodec: string | null;
  /** Codec of {@linkcode Charset.outputCharset}; null for us-ascii. */
  outputCodec: string | null;

  /**
   * Looks the charset up.
   *
   * @param inputCharset the charset's name in any case
   * @throws {CharsetError} when the name is not ASCII
   */
  constructor(inputCharset: string = "us-ascii") {
    if (!isAscii(textFor("Charset", inputCharset))) throw new CharsetError(inputCharset);
    const name = inputCharset.toLowerCase();
    this.inputCharset = ALIASES.get(name) ?? name;
    const [header, body, output] = CHARSETS.get(this.inputCharset) ?? [SHORTEST, BASE64, null];
    this.headerEncoding = header;
    this.bodyEncoding = body;
    const sent = output || this.inputCharset;
    this.outputCharset = ALIASES.get(sent) ?? sent;
    this.inputCodec = codecOf(this.inputCharset);
    this.outputCodec = codecOf(this.outputCharset);
  }

  /** The name of the input charset in lower case. */
  toString(): string {
    return this.inputCharset.toLowerCase();
  }

  /**
   * Python's `==`: names compare without case.
   *
   * @param other a charset, or its name
   * @returns true when the names are the same
   */
  equals(other: Charset | string): boolean {
    return this.toString() === String(other).toLowerCase();
  }

  /**
   * What a body in this charset has to be encoded with.
   *
   * @returns a Content-Transfer-Encoding, or a function that finds out and sets it on the message
   */
  getBodyEncoding(): string | ((message: Message) => void) {
    if (this.bodyEncoding === QP) return "quoted-printable";
    if (this.bodyEncoding === BASE64) return "base64";
    return encode7or8bit;
  }

  /**
   * The charset it is sent in.
   *
   * @returns its name
   */
  getOutputCharset(): string {
    return this.outputCharset || this.inputCharset;
  }

  /**
   * Makes one encoded word of text, however long.
   *
   * @param text the text
   * @returns the encoded word, or the text where the charset encodes no headers
   * @throws {UnicodeEncodeError} when the charset lacks a character
   * @throws {LookupError} when no codec knows the charset
   */
  headerEncode(text: string): string {
    const codec = this.outputCodec || "us-ascii";
    const bytes = encodeIn(textFor("headerEncode", text), codec);
    const words = this.#words(bytes);
    return words === null ? text : words.encode(bytes, WORD_NAMES.get(codec) ?? codec);
  }

  /**
   * Makes encoded words of text, cut to fit lines. No character is cut.
   *
   * @param text the text
   * @param maxLengths longest line each, in order; the last one is used for all after it
   * @returns encoded words; the first is null when not even one character fits the first line
   * @throws {UnicodeEncodeError} when the charset lacks a character
   * @throws {LookupError} when no codec knows the charset
   * @throws {TypeError} when the charset encodes no headers
   */
  headerEncodeLines(text: string, maxLengths: Iterable<number>): (string | null)[] {
    const codec = this.outputCodec || "us-ascii";
    const words = this.#words(encodeIn(textFor("headerEncodeLines", text), codec));
    if (words === null) throw new TypeError(`${this.inputCharset} encodes no headers`);
    const charset = this.getOutputCharset();
    const frame = charset.length + FRAME;
    const label = WORD_NAMES.get(codec) ?? codec;
    const lengths = listFor("headerEncodeLines", "a list of lengths", maxLengths)[Symbol.iterator]();
    let room = 0;
    const next = () => {
      const step = lengths.next();
      if (step.done !== true) room = step.value - frame;
    };
    next();
    // Where characters begin, so that a prefix is a slice.
    const starts: number[] = [];
    for (let i = 0; i < text.length; i += text.codePointAt(i)! > 0xffff ? 2 : 1) starts.push(i);
    const count = starts.length;
    starts.push(text.length);
    const fits = (from: number, to: number) =>
      words.length(encodeIn(text.slice(starts[from], starts[to]), charset)) <= room;
    const out: (string | null)[] = [];
    let from = 0;
    while (from < count) {
      let size = prefixSize(count - from, (n) => fits(from, from + n));
      if (size === 0 && out.length === 0) {
        out.push(null);
        next();
        size = prefixSize(count - from, (n) => fits(from, from + n));
      }
      // A line holds one character at least, whatever its length.
      size = Math.max(1, size);
      if (size === count - from) break;
      out.push(words.encode(encodeIn(text.slice(starts[from], starts[from + size]), codec), label));
      from += size;
      next();
    }
    out.push(words.encode(encodeIn(text.slice(starts[from]), codec), label));
    return out;
  }

  /**
   * Encodes a body.
   *
   * @param text text, or octets already in the output charset
   * @returns what to put into the message; nothing stays nothing
   * @throws {UnicodeEncodeError} when the charset lacks a character
   * @throws {LookupError} when no codec knows the charset
   */
  bodyEncode(text: string | Uint8Array): string;
  /**
   * Encodes a body that may be absent.
   *
   * @param text text, octets already in the output charset, or null
   * @returns what to put into the message, null for null
   */
  bodyEncode(text: string | Uint8Array | null): string | null;
  bodyEncode(text: string | Uint8Array | null): string | null {
    if (text === null || text === "") return text;
    const bytes = typeof text === "string"
      ? encode(text, this.getOutputCharset())
      : octetsFor("bodyEncode", text);
    if (bytes.length === 0) return "";
    if (this.bodyEncoding === BASE64) return encodeBase64Lines(bytes);
    if (this.bodyEncoding === QP) return quopriBody(decodeLatin1(bytes));
    return decode(bytes, "us-ascii");
  }

  #words(bytes: Uint8Array): WordEncoder | null {
    if (this.headerEncoding === BASE64) return B_WORDS;
    if (this.headerEncoding === QP) return Q_WORDS;
    if (this.headerEncoding === null) return null;
    return base64Length(bytes) < quopriLength(bytes) ? B_WORDS : Q_WORDS;
  }
}

function codecOf(charset: string): string | null {
  const codec = CODEC_MAP.get(charset);
  return codec === undefined ? charset : codec;
}

/**
 * The largest n up to `limit` that fits, 0 when not even 1 does. No charset gets shorter by a character more, so
 * doubling and halving find it with work in proportion to the answer.
 */
function prefixSize(limit: number, fits: (n: number) => boolean): number {
  let low = 0;
  let high = 1;
  while (high <= limit && fits(high)) {
    low = high;
    high *= 2;
  }
  high = Math.min(high, limit + 1);
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (fits(middle)) low = middle;
    else high = middle;
  }
  return low;
}
