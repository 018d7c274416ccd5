/**
 * HZ (RFC 1843): GB 2312 between `~{` and `~}`.
 *
 * @module
 */

import type { Core } from "../core.ts";
import { ByteWriter, type Codec, type ErrorMode, UnitWriter } from "../io.ts";
import { characterAt, type DoubleByteCodec } from "../double_byte.ts";

/** The codec, with GB 2312 taken from its own. */
export function codec(_name: string, core: Core): Codec {
  return new HzCodec(core.doubleByte("gb2312"));
}

class HzCodec implements Codec {
  readonly name = "hz";

  private readonly gb2312: DoubleByteCodec;

  constructor(gb2312: DoubleByteCodec) {
    this.gb2312 = gb2312;
  }

  decode(bytes: Uint8Array, errors: ErrorMode): string {
    const out = new UnitWriter(this.name, bytes, errors);
    let double = false;
    for (let i = 0; i < bytes.length;) {
      const octet = bytes[i]!;
      if (octet > 0x7f) {
        i = out.fail(i, i + 1, "illegal multibyte sequence");
        continue;
      }
      if (!double && octet !== 0x7e) {
        out.unit(octet);
        i++;
        continue;
      }
      const next = bytes[i + 1];
      if (next === undefined) {
        i = out.fail(i, i + 1, "incomplete multibyte sequence");
        continue;
      }
      let text: string | undefined;
      if (octet !== 0x7e) {
        text = next < 0x80 ? characterAt(this.gb2312.pairs(), ((octet << 8) | next) + 0x8080) : undefined;
      } else if (double) {
        if (next === 0x7d) {
          double = false;
          text = "";
        }
      } else if (next === 0x7e) text = "~";
      else if (next === 0x7b || next === 0x0a) {
        double = next === 0x7b;
        text = "";
      }
      if (text === undefined) i = out.fail(i, i + 1, "illegal multibyte sequence");
      else {
        out.string(text);
        i += 2;
      }
    }
    return out.text();
  }

  encode(text: string, errors: ErrorMode): Uint8Array {
    const out = new ByteWriter(this.name, errors, text.length * 2);
    const reverse = this.gb2312.encodeTable().units;
    let double = false;
    for (let i = 0; i < text.length; i++) {
      let code = text.codePointAt(i)!;
      const octets = code > 0xffff ? 0 : reverse[code]!;
      if (octets > 0) {
        if (!double) out.ascii("~{");
        double = true;
        out.code(octets - 0x8080);
        continue;
      }
      if (code >= 0x80) {
        const start = i;
        if (code > 0xffff) i++;
        code = out.fail(code, start);
      }
      if (code < 0) continue;
      if (double) out.ascii("~}");
      double = false;
      out.ascii(code === 0x7e ? "~~" : String.fromCharCode(code));
    }
    if (double) out.ascii("~}");
    return out.result();
  }
}
