// Line ends of bodies as they are written: CRLF, CR and LF all become the one of the policy.

/**
 * Text with every line end changed to `linesep`.
 *
 * @param text the text
 * @param linesep line end to be written
 */
export function toLinesep(text: string, linesep: string): string {
  if (linesep === "\n" && !text.includes("\r")) return text;
  return text.replace(/\r\n|\r|\n/g, () => linesep);
}

const LF = 0x0a;
const CR = 0x0d;

/**
 * Bytes with every line end changed to `linesep`; the same array when they have it already.
 *
 * @param bytes the bytes
 * @param linesep line end to be written
 */
export function toLinesepBytes(bytes: Uint8Array, linesep: string): Uint8Array {
  if (linesep === "\n" ? !bytes.includes(CR) : linesep === "\r\n" && endsInCrlf(bytes)) return bytes;
  const end = new TextEncoder().encode(linesep);
  let ends = 0;
  for (const byte of bytes) if (byte === LF || byte === CR) ends++;
  const out = new Uint8Array(bytes.length + ends * end.length);
  let at = 0;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!;
    if (byte !== LF && byte !== CR) {
      out[at++] = byte;
      continue;
    }
    if (byte === CR && bytes[i + 1] === LF) i++;
    for (let k = 0; k < end.length; k++) out[at++] = end[k]!;
  }
  return out.subarray(0, at);
}

/** True when every CR stands before an LF and every LF behind a CR. */
function endsInCrlf(bytes: Uint8Array): boolean {
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!;
    if (byte > CR) continue;
    if (byte === LF || byte === CR && bytes[++i] !== LF) return false;
  }
  return true;
}
