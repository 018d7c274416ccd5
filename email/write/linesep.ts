// Line ends of bodies as they are written: CRLF, CR and LF all become the one of the policy.

import { CR, LF } from "../text/octets.ts";
import { utf8Of } from "../text/utf8.ts";

/**
 * Text with every line end changed to `linesep`.
 *
 * @param text the text
 * @param linesep line end to be written
 */
export function toLinesep(text: string, linesep: string): string {
  if (linesep === "\n" && !text.includes("\r")) return text;
  return text.replace(/\r\n|\r|\n/g, linesep.replaceAll("$", "$$$$"));
}

/**
 * Bytes with every line end changed to `linesep`; the same array when they have it already.
 *
 * @param bytes the bytes
 * @param linesep line end to be written
 */
export function toLinesepBytes(bytes: Uint8Array, linesep: string): Uint8Array {
  if (linesep === "\n" ? !bytes.includes(CR) : linesep === "\r\n" && endsInCrlf(bytes)) return bytes;
  if (linesep === "\n") return withoutReturns(bytes);
  const { length } = bytes;
  const end = utf8Of(linesep);
  let room = length;
  if (end.length > 1) {
    for (let i = 0; i < length; i++) if (bytes[i] === LF || bytes[i] === CR) room += end.length;
  }
  const out = new Uint8Array(room);
  const last = end[end.length - 1]!;
  let at = 0;
  let i = 0;
  while (i < length) {
    const byte = bytes[i++]!;
    if (byte > CR || (byte !== LF && byte !== CR)) {
      out[at++] = byte;
      continue;
    }
    if (byte === CR && bytes[i] === LF) i++;
    for (let k = 0; k < end.length - 1; k++) out[at++] = end[k]!;
    if (end.length > 0) out[at++] = last;
  }
  return out.subarray(0, at);
}

/** CRLF and CR made LF: the lines of a copy are moved up, a good deal faster than byte for byte. */
function withoutReturns(bytes: Uint8Array): Uint8Array {
  const out = bytes.slice();
  let at = 0;
  let i = 0;
  for (let next = out.indexOf(CR); next >= 0; next = out.indexOf(CR, i)) {
    if (next - i > 24) out.copyWithin(at, i, next);
    else for (let k = 0; k < next - i; k++) out[at + k] = out[i + k]!;
    at += next - i;
    i = next + 1;
    if (out[i] === LF) i++;
    out[at++] = LF;
  }
  out.copyWithin(at, i);
  return out.subarray(0, at + out.length - i);
}

/** True when every CR is followed by an LF and every LF follows a CR. */
function endsInCrlf(bytes: Uint8Array): boolean {
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!;
    if (byte > CR) continue;
    if (byte === LF || byte === CR && bytes[++i] !== LF) return false;
  }
  return true;
}

/** The line end of the first line, CRLF or LF; null when there is none. */
export function firstLineEnd(bytes: Uint8Array): string | null {
  const end = bytes.indexOf(LF);
  return end < 0 ? null : end > 0 && bytes[end - 1] === CR ? "\r\n" : "\n";
}
