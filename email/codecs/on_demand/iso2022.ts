/**
 * ISO-2022-JP (RFC 1468) and what extends it, RFC 1554 and its like; ISO-2022-KR (RFC 1557); HZ.
 *
 * @module
 */

import type { Core } from "../core.ts";
import type { ByteWriter, Codec, UnitWriter } from "../io.ts";
import type { DoubleByteCodec } from "../double_byte.ts";
import { Iso2022Codec, type SetId, type State } from "./iso2022_states.ts";
import { codec as hzCodec } from "./hz.ts";

/** Sets by codec, in the order the encoder tries them. */
const SETS: Record<string, SetId[]> = {
  iso2022_jp: ["$B", "J"],
  iso2022_jp_1: ["$B", "$D", "J"],
  iso2022_jp_2: ["$B", "$D", "$C", "$A", "J", "A", "F"],
  iso2022_jp_ext: ["$B", "$D", "J", "I"],
  iso2022_kr: ["$C"],
};

/** The codec of HZ or of one of the family. */
export function codec(name: string, core: Core): Codec {
  if (name === "hz") return hzCodec(name, core);
  const Family = name === "iso2022_kr"
    ? Iso2022KrCodec
    : name === "iso2022_jp_2"
    ? Iso2022Jp2Codec
    : ExtendedCodec;
  return new Family(name, core, SETS[name]!);
}

class ExtendedCodec extends Iso2022Codec {
  protected override charset(set: SetId): DoubleByteCodec {
    return this.core.doubleByte(set === "$C" ? "cp949" : set === "$A" ? "gb2312" : "euc_jp");
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
  protected override control(bytes: Uint8Array, i: number, state: State, out: UnitWriter): number {
    if (bytes[i] !== 0x1b || bytes[i + 1] !== 0x4e) return i;
    if (i + 2 >= bytes.length) return out.fail(i, bytes.length, "incomplete multibyte sequence");
    const unit = this.high(state.planes[2]!, bytes[i + 2]!);
    if (unit < 0) return out.fail(i, i + 3, "illegal multibyte sequence");
    out.unit(unit);
    return i + 3;
  }

  /** The upper half of a set, one octet of it. */
  private high(set: SetId, octet: number): number {
    if (set === "B") return octet < 0x80 ? octet : -1;
    if (set === "A") return octet < 0x80 ? octet | 0x80 : -1;
    // The 1987 edition, before the euro, the drachma and the iota below were added.
    if (set !== "F" || octet === 0x24 || octet === 0x25 || octet === 0x2a) return -1;
    const text = this.core.decode(Uint8Array.of(octet ^ 0x80), "iso8859_7", "replace");
    return text === "\ufffd" ? -1 : text.charCodeAt(0);
  }
}

/** Two sets, between which single octets switch up to the end of a line. */
class Iso2022KrCodec extends ExtendedCodec {
  protected override control(bytes: Uint8Array, i: number, state: State): number {
    const octet = bytes[i];
    if (octet === 0x0a) state.shifted = 0;
    if (octet !== 0x0e && octet !== 0x0f) return i;
    state.shifted = octet === 0x0e ? 1 : 0;
    return i + 1;
  }

  /** The second set is announced once; "J" means ASCII after that. */
  protected override select(set: SetId, current: SetId, out: ByteWriter): SetId {
    if (set === "$C") {
      if (current === "B") out.ascii("\x1b$)C");
      if (current !== "$C") out.byte(0x0e);
      return set;
    }
    if (current !== "$C") return current;
    out.byte(0x0f);
    return "J";
  }

  protected override decodeWhole(): string | null {
    return null;
  }
}
