/** Base64 of SASL exchanges and MIME bodies, RFC 4648 section 4. */

/**
 * Octets as base64 text.
 *
 * @param bytes The octets.
 * @returns Text with padding and without line ends.
 */
export function toBase64(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

/**
 * Base64 text as octets.
 *
 * @param text The text; white space around it and in it is passed over.
 * @returns The octets.
 * @throws {DOMException} When it is not base64.
 */
export function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
}
