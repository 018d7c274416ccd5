/** A frame and the place in it, for the reference reader. Used by tests only. */
import { END } from "../model/ir.ts";
import type { ByteSet } from "../model/ir.ts";
import { afterString, digit } from "./cursor_sets.ts";

/** What the interpreter throws where a decoder throws its own error. */
export class Mismatch extends Error {
  override name = "Mismatch";
}

/** A raw value as the interpreter gives it. */
export interface RawValue {
  bytes: Uint8Array;
  literals: Uint8Array[];
}

/** How a session reads. */
export interface Mode {
  utf8: boolean;
  strict: boolean;
}

/** A place in a frame to which reading can return. */
export interface Mark {
  at: number;
  literal: number;
  quirks: string[];
}

/** A frame being read, byte by byte. */
export class ByteCursor {
  at = 0;
  /** Index of the next literal. */
  literal = 0;
  quirks: string[] = [];
  readonly text: Uint8Array;
  readonly literals: readonly Uint8Array[];
  readonly mode: Mode;

  constructor(frame: { text: Uint8Array; literals: readonly Uint8Array[] }, mode: Mode) {
    this.text = frame.text;
    this.literals = frame.literals;
    this.mode = mode;
  }

  /** The next byte, or {@linkcode END}. */
  next(ahead = 0): number {
    return this.text[this.at + ahead] ?? END;
  }

  take(byte: number): void {
    if (this.next() !== byte) this.fail(`byte ${byte}`);
    this.at++;
  }

  takes(text: string): boolean {
    for (let i = 0; i < text.length; i++) if (this.next(i) !== text.charCodeAt(i)) return false;
    this.at += text.length;
    return true;
  }

  fail(expected: string): never {
    throw new Mismatch(`expected ${expected} at byte ${this.at}`);
  }

  quirk(name: string): void {
    if (this.mode.strict) throw new Mismatch(`deviation ${name} at byte ${this.at}`);
    if (!this.quirks.includes(name)) this.quirks.push(name);
  }

  mark(): Mark {
    return { at: this.at, literal: this.literal, quirks: [...this.quirks] };
  }

  reset(mark: Mark): void {
    this.at = mark.at;
    this.literal = mark.literal;
    this.quirks = [...mark.quirks];
  }

  /** The longest run of bytes of a set. */
  run(set: ByteSet): Uint8Array {
    const start = this.at;
    while (this.at < this.text.length && set[this.text[this.at]!]) this.at++;
    return this.text.slice(start, this.at);
  }

  /** Octets as text: UTF-8 where it is valid, otherwise Latin-1, which is reported. */
  decode(bytes: Uint8Array, anyOctets = false): string {
    try {
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      if (!anyOctets) this.quirk("eight-bit");
      return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
    }
  }

  /**
   * `tolerant`: a quote after which nothing that may follow a string comes belongs to the string: some servers send
   * quotes inside without a backslash.
   */
  quotedBytes(tolerant = true): Uint8Array {
    const out: number[] = [];
    const start = this.at;
    let odd = false;
    this.take(0x22);
    for (;;) {
      if (odd && this.at - start > 1000) this.fail("the end of a quoted string");
      if (this.next() === 0x22 && (!tolerant || afterString[this.next(1)])) break;
      if (this.next() === 0x22) {
        odd = true;
        this.quirk("unescaped-quote");
        out.push(0x22);
        this.at++;
        continue;
      }
      if (this.next() === 0x5c) this.at++;
      const byte = this.next();
      if (byte === END || byte === 0x0d || byte === 0x0a) this.fail("the end of a quoted string");
      out.push(byte);
      this.at++;
    }
    this.at++;
    return Uint8Array.from(out);
  }

  /** `{12}` CRLF or `~{12}` CRLF: the next of the frame's literals. */
  literalBytes(): Uint8Array {
    const mark = this.mark();
    if (this.next() === 0x7e) this.at++;
    this.take(0x7b);
    const digits = this.run(digit);
    if (this.next() === 0x2b) this.at++;
    const ended = digits.length > 0 && this.takes("}\r\n");
    const literal = this.literals[this.literal];
    if (!ended || literal === undefined) {
      this.reset(mark);
      this.fail("a literal");
    }
    this.literal++;
    return literal;
  }
}
