// Header fields as the readers of this folder take them: unfolded, octets outside ASCII read, on one line.

import type { Header } from "../header.ts";
import type { Entity } from "../model/entity.ts";
import { type Field, lowerName } from "../model/fields.ts";
import { encodeAsciiEscape, fromUnits, isAscii } from "../text/text.ts";
import { utf8Step, validUtf8 } from "../text/utf8.ts";
import { decodeText } from "./decode_text.ts";
import { decodeWords } from "./encoded_words.ts";
import type { Problem } from "./model.ts";
import { partsOf } from "./sent.ts";

/** As deep the text is looked for whose charset is that of the fields. */
const MAX_DEPTH = 10;
/** What octets are read as without a charset. */
const LATIN = /^(?:utf-?8|us-ascii|iso-8859-1|windows-1252)$/i;

/** The fields of one message, looked at once. */
export class FieldReader {
  readonly #entity: Entity;
  readonly #outer: FieldReader | undefined;
  #items: readonly Field[] | null = null;
  #charset: string | undefined | null = null;

  /** Takes the entity, and the fields of the message that it is a part of. */
  constructor(entity: Entity, outer?: FieldReader) {
    this.#entity = entity;
    this.#outer = outer;
  }

  /** The charset of the text: mailers that encode nothing write the fields in it, too. */
  charset(): string | undefined {
    if (this.#charset === null) {
      let charset: string | undefined;
      let entity: Entity | undefined = this.#entity;
      for (let depth = 0; depth < MAX_DEPTH && entity !== undefined && !charset; depth++) {
        const type = entity.fields.list().find(([name]) => name.toLowerCase() === "content-type")?.[1];
        charset = /charset {0,9}= {0,9}["']?([\w.:-]{1,60})/i.exec(String(type))?.[1] ??
          this.#outer?.charset();
        entity = partsOf(entity)?.[0];
      }
      this.#charset = charset;
    }
    return this.#charset;
  }

  /**
   * The first value of a field, unfolded, encoded words still in it; undefined when there is none.
   *
   * @param most as much of it is looked at
   */
  first(name: string, most?: number): string | undefined {
    const value = this.stored(name);
    return value === undefined ? undefined : unfolded(value, this, most);
  }

  /** The first value of a field for people; undefined when there is none. */
  readable(name: string, problems: Problem[]): string | undefined {
    const value = this.stored(name);
    return value === undefined ? undefined : readableValue(value, problems, this);
  }

  /** The first value of a field as it is stored. */
  stored(name: string): string | Header | undefined {
    for (const item of this.#items ??= this.#entity.fields.list()) {
      if (item[0].length === name.length && item[0].toLowerCase() === name) return item[1];
    }
    return undefined;
  }

  /** The values of a field, unfolded, encoded words still in them; of each so much. */
  all(name: string, most?: number): string[] {
    const out: string[] = [];
    for (const item of this.#items ??= this.#entity.fields.list()) {
      if (item[0].length === name.length && item[0].toLowerCase() === name) {
        out.push(unfolded(item[1], this, most));
      }
    }
    return out;
  }
}

/** The values of a field, unfolded, encoded words still in them. */
export function fieldValues(entity: Entity, name: string): string[] {
  return new FieldReader(entity).all(lowerName(name));
}

/** One line of a stored value: each fold is one blank, octets outside ASCII are read. */
export function unfolded(value: string | Header, of?: FieldReader, most = Infinity): string {
  let text = (typeof value === "string" ? value : headerSource(value)).slice(0, most);
  if (text.includes("\n") || text.includes("\r")) text = unfold(text);
  if (!text.isWellFormed()) text = readEscaped(text, of?.charset());
  // ISO-2022-JP that nobody encoded: seven bits, and the characters in it may be quotes and brackets.
  else if (text.includes("\x1b$") && isAscii(text)) text = readIn("iso-2022-jp", text) ?? text;
  return trimBlanks(text);
}

/** Each fold as one blank. A pattern takes ten times as long, and a field has room for 500,000 folds. */
function unfold(text: string): string {
  let out = "";
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] !== "\n" && text[i] !== "\r") continue;
    out += `${text.slice(from, i)} `;
    while (i < text.length && "\r\n \t".includes(text[i]!)) i++;
    from = i--;
  }
  return out + text.slice(from);
}

/** The text a {@linkcode Header} was made of: encoded words stay, where it was made of octets. */
function headerSource(header: Header): string {
  return isOctets(header) ? header.chunks.map(([text]) => text).join(" ") : String(header);
}

function isOctets(header: Header): boolean {
  return header.chunks.every(([, charset]) => String(charset) === "unknown-8bit");
}

/** The text of octets in a charset, when all of them mean something in it. */
function readIn(charset: string, text: string): string | null {
  const problems: Problem[] = [];
  const read = decodeText(encodeAsciiEscape(text), charset, problems);
  return problems.length === 0 ? read : null;
}

/** Octets outside ASCII: UTF-8 if all of them are (RFC 6532), else in the charset of the text, else each run for itself. */
function readEscaped(text: string, charset = ""): string {
  let whole: Uint8Array | null = null;
  try {
    whole = encodeAsciiEscape(text);
  } catch {
    // Characters that no octet represents.
  }
  if (whole === null) return readRuns(text);
  const utf8 = validUtf8(whole);
  if (utf8 !== null) return utf8;
  const read = charset === "" || LATIN.test(charset) ? null : readIn(charset, text);
  return read ?? readOctetRuns(whole);
}

/** Octets, each run outside ASCII for itself. One may be all of a text of two million, so that no run is cut out that need not be. */
function readOctetRuns(bytes: Uint8Array): string {
  const { length } = bytes;
  const units = new Uint16Array(length);
  let at = 0;
  for (let i = 0; i < length;) {
    if (bytes[i]! < 0x80) {
      units[at++] = bytes[i++]!;
      continue;
    }
    let end = i;
    let step = 1;
    while (end < length && bytes[end]! > 0x7f) {
      step = utf8Step(bytes, end);
      end += Math.abs(step);
      if (step < 0) break;
    }
    if (step < 0) {
      while (end < length && bytes[end]! > 0x7f) end++;
      // A lone octet is the usual case.
      const table = windows1252();
      for (; i < end; i++) units[at++] = table[bytes[i]!]!;
      continue;
    }
    const text = decodeText(bytes.subarray(i, end));
    for (let k = 0; k < text.length; k++) units[at++] = text.charCodeAt(k);
    i = end;
  }
  return fromUnits(units, at);
}

let table1252: Uint16Array | null = null;

function windows1252(): Uint16Array {
  return table1252 ??= Uint16Array.from(
    { length: 256 },
    (_, octet) => new TextDecoder("windows-1252").decode(Uint8Array.of(octet)).charCodeAt(0),
  );
}

/** Octets among characters that no octet represents. */
function readRuns(text: string): string {
  return text.replace(/[\udc80-\udcff]+/g, (octets) => decodeText(encodeAsciiEscape(octets))).toWellFormed();
}

/** Blanks at both ends go. */
export function trimBlanks(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isBlankUnit(text.charCodeAt(start))) start++;
  while (end > start && isBlankUnit(text.charCodeAt(end - 1))) end--;
  return start === 0 && end === text.length ? text : text.slice(start, end);
}

/** The text without the given characters at its start and end. A pattern would take time with the square of such runs inside. */
export function trimOf(text: string, before: string, after = before): string {
  let start = 0;
  let end = text.length;
  while (start < end && before.includes(text[start]!)) start++;
  while (end > start && after.includes(text[end - 1]!)) end--;
  return text.slice(start, end);
}

function isBlankUnit(unit: number): boolean {
  return unit === 0x20 || unit >= 0x09 && unit <= 0x0d;
}

/** Everything that ends a line somewhere becomes a blank: what an encoded word holds may not be a line of its own. */
export function oneLine(text: string): string {
  return /[\n\r\v\f\x85\u2028\u2029]/.test(text) ? text.replace(/[\n\r\v\f\x85\u2028\u2029]+/g, " ") : text;
}

/** The text of a stored value for people: unfolded, decoded, one line. */
export function readableValue(value: string | Header, problems?: Problem[], of?: FieldReader): string {
  const decoded = typeof value !== "string" && !isOctets(value);
  const text = unfolded(value, of);
  const read = oneLine(decoded ? text : decodeWords(text, problems)).toWellFormed();
  return read.startsWith("\ufeff") ? read.replace(/^\ufeff+/, "") : read;
}

/** The text without its comments (RFC 5322 section 3.2.2), which may be nested; quoted text stays. */
export function stripComments(text: string): string {
  if (!text.includes("(")) return text;
  let out = "";
  let from = 0;
  let depth = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (char === "\\") {
      i++;
    } else if (depth === 0 && char === '"') {
      quoted = !quoted;
    } else if (!quoted && char === "(") {
      if (depth++ === 0) out += text.slice(from, i);
    } else if (!quoted && char === ")" && depth > 0) {
      if (--depth === 0) {
        from = i + 1;
        out += " ";
      }
    }
  }
  return trimBlanks(depth > 0 ? out : out + text.slice(from));
}
