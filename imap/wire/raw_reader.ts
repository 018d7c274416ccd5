/** Reads values that no rule describes, or that are not what their rule says: to where they end, and no further. */

import { BRACE, CLASSES, CLOSE, END, OPEN, QUOTE, RAW, SP } from "./byte_class.ts";
import type { Frame } from "./frame.ts";
import { Raw } from "../values/raw.ts";
import { Scanner } from "./scanner.ts";

const NONE: readonly Uint8Array[] = [];

/** A scanner that keeps what it cannot read. */
export class RawReader extends Scanner {
  /** The bytes as raw values keep them; copied when the first one is read. */
  #copy: Uint8Array | undefined;

  protected override begin(frame: Pick<Frame, "text" | "literals">, strict: boolean): void {
    super.begin(frame, strict);
    this.#copy = undefined;
  }

  /**
   * One balanced value, kept as it is. A counter instead of recursion: no nesting is too deep for it. What follows it
   * without a SP belongs to it: the end of a literal that is longer than was announced costs its item only.
   */
  generic(): Raw {
    const start = this.pos;
    const literal = this.literalsRead;
    let depth = 0;
    for (;;) {
      const byte = this.peek();
      if (this.takesLiteral(byte)) {
        // Its octets are elsewhere.
      } else if (byte === QUOTE) {
        this.skipQuoted();
      } else if (byte === OPEN) {
        depth++;
        this.pos++;
      } else if (byte === CLOSE && depth > 0) {
        depth--;
        this.pos++;
      } else if (byte === SP && depth > 0) {
        this.pos++;
      } else {
        const length = this.runOf(RAW);
        if (length === 0) this.fail("a value");
        this.pos += length;
      }
      if (depth > 0) continue;
      const next = this.peek();
      if (next === SP || next === CLOSE || next === END || next === 0x0d || next === 0x0a) break;
      this.quirk("joined-values");
    }
    return this.#raw(start, literal);
  }

  /**
   * The value of an item that is kept raw, its SP included. Where the next item's name is in its place it is empty;
   * parentheses or quotes that do not end take the rest of the line, except what closes the list.
   */
  itemValue(): Raw {
    return this.#value(true);
  }

  /** The same in a list that no parentheses enclose. */
  looseValue(): Raw {
    return this.#value(false);
  }

  /**
   * Reads one element of a list, if it can be read and a byte of a class comes after it.
   *
   * @param list Where to add it.
   * @param read Reads it; it is told why it was not read in another way.
   * @param table The class table.
   * @param bit The class of what may come after it.
   * @param reason Why it was not read in another way.
   * @returns Undefined when it was added; else this is where it was before, and the first of the reasons.
   */
  attempt<Value>(
    list: Value[],
    read: (r: this, reason?: string) => Value,
    table: Uint32Array,
    bit: number,
    reason?: string,
  ): string | undefined {
    const mark = this.mark();
    try {
      const value = read(this, reason);
      this.beforeAny(table, bit);
      list.push(value);
      return undefined;
    } catch (problem) {
      const other = this.recover(mark, problem);
      return reason ?? other;
    }
  }

  /** A damaged element of a list in parentheses. */
  element(): Raw {
    return this.#element(true, false, false);
  }

  /** A damaged element of a list that no parentheses enclose. */
  piece(): Raw {
    return this.#element(false, false, false);
  }

  /** A damaged list among lists that follow each other directly. */
  sublist(): Raw {
    return this.#element(false, true, false);
  }

  /** What is left of a list in parentheses whose end is not where it should be. */
  remainder(): Raw {
    return this.rest();
  }

  /** Everything that is left, kept as it is. */
  rest(): Raw {
    const start = this.pos;
    const literal = this.literalsRead;
    this.pos = this.end;
    this.literalsRead = this.literals.length;
    return this.#raw(start, literal);
  }

  #value(inList: boolean): Raw {
    const spaced = this.peek() === SP;
    const next = spaced ? this.peekNext() : this.peek();
    if (next === END || next === SP || (inList && next === CLOSE) || (spaced && this.#nameAt(this.pos + 1))) {
      this.quirk("missing-value");
      return this.#raw(this.pos, this.literalsRead);
    }
    if (spaced) this.pos++;
    else this.quirk("missing-space");
    return this.#element(inList, false, true);
  }

  /** Whether a name is here and not a value: a word, and after it what can only be a value. */
  #nameAt(at: number): boolean {
    const { bytes, end } = this;
    if (!beginsName(bytes[at]!) || this.#nilAt(at)) return false;
    while (at < end && (CLASSES[bytes[at]!]! & RAW) !== 0 && bytes[at] !== 0x5b) at++;
    if (at >= end) return false;
    if (bytes[at] === OPEN || bytes[at] === 0x5b) return true;
    if (bytes[at] !== SP || at + 1 >= end) return false;
    const next = bytes[at + 1]!;
    return next !== SP && next !== CLOSE && (!beginsName(next) || this.#nilAt(at + 1));
  }

  /** Whether NIL and nothing more is here. */
  #nilAt(at: number): boolean {
    return this.is("NIL", at - this.pos) && (CLASSES[this.bytes[at + 3]!]! & RAW) === 0;
  }

  /**
   * One element of a list, whatever it is: never fails where there is anything.
   *
   * @param inList parentheses enclose the list: a ")" outside of the element's own ends it, and the last one of the line is
   *   left for the list
   * @param adjacent what follows an element without a SP is another one
   * @param joined whether values without a SP between them are reported
   */
  #element(inList: boolean, adjacent: boolean, joined: boolean): Raw {
    const { bytes, end } = this;
    const start = this.pos;
    const literal = this.literalsRead;
    const first = this.peek();
    if (first === END || first === SP || (inList && first === CLOSE)) this.fail("an element");
    let depth = 0;
    for (;;) {
      const byte = this.peek();
      if (this.takesLiteral(byte)) {
        // Its octets are elsewhere.
      } else if (byte === QUOTE) {
        const close = this.findQuote();
        if (close === -1) {
          depth = 1;
          break;
        }
        this.pos = close + 1;
      } else if (byte === END) {
        break;
      } else {
        if (byte === OPEN) depth++;
        else if (byte === CLOSE && depth > 0) depth--;
        this.pos++;
        if ((CLASSES[byte]! & RAW) !== 0) this.#restOfAtom();
      }
      if (depth > 0) continue;
      const next = this.peek();
      if (next === END || next === SP || (inList && next === CLOSE)) break;
      if (next === OPEN && (adjacent || (inList && !joined && byte === CLOSE))) break;
      if (joined) this.quirk("joined-values");
    }
    const closes = inList && (depth > 0 || this.pos === end) && bytes[end - 1] === CLOSE && end - 1 > start;
    if (depth > 0) {
      this.pos = end;
      this.literalsRead = this.literals.length;
    }
    if (closes) this.pos = end - 1;
    if (closes || depth > 0) this.quirk("unbalanced-value");
    return this.#raw(start, literal);
  }

  /** Goes on to the end of an atom; the mark of a literal ends it wherever it is, so that no literal is lost. */
  #restOfAtom(): void {
    const { bytes, end } = this;
    let at = this.pos;
    for (; at < end && (CLASSES[bytes[at]!]! & RAW) !== 0; at++) {
      if ((bytes[at] === BRACE || bytes[at] === 0x7e) && this.literalMark(at) !== -1) break;
    }
    this.pos = at;
  }

  /** Part of a copy, because the frame's text is only lent; one copy serves all raw values of a frame. */
  #raw(start: number, literal: number): Raw {
    const literals = literal === this.literalsRead ? NONE : this.literals.slice(literal, this.literalsRead);
    return new Raw(this.#copy ??= this.bytes.slice(0, this.end), literals, start, this.pos);
  }
}

/** Whether a byte begins a name: a letter, or the slash of an entry (RFC 5464). */
function beginsName(byte: number): boolean {
  const lower = byte | 0x20;
  return byte === 0x2f || (lower >= 0x61 && lower <= 0x7a);
}
