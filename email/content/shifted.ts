// Charsets of seven bits, put into the eight bits of those that every platform can read: what escape sequences say becomes
// the high bit.

import { fromUnits } from "../text/text.ts";
import { DECODE64 } from "../transfer/base64.ts";

const ESC = 0x1b;
const SHIFT_OUT = 0x0e;
const SHIFT_IN = 0x0f;

/** ISO-2022-JP with all its extensions, as EUC-JP: for what the platform's decoder stops at. */
export function iso2022JpAsEuc(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(bytes.length * 2);
  let at = 0;
  // Octets of a character: 1 and 2, 3 for JIS X 0212, 0 for half-width katakana.
  let size = 1;
  let kana = false;
  for (let i = 0; i < bytes.length; i++) {
    const octet = bytes[i]!;
    if (octet === ESC && (bytes[i + 1] === 0x24 || bytes[i + 1] === 0x28)) {
      const long = bytes[i + 1] === 0x24 && bytes[i + 2] === 0x28;
      const final = bytes[long ? i + 3 : i + 2];
      size = bytes[i + 1] === 0x24 ? (final === 0x44 ? 3 : 2) : final === 0x49 ? 0 : 1;
      i += long ? 3 : 2;
    } else if (octet === SHIFT_OUT || octet === SHIFT_IN) {
      kana = octet === SHIFT_OUT;
    } else if (octet <= 0x20 || octet === 0x7f) {
      // Line ends and blanks end what was opened: RFC 1468 wants ASCII there.
      if (octet === 0x0a) size = 1;
      out[at++] = octet;
    } else if (octet >= 0xa1 && octet <= 0xdf || ((size === 0 || kana) && octet <= 0x5f)) {
      out[at++] = 0x8e;
      out[at++] = octet | 0x80;
    } else if (size >= 2) {
      if (size === 3) out[at++] = 0x8f;
      out[at++] = octet | 0x80;
      if (i + 1 < bytes.length) out[at++] = bytes[++i]! | 0x80;
    } else {
      out[at++] = octet;
    }
  }
  return out.subarray(0, at);
}

/** ISO-2022-KR as EUC-KR: between shift-out and shift-in. */
export function iso2022KrAsEuc(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(bytes.length);
  let at = 0;
  let shifted = false;
  for (let i = 0; i < bytes.length; i++) {
    const octet = bytes[i]!;
    if (octet === ESC && bytes[i + 1] === 0x24 && bytes[i + 2] === 0x29) i += 3;
    else if (octet === SHIFT_OUT || octet === SHIFT_IN) shifted = octet === SHIFT_OUT;
    else out[at++] = shifted && octet > 0x20 ? octet | 0x80 : octet;
  }
  return out.subarray(0, at);
}

/** HZ as GB 2312: between `~{` and `~}`, which a line end closes too (RFC 1843). */
export function hzAsGb(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(bytes.length);
  let at = 0;
  let shifted = false;
  for (let i = 0; i < bytes.length; i++) {
    const octet = bytes[i]!;
    const next = bytes[i + 1];
    if (octet === 0x0a) shifted = false;
    if (octet !== 0x7e || next === undefined) {
      out[at++] = shifted && octet > 0x20 ? octet | 0x80 : octet;
      continue;
    }
    i++;
    if (next === 0x7b) shifted = true;
    else if (next === 0x7d) shifted = false;
    else if (next === 0x7e && !shifted) out[at++] = octet;
    else if (next !== 0x0a || shifted) {
      out[at++] = shifted ? octet | 0x80 : octet;
      i--;
    }
  }
  return out.subarray(0, at);
}

/** UTF-7 (RFC 2152); what is not base64 stays as it is. */
export function readUtf7(bytes: Uint8Array): string {
  const units = new Uint16Array(bytes.length);
  let at = 0;
  for (let i = 0; i < bytes.length;) {
    const octet = bytes[i++]!;
    const start = at;
    if (octet === 0x2b) {
      let bits = 0;
      let word = 0;
      for (let value = sextet(bytes[i]); value < 64; value = sextet(bytes[++i])) {
        word = (word << 6 | value) & 0x3fffff;
        bits += 6;
        if (bits >= 16) {
          bits -= 16;
          units[at++] = word >> bits;
        }
      }
      if (bytes[i] === 0x2d) i++;
    }
    if (at === start) units[at++] = octet;
  }
  // Half a pair is not a character: what is written of it would be another.
  return fromUnits(units, at).toWellFormed();
}

function sextet(octet = 0): number {
  return DECODE64[octet]!;
}
