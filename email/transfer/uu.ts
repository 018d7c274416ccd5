// Uuencoded bodies.

import { CR, LF } from "../text/octets.ts";
import { decodeLatin1 } from "../text/text.ts";

/** How many octets the line at an offset says it holds. */
function claim(bytes: Uint8Array, at: number): number {
  return (bytes[at]! - 0x20) & 0x3f;
}

/**
 * Decodes one line into `out`, as `binascii.a2b_uu`.
 *
 * @param end where the line ends
 * @param limit where what counts ends; the rest of the line is not looked at
 * @returns false where Python raises
 */
function uuLine(
  bytes: Uint8Array,
  start: number,
  end: number,
  limit: number,
  out: Uint8Array,
  at: number,
): boolean {
  const last = at + claim(bytes, start);
  const stop = Math.min(end, limit);
  let word = 0;
  let bits = 0;
  let i = start + 1;
  for (; at < last; i++) {
    // A line cut short is read as if blanks had been eaten from its end.
    let value = 0;
    if (i < stop) {
      const octet = bytes[i]!;
      if (octet < 0x20 || octet > 0x60) return false;
      value = (octet - 0x20) & 0x3f;
    } else if (word === 0) {
      break;
    }
    word = (word << 6) | value;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      out[at++] = (word >> bits) & 0xff;
      word &= (1 << bits) - 1;
    }
  }
  for (; i < stop; i++) if (bytes[i] !== 0x20 && bytes[i] !== 0x60) return false;
  return true;
}

/** Python's `int(text, 8)` succeeds. */
function isOctal(text: string): boolean {
  return /^[\t-\r ]*[+-]?(?:0[oO]_?)?[0-7]+(?:_[0-7]+)*[\t-\r ]*$/.test(text);
}

/** Where the line at an offset ends, without its line end. */
function lineEndAt(bytes: Uint8Array, at: number): number {
  while (at < bytes.length && bytes[at] !== LF && bytes[at] !== CR) at++;
  return at;
}

/** Where the line after one that ends at an offset begins. */
function nextLine(bytes: Uint8Array, end: number): number {
  return bytes[end] === CR && bytes[end + 1] === LF ? end + 2 : end + 1;
}

/** The line after `begin` and its octal mode; -1 when there is none. */
function dataStart(bytes: Uint8Array): number {
  for (let at = 0; at < bytes.length;) {
    const end = lineEndAt(bytes, at);
    if (bytes[at] === 0x62 && decodeLatin1(bytes.subarray(at, at + 6)) === "begin ") {
      const blank = bytes.subarray(at + 6, end).indexOf(0x20);
      if (isOctal(decodeLatin1(bytes.subarray(at + 6, blank < 0 ? end : at + 6 + blank)))) {
        return nextLine(bytes, end);
      }
    }
    at = nextLine(bytes, end);
  }
  return -1;
}

/** The `end` line, blanks around it ignored. */
function isEnd(bytes: Uint8Array, start: number, end: number): boolean {
  return end - start < 1024 && /^[\t\n\f\r ]*end[\t\n\f\r ]*$/.test(decodeLatin1(bytes.subarray(start, end)));
}

/** Whether a line may be the `end` line: nearly none has to be looked at as text. */
function mayBeEnd(octet: number): boolean {
  return octet === 0x65 || octet === 0x20 || octet === 0x09 || octet === 0x0c;
}

/**
 * Decodes a uuencoded body: from the first `begin` line with an octal mode up to `end` or the end of the text.
 * An empty line before that, or a line that cannot be decoded, makes the whole body undecodable.
 *
 * @returns the input itself when there is nothing to decode in it
 */
export function decodeUu(input: Uint8Array): Uint8Array {
  const start = dataStart(input);
  if (start < 0) return input;
  let size = 0;
  let stop = input.length;
  for (let at = start; at < stop;) {
    const end = lineEndAt(input, at);
    if (end === at) return input;
    if (mayBeEnd(input[at]!) && isEnd(input, at, end)) {
      stop = at;
      break;
    }
    size += claim(input, at);
    at = nextLine(input, end);
  }
  const out = new Uint8Array(size);
  let written = 0;
  for (let at = start; at < stop;) {
    const end = lineEndAt(input, at);
    const count = claim(input, at);
    // Some encoders leave rubbish after the counted characters: those are tried alone.
    const counted = at + Math.floor((count * 4 + 5) / 3);
    if (!uuLine(input, at, end, end, out, written) && !uuLine(input, at, end, counted, out, written)) {
      return input;
    }
    written += count;
    at = nextLine(input, end);
  }
  return out;
}
