/**
 * What extends ISO-2022-JP: RFC 1554 and its like, and ISO-2022-KR (RFC 1557).
 *
 * @module
 */

import type { Codec, Core } from "../_io.ts";
import type { DoubleByteCodec } from "../double_byte.ts";
import { Iso2022Codec, type SetId } from "../iso2022.ts";
import { codec as hzCodec } from "./hz.ts";

/** Sets by codec, in the order the encoder tries them. */
const SETS: Record<string, SetId[]> = {
  iso2022_jp_1: ["$B", "$D", "J"],
  iso2022_jp_2: ["$B", "$D", "$C", "$A", "J", "A", "F"],
  iso2022_jp_ext: ["$B", "$D", "J", "I"],
  iso2022_kr: ["$C"],
};

/** The codec of HZ or of one of the family. */
export function codec(name: string, core: Core): Codec {
  if (name === "hz") return hzCodec(name, core);
  return new (name === "iso2022_jp_2" ? Iso2022Jp2Codec : ExtendedCodec)(name, core, SETS[name]!);
}

class ExtendedCodec extends Iso2022Codec {
  protected override charset(set: SetId): DoubleByteCodec {
    return this.core.doubleByte(set === "$C" ? "cp949" : set === "$A" ? "gb2312" : "euc_jp");
  }

  protected override decodeWhole(bytes: Uint8Array): string | null {
    return this.name === "iso2022_kr" ? null : super.decodeWhole(bytes);
  }

  protected override one(set: SetId, octet: number): string | undefined {
    if (set === "A" || set === "F") return undefined;
    if (set === "I") return octet > 0x20 && octet < 0x60 ? String.fromCharCode(0xff40 + octet) : undefined;
    return super.one(set, octet);
  }

  protected override oneOctet(set: SetId, code: number): number {
    if (set !== "I") return super.oneOctet(set, code);
    return code >= 0xff61 && code <= 0xff9f ? code - 0xff40 : 0;
  }
}

/** A third set, of which single characters are shifted in. */
class Iso2022Jp2Codec extends ExtendedCodec {
  /** The upper half of a set, one octet of it. */
  protected override high(set: SetId, octet: number): number {
    if (set === "B") return octet < 0x80 ? octet : -1;
    if (set === "A") return octet < 0x80 ? octet | 0x80 : -1;
    // The 1987 edition, before the euro, the drachma and the iota below were added.
    if (set !== "F" || octet === 0x24 || octet === 0x25 || octet === 0x2a) return -1;
    const text = this.core.decode(Uint8Array.of(octet ^ 0x80), "iso8859_7", "replace");
    return text === "\ufffd" ? -1 : text.charCodeAt(0);
  }
}
