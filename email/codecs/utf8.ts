/**
 * UTF-8 with Python's error positions.
 *
 * @module
 */

import { decodeLatin1, isAsciiBytes } from "../text/text.ts";
import { ByteWriter, type Codec, type ErrorMode, UnitWriter } from "./io.ts";

const encoder = new TextEncoder();
const replacing = new TextDecoder("utf-8", { ignoreBOM: true });
const fatal = new TextDecoder("utf-8", { ignoreBOM: true, fatal: true });

/** Length of the sequence at `i`, or the negative length of what is wrong there. */
function utf8Step(bytes: Uint8Array, i: number): number {
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

/** UTF-8. */
export class Utf8Codec implements Codec {
  readonly name = "utf_8";

  decode(bytes: Uint8Array, errors: ErrorMode): string {
    // A field or a name is not worth a decoder call.
    if (bytes.length <= 64 && isAsciiBytes(bytes)) return decodeLatin1(bytes);
    // The platform's maximal subparts are Python's.
    if (errors === "replace") return replacing.decode(bytes);
    try {
      return fatal.decode(bytes);
    } catch {
      // The loop finds the place, and what the mode makes of it.
    }
    const out = new UnitWriter(this.name, bytes, errors);
    for (let i = 0; i < bytes.length;) {
      const size = utf8Step(bytes, i);
      if (size < 0) {
        i = out.fail(i, i - size, "invalid sequence");
        continue;
      }
      let code = size === 1 ? bytes[i]! : bytes[i]! & (0x7f >> size);
      for (let k = 1; k < size; k++) code = (code << 6) | (bytes[i + k]! & 0x3f);
      out.point(code);
      i += size;
    }
    return out.text();
  }

  encode(text: string, errors: ErrorMode): Uint8Array {
    if (text.isWellFormed()) return encoder.encode(text);
    const out = new ByteWriter(this.name, errors, text.length * 3);
    for (let i = 0; i < text.length; i++) {
      let code = text.codePointAt(i)!;
      if (code >= 0xd800 && code < 0xe000) code = out.fail(code, i);
      if (code < 0) continue;
      for (const octet of encoder.encode(String.fromCodePoint(code))) out.byte(octet);
      if (code > 0xffff) i++;
    }
    return out.result();
  }
}
