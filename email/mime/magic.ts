// Telling file formats by their first bytes.

/**
 * True when the bytes at `offset` are the characters of `text`.
 *
 * @param data the bytes
 * @param offset where to look
 * @param text one character for each byte
 */
export function hasAt(data: Uint8Array, offset: number, text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    if (data[offset + i] !== text.charCodeAt(i)) return false;
  }
  return true;
}
