// Valid UTF-8, found without the exception of a decoder: that costs as much as decoding a page.

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
