/**
 * Octets and their text: UTF-8, with octets that are not UTF-8 as lone surrogates U+DC80 to U+DCFF,
 * as Python's `surrogateescape` has it. What was read goes back as it came.
 */

import { kindOf } from "../base/option_names.ts";
import { isOctets } from "../wire/literal_input.ts";

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

/** Text for octets. */
export function textOf(octets: Uint8Array): string {
  try {
    return decoder.decode(octets);
  } catch {
    return escaped(octets);
  }
}

/**
 * Text of a response that a function of the module is given.
 *
 * @throws {TypeError} For something else than text or octets.
 */
export function responseText(resp: string | Uint8Array): string {
  if (typeof resp === "string") return resp;
  if (!isOctets(resp)) throw new TypeError(`resp must be text or a Uint8Array, not ${kindOf(resp)}`);
  return textOf(resp);
}

/** Octets for text. */
export function octetsOf(text: string): Uint8Array {
  if (text.isWellFormed()) return encoder.encode(text);
  const octets: number[] = [];
  for (const character of text) {
    const code = character.codePointAt(0)!;
    if (code >= 0xdc80 && code <= 0xdcff) octets.push(code - 0xdc00);
    else octets.push(...encoder.encode(character));
  }
  return Uint8Array.from(octets);
}

/** Decodes what is UTF-8 and escapes the other octets one by one. */
function escaped(octets: Uint8Array): string {
  let text = "";
  for (let at = 0; at < octets.length;) {
    const length = wellFormed(octets, at);
    if (length === 0) {
      text += String.fromCharCode(0xdc00 + octets[at]!);
      at++;
    } else {
      text += decoder.decode(octets.subarray(at, at + length));
      at += length;
    }
  }
  return text;
}

/** How many octets from here are ASCII, or one character of UTF-8; 0 when it is neither. RFC 3629 section 4. */
function wellFormed(octets: Uint8Array, start: number): number {
  let end = start;
  while (end < octets.length && octets[end]! < 0x80) end++;
  if (end > start) return end - start;
  const first = octets[start]!;
  const more = first < 0xc2 ? 0 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : first < 0xf5 ? 3 : 0;
  if (more === 0 || start + more >= octets.length) return 0;
  const second = octets[start + 1]!;
  const low = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const high = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  if (second < low || second > high) return 0;
  for (let k = 2; k <= more; k++) if ((octets[start + k]! & 0xc0) !== 0x80) return 0;
  return more + 1;
}
