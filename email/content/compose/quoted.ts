// Quoted-printable for texts that are written here (RFC 2045 section 6.7).

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
  const out: string[] = [];
  let line = "";
  for (let i = 0; i < octets.length; i++) {
    const octet = octets[i]!;
    if (octet === LF) {
      out.push(line, "\n");
      line = "";
      continue;
    }
    const ends = i + 1 === octets.length || octets[i + 1] === LF;
    const piece = isPlain(octets, i, line === "", ends)
      ? String.fromCharCode(octet)
      : `=${HEX[octet >> 4]}${HEX[octet & 15]}`;
    // The last piece of a line may take the place that a soft break needs otherwise.
    if (line.length + piece.length > (ends ? QP_LINE : QP_LINE - 1)) {
      out.push(line, "=\n");
      line = "";
    }
    line += piece;
  }
  out.push(line);
  return out.join("");
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
