// Writing a message so that what was parsed and has not changed is written as it was sent, octet for octet: fields, bodies,
// delimiter lines and what stands around them. Python folds long fields anew, which no signature survives
// (RFC 6376 section 3.4.1, RFC 1847 section 2.1).

import { NestingLimitError } from "../errors.ts";
import { entityOf, type MessageModel } from "../model/message_model.ts";
import { MAX_TREE_DEPTH } from "../model/tree.ts";
import type { VerbatimWriter } from "../message.ts";
import type { HeaderBlock, Range, Span } from "../parse/source.ts";
import type { HeaderValue, Policy } from "../policy.ts";
import { addTo } from "../text/map.ts";
import { CR, DASH, LF, lineEndFrom } from "../text/octets.ts";
import { octetsOf } from "../text/utf8.ts";
import { assemble, headerText, textOf } from "./flatten.ts";
import { firstLineEnd, toLinesepBytes } from "./linesep.ts";
import { envelopeLine } from "./pieces.ts";

/** How to write. */
export interface VerbatimOptions {
  /** Line end of what is new. */
  linesep: string;
  /**
   * Change every other line end to that one too, but in a `multipart/signed` and in binary bodies of a message that has CRLF
   * otherwise.
   */
  convert: boolean;
  /** Fields of the message itself that are left out, by their names in lower case. */
  omitted: ReadonlySet<string>;
  /** A new field as it is written, with its line end. */
  field(name: string, value: HeaderValue): string;
}

interface Frame {
  message: MessageModel;
  parts: MessageModel[];
  next: number;
  /** Where it was found, when what is between the parts is written as it was. */
  span: Span | null;
  /** What begins a part otherwise: two hyphens and the boundary; null for `message/*`. */
  delimiter: string | null;
  /** Line ends stay as they are. */
  keep: boolean;
}

/**
 * The pieces of a message.
 *
 * @param message the message; a new multipart without a boundary is given one, in place
 * @param options line ends, envelope line, fields left out
 */
export function verbatimPieces(message: MessageModel, options: VerbatimOptions): Uint8Array[] {
  return new Verbatim(options).run(message);
}

class Verbatim {
  readonly #options: VerbatimOptions;
  readonly #pieces: Uint8Array[] = [];
  readonly #frames: Frame[] = [];
  /** Last octet written. */
  #last = LF;

  constructor(options: VerbatimOptions) {
    this.#options = options;
  }

  run(root: MessageModel): Uint8Array[] {
    this.#open(root, false);
    for (let frame = this.#frames.at(-1); frame !== undefined; frame = this.#frames.at(-1)) {
      if (frame.next < frame.parts.length) {
        this.#beforePart(frame);
        this.#open(frame.parts[frame.next++]!, frame.keep);
      } else {
        this.#afterParts(frame);
        this.#frames.pop();
      }
    }
    return this.#pieces;
  }

  #raw(span: Span, start: number, end: number, keep: boolean): void {
    if (end <= start) return;
    const bytes = span.source.given.subarray(start, end);
    const { convert, linesep } = this.#options;
    this.#push(convert && !keep ? toLinesepBytes(bytes, linesep) : bytes);
  }

  #text(text: string): void {
    if (text !== "") this.#push(toLinesepBytes(octetsOf(text), this.#options.linesep));
  }

  #push(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#pieces.push(bytes);
    this.#last = bytes[bytes.length - 1]!;
  }

  #endLine(): void {
    if (this.#last !== LF && this.#last !== CR) this.#text("\n");
  }

  #open(message: MessageModel, kept: boolean): void {
    if (this.#frames.length >= MAX_TREE_DEPTH) {
      throw new NestingLimitError("message parts are nested too deeply");
    }
    const found = entityOf(message).span;
    const span = found?.source.exact ? found : null;
    const payload = entityOf(message).stored();
    const keep = kept ||
      span !== null && this.#options.convert && message.getContentType() === "multipart/signed" &&
        isCrlf(span);
    if (Array.isArray(payload)) {
      this.#openParts(message, payload as MessageModel[], span, keep);
      return;
    }
    const raw = span !== null && entityOf(message).range !== null;
    const text = raw || payload === null ? "" : textOf(payload);
    const empty = raw ? span.body === span.end : text === "";
    this.#header(message, span, keep, raw || empty);
    if (raw) this.#raw(span, span.body, span.end, keep || isBinary(message) && isCrlf(span));
    else this.#text(text);
  }

  #openParts(message: MessageModel, parts: MessageModel[], span: Span | null, keep: boolean): void {
    const found = span !== null && hasPartsAsFound(message, parts, span) ? span : null;
    const frame: Frame = { message, parts, next: 0, span: found, delimiter: null, keep };
    if (found === null) {
      const type = message.getContentType();
      if (type.startsWith("message/")) {
        if (parts.length === 0) throw new TypeError(`${type} without a message: attach one`);
        if (type !== "message/delivery-status") frame.parts = parts.slice(0, 1);
      } else {
        if (!message.getBoundary()) message.setBoundary(newBoundary());
        frame.delimiter = `--${message.getBoundary()}`;
      }
    }
    this.#header(message, span, keep, found !== null);
    this.#frames.push(frame);
  }

  /** What is between parts; the first time also what is before them. */
  #beforePart(frame: Frame): void {
    const { message, next, span, parts, delimiter } = frame;
    if (span !== null) {
      const start = next === 0 ? span.body : entityOf(parts[next - 1]!).span!.end;
      const end = entityOf(parts[next]!).span!.start;
      if (next > 0 && !startsLine(span, start, end)) this.#endLine();
      this.#raw(span, start, end, frame.keep);
    } else if (delimiter === null) {
      if (next > 0) this.#text("\n");
    } else if (next > 0) {
      this.#text(`\n${delimiter}\n`);
    } else {
      const { preamble } = message;
      this.#text(`${preamble === null ? "" : `${preamble}\n`}${delimiter}\n`);
    }
  }

  #afterParts(frame: Frame): void {
    const { message, span, parts, delimiter } = frame;
    if (span !== null) {
      const start = parts.length === 0 ? span.body : entityOf(parts[parts.length - 1]!).span!.end;
      if (start < span.end && !startsLine(span, start, span.end)) this.#endLine();
      this.#raw(span, start, span.end, frame.keep);
    } else if (delimiter !== null) {
      if (parts.length === 0) this.#text(`${delimiter}\n`);
      this.#text(`\n${delimiter}--\n${message.epilogue ?? ""}`);
    }
  }

  // ---- headers

  /**
   * @param raw whether the body is written as it was, or is empty: then a missing blank line stays missing
   */
  #header(message: MessageModel, span: Span | null, keep: boolean, raw: boolean): void {
    const root = this.#frames.length === 0;
    const origin = span === null ? null : entityOf(message).fields.origin;
    // Lines that were read as part of a field, or as half a line end, would be read otherwise once line ends have changed.
    const repaired = this.#options.convert && origin !== null && origin.repaired;
    if (span === null || repaired || !this.#isWhole(message, origin, root)) {
      this.#fields(message, span, origin, keep, root ? this.#options.omitted : NONE);
      this.#text("\n");
      return;
    }
    const start = root && message.getUnixfrom() !== null ? afterLine(span) : span.start;
    const end = origin === null || origin.count === 0 ? start : origin.offsets[origin.offsets.length - 1]!;
    const added = entityOf(message).fields.added();
    if (added.length === 0 && (raw || end < span.body)) {
      this.#raw(span, start, span.body, keep);
      return;
    }
    this.#raw(span, start, end, keep);
    this.#endLine();
    for (const [name, value] of added) this.#text(this.#options.field(name, value));
    if (end < span.body) this.#raw(span, end, span.body, keep);
    else this.#text("\n");
  }

  /** True when every field that was parsed is still there, and none of them is left out. */
  #isWhole(message: MessageModel, origin: HeaderBlock | null, root: boolean): boolean {
    if (origin === null) return [...message.rawItems()].length === 0;
    if (entityOf(message).fields.block === null) return false;
    return !root || ![...this.#options.omitted].some((name) => message.has(name));
  }

  #fields(
    message: MessageModel,
    span: Span | null,
    origin: HeaderBlock | null,
    keep: boolean,
    omitted: ReadonlySet<string>,
  ): void {
    const places = origin === null ? null : placesOf(origin);
    for (const [name, value] of message.rawItems()) {
      if (omitted.has(name.toLowerCase())) continue;
      const at = typeof value === "string" ? places?.get(`${name}:${value}`)?.shift() : undefined;
      if (at === undefined) {
        this.#text(this.#options.field(name, value));
      } else if (this.#options.convert && origin!.repaired) {
        this.#text(`${name}: ${String(value).replace(/[\r\n][\r\n \t]*/g, "\n ")}\n`);
      } else {
        this.#raw(span!, origin!.offsets[at]!, origin!.offsets[at + 2]!, keep);
        this.#endLine();
      }
    }
  }
}

const NONE: ReadonlySet<string> = /* @__PURE__ */ new Set();

/** Where each name and value was found, in order. */
function placesOf(origin: HeaderBlock): Map<string, number[]> {
  const places = new Map<string, number[]>();
  origin.fields().forEach(([name, value], i) => {
    addTo(places, `${name}:${value}`, 3 * i);
  });
  return places;
}

/** True when a multipart has the parts, the boundary and the texts around them that it was found with. */
function hasPartsAsFound(message: MessageModel, parts: MessageModel[], span: Span): boolean {
  if (parts.length !== span.parts) return false;
  let at = span.body;
  for (const part of parts) {
    const place = entityOf(part).span;
    if (place === null || place.parent !== span || place.start < at) return false;
    at = place.end;
  }
  const { fields, preamble, epilogue } = entityOf(message);
  if (
    fields.block === null &&
    contentTypeOf(message.rawItems()) !== contentTypeOf(fields.origin?.fields() ?? [])
  ) {
    return false;
  }
  const first = parts.length === 0 ? span.end : entityOf(parts[0]!).span!.start;
  return isRange(preamble) && isRange(epilogue) ||
    isPreamble(message.preamble, span, first) && isEpilogue(message.epilogue, span, at);
}

function isRange(text: string | Range | null): boolean {
  return text !== null && typeof text !== "string";
}

/** Whether a text is what was found before the first boundary. */
function isPreamble(text: string | null, span: Span, first: number): boolean {
  if (text === null) return span.body === first || span.source.given[span.body] === DASH;
  const found = span.source.text(span.body, first);
  return found.startsWith(text) && /^(?:\r\n|\r|\n)--/.test(found.slice(text.length));
}

/** Whether a text is what was found after the last boundary. The last line end of the message may be missing in it. */
function isEpilogue(text: string | null, span: Span, last: number): boolean {
  const found = span.source.text(last, span.end);
  const wanted = text ?? "";
  const whole = found.endsWith(wanted) ? found : found.replace(/(?:\r\n|\r|\n)$/, "");
  return whole.endsWith(wanted) &&
    /^(?:\r\n|\r|\n)?(?:--[^\r\n]*)?(?:\r\n|\r|\n)?$/.test(whole.slice(0, whole.length - wanted.length));
}

function contentTypeOf(fields: Iterable<[name: string, value: HeaderValue]>): HeaderValue | null {
  for (const [name, value] of fields) if (name.toLowerCase() === "content-type") return value;
  return null;
}

/** Where the line ends that a message begins with. */
function afterLine(span: Span): number {
  return Math.min(lineEndFrom(span.source.given, span.start), span.body);
}

function startsLine(span: Span, start: number, end: number): boolean {
  const first = span.source.given[start];
  return start < end && (first === LF || first === CR);
}

/** Whether the lines of the message end in CRLF: those of one that does not are not of what was signed, or binary. */
function isCrlf(span: Span): boolean {
  return firstLineEnd(span.source.given) === "\r\n";
}

function isBinary(message: MessageModel): boolean {
  return String(message.get("content-transfer-encoding") ?? "").trim().toLowerCase() === "binary";
}

/** "=_" is in no body that is quoted-printable or base64 (RFC 2045 section 6.7), 20 random digits in no other. */
export function newBoundary(): string {
  const random = crypto.getRandomValues(new Uint8Array(15));
  return `=_${Array.from(random, (octet) => octet.toString(36).padStart(2, "0")).join("")}`;
}

/**
 * Lets {@linkcode Message.asBytes} write what was parsed and has not changed since octet for octet.
 *
 * ```ts
 * import { messageFromString, verbatim } from "@postern/postern/email";
 * import { assertEquals } from "@std/assert";
 *
 * const message = messageFromString("Subject:  two blanks\r\n\r\n");
 * message.append("X-Seen", "yes");
 * assertEquals(
 *   new TextDecoder().decode(message.asBytes({ verbatim })),
 *   "Subject:  two blanks\r\nX-Seen: yes\r\n\r\n",
 * );
 * ```
 */
export const verbatim: VerbatimWriter = { bytesOf: verbatimBytes };

function verbatimBytes(message: MessageModel, policy: Policy, unixfrom: boolean): Uint8Array {
  const span = entityOf(message).span;
  const found = (span && firstLineEnd(span.source.given)) ?? policy.linesep;
  const folding = policy.linesep === "\n" ? policy : policy.clone({ linesep: "\n" });
  const pieces = verbatimPieces(message, {
    linesep: found,
    convert: false,
    omitted: NONE,
    field: (name, value) => headerText(folding, name, value, true),
  });
  if (unixfrom) pieces.unshift(octetsOf(envelopeLine(message) + found));
  return assemble(pieces);
}
