// Octets that readers and writers look for.

/** Line feed. */
export const LF = 0x0a;
/** Carriage return. */
export const CR = 0x0d;
/** Horizontal tab. */
export const TAB = 0x09;
/** Blank. */
export const SPACE = 0x20;
/** Hyphen. */
export const DASH = 0x2d;
/** Equals sign. */
export const EQUALS = 0x3d;
/** Colon. */
export const COLON = 0x3a;
/** Low line. */
export const UNDERSCORE = 0x5f;

/** End of the line that starts at `at`, its line end included: LF, CR or both. */
export function lineEndFrom(bytes: Uint8Array, at: number, length: number = bytes.length): number {
  while (at < length) {
    const byte = bytes[at++]!;
    if (byte > CR) continue;
    if (byte === LF) return at;
    if (byte === CR) return at < length && bytes[at] === LF ? at + 1 : at;
  }
  return at;
}
