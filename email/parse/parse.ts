// The parser: one pass over the bytes, no recursion, and nothing made but the messages themselves. Header fields are
// kept as offsets and bodies as ranges until they are asked for.

import {
  CloseBoundaryNotFoundDefect,
  InvalidMultipartContentTransferEncodingDefect,
  MultipartInvariantViolationDefect,
  NestingLimitDefect,
  NoBoundaryInMultipartDefect,
  PartLimitDefect,
  StartBoundaryNotFoundDefect,
} from "../errors.ts";
import type { Entity } from "../model/entity.ts";
import { SPACE } from "../text/octets.ts";
import { Delimiters, END } from "./delimiters.ts";
import type { Dialect } from "./dialect.ts";
import { HeaderReader } from "./header_reader.ts";
import type { Source, Span } from "./source.ts";

const MULTIPART = 0;
const STATUS = 1;
const NESTED = 2;

/** A message whose parts are being read. */
interface Frame {
  message: Entity;
  kind: number;
  /** Level of what ends its parts; -1 when an outer level has the same end and so always wins. */
  level: number;
  digest: boolean;
  span: Span;
}

/**
 * Parses a message.
 *
 * @param source the text
 * @param dialect answers what is asked on the way
 * @param headersOnly keep everything after the headers as one text
 */
export function parse(source: Source, dialect: Dialect, headersOnly = false): Entity {
  return new Parse(source, dialect, headersOnly).run();
}

class Parse {
  readonly #source: Source;
  readonly #lines: Delimiters;
  readonly #dialect: Dialect;
  readonly #headersOnly: boolean;
  readonly #headers: HeaderReader;
  readonly #frames: Frame[] = [];
  #parts = 0;
  /** The message whose line end the next boundary takes away. */
  #last: Entity;
  #lastIsMultipart = false;

  // Of the part whose headers were read last.
  #span: Span | null = null;
  #bodyStart = 0;

  constructor(source: Source, dialect: Dialect, headersOnly: boolean) {
    this.#source = source;
    this.#lines = new Delimiters(source);
    this.#dialect = dialect;
    this.#headersOnly = headersOnly;
    this.#headers = new HeaderReader(source, this.#lines, dialect);
    this.#last = dialect.make();
  }

  run(): Entity {
    const dialect = this.#dialect;
    const root = this.#last;
    let message: Entity | null = root;
    let at = 0;
    while (message !== null) {
      const child = this.#begin(message, at);
      if (child === null) this.#endSpan(message);
      message = child ?? this.#resume();
      at = this.#bodyStart;
    }
    if (!this.#headersOnly && isLeaf(root) && dialect.typeOf(root).startsWith("multipart/")) {
      dialect.defect(root, () => new MultipartInvariantViolationDefect());
    }
    return root;
  }

  /** Reads the headers of a message and, for a leaf, its body. Returns its first part when it has parts. */
  #begin(message: Entity, start: number): Entity | null {
    const lines = this.#lines;
    this.#parts++;
    const limited = this.#headers.read(message, start);
    const body = this.#bodyStart = this.#headers.bodyStart;
    const dialect = this.#dialect;
    const parent = this.#frames.length > 0 ? this.#frames[this.#frames.length - 1]!.span : null;
    if (parent !== null) parent.parts++;
    message.span = this.#span = { source: this.#source, start, body, end: body, parts: 0, parent };
    if (this.#headersOnly) {
      this.#setBody(message, body, lines.length);
      lines.findEnd();
      return null;
    }
    this.#lastIsMultipart = false;
    if (this.#parts > dialect.limits.maxParts) {
      this.#dialect.defect(message, () => new PartLimitDefect());
      this.#setBody(message, body, lines.length);
      lines.findEnd();
      return null;
    }
    if (!limited && this.#maybeContainer(message)) {
      const type = dialect.typeOf(message);
      const multipart = type.startsWith("multipart/");
      if (multipart || type.startsWith("message/") && dialect.isOpen(message, lines.bytes, body)) {
        if (this.#frames.length >= dialect.limits.maxDepth) {
          this.#dialect.defect(message, () => new NestingLimitDefect());
        } else if (multipart) {
          this.#lastIsMultipart = true;
          return this.#beginMultipart(message, type);
        } else {
          return this.#beginNested(message, type);
        }
      }
    }
    lines.find(body);
    this.#setBody(message, body, lines.lineStart);
    return null;
  }

  #beginNested(message: Entity, type: string): Entity {
    const status = type === "message/delivery-status";
    const level = status ? this.#lines.openBlank() : END;
    this.#frames.push({ message, kind: status ? STATUS : NESTED, level, digest: false, span: this.#span! });
    return this.#child(message, false);
  }

  #beginMultipart(message: Entity, type: string): Entity | null {
    const lines = this.#lines;
    const body = this.#bodyStart;
    const dialect = this.#dialect;
    const boundary = dialect.boundaryOf(message, lines.bytes, body);
    if (boundary === null) {
      this.#dialect.defect(message, () => new NoBoundaryInMultipartDefect());
      lines.find(body);
      this.#setBody(message, body, lines.lineStart);
      return null;
    }
    if (this.#headers.hasEncoding || !dialect.lazy) {
      const encoding = dialect.encodingOf(message);
      if (encoding !== "7bit" && encoding !== "8bit" && encoding !== "binary") {
        this.#dialect.defect(message, () => new InvalidMultipartContentTransferEncodingDefect());
      }
    }
    const frame: Frame = {
      message,
      kind: MULTIPART,
      level: lines.openBoundary(boundary),
      digest: type === "multipart/digest",
      span: this.#span!,
    };
    lines.find(body);
    if (lines.level === END || lines.level !== frame.level || lines.closes) {
      this.#setBody(message, body, lines.lineStart);
      const closes = lines.level !== END && lines.level === frame.level;
      this.#closeLevel(frame);
      // After a closing boundary that comes first, CPython reads to the end and forgets what it read.
      if (closes) lines.find(lines.lineEnd);
      this.#dialect.defect(message, () => new StartBoundaryNotFoundDefect());
      message.epilogue = { source: this.#source, start: 0, end: 0 };
      return null;
    }
    if (lines.lineStart > body) {
      const end = lines.beforeLineEnd(body, lines.lineStart);
      message.preamble = { source: this.#source, start: body, end };
    }
    this.#frames.push(frame);
    return this.#nextPart(frame);
  }

  /** A part of a multipart, from the delimiter line on; further boundary lines make no part of their own. */
  #nextPart(frame: Frame): Entity {
    const lines = this.#lines;
    let at = lines.lineEnd;
    while (lines.isAt(at) && lines.level === frame.level) at = lines.lineEnd;
    this.#bodyStart = at;
    return this.#child(frame.message, frame.digest);
  }

  #child(parent: Entity, digest: boolean): Entity {
    const dialect = this.#dialect;
    const child = dialect.make();
    if (digest) dialect.inDigest(child);
    dialect.attach(parent, child);
    return this.#last = child;
  }

  /** Goes on after a part that has ended at the delimiter found last. Returns the next part. */
  #resume(): Entity | null {
    while (true) {
      const frame = this.#frames[this.#frames.length - 1];
      if (frame === undefined) return null;
      const next = frame.kind === MULTIPART
        ? this.#resumeMultipart(frame)
        : frame.kind === STATUS
        ? this.#resumeStatus(frame)
        : null;
      if (next !== null) return next;
      this.#frames.pop();
      this.#endSpan(frame.message);
    }
  }

  #resumeMultipart(frame: Frame): Entity | null {
    const lines = this.#lines;
    this.#takeLineEnd(this.#last);
    this.#last = frame.message;
    this.#lastIsMultipart = true;
    if (lines.level === END || lines.level !== frame.level) {
      this.#closeLevel(frame);
      this.#dialect.defect(frame.message, () => new CloseBoundaryNotFoundDefect());
      return null;
    }
    if (!lines.closes) return this.#nextPart(frame);
    this.#closeLevel(frame);
    const start = lines.lineEnd;
    if (lines.lineBreak) lines.find(start);
    else lines.findEnd();
    frame.message.epilogue = { source: this.#source, start, end: lines.lineStart };
    return null;
  }

  #resumeStatus(frame: Frame): Entity | null {
    const lines = this.#lines;
    if (frame.level === END || lines.level !== frame.level) {
      this.#closeLevel(frame);
      return null;
    }
    // The blank line between two blocks; a block follows unless the text ends here.
    const at = lines.lineEnd;
    this.#closeLevel(frame);
    if (at >= lines.length) {
      lines.findEnd();
      return null;
    }
    if (lines.isAt(at)) return null;
    frame.level = lines.openBlank();
    this.#bodyStart = at;
    return this.#child(frame.message, false);
  }

  #closeLevel(frame: Frame): void {
    if (frame.kind === MULTIPART) this.#lines.closeBoundary(frame.level);
    else this.#lines.closeBlank(frame.level);
  }

  /** The line end before a boundary belongs to the boundary. */
  #takeLineEnd(last: Entity): void {
    const lines = this.#lines;
    if (this.#lastIsMultipart) {
      const { epilogue } = last;
      if (epilogue === null || typeof epilogue === "string") return;
      if (epilogue.end === epilogue.start) {
        last.epilogue = null;
        return;
      }
      const end = lines.beforeLineEnd(epilogue.start, epilogue.end);
      last.epilogue = { source: epilogue.source, start: epilogue.start, end };
      return;
    }
    const { range } = last;
    if (range === null) return;
    const end = lines.beforeLineEnd(range.start, range.end);
    if (end !== range.end) last.setRange({ source: range.source, start: range.start, end });
  }

  /** Notes where a part ends: at the delimiter found last, and not before its last part. */
  #endSpan(message: Entity): void {
    const lines = this.#lines;
    const span = message.span!;
    const end = lines.level === END || lines.isBlank
      ? lines.lineStart
      : lines.beforeLineEnd(span.body, lines.lineStart);
    span.end = Math.max(end, span.end);
    if (span.parent !== null) span.parent.end = span.end;
  }

  #setBody(message: Entity, start: number, end: number): void {
    message.setRange({ source: this.#source, start, end });
  }

  /** False when the first look at the bytes shows that the message is a leaf. */
  #maybeContainer(message: Entity): boolean {
    const dialect = this.#dialect;
    if (!dialect.lazy) return true;
    let at = this.#headers.typeAt;
    if (at < 0) return message.defaultType !== "text/plain";
    const { bytes } = this.#lines;
    while (bytes[at]! <= SPACE) at++;
    return dialect.mayHoldParts(bytes[at]);
  }
}

function isLeaf({ parts, payload }: Entity): boolean {
  return parts === null && !Array.isArray(payload);
}
