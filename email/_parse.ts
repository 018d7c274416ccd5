// The parser: one pass over the bytes, no recursion, and nothing made but the messages themselves. Header fields are
// kept as offsets and bodies as ranges until they are asked for.

import {
  CloseBoundaryNotFoundDefect,
  FirstHeaderLineIsContinuationDefect,
  HeaderLimitDefect,
  InvalidHeaderDefect,
  InvalidMultipartContentTransferEncodingDefect,
  MisplacedEnvelopeHeaderDefect,
  MissingHeaderBodySeparatorDefect,
  MultipartInvariantViolationDefect,
  NestingLimitDefect,
  NoBoundaryInMultipartDefect,
  PartLimitDefect,
  StartBoundaryNotFoundDefect,
} from "./errors.ts";
import type { MessageDefect } from "./errors.ts";
import { internals, Message, type MessageFactory } from "./message.ts";
import { Compat32, compat32, type Policy } from "./policy.ts";
import { HeaderBlock, type Source } from "./_source.ts";

/** How to parse. */
export interface ParseOptions {
  /** Policy of the parser and of the messages. Default {@linkcode compat32}. */
  policy?: Policy | null;
  /** What messages are made with; the policy's factory unless given. */
  factory?: MessageFactory | null;
  /** Keep everything behind the headers as one text payload. */
  headersOnly?: boolean;
}

const LF = 0x0a;
const CR = 0x0d;
const TAB = 0x09;
const SPACE = 0x20;
const DASH = 0x2d;
const COLON = 0x3a;

/** What ends a region of text, beside a boundary at some level. */
const END = -1;

const MULTIPART = 0;
const STATUS = 1;
const NESTED = 2;

/** A message whose parts are being read. */
interface Frame {
  message: Message;
  kind: number;
  /** Level of what ends its parts; -1 when an outer level has the same end and so always wins. */
  level: number;
  boundary: string;
  digest: boolean;
}

const encoder = new TextEncoder();
const TYPE_NAME = encoder.encode("content-type");
const ENCODING_NAME = encoder.encode("content-transfer-encoding");

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
  #bytes: Uint8Array;
  readonly #length: number;
  readonly #policy: Policy;
  readonly #make: () => Message;
  readonly #headersOnly: boolean;
  /** Whether fields may be kept uncut: the policy's own header parsing has to see every line otherwise. */
  readonly #lazy: boolean;
  readonly #frames: Frame[] = [];
  /** Active boundaries; the level of the outermost of each text, since the outermost match wins. */
  readonly #boundaries: Map<string, number> = new Map();
  #longest = 0;
  /** Multipart whose boundary was announced last, while no outer one has the same. */
  #innermost: Frame | null = null;
  /** Whether one line may match two boundaries: `b--` is also what closes `b`. */
  #ambiguous = false;
  #levels = 0;
  /** Level at which a blank line ends a block of a delivery status; END when there is none. */
  #blankLevel = END;
  #parts = 0;
  /** The message whose line end the next boundary takes away. */
  #last: Message;
  #lastIsMultipart = false;

  // The delimiter found last: where its line starts and ends, what level it belongs to, whether it closes.
  #lineStart = 0;
  #lineEnd = 0;
  #level = END;
  #closes = false;
  #lineBreak = false;

  // Of the part whose headers were read last.
  #bodyStart = 0;
  #typeAt = -1;
  #encodingAt = -1;

  constructor(source: Source, options: ParseOptions) {
    this.#source = source;
    this.#bytes = source.bytes;
    this.#length = source.length;
    const policy = this.#policy = options.policy ?? compat32;
    this.#make = maker(options.factory ?? policy.messageFactory, policy);
    this.#headersOnly = options.headersOnly ?? false;
    this.#lazy = policy instanceof Compat32 &&
      policy.headerSourceParse === Compat32.prototype.headerSourceParse;
    this.#last = this.#make();
  }

  run(): Message {
    const root = this.#last;
    let message: Message | null = root;
    let at = 0;
    while (message !== null) {
      message = this.#begin(message, at) ?? this.#resume();
      at = this.#bodyStart;
    }
    if (!this.#headersOnly && !root.isMultipart() && root.getContentMaintype() === "multipart") {
      this.#defect(root, new MultipartInvariantViolationDefect());
    }
    return root;
  }

  /** Reads the headers of a message and, for a leaf, its body. Returns its first part when it has parts. */
  #begin(message: Message, start: number): Message | null {
    this.#parts++;
    const limited = this.#readHeaders(message, start);
    const body = this.#bodyStart;
    if (this.#headersOnly) {
      this.#setBody(message, body, this.#length);
      return null;
    }
    this.#lastIsMultipart = false;
    if (this.#parts > this.#policy.maxParts) {
      this.#defect(message, new PartLimitDefect());
      this.#setBody(message, body, this.#length);
      this.#endOfData();
      return null;
    }
    if (!limited && this.#maybeContainer(message)) {
      const type = message.getContentType();
      const multipart = type.startsWith("multipart/");
      if (multipart || type.startsWith("message/")) {
        if (this.#frames.length >= this.#policy.maxDepth) {
          this.#defect(message, new NestingLimitDefect());
        } else if (multipart) {
          this.#lastIsMultipart = true;
          return this.#beginMultipart(message, type);
        } else {
          return this.#beginNested(message, type);
        }
      }
    }
    this.#find(body);
    this.#setBody(message, body, this.#lineStart);
    return null;
  }

  #beginNested(message: Message, type: string): Message {
    const status = type === "message/delivery-status";
    let level = END;
    if (status) {
      level = this.#levels++;
      if (this.#blankLevel === END) this.#blankLevel = level;
      else level = END;
    }
    this.#frames.push({ message, kind: status ? STATUS : NESTED, level, boundary: "", digest: false });
    return this.#child(message, false);
  }

  #beginMultipart(message: Message, type: string): Message | null {
    const body = this.#bodyStart;
    const boundary = message.getBoundary();
    if (boundary === null) {
      this.#defect(message, new NoBoundaryInMultipartDefect());
      this.#find(body);
      this.#setBody(message, body, this.#lineStart);
      return null;
    }
    if (this.#encodingAt >= 0 || !this.#lazy) {
      const encoding = String(message.get("content-transfer-encoding", "8bit")).toLowerCase();
      if (encoding !== "7bit" && encoding !== "8bit" && encoding !== "binary") {
        this.#defect(message, new InvalidMultipartContentTransferEncodingDefect());
      }
    }
    const level = this.#levels++;
    const shadowed = this.#boundaries.has(boundary);
    if (!shadowed) {
      this.#boundaries.set(boundary, level);
      this.#longest = Math.max(this.#longest, boundary.length);
      this.#ambiguous ||= boundary.endsWith("--");
    }
    const frame: Frame = {
      message,
      kind: MULTIPART,
      level: shadowed ? END : level,
      boundary,
      digest: type === "multipart/digest",
    };
    if (!shadowed) this.#innermost = frame;
    this.#find(body);
    if (this.#level === END || this.#level !== frame.level || this.#closes) {
      this.#setBody(message, body, this.#lineStart);
      const closes = this.#level !== END && this.#level === frame.level;
      this.#dropLevel(frame);
      // Behind a closing boundary that comes first, CPython reads to the end and forgets what it read.
      if (closes) this.#find(this.#lineEnd);
      this.#defect(message, new StartBoundaryNotFoundDefect());
      internals.setEpilogue(message, { source: this.#source, start: 0, end: 0 });
      return null;
    }
    if (this.#lineStart > body) {
      const end = this.#beforeLineEnd(body, this.#lineStart);
      internals.setPreamble(message, { source: this.#source, start: body, end });
    }
    this.#frames.push(frame);
    return this.#nextPart(frame);
  }

  /** A part of a multipart, from the delimiter line on; further boundary lines make no part of their own. */
  #nextPart(frame: Frame): Message {
    let at = this.#lineEnd;
    while (this.#delimiterAt(at) && this.#level === frame.level) at = this.#lineEnd;
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
    }
  }

  #resumeMultipart(frame: Frame): Message | null {
    this.#takeLineEnd(this.#last);
    this.#last = frame.message;
    this.#lastIsMultipart = true;
    if (this.#level === END || this.#level !== frame.level) {
      this.#dropLevel(frame);
      this.#defect(frame.message, new CloseBoundaryNotFoundDefect());
      return null;
    }
    if (!this.#closes) return this.#nextPart(frame);
    this.#dropLevel(frame);
    const start = this.#lineEnd;
    if (this.#lineBreak) this.#find(start);
    else this.#endOfData();
    internals.setEpilogue(frame.message, { source: this.#source, start, end: this.#lineStart });
    return null;
  }

  #resumeStatus(frame: Frame): Message | null {
    if (frame.level === END || this.#level !== frame.level) {
      this.#dropLevel(frame);
      return null;
    }
    // The blank line between two blocks; a block follows unless the text ends here.
    const at = this.#lineEnd;
    this.#dropLevel(frame);
    if (at >= this.#length) {
      this.#endOfData();
      return null;
    }
    if (this.#delimiterAt(at)) return null;
    this.#blankLevel = frame.level = this.#levels++;
    this.#bodyStart = at;
    return this.#child(frame.message, false);
  }

  #dropLevel(frame: Frame): void {
    this.#levels--;
    if (frame.level === END) return;
    if (frame === this.#innermost) {
      this.#innermost = this.#frames.findLast((outer) =>
        outer !== frame && outer.kind === MULTIPART && outer.level !== END
      ) ?? null;
    }
    if (frame.kind === MULTIPART) this.#boundaries.delete(frame.boundary);
    else this.#blankLevel = END;
  }

  /** The line end before a boundary belongs to the boundary. */
  #takeLineEnd(last: Message): void {
    if (this.#lastIsMultipart) {
      const epilogue = internals.epilogueRange(last);
      if (epilogue === null) return;
      if (epilogue.end === epilogue.start) last.epilogue = null;
      else {internals.setEpilogue(last, {
          ...epilogue,
          end: this.#beforeLineEnd(epilogue.start, epilogue.end),
        });}
      return;
    }
    const range = internals.range(last);
    if (range === null) return;
    const end = this.#beforeLineEnd(range.start, range.end);
    if (end !== range.end) internals.setRange(last, { source: range.source, start: range.start, end });
  }

  #beforeLineEnd(start: number, end: number): number {
    const bytes = this.#bytes;
    if (end > start && bytes[end - 1] === LF) {
      return end - 1 > start && bytes[end - 2] === CR ? end - 2 : end - 1;
    }
    return end > start && bytes[end - 1] === CR ? end - 1 : end;
  }

  #setBody(message: Message, start: number, end: number): void {
    internals.setRange(message, { source: this.#source, start, end });
  }

  #defect(message: Message, defect: MessageDefect): void {
    this.#policy.handleDefect(message, defect);
  }

  // ---- lines

  /** End of the line that starts at `at`, its line end included. */
  #lineEndFrom(at: number): number {
    const bytes = this.#bytes;
    const length = this.#length;
    while (at < length) {
      const byte = bytes[at++]!;
      if (byte > CR) continue;
      if (byte === LF) return at;
      if (byte === CR) return at < length && bytes[at] === LF ? at + 1 : at;
    }
    return at;
  }

  #endOfData(): void {
    this.#lineStart = this.#lineEnd = this.#length;
    this.#level = END;
  }

  /** Finds the first line from `at` on that ends a region, and leaves it in the fields; `at` starts a line. */
  #find(at: number): void {
    const bytes = this.#bytes;
    const length = this.#length;
    if (this.#blankLevel !== END) {
      for (; at < length; at = this.#lineEndFrom(at)) {
        if (this.#delimiterAt(at)) return;
      }
      return this.#endOfData();
    }
    if (this.#boundaries.size === 0) return this.#endOfData();
    // A line can only be a boundary when it starts with two hyphens. The engine's search runs at memory speed over
    // base64, where there are none; where hyphens are dense its calls would cost more than looking.
    let near = at;
    let p = at;
    while (true) {
      while (p < near && bytes[p] !== DASH) p++;
      if (p >= near) {
        p = bytes.indexOf(DASH, p);
        if (p < 0) return this.#endOfData();
      }
      const before = p === at ? LF : bytes[p - 1];
      if ((before === LF || before === CR) && bytes[p + 1] === DASH && this.#delimiterAt(p)) return;
      p++;
      while (p < length && bytes[p] === DASH) p++;
      near = Math.min(p + 24, length);
    }
  }

  /** Whether the line at `at` ends a region; if so it is left in the fields. */
  #delimiterAt(at: number): boolean {
    const bytes = this.#bytes;
    const first = bytes[at];
    if (first === DASH) {
      return bytes[at + 1] === DASH && this.#boundaries.size > 0 && this.#boundaryAt(at);
    }
    if (this.#blankLevel === END || (first !== LF && first !== CR)) return false;
    this.#lineStart = at;
    this.#lineEnd = this.#lineEndFrom(at);
    this.#level = this.#blankLevel;
    return true;
  }

  #boundaryAt(at: number): boolean {
    const bytes = this.#bytes;
    const lineEnd = this.#lineEndFrom(at);
    const content = this.#beforeLineEnd(at, lineEnd);
    let end = content;
    while (bytes[end - 1] === SPACE || bytes[end - 1] === TAB) end--;
    if (end - at - 4 > this.#longest) return false;
    if (!this.#ambiguous && this.#isInnermost(at + 2, end)) {
      this.#lineStart = at;
      this.#lineEnd = lineEnd;
      this.#lineBreak = content < lineEnd;
      return true;
    }
    const text = this.#source.text(at + 2, Math.max(end, at + 2));
    const open = this.#boundaries.get(text) ?? Infinity;
    const close = text.endsWith("--") ? this.#boundaries.get(text.slice(0, -2)) ?? Infinity : Infinity;
    if (open === Infinity && close === Infinity) return false;
    this.#lineStart = at;
    this.#lineEnd = lineEnd;
    this.#lineBreak = content < lineEnd;
    this.#closes = close < open;
    this.#level = Math.min(open, close);
    return true;
  }

  /** The usual case, without making a string: the line is the boundary that was announced last. */
  #isInnermost(start: number, end: number): boolean {
    const frame = this.#innermost;
    if (frame === null) return false;
    const { boundary } = frame;
    const extra = end - start - boundary.length;
    if (extra !== 0 && extra !== 2) return false;
    const bytes = this.#bytes;
    for (let i = 0; i < boundary.length; i++) {
      const unit = boundary.charCodeAt(i);
      if (unit !== bytes[start + i] || unit > 0x7f) return false;
    }
    if (extra === 2 && (bytes[end - 1] !== DASH || bytes[end - 2] !== DASH)) return false;
    this.#level = frame.level;
    this.#closes = extra === 2;
    return true;
  }

  // ---- headers

  /** Reads the header block at `start`. True when a limit ended it. */
  #readHeaders(message: Message, start: number): boolean {
    const bytes = this.#bytes;
    const length = this.#length;
    const most = start + this.#policy.maxHeaderBytes;
    const bounded = this.#levels > 0;
    const offsets: number[] = [];
    const late: (() => void)[] = [];
    // Whether a continuation line has a field to go to.
    let open = false;
    // An envelope line that may turn out to be the last line, which makes it part of the body.
    let envelope = -1;
    let limited = false;
    let at = start;
    let body = -1;
    this.#typeAt = this.#encodingAt = -1;
    while (at < length) {
      const first = bytes[at]!;
      if (bounded && (first === DASH || first === LF || first === CR) && this.#delimiterAt(at)) break;
      if (first === LF || first === CR) {
        body = this.#lineEndFrom(at);
        break;
      }
      let colon = at;
      if (first !== SPACE && first !== TAB && !this.#isEnvelope(at)) {
        let byte = first;
        while (byte > SPACE && byte < 0x7f && byte !== COLON) byte = bytes[++colon]!;
        if (byte !== COLON) {
          this.#defect(message, new MissingHeaderBodySeparatorDefect());
          break;
        }
      }
      const end = this.#lineEndFrom(colon);
      if (end > most) {
        this.#defect(message, new HeaderLimitDefect());
        limited = true;
        break;
      }
      if (envelope >= 0) {
        const line = this.#source.text(envelope, at);
        late.push(() => void message.defects.push(new MisplacedEnvelopeHeaderDefect(line)));
        envelope = -1;
      }
      if (first === SPACE || first === TAB) {
        if (open) {
          offsets[offsets.length - 1] = end;
        } else {
          const line = this.#source.text(at, end);
          late.push(() => this.#defect(message, new FirstHeaderLineIsContinuationDefect(line)));
        }
      } else if (first === COLON) {
        open = false;
        late.push(() => void message.defects.push(new InvalidHeaderDefect("Missing header name.")));
      } else if (colon === at) {
        open = false;
        if (at === start) message.setUnixfrom(this.#source.text(at, this.#beforeLineEnd(at, end)));
        else envelope = at;
      } else {
        open = true;
        this.#noteName(at, colon);
        offsets.push(at, colon, end);
      }
      at = end;
    }
    if (envelope >= 0) {
      // Here `at` is the end of the envelope line.
      if (body >= 0) {
        this.#source.swap(envelope, at, body);
        this.#bytes = this.#source.bytes;
        body = envelope + body - at;
      } else {
        body = envelope;
      }
    }
    this.#bodyStart = body >= 0 ? body : at;
    this.#store(message, offsets);
    for (const register of late) register();
    return limited;
  }

  #isEnvelope(at: number): boolean {
    const bytes = this.#bytes;
    return bytes[at] === 0x46 && bytes[at + 1] === 0x72 && bytes[at + 2] === 0x6f && bytes[at + 3] === 0x6d &&
      bytes[at + 4] === SPACE;
  }

  /** Remembers where the two fields are that the parser itself reads. */
  #noteName(start: number, end: number): void {
    const size = end - start;
    if (size === TYPE_NAME.length && this.#typeAt < 0 && this.#isName(start, TYPE_NAME)) {
      this.#typeAt = end + 1;
    } else if (size === ENCODING_NAME.length && this.#isName(start, ENCODING_NAME)) {
      this.#encodingAt = end + 1;
    }
  }

  #isName(start: number, name: Uint8Array): boolean {
    for (let i = 0; i < name.length; i++) {
      if ((this.#bytes[start + i]! | 0x20) !== name[i]) return false;
    }
    return true;
  }

  #store(message: Message, offsets: number[]): void {
    if (offsets.length === 0) return;
    if (this.#lazy) {
      internals.setBlock(message, new HeaderBlock(this.#source, offsets));
      return;
    }
    for (let i = 0; i < offsets.length; i += 3) {
      const lines: string[] = [];
      const end = offsets[i + 2]!;
      for (let at = offsets[i]!; at < end;) {
        const next = this.#lineEndFrom(at);
        lines.push(this.#source.text(at, next));
        at = next;
      }
      message.setRaw(...this.#policy.headerSourceParse(lines));
    }
  }

  /** False when the first look at the bytes shows that the message is a leaf. */
  #maybeContainer(message: Message): boolean {
    if (!this.#lazy) return true;
    let at = this.#typeAt;
    if (at < 0) return message.getDefaultType() !== "text/plain";
    const bytes = this.#bytes;
    while (bytes[at]! <= SPACE) at++;
    const byte = bytes[at];
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
