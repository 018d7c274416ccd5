/**
 * Values that no grammar rule reads: kept as they came, and parsed only when asked for.
 */

import { showAs } from "../base/shown.ts";
import { markEnd } from "./literal_mark.ts";

/** A {@linkcode Raw} value taken apart: atoms and quoted strings as text, literals as octets, lists as arrays. */
export type RawTree = string | Uint8Array | null | RawTree[];

/**
 * A value or a rest of a response that was not decoded: an unknown item, or one that is not what its name promises.
 *
 * @example
 * ```ts
 * import { Raw } from "@postern/postern/imap";
 *
 * const raw = new Raw(new TextEncoder().encode('(A "b c" NIL)'), []);
 * raw.toString(); // '(A "b c" NIL)'
 * raw.tree(); // ["A", "b c", null]
 * ```
 */
export class Raw {
  /** The octets of the literals, in order. */
  readonly literals: readonly Uint8Array[];
  readonly #buffer: Uint8Array;
  readonly #start: number;
  readonly #end: number;

  /**
   * Makes a raw value.
   *
   * @param bytes the bytes as received; they are kept, not copied
   * @param literals octets of the literals whose marks are in `bytes`
   * @param start where the value starts in `bytes`
   * @param end where it ends
   */
  constructor(bytes: Uint8Array, literals: readonly Uint8Array[], start = 0, end: number = bytes.length) {
    this.literals = literals;
    // A view only when it is asked for: a hundred thousand small arrays took three times as long as the rest.
    this.#buffer = bytes;
    this.#start = start;
    this.#end = end;
  }

  /** The bytes as received, with the marks of literals (`{5}` CRLF) but without their octets. */
  get bytes(): Uint8Array {
    return this.#buffer.subarray(this.#start, this.#end);
  }

  /** The text as received, with the octets of each literal after its mark; one character for each byte. */
  toString(): string {
    const { bytes } = this;
    let text = "";
    let literal = 0;
    let from = 0;
    for (let at = 0; at < bytes.length && literal < this.literals.length; at++) {
      const end = markEnd(bytes, at);
      if (end === -1) continue;
      text += latin1(bytes.subarray(from, end)) + latin1(this.literals[literal++]!);
      from = end;
      at = end - 1;
    }
    return text + latin1(bytes.subarray(from));
  }

  /**
   * Takes the value apart. Linear in its length and without recursion, so that no sender's nesting can hurt.
   *
   * @returns the values that follow each other; the value itself if there is only one
   */
  tree(): RawTree {
    const { bytes } = this;
    const top: RawTree[] = [];
    const parents: RawTree[][] = [];
    let list = top;
    let literal = 0;
    let at = 0;
    while (at < bytes.length) {
      const byte = bytes[at];
      const end = this.literals[literal] === undefined ? -1 : markEnd(bytes, at);
      if (end !== -1) {
        list.push(this.literals[literal++]!);
        at = end;
      } else if (byte === 0x28) {
        const inner: RawTree[] = [];
        list.push(inner);
        parents.push(list);
        list = inner;
        at++;
      } else if (byte === 0x29) {
        list = parents.pop() ?? top;
        at++;
      } else if (byte === 0x22) {
        const from = at + 1;
        at = quotedEnd(bytes, from);
        list.push(unescape(latin1(bytes.subarray(from, at))));
        at++;
      } else if (byte === 0x20) {
        at++;
      } else {
        const from = at++;
        while (at < bytes.length && !isAtomEnd(bytes[at]!)) at++;
        const atom = latin1(bytes.subarray(from, at));
        list.push(atom.length === 3 && atom.toUpperCase() === "NIL" ? null : atom);
      }
    }
    return top.length === 1 ? top[0]! : top;
  }
}

function quotedEnd(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at < bytes.length && bytes[at] !== 0x22) at += bytes[at] === 0x5c ? 2 : 1;
  return Math.min(at, bytes.length);
}

function unescape(text: string): string {
  return text.includes("\\") ? text.replace(/\\(.)/gs, "$1") : text;
}

function isAtomEnd(byte: number): boolean {
  return byte === 0x20 || byte === 0x28 || byte === 0x29 || byte === 0x22;
}

/** Bytes as characters of the same number. TextDecoder cannot: its "latin1" is windows-1252. */
export function latin1(bytes: Uint8Array): string {
  let text = "";
  // Argument lists of this size are safe on every engine's stack.
  for (let at = 0; at < bytes.length; at += 8192) {
    text += String.fromCharCode.apply(null, bytes.subarray(at, at + 8192) as unknown as number[]);
  }
  return text;
}

showAs(Raw, "Raw", String);
