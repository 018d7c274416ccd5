// Writing a message tree, without recursion. Pieces are collected in order; the headers of a part are filled in when its
// body is done, because writing the body may choose a boundary or re-encode the text.

import {
  HeaderParseError,
  HeaderWriteError,
  LookupError,
  NestingLimitError,
  UnicodeEncodeError,
} from "../errors.ts";
import { fieldFoldsToItself } from "./fold.ts";
import { entityOf, internals, type MessageModel } from "../model/message_model.ts";
import { MAX_TREE_DEPTH } from "../model/tree.ts";
import { toLinesep, toLinesepBytes } from "./linesep.ts";
import type { HeaderBlock } from "../parse/source.ts";
import { foldHeader, foldsAsCompat32, type HeaderValue, type Policy } from "../policy.ts";
import {
  decodeAsciiEscape,
  decodeLatin1,
  encodeAsciiEscape,
  hasSurrogates,
  isAsciiBytes,
} from "../text/text.ts";

/** What is written: text (with escaped bytes, when bytes are the aim), or bytes as they are. */
export type Piece = string | Uint8Array;

/** How to write. */
export interface FlattenOptions {
  /** Aim at bytes: escaped bytes become bytes again. */
  binary: boolean;
  /** Write `>From ` for `From ` at the start of body lines. */
  mangleFrom: boolean;
  /** Policy to write with. */
  policy: Policy;
  /** Writes the body in place of the usual ways. */
  body?(message: MessageModel): string;
}

const TEXT = 0;
const MULTIPART = 1;
const SIGNED = 2;
const STATUS = 3;
const MESSAGE = 4;

/** CPython finds the way to write a part by a method name made of its type, `-` and `/` becoming `_`. */
const KINDS = new Map([
  ["text", TEXT],
  ["multipart", MULTIPART],
  ["multipart_signed", SIGNED],
  ["message_delivery_status", STATUS],
  ["message", MESSAGE],
]);

function kindOf(message: MessageModel): number {
  const type = message.getContentType();
  const slash = type.indexOf("/");
  const maintype = type.slice(0, slash).replaceAll("-", "_");
  const whole = `${maintype}_${type.slice(slash + 1).replaceAll("-", "_")}`;
  return KINDS.get(whole) ?? KINDS.get(maintype) ?? TEXT;
}

interface Frame {
  message: MessageModel;
  /** Policy the message had before. */
  before: Policy;
  /** Policy its parts are written with. */
  policy: Policy;
  /** Where its headers go. */
  headersAt: number;
  kind: number;
  parts: MessageModel[];
  next: number;
  boundary: string | null;
  /** Pieces that wait for the boundary. */
  delimiters: number[];
  /** First piece of the body. */
  start: number;
}

/**
 * Writes a message and all of its parts.
 *
 * @param message the message; one without a boundary is given one, in place
 * @param options aim, mangling, policy
 */
export function flatten(message: MessageModel, options: FlattenOptions): Piece[] {
  const flattening = new Flattening(options);
  try {
    flattening.run(message);
  } finally {
    flattening.restore();
  }
  return flattening.pieces;
}

class Flattening {
  readonly pieces: Piece[] = [];
  readonly #options: FlattenOptions;
  readonly #frames: Frame[] = [];
  readonly #linesep: string;
  /** Lines that a made-up boundary could be taken for, with the last piece that holds one. */
  readonly #lookalikes: Map<string, number> = new Map();
  #searched = 0;

  constructor(options: FlattenOptions) {
    this.#options = options;
    this.#linesep = options.policy.linesep;
  }

  run(message: MessageModel): void {
    this.#open(message, this.#options.policy);
    while (this.#frames.length > 0) {
      const frame = this.#frames[this.#frames.length - 1]!;
      if (frame.kind === STATUS && frame.next > 0) this.#endBlock();
      if (frame.next < frame.parts.length) {
        this.#betweenParts(frame);
        this.#open(frame.parts[frame.next++]!, frame.policy);
      } else {
        this.#endParts(frame);
        this.#close(frame, null);
        this.#frames.pop();
      }
    }
  }

  /** Gives the messages their own policies back, after an error. */
  restore(): void {
    for (const frame of this.#frames) internals.setPolicy(frame.message, frame.before);
  }

  #write(piece: Piece): void {
    if (piece.length > 0) this.pieces.push(piece);
  }

  #open(message: MessageModel, policy: Policy): void {
    const frame: Frame = {
      message,
      before: message.policy,
      policy,
      headersAt: this.pieces.push("", this.#linesep) - 2,
      kind: TEXT,
      parts: [],
      next: 0,
      boundary: null,
      delimiters: [],
      start: this.pieces.length,
    };
    this.#frames.push(frame);
    if (this.#frames.length > MAX_TREE_DEPTH) {
      throw new NestingLimitError("message parts are nested too deeply");
    }
    if (message.policy !== policy) internals.setPolicy(message, policy);
    let changed: MessageModel | null = null;
    if (this.#options.body !== undefined) {
      this.#write(this.#options.body(message));
    } else {
      frame.kind = kindOf(message);
      const { payload } = entityOf(message);
      if (frame.kind === TEXT) {
        changed = this.#writeText(message);
      } else if (
        payload === undefined || typeof payload === "string" ||
        (!Array.isArray(payload) && frame.kind >= STATUS)
      ) {
        this.#writeRaw(message, frame.kind === MESSAGE);
      } else {
        this.#beginParts(frame);
        return;
      }
    }
    this.#close(frame, changed);
    this.#frames.pop();
  }

  #close(frame: Frame, changed: MessageModel | null): void {
    this.#writeHeaders(frame, changed ?? frame.message);
    internals.setPolicy(frame.message, frame.before);
  }

  // ---- bodies

  /** The body of a leaf. Returns the message whose headers fit it when the text had to be encoded anew. */
  #writeText(message: MessageModel): MessageModel | null {
    const { binary, mangleFrom, policy } = this.#options;
    const seven = policy.cteType === "7bit";
    if (binary && !mangleFrom) {
      const bytes = entityOf(message).bytes();
      if (bytes !== null && (!seven || isAsciiBytes(bytes))) {
        this.#write(toLinesepBytes(bytes, this.#linesep));
        return null;
      }
    }
    const payload = entityOf(message).stored();
    if (payload === null) return null;
    const stored = textOf(payload);
    const escaped = hasSurrogates(stored);
    if (binary && escaped && !seven) {
      const text = mangle(stored, mangleFrom);
      // CPython keeps the mangled text in the message, and so does a second flattening see it.
      if (text !== stored) entityOf(message).setPayload(text);
      this.#write(toLinesep(text, this.#linesep));
      return null;
    }
    const encoded = escaped ? encodedCopy(message, stored, binary && seven) : null;
    const kept = binary && escaped;
    const source = encoded ?? message;
    const text = kept ? textOf(entityOf(source).stored()) : source.getPayload() as string;
    // No charset, or ASCII: nothing tells how to write these octets in seven bits.
    if (kept) refuseEightBit(text);
    this.#write(toLinesep(mangle(text, mangleFrom), this.#linesep));
    return encoded === null ? null : withEncoding(message, encoded);
  }

  /** Text where parts are expected: as it is, line ends too. */
  #writeRaw(message: MessageModel, nested: boolean): void {
    if (this.#options.binary) {
      if (this.#options.policy.cteType === "7bit") refuseEightBit(textOf(entityOf(message).stored()));
      this.#write(entityOf(message).bytes() ?? textOf(entityOf(message).stored()));
    } else if (nested) {
      // The text of a message/* keeps its escaped octets, that of a multipart shows them as U+FFFD.
      this.#write(textOf(entityOf(message).stored()));
    } else {
      this.#write(textOf(message.getPayload()));
    }
  }

  #beginParts(frame: Frame): void {
    const { message } = frame;
    const payload = entityOf(message).stored();
    const parts = payload === null
      ? []
      : Array.isArray(payload)
      ? payload as MessageModel[]
      : [payload as MessageModel];
    frame.parts = parts;
    if (frame.kind === MESSAGE) {
      if (parts.length === 0) throw new RangeError("list index out of range");
      frame.parts = [parts[0]!];
    } else if (frame.kind !== STATUS) {
      if (frame.kind === SIGNED) frame.policy = frame.policy.clone({ maxLineLength: 0 });
      frame.boundary = message.getBoundary() || null;
      const { preamble } = message;
      if (preamble !== null) {
        this.#write(toLinesep(mangle(preamble, this.#options.mangleFrom), this.#linesep));
        this.#write(this.#linesep);
      }
      this.#delimiter(frame, "", "");
      frame.start = this.pieces.length;
    }
  }

  #delimiter(frame: Frame, before: string, after: string): void {
    if (frame.boundary === null) frame.delimiters.push(this.pieces.push("") - 1);
    else this.pieces.push(`${before}--${frame.boundary}${after}${this.#linesep}`);
  }

  #betweenParts(frame: Frame): void {
    if (frame.next === 0) return;
    if (frame.kind === STATUS) this.#write(this.#linesep);
    else if (frame.kind !== MESSAGE) this.#delimiter(frame, this.#linesep, "");
  }

  /** A block of a delivery status gives up its last line end; the blocks are joined by one. */
  #endBlock(): void {
    for (let i = this.pieces.length - 1; i >= 0; i--) {
      const piece = this.pieces[i]!;
      if (piece.length === 0) continue;
      const size = this.#linesep.length;
      const tail = piece.slice(-size);
      if ((typeof tail === "string" ? tail : decodeLatin1(tail)) === this.#linesep) {
        this.pieces[i] = piece.slice(0, -size);
      }
      return;
    }
  }

  #endParts(frame: Frame): void {
    if (frame.kind !== MULTIPART && frame.kind !== SIGNED) return;
    this.#delimiter(frame, this.#linesep, "--");
    if (frame.boundary === null) this.#chooseBoundary(frame);
    const { epilogue } = frame.message;
    if (epilogue !== null) this.#write(toLinesep(mangle(epilogue, this.#options.mangleFrom), this.#linesep));
  }

  // ---- boundaries

  #chooseBoundary(frame: Frame): void {
    this.#searchLookalikes();
    const stem = `${"=".repeat(15)}${randomDigits()}==`;
    let boundary = stem;
    for (let n = 0; this.#taken(boundary, frame.start); n++) boundary = `${stem}.${n}`;
    frame.message.setBoundary(boundary);
    const { delimiters } = frame;
    for (let i = 0; i < delimiters.length; i++) {
      const before = i === 0 ? "" : this.#linesep;
      const after = i === delimiters.length - 1 ? "--" : "";
      this.pieces[delimiters[i]!] = `${before}--${boundary}${after}${this.#linesep}`;
    }
    this.#lookalikes.set(`--${boundary}`, delimiters[0]!);
  }

  #taken(boundary: string, start: number): boolean {
    const open = this.#lookalikes.get(`--${boundary}`) ?? -1;
    const close = this.#lookalikes.get(`--${boundary}--`) ?? -1;
    return Math.max(open, close) >= start;
  }

  /** Every piece is searched once, however many boundaries are chosen. */
  #searchLookalikes(): void {
    for (; this.#searched < this.pieces.length; this.#searched++) {
      const piece = this.pieces[this.#searched]!;
      const text = typeof piece === "string" ? piece : decodeLatin1(piece);
      for (const match of text.matchAll(/(?:^|\n)(--={15}[0-9.=-]*)/g)) {
        this.#lookalikes.set(match[1]!, this.#searched);
      }
    }
  }

  // ---- headers

  #writeHeaders(frame: Frame, message: MessageModel): void {
    const { policy } = message;
    const { binary } = this.#options;
    const block = binary && foldsAsCompat32(policy) ? entityOf(message).fields.block : null;
    if (block?.source.exact) {
      const pieces = this.#blockPieces(block, policy);
      for (const [name, value] of entityOf(message).fields.added()) {
        pieces.push(headerText(policy, name, value, true));
      }
      this.pieces[frame.headersAt] = pieces.length === 1 ? pieces[0]! : assemble(pieces);
      return;
    }
    let text = "";
    for (const [name, value] of message.rawItems()) text += headerText(policy, name, value, binary);
    this.pieces[frame.headersAt] = text;
  }

  /** Headers as they were read, but for the line ends and for the fields that folding changes. */
  #blockPieces(block: HeaderBlock, policy: Policy): Piece[] {
    const { offsets, source: { bytes } } = block;
    const maxLength = policy.maxLineLength ?? 0;
    const pieces: Piece[] = [];
    let start = 0;
    let end = 0;
    const copy = () => {
      if (end > start) pieces.push(toLinesepBytes(bytes.subarray(start, end), this.#linesep));
    };
    for (let i = 0; i < offsets.length; i += 3) {
      const from = offsets[i]!;
      const to = offsets[i + 2]!;
      if (fieldFoldsToItself(bytes, from, offsets[i + 1]!, to, maxLength)) {
        if (from !== end) {
          copy();
          start = from;
        }
        end = to;
        continue;
      }
      copy();
      start = end = 0;
      pieces.push(headerText(policy, ...block.field(i), true));
    }
    copy();
    return pieces;
  }
}

/** A payload that has to be text. */
export function textOf(payload: unknown): string {
  if (typeof payload !== "string") throw new TypeError(`string payload expected: ${typeof payload}`);
  return payload;
}

/** One header as it is written, checked to be read back as one. */
export function headerText(policy: Policy, name: string, value: HeaderValue, binary: boolean): string {
  const text = foldsAsCompat32(policy)
    ? foldedField(policy, name, value, !binary || policy.cteType === "7bit")
    : binary
    ? decodeAsciiEscape(policy.foldBinary(name, value))
    : policy.fold(name, value);
  if (policy.verifyGeneratedHeaders) {
    if (!text.endsWith(policy.linesep)) {
      throw new HeaderWriteError(`folded header does not end with a line end: ${JSON.stringify(text)}`);
    }
    const line = text.slice(0, text.length - policy.linesep.length);
    if ((line.includes("\n") || line.includes("\r")) && BARE_LINE_END.test(line)) {
      throw new HeaderWriteError(`folded header contains a line end: ${JSON.stringify(text)}`);
    }
  }
  return text;
}

/** What ends a line for Python's `splitlines` and for nobody else. */
// deno-lint-ignore no-control-regex
const OTHER_LINE_ENDS = /[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]/;

/** A line end with neither blank nor tab after it: a reader would take what follows for another header. */
const BARE_LINE_END = /\r\n[^ \t]|\r[^ \n\t]|\n[^ \t]/;

/** A header folded as CPython does it; where CPython makes a line end of a vertical tab and then fails on it, with the tab. */
function foldedField(policy: Policy, name: string, value: HeaderValue, sanitize: boolean): string {
  if (typeof value !== "string" || !OTHER_LINE_ENDS.test(value)) {
    return foldHeader(policy, name, value, sanitize);
  }
  try {
    const text = foldHeader(policy, name, value, sanitize);
    if (!BARE_LINE_END.test(text)) return text;
  } catch (error) {
    if (!(error instanceof HeaderParseError)) throw error;
  }
  return foldHeader(policy, name, value, sanitize, true);
}

function mangle(text: string, wanted: boolean): string {
  // No "m" flag: it would match after CR and U+2028 too.
  return wanted && text.includes("From ") ? text.replace(/(^|\n)From /g, "$1>From ") : text;
}

/** @throws {UnicodeEncodeError} when the text holds escaped bytes */
function refuseEightBit(text: string): void {
  const at = text.search(/[\udc80-\udcff]/);
  if (at >= 0) throw new UnicodeEncodeError("ascii", at, at + 1, "ordinal not in range(128)");
}

/**
 * Text of escaped bytes encoded for transport in the charset it names; null when it names none, or, unless that has to be
 * done, none that is known.
 */
function encodedCopy(message: MessageModel, stored: string, hasToBe: boolean): MessageModel | null {
  const charset = message.getParam("charset");
  if (charset === null) return null;
  if (typeof charset !== "string") throw new TypeError("the charset is in RFC 2231 form: expected text");
  const copy = copyOf(message);
  copy.delete("content-transfer-encoding");
  try {
    copy.setPayload(stored, charset);
  } catch (error) {
    if (error instanceof LookupError && !hasToBe) return null;
    throw error;
  }
  return copy;
}

/** The message with the two headers that describe the encoded text, each in its place. */
function withEncoding(message: MessageModel, encoded: MessageModel): MessageModel {
  const copy = copyOf(message);
  const encoding = encoded.get("content-transfer-encoding")!;
  if (copy.has("content-transfer-encoding")) copy.replaceHeader("content-transfer-encoding", encoding);
  else copy.append("Content-Transfer-Encoding", encoding);
  copy.replaceHeader("content-type", encoded.get("content-type")!);
  return copy;
}

function copyOf(message: MessageModel): MessageModel {
  const copy = internals.make(message.policy);
  for (const [name, value] of message.rawItems()) copy.setRaw(name, value);
  return copy;
}

/** Nineteen decimal digits, the width CPython draws. */
function randomDigits(): string {
  const [word] = crypto.getRandomValues(new BigUint64Array(1));
  return String(word! >> 1n).padStart(19, "0");
}

/**
 * The pieces as one array of bytes, escaped bytes undone.
 *
 * @throws {UnicodeEncodeError} for a character that no byte represents
 */
export function assemble(pieces: Piece[]): Uint8Array {
  let size = 0;
  for (const piece of pieces) size += piece.length;
  const out = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    if (typeof piece !== "string") {
      out.set(piece, at);
    } else if (piece.length > 256 || !putAscii(piece, out, at)) {
      out.set(encodeAsciiEscape(piece), at);
    }
    at += piece.length;
  }
  return out;
}

function putAscii(text: string, out: Uint8Array, at: number): boolean {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 0x7f) return false;
    out[at + i] = unit;
  }
  return true;
}
