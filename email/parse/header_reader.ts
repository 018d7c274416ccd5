// The header of one message: where its fields are, and where its body begins.

import {
  FirstHeaderLineIsContinuationDefect,
  HeaderLimitDefect,
  InvalidHeaderDefect,
  MisplacedEnvelopeHeaderDefect,
  MissingHeaderBodySeparatorDefect,
} from "../errors.ts";
import type { Entity } from "../model/entity.ts";
import { COLON, CR, DASH, LF, SPACE, TAB } from "../text/octets.ts";
import type { Delimiters } from "./delimiters.ts";
import { HeaderBlock, type Source } from "./source.ts";
import { type Dialect, DROPPED, type LineRepair, NOT_HEADER } from "./dialect.ts";

const TYPE_NAME = "content-type";
const ENCODING_NAME = "content-transfer-encoding";

const damagedLine = () => new InvalidHeaderDefect("A line of the header is damaged.");
const noSeparator = () => new MissingHeaderBodySeparatorDefect();
const headerLimit = () => new HeaderLimitDefect();

/** Reads the headers of one message after the other. */
export class HeaderReader {
  readonly #source: Source;
  readonly #lines: Delimiters;
  readonly #dialect: Dialect;
  readonly #maxBytes: number;
  readonly #maxOffsets: number;
  readonly #maxDefects: number;
  /** What is noted after the fields are there. Two million octets have room for 300,000 of them. */
  readonly #late: (() => void)[] = [];

  // Of the header read last.
  /** Start of the body. */
  bodyStart = 0;
  /** Start of the value of Content-Type; -1 when there is none. */
  typeAt = -1;
  /** Whether there is a Content-Transfer-Encoding. */
  hasEncoding = false;

  constructor(source: Source, lines: Delimiters, dialect: Dialect) {
    this.#source = source;
    this.#lines = lines;
    this.#dialect = dialect;
    const { maxHeaderBytes, maxFields, maxDefects } = dialect.limits;
    this.#maxBytes = maxHeaderBytes;
    this.#maxOffsets = 3 * maxFields;
    this.#maxDefects = maxDefects;
  }

  /** Reads the header block at `start`. True when a limit ended it. */
  read(message: Entity, start: number): boolean {
    const lines = this.#lines;
    const { bytes, length } = lines;
    const most = start + this.#maxBytes;
    const mostOffsets = this.#maxOffsets;
    const bounded = lines.depth > 0;
    const offsets: number[] = [];
    // Whether a continuation line has a field to go to.
    let open = false;
    // An envelope line that may turn out to be the last line, which makes it part of the body.
    let envelope = -1;
    let limited = false;
    const { repair } = this.#dialect;
    const begin = repair !== null && start === 0 ? repair.headerStart(bytes, start) : start;
    let at = begin;
    let damage: LineRepair | null = null;
    let repaired = begin > start;
    let body = -1;
    this.typeAt = -1;
    this.hasEncoding = false;
    while (at < length) {
      const first = bytes[at]!;
      if (bounded && (first === DASH || first === LF || first === CR) && lines.isAt(at)) break;
      if (first === LF || first === CR) {
        if (repair !== null && at > 0) {
          const rest = repair.lineEndRest(bytes, at);
          at += rest;
          if (rest > 0) {
            repaired = true;
            continue;
          }
        }
        body = lines.lineEndFrom(at);
        if (repair !== null && bytes[body - 1] === CR && bytes[body] === CR && bytes[body + 1] === LF) {
          body += 2;
        }
        break;
      }
      let colon = at;
      let nameEnd = -1;
      if (first !== SPACE && first !== TAB && !this.#isEnvelope(at)) {
        let byte = first;
        while (byte > SPACE && byte < 0x7f && byte !== COLON) byte = bytes[++colon]!;
        if (byte !== COLON && repair !== null) {
          const found = repair.colonOf(bytes, at);
          if (found >= 0) {
            nameEnd = colon;
            colon = found;
            byte = COLON;
          } else {
            const end = lines.lineEndFrom(at);
            damage ??= repair.begin(lines, most, offsets);
            const kind = damage.kindOf(at, end, open);
            if (kind !== NOT_HEADER) {
              this.#dialect.defect(message, damagedLine);
              if (kind === DROPPED) open = false;
              else if (open) offsets[offsets.length - 1] = end;
              repaired = true;
              envelope = -1;
              at = end;
              continue;
            }
          }
        }
        if (byte !== COLON) {
          this.#dialect.defect(message, noSeparator);
          break;
        }
      }
      const end = lines.lineEndFrom(colon);
      if (end > most || offsets.length >= mostOffsets) {
        this.#dialect.defect(message, headerLimit);
        limited = true;
        break;
      }
      if (envelope >= 0) {
        if (this.#late.length <= this.#maxDefects) {
          this.#noteEnvelope(message, this.#source.text(envelope, at));
        }
        envelope = -1;
      }
      if (first === SPACE || first === TAB) {
        if (open) {
          offsets[offsets.length - 1] = end;
        } else if (this.#late.length <= this.#maxDefects) {
          this.#noteContinuation(message, this.#source.text(at, end));
        }
      } else if (first === COLON) {
        open = false;
        this.#noteNameless(message);
      } else if (colon === at) {
        open = false;
        if (at === begin) {
          this.#dialect.envelope(message, this.#source.text(at, lines.beforeLineEnd(at, end)));
          if (repair !== null && at === 0) {
            at = repair.headerStart(bytes, end);
            repaired ||= at > end;
            continue;
          }
        } else {
          envelope = at;
        }
      } else {
        open = true;
        this.#noteName(at, nameEnd < 0 ? colon : nameEnd, colon);
        offsets.push(at, colon, end);
      }
      at = end;
    }
    if (envelope >= 0) {
      // Here `at` is the end of the envelope line.
      if (body >= 0) {
        this.#source.swap(envelope, at, body);
        lines.bytes = this.#source.bytes;
        body = envelope + body - at;
      } else {
        body = envelope;
      }
    }
    this.bodyStart = body >= 0 ? body : at;
    this.#store(message, offsets, repaired);
    if (this.#late.length > 0) { for (const register of this.#late.splice(0)) register(); }
    return limited;
  }

  // Each note is made by a function of its own: a closure in `read` would cost every header something.

  #later(register: () => void): void {
    if (this.#late.length <= this.#maxDefects) this.#late.push(register);
  }

  #noteEnvelope(message: Entity, line: string): void {
    this.#later(() => message.addDefect(() => new MisplacedEnvelopeHeaderDefect(line), this.#maxDefects));
  }

  #noteContinuation(message: Entity, line: string): void {
    this.#later(() => this.#dialect.defect(message, () => new FirstHeaderLineIsContinuationDefect(line)));
  }

  #noteNameless(message: Entity): void {
    this.#later(() =>
      message.addDefect(() => new InvalidHeaderDefect("Missing header name."), this.#maxDefects)
    );
  }

  #isEnvelope(at: number): boolean {
    const { bytes } = this.#lines;
    return bytes[at] === 0x46 && bytes[at + 1] === 0x72 && bytes[at + 2] === 0x6f && bytes[at + 3] === 0x6d &&
      bytes[at + 4] === SPACE;
  }

  /** Remembers where the two fields are that the parser itself reads. */
  #noteName(start: number, end: number, colon: number): void {
    const size = end - start;
    if (size === TYPE_NAME.length && this.typeAt < 0 && this.#isName(start, TYPE_NAME)) {
      this.typeAt = colon + 1;
    } else if (size === ENCODING_NAME.length && this.#isName(start, ENCODING_NAME)) {
      this.hasEncoding = true;
    }
  }

  #isName(start: number, name: string): boolean {
    const { bytes } = this.#lines;
    for (let i = 0; i < name.length; i++) {
      if ((bytes[start + i]! | 0x20) !== name.charCodeAt(i)) return false;
    }
    return true;
  }

  #store(message: Entity, offsets: number[], repaired: boolean): void {
    const lines = this.#lines;
    if (offsets.length === 0) return;
    if (this.#dialect.lazy) {
      message.fields.block = new HeaderBlock(this.#source, offsets, repaired);
      return;
    }
    for (let i = 0; i < offsets.length; i += 3) {
      const texts: string[] = [];
      const end = offsets[i + 2]!;
      for (let at = offsets[i]!; at < end;) {
        const next = lines.lineEndFrom(at);
        texts.push(this.#source.text(at, next));
        at = next;
      }
      this.#dialect.field(message, texts);
    }
  }
}
