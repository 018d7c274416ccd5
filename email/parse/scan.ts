/**
 * The MIME structure of a message as offsets into its bytes, for those who hand out sections octet for octet (IMAP's
 * `BODY[...]` and `BODYSTRUCTURE`) or copy parts as they were sent. Nothing is decoded, copied or changed.
 *
 * How to use it: {@linkcode scanMessage} gives the root; `parts` are the parts of a multipart, `message` is the message
 * inside a message/rfc822. Header octets are `start` to `bodyStart`, the empty line included; body octets are
 * `bodyStart` to `end`, without the line end that belongs to the next boundary. Part 1.2 of RFC 9051 section 6.4.5 is
 * `root.parts[0].parts[1]`, where a `message` lends its own parts to the part that holds it. `lines` counts the line feeds
 * of the body. A part that says multipart and whose boundary never comes has no parts.
 *
 * The boundaries are found by the code that the parser uses ({@linkcode Delimiters}), so both see the same parts. What differs:
 * only message/rfc822 and message/global hold a message here, a boundary outside ASCII is compared octet by octet, and the
 * last line end of a message is never taken from its last part.
 *
 * @module
 */

import { ParamList } from "../params/param_list.ts";
import { unquoteText } from "../params/quoting.ts";
import { collapseRfc2231Value } from "../params/rfc2231.ts";
import { COLON, CR, DASH, LF, SPACE, TAB } from "../text/octets.ts";
import { rstrip, strip } from "../text/text.ts";
import { Delimiters, END } from "./delimiters.ts";
import { LIMITS } from "./limits.ts";
import { Source } from "./source.ts";

/** Where a header field is: `name: value`, folded lines and final line end included. */
export interface FieldRange {
  /** Name in lower case, blanks around it removed; empty for a line that is not a field. */
  readonly name: string;
  /** First octet of the name. */
  readonly start: number;
  /** First octet after the colon. */
  readonly valueStart: number;
  /** Offset after the line end. */
  readonly end: number;
}

/** How to scan. */
export interface ScanOptions {
  /**
   * What a line in the header is that is neither a field nor the continuation of one: the first line of the body, as
   * the parser has it, or a line to pass over, as most IMAP servers have it. Default `"body"`.
   */
  strayLine?: "body" | "skip";
  /**
   * What a boundary line is: the boundary and nothing more, as the parser has it, or any line that begins with it (RFC 2046 5.1.1);
   * then the innermost and longest counts, and each line begins a part. Default `"whole"`.
   */
  boundaries?: "whole" | "beginning";
  /** Reads type and boundary in a Content-Type field. As the parser does when left out. */
  readType?: (value: string) => { type: string; boundary: string | null };
  /** Most multiparts and messages inside each other; what is deeper has no parts. Default 256. */
  maxDepth?: number;
  /** Most parts; a multipart with more has the rest in its last one. Default 5,000. */
  maxParts?: number;
  /** Most octets of one part's header; the rest becomes body. Default 2 MiB. */
  maxHeaderBytes?: number;
}

/** A message or one part of it, as offsets. */
export class ScannedPart {
  /** Offset where the header begins. */
  readonly start: number;
  /** Offset where the body begins, after the empty line. */
  bodyStart: number;
  /** Offset where the body ends. */
  end: number;
  /** Line feeds in the body. */
  lines = 0;
  /** Type in lower case, `text/plain` or, in a digest, `message/rfc822` when the header has none. */
  contentType: string;
  /** The parts of a multipart. */
  parts: readonly ScannedPart[] = NO_PARTS;
  /** The message inside a message/rfc822 or message/global. */
  message: ScannedPart | null = null;
  readonly #bytes: Uint8Array;
  /** Start, offset of the colon (-1 without one) and end of each field. */
  readonly #offsets: number[] = [];
  #fields: FieldRange[] | null = null;

  /** For {@linkcode scanMessage}. */
  constructor(bytes: Uint8Array, start: number, contentType: string) {
    this.#bytes = bytes;
    this.start = this.bodyStart = this.end = start;
    this.contentType = contentType;
  }

  /** The header fields in order, lines that are not fields included. */
  get fields(): readonly FieldRange[] {
    if (this.#fields !== null) return this.#fields;
    const fields: FieldRange[] = [];
    const offsets = this.#offsets;
    for (let i = 0; i < offsets.length; i += 3) fields.push(this.#fieldAt(i));
    return this.#fields = fields;
  }

  /**
   * The first field of that name.
   *
   * @param name name in lower case
   */
  field(name: string): FieldRange | undefined {
    const offsets = this.#offsets;
    for (let i = 0; i < offsets.length; i += 3) {
      const colon = offsets[i + 1]!;
      if (colon >= 0 && isName(this.#bytes, offsets[i]!, colon, name)) return this.#fieldAt(i);
    }
    return undefined;
  }

  #fieldAt(i: number): FieldRange {
    const [start, colon, end] = [this.#offsets[i]!, this.#offsets[i + 1]!, this.#offsets[i + 2]!];
    const name = colon < 0 ? "" : latin1(this.#bytes, start, colon).trim().toLowerCase();
    return { name, start, valueStart: colon < 0 ? end : colon + 1, end };
  }

  /** For the scan: number of fields. */
  get fieldCount(): number {
    return this.#offsets.length / 3;
  }

  /** For the scan: adds a field. */
  addField(start: number, colon: number, end: number): void {
    this.#offsets.push(start, colon, end);
  }

  /** For the scan: a continuation line belongs to the field before it; false when there is none. */
  extendField(end: number): boolean {
    const { length } = this.#offsets;
    if (length > 0) this.#offsets[length - 1] = end;
    return length > 0;
  }
}

/**
 * Finds the structure of a message in one pass, without recursion.
 *
 * @param bytes the message; offsets are into this array
 * @param options limits, and what a stray header line is
 */
export function scanMessage(bytes: Uint8Array, options: ScanOptions = {}): ScannedPart {
  return new Scan(bytes, options).run();
}

// Parts without parts share one array.
const NO_PARTS: readonly ScannedPart[] = [];
/** Most fields of one header, as the parser has it. */
const MAX_FIELDS = 20_000;

/** A part that holds others. */
interface Open {
  part: ScannedPart;
  /** Line feeds before its body. */
  linesBefore: number;
  /** Level of its boundary; {@linkcode END} for a message, and for a boundary that an outer multipart has too. */
  level: number;
  multipart: boolean;
}

class Scan {
  readonly #source: Source;
  readonly #delimiters: Delimiters;
  readonly #skips: boolean;
  readonly #readsType: ScanOptions["readType"];
  readonly #maxDepth: number;
  readonly #maxParts: number;
  readonly #maxHeaderBytes: number;
  readonly #open: Open[] = [];
  #count = 0;
  #lines = 0;
  #countedTo = 0;

  constructor(bytes: Uint8Array, options: ScanOptions) {
    this.#source = Source.fromBytes(bytes);
    this.#delimiters = new Delimiters(this.#source, options.boundaries === "beginning");
    this.#readsType = options.readType;
    this.#skips = options.strayLine === "skip";
    this.#maxDepth = options.maxDepth ?? 256;
    this.#maxParts = options.maxParts ?? LIMITS.maxParts;
    this.#maxHeaderBytes = options.maxHeaderBytes ?? 2 * 1024 * 1024;
  }

  run(): ScannedPart {
    const root = new ScannedPart(this.#source.bytes, 0, "text/plain");
    let next: ScannedPart | null = root;
    while (next !== null) next = this.#begin(next) ?? this.#resume();
    return root;
  }

  /** Reads a header and the body of a leaf. Returns the first part of anything else. */
  #begin(part: ScannedPart): ScannedPart | null {
    const delimiters = this.#delimiters;
    this.#count++;
    const whole = this.#readHeader(part);
    const linesBefore = this.#linesTo(part.bodyStart);
    if (this.#count > this.#maxParts) {
      delimiters.findEnd();
    } else {
      if (whole && this.#open.length < this.#maxDepth) {
        const child = this.#beginParts(part, linesBefore);
        if (child !== null) return child;
        // The search for the boundary of a multipart has found where the body ends.
        if (part.contentType.startsWith("multipart/")) {
          this.#end(part, linesBefore);
          return null;
        }
      }
      delimiters.find(part.bodyStart);
    }
    this.#end(part, linesBefore);
    return null;
  }

  #beginParts(part: ScannedPart, linesBefore: number): ScannedPart | null {
    const delimiters = this.#delimiters;
    const { contentType } = part;
    if (contentType === "message/rfc822" || contentType === "message/global") {
      this.#open.push({ part, linesBefore, level: END, multipart: false });
      return part.message = new ScannedPart(this.#source.bytes, part.bodyStart, "text/plain");
    }
    if (!contentType.startsWith("multipart/")) return null;
    const boundary = this.#boundaryOf(part);
    if (boundary === null) {
      delimiters.find(part.bodyStart);
      return null;
    }
    const open = { part, linesBefore, level: delimiters.openBoundary(boundary), multipart: true };
    delimiters.find(part.bodyStart);
    if (delimiters.level !== END && delimiters.level === open.level && !delimiters.closes) {
      this.#open.push(open);
      part.parts = [];
      return this.#nextPart(open);
    }
    const closes = delimiters.level !== END && delimiters.level === open.level;
    delimiters.closeBoundary(open.level);
    if (closes) delimiters.find(delimiters.lineEnd);
    return null;
  }

  /** The part after the boundary line found last; further boundary lines make no part of their own. */
  #nextPart(open: Open): ScannedPart {
    const delimiters = this.#delimiters;
    let at = delimiters.lineEnd;
    if (!delimiters.byBeginning) {
      while (delimiters.isAt(at) && delimiters.level === open.level) at = delimiters.lineEnd;
    }
    const digest = open.part.contentType === "multipart/digest";
    const part = new ScannedPart(this.#source.bytes, at, digest ? "message/rfc822" : "text/plain");
    (open.part.parts as ScannedPart[]).push(part);
    return part;
  }

  /** Goes on after a part that has ended at the delimiter found last. Returns the next part. */
  #resume(): ScannedPart | null {
    const delimiters = this.#delimiters;
    while (true) {
      const open = this.#open.at(-1);
      if (open === undefined) return null;
      if (open.multipart) {
        const goesOn = delimiters.level !== END && delimiters.level === open.level;
        if (goesOn && !delimiters.closes) return this.#nextPart(open);
        delimiters.closeBoundary(open.level);
        if (goesOn) delimiters.find(delimiters.lineEnd);
      }
      const { part, linesBefore } = open;
      // A last part that is only a header keeps the line end that the boundary would take from this one.
      this.#end(part, linesBefore, part.message?.end ?? part.parts[part.parts.length - 1]?.end);
      this.#open.pop();
    }
  }

  /** Ends a part at the delimiter found last, to which the line end before it belongs. */
  #end(part: ScannedPart, linesBefore: number, least = part.bodyStart): void {
    const delimiters = this.#delimiters;
    const { level, lineStart } = delimiters;
    part.end = level === END
      ? lineStart
      : Math.max(least, delimiters.beforeLineEnd(part.bodyStart, lineStart));
    part.lines = this.#linesTo(part.end) - linesBefore;
  }

  /** Line feeds before an offset; offsets come in ascending order, but for a line end. */
  #linesTo(offset: number): number {
    const { bytes } = this.#source;
    for (; this.#countedTo < offset; this.#countedTo++) if (bytes[this.#countedTo] === LF) this.#lines++;
    for (; this.#countedTo > offset; this.#countedTo--) if (bytes[this.#countedTo - 1] === LF) this.#lines--;
    return this.#lines;
  }

  /** Reads the header of a part. False when it was longer than allowed. */
  #readHeader(part: ScannedPart): boolean {
    const delimiters = this.#delimiters;
    const { bytes, length } = delimiters;
    const most = part.start + this.#maxHeaderBytes;
    let at = part.start;
    let whole = true;
    part.bodyStart = -1;
    while (at < length) {
      const first = bytes[at]!;
      if (first === DASH && delimiters.isAt(at)) break;
      if (first === LF || first === CR) {
        part.bodyStart = delimiters.lineEndFrom(at);
        break;
      }
      const end = delimiters.lineEndFrom(at);
      if (end > most || part.fieldCount >= MAX_FIELDS) {
        whole = false;
        break;
      }
      if ((first !== SPACE && first !== TAB) || !part.extendField(end)) {
        const colon = this.#skips ? bytes.subarray(at, end).indexOf(COLON) : this.#nameLength(at, end);
        if (colon < 0 && !this.#skips) break;
        part.addField(at, colon < 0 ? -1 : at + colon, end);
      }
      at = end;
    }
    if (part.bodyStart < 0) part.bodyStart = at;
    this.#readType(part);
    return whole;
  }

  /** Length of the field name at `at`, -1 when none is there. Envelope lines and continuations of nothing count as fields. */
  #nameLength(at: number, end: number): number {
    const { bytes } = this.#source;
    if (bytes[at] === SPACE || bytes[at] === TAB || isName(bytes, at, at + 5, "from ")) return 0;
    let colon = at;
    while (colon < end && bytes[colon]! > SPACE && bytes[colon]! < 0x7f && bytes[colon] !== COLON) colon++;
    return bytes[colon] === COLON ? colon - at : -1;
  }

  #readType(part: ScannedPart): void {
    const field = part.field("content-type");
    if (field === undefined) return;
    const value = this.#source.text(field.valueStart, field.end);
    if (this.#readsType !== undefined) {
      part.contentType = this.#readsType(value).type;
      return;
    }
    const semicolon = value.indexOf(";");
    const type = strip(semicolon < 0 ? value : value.slice(0, semicolon)).toLowerCase();
    const slash = type.indexOf("/");
    part.contentType = slash < 0 || type.includes("/", slash + 1) ? "text/plain" : type;
  }

  #boundaryOf(part: ScannedPart): string | null {
    const field = part.field("content-type")!;
    if (this.#readsType !== undefined) {
      return this.#readsType(this.#source.text(field.valueStart, field.end)).boundary;
    }
    const boundary = new ParamList(strip(this.#source.text(field.valueStart, field.end))).find("boundary");
    if (boundary === null) return null;
    const plain = typeof boundary === "string" ? unquoteText(boundary) : boundary;
    return rstrip(
      collapseRfc2231Value(typeof plain === "string" ? plain : [plain[0], plain[1], unquoteText(plain[2])]),
    );
  }
}

/** Whether the octets are that name, in any case; blanks may follow it. */
function isName(bytes: Uint8Array, start: number, end: number, name: string): boolean {
  while (end - start > name.length && (bytes[end - 1] === SPACE || bytes[end - 1] === TAB)) end--;
  if (end - start !== name.length) return false;
  for (let i = 0; i < name.length; i++) {
    const byte = bytes[start + i]!;
    if ((byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte) !== name.charCodeAt(i)) return false;
  }
  return true;
}

function latin1(bytes: Uint8Array, start: number, end: number): string {
  let text = "";
  for (let i = start; i < end; i++) text += String.fromCharCode(bytes[i]!);
  return text;
}
