/**
 * UTF-16, UTF-32, UTF-7 and signed UTF-8 with Python's error positions and byte order rules.
 *
 * @module
 */

import { decodeLatin1, isAsciiBytes } from "../../text/text.ts";
import type { Core } from "../core.ts";
import { ByteWriter, type Codec, type ErrorMode, UnitWriter } from "../io.ts";

/** The codec of a Unicode transformation format. */
export function codec(name: string, core: Core): Codec {
  const [, bits, order] = /^utf_(7|8|16|32)_?([bl]?)/.exec(name)!;
  if (bits === "8") return new SignedUtf8Codec(core);
  return bits === "7" ? new Utf7Codec() : new WideCodec(name, bits === "16" ? 2 : 4, order!);
}

/** UTF-8 with a signature, which decoding drops and encoding writes. */
class SignedUtf8Codec implements Codec {
  readonly name = "utf_8_sig";

  private readonly core: Core;

  constructor(core: Core) {
    this.core = core;
  }

  decode(bytes: Uint8Array, errors: ErrorMode): string {
    const signed = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
    return this.core.decode(signed ? bytes.subarray(3) : bytes, "utf_8", errors);
  }

  encode(text: string, errors: ErrorMode): Uint8Array {
    const octets = this.core.encode(text, "utf_8", errors);
    const signed = new Uint8Array(octets.length + 3);
    signed.set([0xef, 0xbb, 0xbf]);
    signed.set(octets, 3);
    return signed;
  }
}

/** UTF-16 and UTF-32. Without a byte order in the name: by the mark, else little endian, written with a mark. */
class WideCodec implements Codec {
  readonly name: string;
  private readonly size: 2 | 4;
  private readonly order: string;

  constructor(name: string, size: 2 | 4, order: string) {
    this.name = name;
    this.size = size;
    this.order = order;
  }

  decode(bytes: Uint8Array, errors: ErrorMode): string {
    const size = this.size;
    const out = new UnitWriter(this.name, bytes, errors);
    let big = this.order === "b";
    const value = (at: number) => {
      let code = 0;
      for (let k = 0; k < size; k++) code = code * 256 + bytes[at + (big ? k : size - 1 - k)]!;
      return code;
    };
    let i = 0;
    if (this.order === "" && bytes.length >= size) {
      if (value(0) === 0xfeff) i = size;
      else {
        big = true;
        if (value(0) === 0xfeff) i = size;
        else big = false;
      }
    }
    while (i < bytes.length) {
      if (i + size > bytes.length) {
        i = out.fail(i, bytes.length, "truncated data");
        continue;
      }
      const code = value(i);
      if (size === 4) {
        if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) i = out.fail(i, i + 4, "not a code point");
        else {
          out.point(code);
          i += 4;
        }
      } else if (code < 0xd800 || code > 0xdfff) {
        out.unit(code);
        i += 2;
      } else if (code > 0xdbff) {
        i = out.fail(i, i + 2, "illegal encoding");
      } else if (i + 4 > bytes.length) {
        i = out.fail(i, bytes.length, "unexpected end of data");
      } else {
        const low = value(i + 2);
        if (low >= 0xdc00 && low < 0xe000) {
          out.unit(code);
          out.unit(low);
          i += 4;
        } else i = out.fail(i, i + 2, "illegal UTF-16 surrogate");
      }
    }
    return out.text();
  }

  encode(text: string, errors: ErrorMode): Uint8Array {
    // One escaped octet is not a whole unit: Python refuses it here.
    const out = new ByteWriter(
      this.name,
      errors === "surrogateescape" ? "strict" : errors,
      text.length * this.size,
    );
    const put = (code: number) => {
      for (let k = 0; k < this.size; k++) {
        const shift = (this.order === "b" ? this.size - 1 - k : k) * 8;
        out.byte((code >>> shift) & 0xff);
      }
    };
    if (this.order === "") put(0xfeff);
    for (let i = 0; i < text.length; i++) {
      let code = text.codePointAt(i)!;
      if (code >= 0xd800 && code < 0xe000) code = out.fail(code, i);
      if (code < 0) continue;
      if (code > 0xffff) {
        i++;
        if (this.size === 2) {
          put(0xd7c0 + (code >> 10));
          code = 0xdc00 | (code & 0x3ff);
        }
      }
      put(code);
    }
    return out.result();
  }
}

const BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const SEXTET = new Int8Array(256).fill(-1);
for (let i = 0; i < 64; i++) SEXTET[BASE64.charCodeAt(i)] = i;
/** Characters written as they are: sets D and O of RFC 2152 and white space. */
const DIRECT = new Uint8Array(128);
for (let code = 0; code < 128; code++) {
  if (/[A-Za-z0-9'(),\-./:? \t\r\n!"#$%&*;<=>@[\]^_`{|}]/.test(String.fromCharCode(code))) DIRECT[code] = 1;
}

/** UTF-7 (RFC 2152). */
class Utf7Codec implements Codec {
  readonly name = "utf_7";

  decode(bytes: Uint8Array, errors: ErrorMode): string {
    if (bytes.indexOf(0x2b) < 0 && isAsciiBytes(bytes)) return decodeLatin1(bytes);
    const out = new UnitWriter(this.name, bytes, errors);
    let shifted = false;
    let start = 0;
    let bits = 0;
    let buffer = 0;
    // A high surrogate waits for its other half.
    let high = 0;
    for (let i = 0; i < bytes.length;) {
      const octet = bytes[i]!;
      if (shifted) {
        const value = SEXTET[octet]!;
        if (value >= 0) {
          buffer = (buffer << 6) | value;
          bits += 6;
          i++;
          if (bits < 16) continue;
          bits -= 16;
          const unit = buffer >> bits;
          buffer &= (1 << bits) - 1;
          if (high !== 0) out.unit(high);
          high = 0;
          if (unit >= 0xd800 && unit < 0xdc00) high = unit;
          else out.unit(unit);
          continue;
        }
        shifted = false;
        if (bits >= 6 || buffer !== 0) {
          i = out.fail(start, i + 1, bits >= 6 ? "partial character" : "non-zero padding bits");
          continue;
        }
        if (high !== 0 && octet < 0x80) out.unit(high);
        high = 0;
        if (octet === 0x2d) i++;
      } else if (octet === 0x2b) {
        start = i++;
        if (bytes[i] === 0x2d) {
          i++;
          out.unit(0x2b);
        } else if (i < bytes.length && SEXTET[bytes[i]!]! < 0) {
          i = out.fail(start, i + 1, "ill-formed sequence");
        } else {
          shifted = true;
          high = bits = buffer = 0;
        }
      } else if (octet < 0x80) {
        out.unit(octet);
        i++;
      } else i = out.fail(i, i + 1, "unexpected special character");
      if (i >= bytes.length) break;
    }
    if (shifted && (high !== 0 || bits >= 6 || buffer !== 0)) {
      // The octets of the sequence may be looked at again: they are ASCII and no sequence any more.
      out.fail(start, bytes.length, "unterminated shift sequence");
    }
    return out.text();
  }

  encode(text: string, errors: ErrorMode): Uint8Array {
    const out = new ByteWriter(this.name, errors, text.length * 2);
    let shifted = false;
    let bits = 0;
    let buffer = 0;
    const flush = () => {
      if (bits > 0) out.byte(BASE64.charCodeAt((buffer << (6 - bits)) & 63));
      bits = buffer = 0;
      shifted = false;
    };
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      if (unit < 0x80 && DIRECT[unit] === 1) {
        if (shifted) {
          flush();
          if (SEXTET[unit]! >= 0 || unit === 0x2d) out.byte(0x2d);
        }
        out.byte(unit);
        continue;
      }
      if (!shifted) {
        out.byte(0x2b);
        if (unit === 0x2b) {
          out.byte(0x2d);
          continue;
        }
        shifted = true;
      }
      buffer = (buffer << 16) | unit;
      bits += 16;
      while (bits >= 6) {
        bits -= 6;
        out.byte(BASE64.charCodeAt((buffer >>> bits) & 63));
      }
      buffer &= (1 << bits) - 1;
    }
    if (shifted) {
      flush();
      out.byte(0x2d);
    }
    return out.result();
  }
}
