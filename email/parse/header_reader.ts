// The header of one message: where its fields are, and where its body begins.

import {
  FirstHeaderLineIsContinuationDefect,
  HeaderLimitDefect,
  InvalidHeaderDefect,
  type MessageDefect,
  MisplacedEnvelopeHeaderDefect,
  MissingHeaderBodySeparatorDefect,
} from "../errors.ts";
import type { Message } from "../message.ts";
import { internals } from "../model/message_model.ts";
import type { Policy } from "../policy.ts";
import { CR, DASH, type Delimiters, LF, SPACE, TAB } from "./delimiters.ts";
import { colonOf, continues, headerStart, isBrokenField, lineEndRest, nextField } from "./repair.ts";
import { HeaderBlock, type Source } from "./source.ts";

const COLON = 0x3a;

const encoder = new TextEncoder();
const TYPE_NAME = encoder.encode("content-type");
const ENCODING_NAME = encoder.encode("content-transfer-encoding");

/** How headers are read. */
interface HeaderOptions {
  policy: Policy;
  /** Whether fields may be kept uncut. */
  lazy: boolean;
  /** Whether damage is repaired: see repair.ts. */
  repair: boolean;
  /** Notes what is wrong. */
  defect(message: Message, make: () => MessageDefect): void;
}

/** Reads the headers of one message after the other. */
export class HeaderReader {
  readonly #source: Source;
  readonly #lines: Delimiters;
  readonly #options: HeaderOptions;

  // Of the header read last.
  /** Start of the body. */
  bodyStart = 0;
  /** Start of the value of Content-Type; -1 when there is none. */
  typeAt = -1;
  /** Start of the value of Content-Transfer-Encoding; -1 when there is none. */
  encodingAt = -1;

  constructor(source: Source, lines: Delimiters, options: HeaderOptions) {
    this.#source = source;
    this.#lines = lines;
    this.#options = options;
  }

  /** Reads the header block at `start`. True when a limit ended it. */
  read(message: Message, start: number): boolean {
    const lines = this.#lines;
    const { bytes, length } = lines;
    const most = start + this.#options.policy.maxHeaderBytes;
    const mostOffsets = 3 * this.#options.policy.maxFields;
    const bounded = lines.depth > 0;
    const offsets: number[] = [];
    const late: (() => void)[] = [];
    // Two million octets have room for 300,000 of them.
    const later = (register: () => void) => {
      if (late.length <= this.#options.policy.maxDefects) late.push(register);
    };
    // Whether a continuation line has a field to go to.
    let open = false;
    // An envelope line that may turn out to be the last line, which makes it part of the body.
    let envelope = -1;
    let limited = false;
    const { repair } = this.#options;
    const begin = repair && start === 0 ? headerStart(bytes, start) : start;
    let at = begin;
    // Up to here lines that are not fields are damage in the header.
    let damaged = -1;
    let repaired = begin > start;
    let body = -1;
    this.typeAt = this.encodingAt = -1;
    while (at < length) {
      const first = bytes[at]!;
      if (bounded && (first === DASH || first === LF || first === CR) && lines.isAt(at)) break;
      if (first === LF || first === CR) {
        if (repair && at > 0) {
          const rest = lineEndRest(bytes, at);
          at += rest;
          if (rest > 0) {
            repaired = true;
            continue;
          }
        }
        body = lines.lineEndFrom(at);
        if (repair && bytes[body - 1] === CR && bytes[body] === CR && bytes[body + 1] === LF) {
          body += 2;
        }
        break;
      }
      let colon = at;
      let nameEnd = -1;
      if (first !== SPACE && first !== TAB && !this.#isEnvelope(at)) {
        let byte = first;
        while (byte > SPACE && byte < 0x7f && byte !== COLON) byte = bytes[++colon]!;
        if (byte !== COLON && repair) {
          const found = colonOf(bytes, at);
          if (found >= 0) {
            nameEnd = colon;
            colon = found;
            byte = COLON;
          } else {
            const end = lines.lineEndFrom(at);
            if (at >= damaged) {
              damaged = nextField(
                bytes,
                end,
                Math.min(most, length),
                offsets,
                (line) => bounded && bytes[line] === DASH && lines.isAt(line),
                (line) => lines.lineEndFrom(line),
              );
            }
            if (damaged > at && end <= most || (open && continues(bytes, at, end))) {
              this.#options.defect(
                message,
                () => new InvalidHeaderDefect("A line of the header is damaged."),
              );
              if (isBrokenField(bytes, at, end)) open = false;
              else if (open) offsets[offsets.length - 1] = end;
              repaired = true;
              envelope = -1;
              at = end;
              continue;
            }
          }
        }
        if (byte !== COLON) {
          this.#options.defect(message, () => new MissingHeaderBodySeparatorDefect());
          break;
        }
      }
      const end = lines.lineEndFrom(colon);
      if (end > most || offsets.length >= mostOffsets) {
        this.#options.defect(message, () => new HeaderLimitDefect());
        limited = true;
        break;
      }
      if (envelope >= 0) {
        const line = this.#source.text(envelope, at);
        later(() => internals.addDefect(message, () => new MisplacedEnvelopeHeaderDefect(line)));
        envelope = -1;
      }
      if (first === SPACE || first === TAB) {
        if (open) {
          offsets[offsets.length - 1] = end;
        } else if (late.length <= this.#options.policy.maxDefects) {
          const line = this.#source.text(at, end);
          later(() => this.#options.defect(message, () => new FirstHeaderLineIsContinuationDefect(line)));
        }
      } else if (first === COLON) {
        open = false;
        later(() => internals.addDefect(message, () => new InvalidHeaderDefect("Missing header name.")));
      } else if (colon === at) {
        open = false;
        if (at === begin) {
          message.setUnixfrom(this.#source.text(at, lines.beforeLineEnd(at, end)));
          if (repair && at === 0) {
            at = headerStart(bytes, end);
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
    for (const register of late) register();
    return limited;
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
      this.encodingAt = colon + 1;
    }
  }

  #isName(start: number, name: Uint8Array): boolean {
    const { bytes } = this.#lines;
    for (let i = 0; i < name.length; i++) {
      if ((bytes[start + i]! | 0x20) !== name[i]) return false;
    }
    return true;
  }

  #store(message: Message, offsets: number[], repaired: boolean): void {
    const lines = this.#lines;
    if (offsets.length === 0) return;
    if (this.#options.lazy) {
      internals.setBlock(message, new HeaderBlock(this.#source, offsets, repaired));
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
      message.setRaw(...this.#options.policy.headerSourceParse(texts));
    }
  }
}
