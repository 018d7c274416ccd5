// What a part is: its type, its boundary, whether it is encoded. The parser asks this for readMail.

import type { MessageDefect } from "../errors.ts";
import { Entity } from "../model/entity.ts";
import type { Dialect } from "../parse/dialect.ts";
import { LIMITS } from "../parse/limits.ts";
import { colonOf, headerRepair } from "../parse/repair.ts";
import { lineEndFrom } from "../text/octets.ts";
import { decodeAsciiEscape, isAscii } from "../text/text.ts";
import { utf8Of } from "../text/utf8.ts";
import { decodeWords } from "./encoded_words.ts";
import { FieldReader } from "./fields.ts";
import { type Parameterized, readParameters, textParameter } from "./parameters.ts";
import { encodingOf } from "./transfer.ts";

/** Type and subtype, however they are written: quoted, with blanks around the slash, the field's name once more. */
const TYPE = /^(?:content-type\s*[:=]\s*)?["'<\s]*([a-z0-9!#$&^_.+-]+)\s*[/\\]\s*([a-z0-9!#$&^_.+*-]+)/i;
/** As much of a field with parameters is looked at. */
const MAX_FIELD = 100_000;
/** Longest type that is looked for. */
const MAX_TYPE = 250;

/** A type with its parameters. */
export interface ContentType extends Parameterized {
  /** Whether it is written as nobody should write it. */
  damaged: boolean;
}

/** What most parts say is read once. Bounded, as a sender can make up any number. */
const MAX_KNOWN = 100;
const known = new Map<string, ContentType>();
const NONE: Parameterized["params"] = new Map();

/** The Content-Type of a part: the first that says something. */
export function contentTypeOf(fields: FieldReader, fallback: string): ContentType {
  const first = fields.first("content-type", MAX_FIELD);
  if (first === undefined) return { value: fallback, params: NONE, damaged: false };
  let type = known.get(first);
  if (type === undefined) {
    const values = fields.all("content-type", MAX_FIELD);
    type = readContentType(values, fallback);
    if (known.size < MAX_KNOWN && first.length < 60 && values.length === 1 && !type.damaged) {
      known.set(first, type);
    }
  }
  return type;
}

function readContentType(values: string[], fallback: string): ContentType {
  let given = false;
  for (const text of values) {
    given ||= text !== "";
    const read = (text.startsWith("=?") ? decodeWords(text) : text).replace(/^(multipart)\s*;/i, "$1/mixed;");
    const match = TYPE.exec(read.slice(0, MAX_TYPE));
    if (match === null) continue;
    const [whole, main, sub] = match;
    const value = `${main}/${sub}`.toLowerCase();
    const rest = read.slice(whole.length);
    return {
      value,
      params: readParameters(`;${rest}`).params,
      damaged: read !== text || whole.length !== value.length,
    };
  }
  return { value: fallback, params: NONE, damaged: given };
}

function typeOf(entity: Entity, fields: FieldReader): ContentType {
  return contentTypeOf(fields, entity.defaultType);
}

/** The Content-Disposition of a part; undefined when there is none. */
export function dispositionOf(fields: FieldReader): Parameterized | undefined {
  const text = fields.first("content-disposition", MAX_FIELD);
  if (text === undefined) return undefined;
  const read = readParameters(text);
  // Without a value, the first parameter comes at once.
  if (read.value.includes("=")) read.params = readParameters(`;${text}`).params;
  return { value: read.value.replace(/^["']+|["':]+$/g, ""), params: read.params };
}

/** The value of Content-Transfer-Encoding to use; without that field, one that was glued to Content-Type. */
export function encodingValue(fields: FieldReader, type: Parameterized): string | undefined {
  return fields.first("content-transfer-encoding") || type.params.get("content-transfer-encoding");
}

/** Types of messages that hold a whole message. */
export function isMessageType(type: string): boolean {
  return type === "message/rfc822" || type === "message/global" || type === "message/news";
}

/** How far to look for a boundary that no parameter says. */
const MAX_SEARCH = 4096;

/** What the parser asks, answered for people: damage costs a line and not the header, what is misspelt is what was meant. */
class ContentDialect implements Dialect {
  readonly limits = LIMITS;
  readonly lazy = true;
  readonly repair = headerRepair;

  make(): Entity {
    return new Entity();
  }

  attach(parent: Entity, child: Entity): void {
    if (parent.parts === null) parent.parts = [child];
    else parent.parts.push(child);
  }

  inDigest(child: Entity): void {
    child.defaultType = "message/rfc822";
  }

  envelope(entity: Entity, line: string): void {
    entity.unixfrom = line;
  }

  field(): void {}

  defect(entity: Entity, make: () => MessageDefect): void {
    entity.addDefect(make, LIMITS.maxDefects);
  }

  typeOf(entity: Entity): string {
    return typeOf(entity, new FieldReader(entity)).value;
  }

  boundaryOf(entity: Entity, bytes: Uint8Array, body: number): string | null {
    const type = typeOf(entity, new FieldReader(entity));
    const given = type.params.get("boundary") === undefined
      ? textParameter(type, "boundary")
      : type.params.get("boundary");
    const boundary = given?.trimEnd();
    if (!boundary) return guessBoundary(bytes, body);
    // The parser has octets outside ASCII escaped, and these are UTF-8.
    const raw = isAscii(boundary) ? boundary : decodeAsciiEscape(utf8Of(boundary));
    return hasLine(bytes, body, raw) ? raw : guessBoundary(bytes, body) ?? raw;
  }

  encodingOf(entity: Entity): string {
    return (new FieldReader(entity).first("content-transfer-encoding") ?? "8bit").toLowerCase();
  }

  mayHoldParts(byte: number | undefined): boolean {
    return byte === undefined || byte > 0x7e || byte < 0x41 || (byte | 0x20) === 0x6d ||
      (byte | 0x20) === 0x63;
  }

  isOpen(entity: Entity, bytes: Uint8Array, body: number): boolean {
    const fields = new FieldReader(entity);
    const encoding = encodingOf(encodingValue(fields, typeOf(entity, fields)));
    // The field says base64 and a header begins: the field is wrong.
    return encoding === "identity" || (encoding === "base64" && colonOf(bytes, body) >= 0);
  }
}

/** How `readMail` has messages parsed. */
export const contentDialect: Dialect = /* @__PURE__ */ new ContentDialect();

/** How far to look for the boundary that the parameter says. */
const MAX_PREAMBLE = 1 << 13;

/** Whether a boundary occurs where parts may begin. */
function hasLine(bytes: Uint8Array, body: number, boundary: string): boolean {
  const end = Math.min(bytes.length, body + MAX_PREAMBLE);
  for (let at = body; at < end; at = lineEndFrom(bytes, at, end)) {
    if (bytes[at] === 0x2d && bytes[at + 1] === 0x2d && isLine(bytes, at + 2, boundary)) return true;
  }
  return false;
}

/** Whether a line has a text and no more, hyphens that close aside. */
function isLine(bytes: Uint8Array, at: number, text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    // What is not ASCII is for the parser to compare.
    if (unit > 0x7f) return true;
    if (bytes[at + i] !== unit) return false;
  }
  const end = at + text.length;
  return end >= bytes.length || bytes[end]! <= 0x20 || bytes[end] === 0x2d && bytes[end + 1] === 0x2d;
}

/** The first line of the body that begins with two hyphens. */
function guessBoundary(bytes: Uint8Array, body: number): string | null {
  const end = Math.min(bytes.length, body + MAX_SEARCH);
  let start = body;
  while (start < end) {
    let lineEnd = bytes.indexOf(0x0a, start);
    if (lineEnd < 0 || lineEnd > end) lineEnd = end;
    if (bytes[start] === 0x2d && bytes[start + 1] === 0x2d && lineEnd - start > 3 && lineEnd - start < 80) {
      const line = String.fromCharCode(...bytes.subarray(start + 2, lineEnd)).trimEnd();
      if (line !== "" && !line.endsWith("--") && !/\s/.test(line)) return line;
    }
    start = lineEnd + 1;
  }
  return null;
}
