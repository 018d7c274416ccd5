// UTF-8: reading, writing, and what is wrong with it.

const encoder = /* @__PURE__ */ new TextEncoder();
// A byte order mark goes at the start of a text, and stays in the middle of a field, where a word may begin with it.
const decoder = /* @__PURE__ */ new TextDecoder("utf-8", { ignoreBOM: true });

/** The text as UTF-8; a lone surrogate as U+FFFD. */
export function utf8Of(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text);
}

/** The text as UTF-8, the escaped octets (U+DC80 to U+DCFF) among it as octets. */
export function octetsOf(text: string): Uint8Array {
  if (text.isWellFormed()) return utf8Of(text);
  const out: number[] = [];
  // With "u" the second unit of a pair is not an escaped octet.
  const pieces = text.split(/([\udc80-\udcff])/u);
  pieces.forEach((piece, i) => {
    if (i % 2 === 1) out.push(piece.charCodeAt(0) & 0xff);
    else for (const octet of utf8Of(piece)) out.push(octet);
  });
  return Uint8Array.from(out);
}

/** The text of octets, U+FFFD in place of what is not UTF-8; a byte order mark stays. */
export function decodeUtf8(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

/**
 * The text of octets that are UTF-8; null for all others. A decoder that throws takes seven times as long in Deno for text that is
 * right, and its exception as long as a page.
 */
export function validUtf8(bytes: Uint8Array): string | null {
  const text = decoder.decode(bytes);
  return !text.includes("\ufffd") || isUtf8(bytes) ? text : null;
}

/** Length of the sequence at `i`, or the negative length of what is wrong there. */
export function utf8Step(bytes: Uint8Array, i: number): number {
  const lead = bytes[i]!;
  if (lead < 0x80) return 1;
  const size = lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
  if (size === 0) return -1;
  for (let k = 1; k < size; k++) {
    const octet = bytes[i + k];
    if (octet === undefined) return -k;
    let low = 0x80;
    let high = 0xbf;
    // Overlong forms, surrogates and everything past U+10FFFF show in the second octet.
    if (k === 1) {
      if (lead === 0xe0) low = 0xa0;
      else if (lead === 0xed) high = 0x9f;
      else if (lead === 0xf0) low = 0x90;
      else if (lead === 0xf4) high = 0x8f;
    }
    if (octet < low || octet > high) return -k;
  }
  return size;
}

/** True when the octets are UTF-8. */
export function isUtf8(bytes: Uint8Array): boolean {
  for (let i = 0; i < bytes.length;) {
    const size = utf8Step(bytes, i);
    if (size < 0) return false;
    i += size;
  }
  return true;
}
