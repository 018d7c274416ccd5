// Quoted-printable for texts that are written here (RFC 2045 section 6.7).

import { decodeLatin1 } from "../../text/text.ts";

const QP_LINE = 76;
const HEX = "0123456789ABCDEF";

const TAB = 0x09;
const LF = 0x0a;
const SPACE = 0x20;
const DOT = 0x2e;
const EQUALS = 0x3d;

/** "From " at the start of a line, which mailbox files change (RFC 2049 section 3, and RFC 4155). */
const FROM = [0x46, 0x72, 0x6f, 0x6d, SPACE];

/**
 * Octets of a text in quoted-printable. Blanks at the end of a line, a lone dot and `From ` at the start are
 * encoded: relays and mailbox files change them.
 *
 * @param octets the text, its lines ended by LF
 * @returns the text as it is written, its lines ended by LF
 */
export function quotedPrintable(octets: Uint8Array): string {
  const { length } = octets;
  // Three octets for each, and a soft break for every 73 of them at most.
  const out = new Uint8Array(3 * length + 2 * Math.ceil(3 * length / (QP_LINE - 3)) + 2);
  let at = 0;
  let start = 0;
  for (let i = 0; i < length; i++) {
    const octet = octets[i]!;
    if (octet === LF) {
      out[at++] = LF;
      start = at;
      continue;
    }
    const ends = i + 1 === length || octets[i + 1] === LF;
    let plain = isPlain(octets, i, at === start, ends);
    // The last piece of a line may take the place that a soft break needs otherwise.
    if (at - start + (plain ? 1 : 3) > (ends ? QP_LINE : QP_LINE - 1)) {
      out[at++] = EQUALS;
      out[at++] = LF;
      start = at;
      plain = isPlain(octets, i, true, ends);
    }
    if (plain) {
      out[at++] = octet;
    } else {
      out[at++] = EQUALS;
      out[at++] = HEX.charCodeAt(octet >> 4);
      out[at++] = HEX.charCodeAt(octet & 15);
    }
  }
  return decodeLatin1(out.subarray(0, at));
}

function isPlain(octets: Uint8Array, i: number, starts: boolean, ends: boolean): boolean {
  const octet = octets[i]!;
  if (octet === SPACE || octet === TAB) return !ends;
  if (octet === EQUALS || octet < SPACE || octet > 0x7e) return false;
  if (!starts) return true;
  if (octet === DOT) return !ends;
  return octet !== FROM[0] || FROM.some((wanted, k) => octets[i + k] !== wanted);
}

/**
 * How long the text becomes, about: three for each octet that is not printable.
 *
 * @param octets the text
 */
export function quotedLength(octets: Uint8Array): number {
  let length = octets.length;
  for (const octet of octets) {
    if (octet > 0x7e || octet === EQUALS || (octet < SPACE && octet !== LF && octet !== TAB)) length += 2;
  }
  return length;
}
