/**
 * Cuts what a client sends into command lines with their literals. Knows line ends and literal marks, nothing of
 * commands: the generated request parser reads what comes out.
 */

import type { Transport } from "../../transport/transport.ts";
import type { Frame } from "../../wire/frame.ts";
import { type Mark, markOf } from "../../values/literal_mark.ts";
import { concat } from "../concat.ts";

/** How much one command may make the server hold beside its text. */
export interface LiteralLimits {
  /** Octets of all literals together. */
  readonly octets: number;
  /** Number of literals. */
  readonly count: number;
  /** Octets of a literal that may come without being asked for (RFC 7888). */
  readonly unasked: number;
  /** Literals may be of any octets, `~{n}` (RFC 3516, RFC 5464). */
  readonly binary: boolean;
}

/** What the stream hands out: a command, or why there is none. */
export type Incoming =
  | { kind: "command"; frame: Frame }
  /** A command that was passed over; `text` is its beginning, so that its tag can be answered. */
  | { kind: "refused"; text: Uint8Array; reason: Reason }
  /** The command was answered when it wanted to send a literal. */
  | { kind: "answered" }
  /** The client has gone, or announced more than the server is willing to pass over. */
  | { kind: "end"; reason: "closed" | "flood" };

/** Why a command was passed over. */
export type Reason = "line" | "literal" | "unasked" | "binary";

/** How the stream asks the session while it reads. */
export interface RequestHooks {
  /** Limits for the command that begins with this text. */
  literalLimits(text: Uint8Array): LiteralLimits;
  /** The client waits for "+" before it sends a literal. False: the command has been answered instead. */
  continueLiteral(text: Uint8Array): Promise<boolean>;
  /** How much of a command's first literal is read: less than its size means that the stream ends there. */
  takes(text: Uint8Array, size: number): number;
}

/** Octets of one command without its literals: RFC 2683 3.2.1.5 suggests 8000, long UID sets need more. */
const MAX_LINE = 64 * 1024;
/** A non-synchronizing literal that is refused still arrives, and is passed over up to this size (RFC 7888 4). */
const MAX_SKIPPED = 256 * 1024 * 1024;
const LF = 0x0a;
const CR = 0x0d;
const encoder = new TextEncoder();

/** The client's side of a connection. */
export class RequestStream {
  readonly #transport: Transport;
  readonly #hooks: RequestHooks;
  #buffer: Uint8Array = new Uint8Array(16 * 1024);
  #start = 0;
  #end = 0;

  constructor(transport: Transport, hooks: RequestHooks) {
    this.#transport = transport;
    this.#hooks = hooks;
  }

  /** Forgets what has been read and not been used. */
  forget(): void {
    this.#start = this.#end = 0;
  }

  /** Reads the next command with its literals. */
  async next(): Promise<Incoming> {
    const lines: Uint8Array[] = [];
    let first = new Uint8Array() as Uint8Array;
    const literals: Uint8Array[] = [];
    let length = 0;
    let literalLength = 0;
    let refused: Reason | undefined;
    for (;;) {
      const line = await this.readLine(refused === undefined ? MAX_LINE - length : 0);
      if (line.kind === "end") return { kind: "end", reason: "closed" };
      if (line.kind === "tooLong") refused ??= "line";
      const mark = markOf(line.bytes, 0, line.bytes.length);
      const size = Number(mark?.digits);
      const text = mark === undefined ? line.bytes : line.bytes.subarray(0, mark.start);
      if (refused === undefined || lines.length === 0) {
        const whole = mark === undefined ? text : joined([text, encoder.encode(canonicalMark(mark))]);
        if (lines.length === 0) first = whole;
        lines.push(whole);
        length += whole.length;
      }
      if (mark === undefined) break;
      const limits = this.#hooks.literalLimits(first);
      literalLength += size;
      if (literalLength > limits.octets || literals.length >= limits.count) refused ??= "literal";
      if (mark.binary && !limits.binary) refused ??= "binary";
      if (mark.plus && size > limits.unasked) refused ??= "unasked";
      if (refused !== undefined) {
        // A client that waits for "+" gets the tagged answer instead, and sends nothing more of this command.
        if (!mark.plus) break;
        if (size > MAX_SKIPPED) return { kind: "end", reason: "flood" };
        if (!await this.#skip(size)) return { kind: "end", reason: "closed" };
        continue;
      }
      if (!mark.plus && !await this.#hooks.continueLiteral(first)) return { kind: "answered" };
      const taken = literals.length === 0 ? this.#hooks.takes(first, size) : size;
      const literal = await this.#take(taken);
      if (literal === undefined || taken < size) return { kind: "end", reason: "closed" };
      literals.push(literal);
    }
    if (refused !== undefined) return { kind: "refused", text: first, reason: refused };
    return { kind: "command", frame: { text: joined(lines), literals } };
  }

  /** Reads one line without its line end. A line over the limit is passed over; its beginning comes back. */
  async readLine(limit: number = MAX_LINE): Promise<{ kind: "line" | "tooLong" | "end"; bytes: Uint8Array }> {
    let scanned = this.#start;
    let head: Uint8Array | undefined;
    for (;;) {
      const newline = this.#buffer.subarray(0, this.#end).indexOf(LF, scanned);
      if (newline !== -1) {
        const end = newline > this.#start && this.#buffer[newline - 1] === CR ? newline - 1 : newline;
        const tooLong = head !== undefined || end - this.#start > limit;
        const kept = tooLong ? this.#buffer.subarray(Math.max(this.#start, end - 32), end) : undefined;
        const bytes = kept === undefined
          ? this.#buffer.slice(this.#start, end)
          : joined([head ?? this.#head(end), kept]);
        this.#start = newline + 1;
        return { kind: tooLong ? "tooLong" : "line", bytes };
      }
      if (this.#end - this.#start > limit) {
        // Keep the beginning for the tag, and enough of the end to see a literal mark.
        head ??= this.#head(this.#end);
        this.#start = Math.max(this.#start, this.#end - 32);
      }
      scanned = this.#end;
      const moved = await this.#fill();
      if (moved === undefined) return { kind: "end", bytes: new Uint8Array(0) };
      scanned -= moved;
    }
  }

  #head(end: number): Uint8Array {
    return this.#buffer.slice(this.#start, Math.min(end, this.#start + 200));
  }

  async #take(size: number): Promise<Uint8Array | undefined> {
    // Announced is not sent: the buffer grows with what has really come.
    let literal = new Uint8Array(Math.min(size, 64 * 1024));
    let length = 0;
    while (length < size) {
      if (length === literal.length) {
        const larger = new Uint8Array(Math.min(size, literal.length * 4));
        larger.set(literal);
        literal = larger;
      }
      if (this.#start === this.#end) {
        const count = await this.#transport.read(literal.subarray(length));
        if (count === null) return undefined;
        length += count;
        continue;
      }
      const count = Math.min(literal.length - length, this.#end - this.#start);
      literal.set(this.#buffer.subarray(this.#start, this.#start + count), length);
      this.#start += count;
      length += count;
    }
    return literal;
  }

  async #skip(size: number): Promise<boolean> {
    let left = size;
    for (;;) {
      const count = Math.min(left, this.#end - this.#start);
      this.#start += count;
      left -= count;
      if (left === 0) return true;
      if (await this.#fill() === undefined) return false;
    }
  }

  /** Reads more; returns by how much the unread bytes moved to the front, undefined at the end of the stream. */
  async #fill(): Promise<number | undefined> {
    const moved = this.#start;
    this.#buffer.copyWithin(0, this.#start, this.#end);
    this.#end -= moved;
    this.#start = 0;
    if (this.#end === this.#buffer.length) {
      const larger = new Uint8Array(this.#buffer.length * 2);
      larger.set(this.#buffer);
      this.#buffer = larger;
    }
    const count = await this.#transport.read(this.#buffer.subarray(this.#end));
    if (count === null) return undefined;
    this.#end += count;
    return moved;
  }
}

/** The mark as it is in a frame: the plus sign has done its work. */
function canonicalMark(mark: Mark): string {
  return `${mark.binary ? "~" : ""}{${mark.digits}}\r\n`;
}

/** A line without literals is most of what comes: it is not copied. */
function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const [only, ...others] = pieces;
  return only !== undefined && others.length === 0 ? only : concat(pieces);
}
