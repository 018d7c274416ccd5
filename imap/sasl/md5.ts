/** MD5 (RFC 1321) and HMAC-MD5 (RFC 2104) for CRAM-MD5 alone: WebCrypto has no MD5. Nothing new should use it. */

const shifts = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21];

/** MD5 of some octets: 16 octets. */
export function md5(bytes: Uint8Array): Uint8Array {
  const words = new Uint32Array((((bytes.length + 8) >>> 6) + 1) * 16);
  const view = new DataView(words.buffer);
  new Uint8Array(words.buffer).set(bytes);
  view.setUint8(bytes.length, 0x80);
  view.setUint32(words.byteLength - 8, bytes.length * 8 >>> 0, true);
  view.setUint32(words.byteLength - 4, Math.floor(bytes.length / 2 ** 29), true);
  let [a0, b0, c0, d0] = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476];
  for (let block = 0; block < words.byteLength; block += 64) {
    let [a, b, c, d] = [a0, b0, c0, d0];
    for (let i = 0; i < 64; i++) {
      const round = i >> 4;
      const f = round === 0
        ? (b & c) | (~b & d)
        : round === 1
        ? (d & b) | (~d & c)
        : round === 2
        ? b ^ c ^ d
        : c ^ (b | ~d);
      const g = round === 0
        ? i
        : round === 1
        ? (5 * i + 1) & 15
        : round === 2
        ? (3 * i + 5) & 15
        : (7 * i) & 15;
      const constant = Math.floor(Math.abs(Math.sin(i + 1)) * 2 ** 32);
      const sum = (a + f + constant + view.getUint32(block + g * 4, true)) | 0;
      const shift = shifts[round * 4 + (i & 3)]!;
      [a, d, c, b] = [d, c, b, (b + (sum << shift | sum >>> (32 - shift))) | 0];
    }
    a0 = (a0 + a) | 0;
    b0 = (b0 + b) | 0;
    c0 = (c0 + c) | 0;
    d0 = (d0 + d) | 0;
  }
  const digest = new Uint8Array(16);
  const out = new DataView(digest.buffer);
  for (const [index, word] of [a0, b0, c0, d0].entries()) out.setInt32(index * 4, word, true);
  return digest;
}

/** HMAC-MD5: 16 octets. */
export function hmacMd5(key: Uint8Array, message: Uint8Array): Uint8Array {
  const block = new Uint8Array(64);
  block.set(key.length > 64 ? md5(key) : key);
  const padded = (pad: number, rest: Uint8Array) => {
    const bytes = new Uint8Array(64 + rest.length);
    for (const [index, byte] of block.entries()) bytes[index] = byte ^ pad;
    bytes.set(rest, 64);
    return md5(bytes);
  };
  return padded(0x5c, padded(0x36, message));
}
