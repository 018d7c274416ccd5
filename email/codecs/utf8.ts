/**
 * UTF-8 with Python's error positions.
 *
 * @module
 */

import { decodeLatin1, isAsciiBytes } from "../text/text.ts";
import { decodeUtf8, utf8Of, utf8Step, validUtf8 } from "../text/utf8.ts";
import { ByteWriter, type Codec, type ErrorMode, UnitWriter } from "./io.ts";

/** UTF-8. */
export class Utf8Codec implements Codec {
  readonly name = "utf_8";

  decode(bytes: Uint8Array, errors: ErrorMode): string {
    // A field or a name is not worth a decoder call.
    if (bytes.length <= 64 && isAsciiBytes(bytes)) return decodeLatin1(bytes);
    // The platform's maximal subparts are Python's.
    if (errors === "replace") return decodeUtf8(bytes);
    const valid = validUtf8(bytes);
    if (valid !== null) return valid;
    // The loop finds the place, and what the mode makes of it.
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
    if (text.isWellFormed()) return utf8Of(text);
    const out = new ByteWriter(this.name, errors, text.length * 3);
    for (let i = 0; i < text.length; i++) {
      let code = text.codePointAt(i)!;
      if (code >= 0xd800 && code < 0xe000) code = out.fail(code, i);
      if (code < 0) continue;
      for (const octet of utf8Of(String.fromCodePoint(code))) out.byte(octet);
      if (code > 0xffff) i++;
    }
    return out.result();
  }
}
