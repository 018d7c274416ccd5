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
import type { MessageDefect } from "../errors.ts";
import { Message, type MessageFactory } from "../message.ts";
import { internals } from "../model/message_model.ts";
import { Compat32, compat32, Policy } from "../policy.ts";
import { Delimiters, END, SPACE } from "./delimiters.ts";
import { HeaderReader } from "./header_reader.ts";
import type { Tolerance } from "./tolerance.ts";
import type { Source, Span } from "./source.ts";

/** How to parse. */
export interface ParseOptions {
  /** Policy of the parser and of the messages. Default {@linkcode compat32}. */
  policy?: Policy | null;
  /** What messages are made with; the policy's factory unless given. */
  factory?: MessageFactory | null;
  /** Keep everything behind the headers as one text payload. */
  headersOnly?: boolean;
  /** Read damaged headers, misspelt types and encoded messages as people want them, not as Python does. */
  tolerance?: Tolerance | null;
}

const MULTIPART = 0;
const STATUS = 1;
const NESTED = 2;

/** A message whose parts are being read. */
interface Frame {
  message: Message;
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
 * @param options policy, factory, headers only
 */
export function parse(source: Source, options: ParseOptions = {}): Message {
  return new Parse(source, options).run();
}

class Parse {
  readonly #source: Source;
  readonly #lines: Delimiters;
  readonly #policy: Policy;
  readonly #make: () => Message;
  readonly #headersOnly: boolean;
  /** Whether fields may be kept uncut: the policy's own header parsing has to see every line otherwise. */
  readonly #lazy: boolean;
  /** Whether defects are only recorded, so that they can be made when somebody asks. */
  readonly #records: boolean;
  readonly #tolerance: Tolerance | null;
  readonly #headers: HeaderReader;
  readonly #frames: Frame[] = [];
  #parts = 0;
  /** The message whose line end the next boundary takes away. */
  #last: Message;
  #lastIsMultipart = false;

  // Of the part whose headers were read last.
  #span: Span | null = null;
  #bodyStart = 0;

  constructor(source: Source, options: ParseOptions) {
    this.#source = source;
    this.#lines = new Delimiters(source);
    const policy = this.#policy = options.policy ?? compat32;
    this.#make = maker(options.factory ?? policy.messageFactory, policy);
    this.#headersOnly = options.headersOnly ?? false;
    this.#lazy = policy instanceof Compat32 &&
      policy.headerSourceParse === Compat32.prototype.headerSourceParse;
    this.#records = !policy.raiseOnDefect && policy.handleDefect === Policy.prototype.handleDefect &&
      policy.registerDefect === Policy.prototype.registerDefect;
    // What the policy's own header parsing takes apart is not for repair.
    this.#tolerance = this.#lazy ? options.tolerance ?? null : null;
    this.#headers = new HeaderReader(source, this.#lines, {
      policy,
      lazy: this.#lazy,
      repair: this.#tolerance?.repair ?? null,
      defect: (message, make) => this.#defect(message, make),
    });
    this.#last = this.#make();
  }

  run(): Message {
    const root = this.#last;
    let message: Message | null = root;
    let at = 0;
    while (message !== null) {
      const child = this.#begin(message, at);
      if (child === null) this.#endSpan(message);
      message = child ?? this.#resume();
      at = this.#bodyStart;
    }
    if (!this.#headersOnly && !root.isMultipart() && root.getContentMaintype() === "multipart") {
      this.#defect(root, () => new MultipartInvariantViolationDefect());
    }
    return root;
  }

  /** Reads the headers of a message and, for a leaf, its body. Returns its first part when it has parts. */
  #begin(message: Message, start: number): Message | null {
    const lines = this.#lines;
    this.#parts++;
    const limited = this.#headers.read(message, start);
    const body = this.#bodyStart = this.#headers.bodyStart;
    const tolerance = this.#tolerance;
    const parent = this.#frames.length > 0 ? this.#frames[this.#frames.length - 1]!.span : null;
    if (parent !== null) parent.parts++;
    internals.setSpan(
      message,
      this.#span = { source: this.#source, start, body, end: body, parts: 0, parent },
    );
    if (this.#headersOnly) {
      this.#setBody(message, body, lines.length);
      lines.findEnd();
      return null;
    }
    this.#lastIsMultipart = false;
    if (this.#parts > this.#policy.maxParts) {
      this.#defect(message, () => new PartLimitDefect());
      this.#setBody(message, body, lines.length);
      lines.findEnd();
      return null;
    }
    if (!limited && this.#maybeContainer(message)) {
      const type = tolerance === null ? message.getContentType() : tolerance.typeOf(message);
      const multipart = type.startsWith("multipart/");
      if (
        multipart ||
        type.startsWith("message/") && (tolerance?.isOpen(message, type, lines.bytes, body) ?? true)
      ) {
        if (this.#frames.length >= this.#policy.maxDepth) {
          this.#defect(message, () => new NestingLimitDefect());
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

  #beginNested(message: Message, type: string): Message {
    const status = type === "message/delivery-status";
    const level = status ? this.#lines.openBlank() : END;
    this.#frames.push({ message, kind: status ? STATUS : NESTED, level, digest: false, span: this.#span! });
    return this.#child(message, false);
  }

  #beginMultipart(message: Message, type: string): Message | null {
    const lines = this.#lines;
    const body = this.#bodyStart;
    const boundary = this.#tolerance === null
      ? message.getBoundary()
      : this.#tolerance.boundaryOf(message, lines.bytes, body);
    if (boundary === null) {
      this.#defect(message, () => new NoBoundaryInMultipartDefect());
      lines.find(body);
      this.#setBody(message, body, lines.lineStart);
      return null;
    }
    if (this.#headers.encodingAt >= 0 || !this.#lazy) {
      const encoding = String(message.get("content-transfer-encoding", "8bit")).toLowerCase();
      if (encoding !== "7bit" && encoding !== "8bit" && encoding !== "binary") {
        this.#defect(message, () => new InvalidMultipartContentTransferEncodingDefect());
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
      // Behind a closing boundary that comes first, CPython reads to the end and forgets what it read.
      if (closes) lines.find(lines.lineEnd);
      this.#defect(message, () => new StartBoundaryNotFoundDefect());
      internals.setEpilogue(message, { source: this.#source, start: 0, end: 0 });
      return null;
    }
    if (lines.lineStart > body) {
      const end = lines.beforeLineEnd(body, lines.lineStart);
      internals.setPreamble(message, { source: this.#source, start: body, end });
    }
    this.#frames.push(frame);
    return this.#nextPart(frame);
  }

  /** A part of a multipart, from the delimiter line on; further boundary lines make no part of their own. */
  #nextPart(frame: Frame): Message {
    const lines = this.#lines;
    let at = lines.lineEnd;
    while (lines.isAt(at) && lines.level === frame.level) at = lines.lineEnd;
    this.#bodyStart = at;
    return this.#child(frame.message, frame.digest);
  }

  #child(parent: Message, digest: boolean): Message {
    const child = this.#make();
    if (digest) child.setDefaultType("message/rfc822");
    parent.attach(child);
    return this.#last = child;
  }

  /** Goes on behind a part that has ended at the delimiter found last. Returns the next part. */
  #resume(): Message | null {
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

  #resumeMultipart(frame: Frame): Message | null {
    const lines = this.#lines;
    this.#takeLineEnd(this.#last);
    this.#last = frame.message;
    this.#lastIsMultipart = true;
    if (lines.level === END || lines.level !== frame.level) {
      this.#closeLevel(frame);
      this.#defect(frame.message, () => new CloseBoundaryNotFoundDefect());
      return null;
    }
    if (!lines.closes) return this.#nextPart(frame);
    this.#closeLevel(frame);
    const start = lines.lineEnd;
    if (lines.lineBreak) lines.find(start);
    else lines.findEnd();
    internals.setEpilogue(frame.message, { source: this.#source, start, end: lines.lineStart });
    return null;
  }

  #resumeStatus(frame: Frame): Message | null {
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
  #takeLineEnd(last: Message): void {
    const lines = this.#lines;
    if (this.#lastIsMultipart) {
      const epilogue = internals.epilogueRange(last);
      if (epilogue === null) return;
      if (epilogue.end === epilogue.start) {
        last.epilogue = null;
        return;
      }
      const end = lines.beforeLineEnd(epilogue.start, epilogue.end);
      internals.setEpilogue(last, { source: epilogue.source, start: epilogue.start, end });
      return;
    }
    const range = internals.range(last);
    if (range === null) return;
    const end = lines.beforeLineEnd(range.start, range.end);
    if (end !== range.end) internals.setRange(last, { source: range.source, start: range.start, end });
  }

  /** Notes where a part ends: at the delimiter found last, and not before its last part. */
  #endSpan(message: Message): void {
    const lines = this.#lines;
    const span = internals.span(message)!;
    const end = lines.level === END || lines.isBlank
      ? lines.lineStart
      : lines.beforeLineEnd(span.body, lines.lineStart);
    span.end = Math.max(end, span.end);
    if (span.parent !== null) span.parent.end = span.end;
  }

  #setBody(message: Message, start: number, end: number): void {
    internals.setRange(message, { source: this.#source, start, end });
  }

  #defect(message: Message, make: () => MessageDefect): void {
    if (this.#records) internals.addDefect(message, make);
    else this.#policy.handleDefect(message, make());
  }

  /** False when the first look at the bytes shows that the message is a leaf. */
  #maybeContainer(message: Message): boolean {
    if (!this.#lazy) return true;
    let at = this.#headers.typeAt;
    if (at < 0) return message.getDefaultType() !== "text/plain";
    const { bytes } = this.#lines;
    while (bytes[at]! <= SPACE) at++;
    const byte = bytes[at];
    if (this.#tolerance !== null && byte !== undefined && ((byte | 0x20) === 0x63 || byte < 0x41)) {
      return true;
    }
    return byte === undefined || byte > 0x7e || (byte | 0x20) === 0x6d;
  }
}

/** Calls the factory the way its kind wants it. */
function maker(factory: MessageFactory | null, policy: Policy): () => Message {
  const options = { policy };
  if (factory === null || factory === Message) return () => new Message(options);
  if (factory.prototype instanceof Message) {
    const Class = factory as new (options: { policy: Policy }) => Message;
    return () => new Class(options);
  }
  return () => (factory as (options: { policy: Policy }) => Message)(options);
}
