/**
 * Header fields outside ASCII: encoded words (RFC 2047), and folding.
 *
 * @module
 */

import { FoldedLines } from "./text/header_lines.ts";
import {
  eachWord,
  endsOpen,
  hasEncodedWord,
  joinPieces,
  startsOpen,
  type Word,
} from "./text/header_words.ts";
import { decodeAsciiEscape, decodeLatin1, encodeAsciiEscape, encodeRawUnicodeEscape } from "./text/text.ts";
import { decode as decodeBase64 } from "./transfer/base64mime.ts";
import { headerDecode } from "./transfer/quoprimime.ts";
import { Charset } from "./charset.ts";
import { decode, encode, type ErrorMode } from "./codecs/mod.ts";
import { CharsetNotLoadedError, HeaderParseError, UnicodeEncodeError, ValueError } from "./errors.ts";
import { listFor, octetsFor, wrongType } from "./text/given.ts";

/** Longest line by default: RFC 5322 section 2.1.1. */
const MAX_LINE_LEN = 78;

/** Longest line when there is no limit: a field longer than this is folded after all, as in CPython. */
const NO_LIMIT = 1_000_000;

/** Where ASCII text is split, best first. */
const SPLIT_CHARS = ";, \t";

/** The charset of octets whose charset is not known. */
const UNKNOWN_8BIT = "unknown-8bit";

/** Text of one charset, a piece of a {@linkcode Header}. */
export type HeaderChunk = [text: string, charset: Charset];

/** A piece of {@linkcode decodeHeader}: octets and their charset; null for what was not encoded. */
export type DecodedChunk = [text: string | Uint8Array, charset: string | null];

/** Options of {@linkcode Header}. */
export interface HeaderOptions {
  /** Charset of the text, and of what is appended without one; us-ascii by default. */
  charset?: string | Charset | null;
  /** Longest line: 78 by default, 0 for no limit. */
  maxLineLen?: number | null;
  /** Name of the field, to leave room for it on the first line. */
  headerName?: string | null;
  /** What continuation lines begin with; one blank by default. */
  continuationWs?: string;
  /** What to do with octets or text that the charset has no room for: Python's `errors`; "strict" by default. */
  errors?: ErrorMode;
}

/** Options of {@linkcode Header.encode}. */
export interface HeaderEncodeOptions {
  /** Characters to split ASCII text at, best first; `";, \t"` by default. */
  splitChars?: string;
  /** Longest line: that of the header by default, 0 for no limit. */
  maxLineLen?: number | null;
  /** What separates the lines; `"\n"` by default. */
  linesep?: string;
}

/**
 * Encodes a header for a message. `Header.encode` folds at every character that Python's `splitlines` knows, and loses it;
 * with `keepsControls` only CR and LF are line ends.
 */
export let encodeField: EncodeField;

type EncodeField = (header: Header, options: HeaderEncodeOptions, keepsControls: boolean) => string;

function provideEncode(encode: EncodeField): EncodeField {
  return encodeField = encode;
}

/**
 * The value of a header field, built from texts of one or more charsets.
 *
 * @example
 * ```ts
 * import { Header } from "@postern/postern/email";
 *
 * const subject = new Header("Grüße", { charset: "iso-8859-1", headerName: "Subject" });
 * console.log(subject.encode()); // =?iso-8859-1?q?Gr=FC=DFe?=
 * ```
 *
 * Source: RFC 2047; Python's `email.header.Header`.
 */
export class Header {
  readonly #charset: Charset;
  readonly #maxLineLen: number;
  readonly #nameLength: number;
  readonly #continuationWs: string;
  #chunks: HeaderChunk[] = [];

  /**
   * Makes a header of one text, or an empty one to append to.
   *
   * @param s first text, as for {@linkcode Header.append}; null for none
   * @param options charset and line length; a charset may be in place of them
   * @throws {UnicodeEncodeError} when the charset cannot express the text
   * @throws {UnicodeDecodeError} when octets are not valid in the charset
   * @throws {LookupError} when the charset is not known
   */
  constructor(s: string | Uint8Array | null = null, options: HeaderOptions | string | Charset = {}) {
    const given = typeof options === "string" || options instanceof Charset ? { charset: options } : options;
    const { charset, maxLineLen, headerName, continuationWs = " ", errors }: HeaderOptions = given ?? {};
    this.#charset = toCharset(charset ?? "us-ascii");
    this.#maxLineLen = maxLineLen ?? MAX_LINE_LEN;
    this.#nameLength = headerName === null || headerName === undefined ? 0 : headerName.length + 2;
    this.#continuationWs = continuationWs;
    if (s !== null) this.append(s, this.#charset, errors);
  }

  /** The pieces, each with its charset, in the order in which they were appended. */
  get chunks(): readonly HeaderChunk[] {
    return this.#chunks;
  }

  /**
   * Adds a piece.
   *
   * @param s text, or octets in the charset
   * @param charset charset for this piece; the header's own if null
   * @param errors what to do with octets or text that the charset has no room for: Python's `errors`
   * @throws {UnicodeEncodeError} when the charset cannot express the text; us-ascii gives way to utf-8 instead
   * @throws {UnicodeDecodeError} when octets are not valid in the charset
   * @throws {LookupError} when the charset is not known
   */
  append(
    s: string | Uint8Array,
    charset: string | Charset | null = null,
    errors: ErrorMode = "strict",
  ): void {
    let target = toCharset(charset ?? this.#charset);
    let text: string;
    if (typeof s === "string") {
      text = s;
    } else {
      const octets = octetsFor("Header", s);
      const codec = target.inputCodec || "us-ascii";
      text = codec === UNKNOWN_8BIT ? decodeAsciiEscape(octets) : decode(octets, codec, errors);
    }
    const codec = target.outputCodec || "us-ascii";
    if (codec !== UNKNOWN_8BIT) {
      try {
        encode(text, codec, errors);
      } catch (error) {
        if (codec === "us-ascii" && error instanceof UnicodeEncodeError) target = new Charset("utf-8");
        // What was read in another charset than it is to be written in can be shown all the same.
        else if (!(error instanceof CharsetNotLoadedError)) throw error;
      }
    }
    this.#chunks.push([text, target]);
  }

  /**
   * The field's value as it is sent: encoded words where they are needed, folded.
   *
   * @param options where to split, and how long lines may be
   * @returns the value, without a line end after it
   * @throws {HeaderParseError} when a line of the value would be read back as another header
   */
  encode(options: HeaderEncodeOptions = {}): string {
    return this.#encode(options ?? {}, false);
  }

  // Not in a static block: bundlers keep a class for that, also where nothing uses it.
  static readonly #friend: unknown = /* @__PURE__ */ provideEncode((header, options, keepsControls) =>
    header.#encode(options, keepsControls)
  );

  #encode(options: HeaderEncodeOptions, keepsControls: boolean): string {
    const { splitChars = SPLIT_CHARS, maxLineLen, linesep = "\n" } = options;
    this.#normalize();
    const lines = new FoldedLines({
      nameLength: this.#nameLength,
      maxLineLen: (maxLineLen ?? this.#maxLineLen) || NO_LIMIT,
      continuationWs: this.#continuationWs,
      splitChars,
      keepsControls,
    });
    let before: HeaderChunk | null = null;
    for (const chunk of this.#chunks) {
      if (before !== null) {
        const open = startsOpen(chunk[0]);
        // Between encoded words a blank is not text; beside plain text it is, unless the text has one of its own.
        if (isPlain(before[1]) ? !isPlain(chunk[1]) && !endsOpen(before[0]) : !open || !isPlain(chunk[1])) {
          lines.transition();
        }
      }
      lines.chunk(chunk[0], chunk[1]);
      before = chunk;
    }
    if (before !== null) lines.transition();
    return checked(lines.finish(linesep));
  }

  /** The text, decoded, without folding; octets of no known charset become U+FFFD. */
  toString(): string {
    this.#normalize();
    return joinPieces(this.#chunks.map(([text, charset]) => [
      String(charset) === UNKNOWN_8BIT ? replaceEscaped(text) : text,
      isPlain(charset),
    ]));
  }

  /** True when the other header, or text, reads the same: Python's `==`. */
  equals(other: unknown): boolean {
    return (typeof other === "string" || other instanceof Header) && String(other) === this.toString();
  }

  /** Makes one chunk of neighbours of the same charset, with a blank between their texts. */
  #normalize(): void {
    const runs: [string[], Charset][] = [];
    for (const [text, charset] of this.#chunks) {
      const last = runs.at(-1);
      if (last !== undefined && String(last[1]) === String(charset)) last[0].push(text);
      else runs.push([[text], charset]);
    }
    this.#chunks = runs.map(([texts, charset]) => [texts.join(" "), charset]);
  }
}

/**
 * What {@linkcode encodeField} gives for a header of one value in ASCII, without the objects on the way: most of the fields that need
 * folding are addresses and signatures.
 *
 * @param value value of the field
 * @param nameLength length of its name
 * @param maxLineLen longest line; 0 for no limit
 * @param linesep what separates the lines
 * @param keepsControls see {@linkcode encodeField}
 * @throws {HeaderParseError} when a line of the value would be read back as another header
 */
export function foldAscii(
  value: string,
  nameLength: number,
  maxLineLen: number,
  linesep: string,
  keepsControls: boolean,
): string {
  const lines = new FoldedLines({
    nameLength: nameLength + 2,
    maxLineLen: maxLineLen || NO_LIMIT,
    continuationWs: " ",
    splitChars: SPLIT_CHARS,
    keepsControls,
  });
  lines.chunk(value, null);
  lines.transition();
  return checked(lines.finish(linesep));
}

function checked(value: string): string {
  if (!holdsHeader(value)) return value;
  throw new HeaderParseError(`header value appears to contain an embedded header: ${JSON.stringify(value)}`);
}

/** Octets of no known charset as U+FFFD. */
function replaceEscaped(text: string): string {
  return decodeLatin1(encodeAsciiEscape(text)).replace(/[^\0-\x7f]/g, "\ufffd");
}

function toCharset(charset: string | Charset): Charset {
  return charset instanceof Charset ? charset : new Charset(charset);
}

function isPlain(charset: Charset): boolean {
  return String(charset) === "us-ascii";
}

/**
 * True when a line of the value that does not begin with a blank holds a colon before any blank. Line ends count as text
 * after the first, so a run without blanks is looked at once: its first line end and its last colon decide.
 */
function holdsHeader(value: string): boolean {
  let lineEnd = -1;
  for (let i = 0; i < value.length; i++) {
    const char = value[i];
    if (char === " " || char === "\t") lineEnd = -1;
    else if (char === "\n" && lineEnd < 0) lineEnd = i;
    else if (char === ":" && lineEnd >= 0 && i > lineEnd + 1) return true;
  }
  return false;
}

/** The octets of a word, as characters. */
function wordText({ text, encoding }: Word): string {
  if (encoding === null) return text;
  if (encoding === "q") return headerDecode(text);
  // Python counts characters.
  const pairs = text.match(/[\ud800-\udbff][\udc00-\udfff]/g)?.length ?? 0;
  const missing = (pairs - text.length) & 3;
  try {
    return decodeLatin1(decodeBase64(text + "=".repeat(missing)));
  } catch (error) {
    if (!(error instanceof ValueError)) throw error;
    throw new HeaderParseError("Base64 decoding error");
  }
}

/**
 * Takes a field's value apart at its encoded words, without converting charsets.
 *
 * @param header value of the field
 * @returns the text itself and null, when nothing in it is encoded; otherwise octets and the charset of each run, null
 * for octets that were not encoded. White space between encoded words is dropped
 * @throws {HeaderParseError} when base64 cannot be decoded
 *
 * @example
 * ```ts
 * import { decodeHeader } from "@postern/postern/email";
 *
 * for (const [octets, charset] of decodeHeader("=?iso-8859-1?q?p=F6stal?=")) {
 *   console.log(octets, charset); // Uint8Array [112, 246, 115, 116, 97, 108], "iso-8859-1"
 * }
 * ```
 *
 * Source: RFC 2047 section 6; Python's `email.header.decode_header`.
 */
export function decodeHeader(header: string | Header): DecodedChunk[] {
  if (header instanceof Header) {
    return header.chunks.map(([text, charset]) => {
      const name = String(charset);
      return [name === UNKNOWN_8BIT ? encodeAsciiEscape(text) : encode(text, name), name];
    });
  }
  if (typeof header !== "string") {
    throw wrongType("decodeHeader", "text or a Header", header);
  }
  if (!hasEncodedWord(header)) return [[header, null]];
  const chunks: DecodedChunk[] = [];
  let charset: string | null | undefined;
  let text = "";
  const close = () => {
    if (charset !== undefined) chunks.push([encodeRawUnicodeEscape(text), charset]);
    text = "";
  };
  eachWord(header, (word) => {
    if (charset !== word.charset) {
      close();
      charset = word.charset;
    } else if (charset === null) {
      text += " ";
    }
    text += wordText(word);
  });
  close();
  return chunks;
}

/** Options of {@linkcode makeHeader}. */
export type MakeHeaderOptions = Pick<HeaderOptions, "maxLineLen" | "headerName" | "continuationWs">;

/**
 * Makes a header of what {@linkcode decodeHeader} gives.
 *
 * @param decodedSeq pieces and their charsets; null for us-ascii
 * @param options line length and name of the header
 * @throws {LookupError} when a charset is not known
 * @throws {UnicodeDecodeError} when octets are not valid in their charset
 *
 * @example
 * ```ts
 * import { decodeHeader, makeHeader } from "@postern/postern/email";
 *
 * console.log(String(makeHeader(decodeHeader("=?utf-8?b?R3LDvMOfZQ==?= aus Berlin")))); // Grüße aus Berlin
 * ```
 *
 * Source: Python's `email.header.make_header`.
 */
export function makeHeader(
  decodedSeq: Iterable<readonly [text: string | Uint8Array, charset: string | Charset | null]>,
  options: MakeHeaderOptions = {},
): Header {
  const header = new Header(null, options);
  for (const chunk of listFor("makeHeader", "pieces [text, charset]", decodedSeq)) {
    const [text, charset] = listFor("makeHeader", "pieces [text, charset]", chunk);
    header.append(text, charset);
  }
  return header;
}
