// Quoted-printable for texts that are written here (RFC 2045 section 6.7).

import { EQUALS, LF, SPACE, TAB } from "../../text/octets.ts";
import { decodeLatin1 } from "../../text/text.ts";
import { bodyEncode } from "../../transfer/quoprimime.ts";

/** RFC 2045 has room for 76; two of them are for a dot or an F that is encoded after lines were broken. */
const LINE = 74;

/**
 * Octets of a text in quoted-printable. Blanks at the end of a line, a lone dot and `From ` at the start are
 * encoded: relays and mailbox files change them (RFC 2049 section 3, RFC 4155).
 *
 * @param octets the text, its lines ended by LF
 * @returns the text as it is written, its lines ended by LF
 */
export function quotedPrintable(octets: Uint8Array): string {
  return bodyEncode(decodeLatin1(octets), LINE)
    .replace(/^(?:From |\.$)/gm, (found) => found === "." ? "=2E" : "=46rom ");
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
