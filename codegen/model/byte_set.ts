/** Operations on byte sets, and their printed form. */
import { END } from "./ir.ts";
import type { ByteSet } from "./ir.ts";

export function emptySet(): ByteSet {
  return new Array<boolean>(END + 1).fill(false);
}

export function setOf(...bytes: number[]): ByteSet {
  const set = emptySet();
  for (const byte of bytes) set[byte] = true;
  return set;
}

export function rangeSet(from: number, to: number): ByteSet {
  const set = emptySet();
  for (let byte = from; byte <= to; byte++) set[byte] = true;
  return set;
}

export function setOfText(text: string): ByteSet {
  return setOf(...Array.from(text, (char) => char.charCodeAt(0)));
}

// Plain loops: the passes join some million sets until nothing changes any more.

export function union(...sets: ByteSet[]): ByteSet {
  const result = emptySet();
  for (const set of sets) {
    for (let byte = 0; byte <= END; byte++) if (set[byte]) result[byte] = true;
  }
  return result;
}

export function minus(left: ByteSet, right: ByteSet): ByteSet {
  const result = emptySet();
  for (let byte = 0; byte <= END; byte++) result[byte] = left[byte] === true && !right[byte];
  return result;
}

export function intersection(left: ByteSet, right: ByteSet): ByteSet {
  const result = emptySet();
  for (let byte = 0; byte <= END; byte++) result[byte] = left[byte] === true && right[byte] === true;
  return result;
}

export function complement(set: ByteSet): ByteSet {
  return set.map((has) => !has);
}

export function isEmpty(set: ByteSet): boolean {
  return !set.includes(true);
}

export function disjoint(left: ByteSet, right: ByteSet): boolean {
  for (let byte = 0; byte <= END; byte++) if (left[byte] && right[byte]) return false;
  return true;
}

export function sameSet(left: ByteSet, right: ByteSet): boolean {
  for (let byte = 0; byte <= END; byte++) if (left[byte] !== right[byte]) return false;
  return true;
}

export function members(set: ByteSet): number[] {
  const bytes: number[] = [];
  set.forEach((has, byte) => has && bytes.push(byte));
  return bytes;
}

/** Upper and lower case of a letter, or the byte alone. */
export function eitherCase(byte: number): ByteSet {
  const char = String.fromCharCode(byte);
  return setOf(char.toUpperCase().charCodeAt(0), char.toLowerCase().charCodeAt(0));
}

/** A byte as the reports show it. */
export function printByte(byte: number): string {
  if (byte === END) return "end";
  if (byte === 0x20) return "SP";
  if (byte === 0x22) return "'\"'";
  if (byte > 0x20 && byte < 0x7f) return `"${String.fromCharCode(byte)}"`;
  return "%x" + byte.toString(16).toUpperCase().padStart(2, "0");
}

/** A set as the reports show it: single bytes and ranges, the complement where that is shorter. */
export function printSet(set: ByteSet): string {
  if (isEmpty(set)) return "nothing";
  const inside = ranges(set);
  const outside = ranges(complement(set));
  if (outside.length === 0) return "anything";
  return outside.length < inside.length && members(set).length > 64
    ? `anything but ${outside.join(" ")}`
    : inside.join(" ");
}

function ranges(set: ByteSet): string[] {
  const parts: string[] = [];
  for (let from = 0; from <= END; from++) {
    if (!set[from]) continue;
    let to = from;
    while (to + 1 < END && from !== END && set[to + 1]) to++;
    if (to - from < 2) {
      for (let byte = from; byte <= to; byte++) parts.push(printByte(byte));
    } else {
      parts.push(`${printByte(from)}-${printByte(to)}`);
    }
    from = to;
  }
  return parts;
}
