/**
 * The MIME structure of a message as offsets into its bytes.
 *
 * FETCH must hand out sections octet for octet, so nothing is decoded or copied here: one pass over the lines
 * notes where headers, bodies and parts begin and end, and how many line ends lie between.
 */

import { decodeText, fieldText, type MediaType, parseContentType } from "./mime_header.ts";

/** A header field: `name: value` with its folded lines and final line end. */
export interface HeaderField {
  /** Lower case; empty for a line that is no field. */
  readonly name: string;
  readonly start: number;
  readonly valueStart: number;
  readonly end: number;
}

/** A message, or one part of it. */
export interface Part {
  /** Where the header begins. */
  readonly start: number;
  /** Where the body begins, behind the empty line. */
  bodyStart: number;
  /** Where the body ends; the line end before a boundary belongs to the boundary (RFC 2046 5.1.1). */
  end: number;
  /** Line feeds in the body. */
  lines: number;
  readonly fields: HeaderField[];
  type: MediaType;
  /** The parts of a multipart. */
  readonly parts: Part[];
  /** The message inside message/rfc822 or message/global. */
  message: Part | undefined;
}

/** Levels of multiparts and messages inside each other; what lies deeper is shown as one unstructured part. */
export const MAX_DEPTH = 50;
/** Longest boundary that is looked for; RFC 2046 allows 70. */
const MAX_BOUNDARY = 1_000;

const LF = 0x0a;
const CR = 0x0d;
const DASH = 0x2d;
const TEXT_PLAIN: MediaType = { type: "text", subtype: "plain", params: [["charset", "us-ascii"]] };
const MESSAGE: MediaType = { type: "message", subtype: "rfc822", params: [] };
const OPAQUE: MediaType = { type: "application", subtype: "octet-stream", params: [] };

/** Finds the structure of a message. */
export function scanMessage(bytes: Uint8Array): Part {
  return new Scanner(bytes).run();
}

interface OpenPart {
  part: Part;
  /** Kind of media when the header does not say. */
  fallback: MediaType;
  /** Boundary that this open multipart listens for. */
  boundary: string | undefined;
  /** Line feeds before the body. */
  linesBefore: number;
}

class Scanner {
  readonly #bytes: Uint8Array;
  /** The parts that contain the current line, outermost first. */
  readonly #open: OpenPart[] = [];
  /** Boundary -> positions in `#open`, innermost last. */
  readonly #boundaries: Map<string, number[]> = new Map();
  #inHeader = true;
  #lines = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  run(): Part {
    const bytes = this.#bytes;
    const root = this.#begin(0, TEXT_PLAIN);
    for (let start = 0; start < bytes.length;) {
      const newline = bytes.indexOf(LF, start);
      const end = newline === -1 ? bytes.length : newline + 1;
      this.#line(start, end);
      if (newline !== -1) this.#lines += 1;
      start = end;
    }
    this.#closeDownTo(0, bytes.length, bytes.length);
    return root;
  }

  #line(start: number, end: number): void {
    if (this.#bytes[start] === DASH && this.#bytes[start + 1] === DASH && this.#boundaryLine(start, end)) {
      return;
    }
    if (!this.#inHeader) return;
    const { part } = this.#open[this.#open.length - 1];
    const first = this.#bytes[start];
    if (first === LF || (first === CR && start + 1 < end && this.#bytes[start + 1] === LF)) {
      this.#headerEnds(end);
    } else if ((first === 0x20 || first === 0x09) && part.fields.length > 0) {
      // A folded line belongs to the field before it.
      const last = part.fields.length - 1;
      part.fields[last] = { ...part.fields[last], end };
    } else {
      part.fields.push(this.#field(start, end));
    }
  }

  #field(start: number, end: number): HeaderField {
    let colon = start;
    while (colon < end && this.#bytes[colon] !== 0x3a) colon += 1;
    if (colon === end) return { name: "", start, valueStart: end, end };
    const name = decodeText(this.#bytes.subarray(start, colon)).trim().toLowerCase();
    return { name, start, valueStart: colon + 1, end };
  }

  #begin(start: number, fallback: MediaType): Part {
    const part: Part = {
      start,
      bodyStart: start,
      end: start,
      lines: 0,
      fields: [],
      type: fallback,
      parts: [],
      message: undefined,
    };
    this.#open.push({ part, fallback, boundary: undefined, linesBefore: this.#lines });
    this.#inHeader = true;
    return part;
  }

  #headerEnds(bodyStart: number): void {
    const open = this.#open[this.#open.length - 1];
    const { part } = open;
    part.bodyStart = bodyStart;
    open.linesBefore = this.#lines + 1;
    this.#inHeader = false;
    this.#setType(open);
    const { type, subtype, params } = part.type;
    if (type === "multipart") {
      const boundary = params.find(([name]) => name.toLowerCase() === "boundary")?.[1] ?? "";
      if (boundary === "" || boundary.length > MAX_BOUNDARY) return;
      open.boundary = boundary;
      const levels = this.#boundaries.get(boundary);
      if (levels === undefined) this.#boundaries.set(boundary, [this.#open.length - 1]);
      else levels.push(this.#open.length - 1);
    } else if (type === "message" && (subtype === "rfc822" || subtype === "global")) {
      // The line that ended the header is counted only after this call.
      this.#lines += 1;
      part.message = this.#begin(bodyStart, TEXT_PLAIN);
      this.#lines -= 1;
    }
  }

  #setType(open: OpenPart): void {
    const { part } = open;
    const text = fieldText(this.#bytes, part, "content-type");
    part.type = (text === undefined ? undefined : parseContentType(text)) ?? open.fallback;
    const structured = part.type.type === "multipart" || part.type.type === "message";
    if (structured && this.#open.length > MAX_DEPTH) part.type = OPAQUE;
  }

  /** Ends and begins parts if the line is a boundary of an open multipart. */
  #boundaryLine(start: number, end: number): boolean {
    if (this.#boundaries.size === 0 || end - start > MAX_BOUNDARY + 6) return false;
    let last = end;
    while (last > start && this.#bytes[last - 1] <= 0x20) last -= 1;
    const text = decodeText(this.#bytes.subarray(start + 2, last));
    let level = this.#boundaries.get(text)?.at(-1);
    let closing = false;
    if (level === undefined && text.endsWith("--")) {
      level = this.#boundaries.get(text.slice(0, -2))?.at(-1);
      closing = true;
    }
    if (level === undefined) return false;
    this.#closeDownTo(level + 1, start, this.#beforeLineEnd(start));
    this.#inHeader = false;
    if (closing) {
      this.#forgetBoundary(level);
    } else {
      const { part } = this.#open[level];
      this.#lines += 1;
      part.parts.push(this.#begin(end, part.type.subtype === "digest" ? MESSAGE : TEXT_PLAIN));
      this.#lines -= 1;
    }
    return true;
  }

  /** Where the text before this line ends, when the line end before it is not counted. */
  #beforeLineEnd(start: number): number {
    let end = start;
    if (end > 0 && this.#bytes[end - 1] === LF) end -= 1;
    if (end < start && end > 0 && this.#bytes[end - 1] === CR) end -= 1;
    return end;
  }

  #forgetBoundary(level: number): void {
    const { boundary } = this.#open[level];
    if (boundary === undefined) return;
    const levels = this.#boundaries.get(boundary);
    levels?.pop();
    if (levels?.length === 0) this.#boundaries.delete(boundary);
    this.#open[level].boundary = undefined;
  }

  #closeDownTo(level: number, lineStart: number, bodyEnd: number): void {
    while (this.#open.length > level) {
      const open = this.#open[this.#open.length - 1];
      const { part } = open;
      if (this.#inHeader) {
        // The header was not ended by an empty line: there is no body, and the line end is the header's own.
        part.bodyStart = lineStart;
        part.end = lineStart;
        this.#setType(open);
        this.#inHeader = false;
      } else {
        part.end = Math.max(part.bodyStart, bodyEnd);
        const stripped = bodyEnd < lineStart && part.end === bodyEnd ? 1 : 0;
        part.lines = Math.max(0, this.#lines - open.linesBefore - stripped);
      }
      this.#forgetBoundary(this.#open.length - 1);
      this.#open.pop();
    }
  }
}
