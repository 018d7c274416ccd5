/**
 * Charsets of one octet a character.
 *
 * @module
 */

import { decodeLatin1, fromUnits, isAsciiBytes } from "../text/text.ts";
import { ByteWriter, type Codec, type ErrorMode, UnitWriter } from "./io.ts";

/** Marks an octet without a character. No single-byte charset has U+FFFD itself. */
export const UNDEFINED = 0xfffd;

/** A charset given by its 256 UTF-16 units. */
export class SingleByteCodec implements Codec {
  readonly #table: Uint16Array;
  #reverse: Map<number, number> | undefined;
  /** The octet from which on they are not their own characters: 0x100 for ISO 8859-1, 0x80 for whatever holds ASCII. */
  readonly #plain: number;

  readonly name: string;

  constructor(name: string, table: Uint16Array) {
    this.name = name;
    this.#table = table;
    const other = table.findIndex((unit, octet) => unit !== octet);
    this.#plain = other < 0 ? 0x100 : other;
  }

  decode(bytes: Uint8Array, errors: ErrorMode): string {
    if (this.#plain > 0xff || (this.#plain > 0x7f && isAsciiBytes(bytes))) return decodeLatin1(bytes);
    const table = this.#table;
    const units = new Uint16Array(bytes.length);
    let undefinedSeen = false;
    for (let i = 0; i < bytes.length; i++) {
      const unit = units[i] = table[bytes[i]!]!;
      if (unit === UNDEFINED) undefinedSeen = true;
    }
    // U+FFFD is what marks an octet without a character, and what replaces it.
    if (!undefinedSeen || errors === "replace") return fromUnits(units);
    const out = new UnitWriter(this.name, bytes, errors);
    for (let i = 0; i < bytes.length;) {
      const unit = table[bytes[i]!]!;
      if (unit === UNDEFINED) {
        i = out.fail(
          i,
          i + 1,
          this.name === "ascii" ? "ordinal not in range(128)" : "character maps to <undefined>",
        );
      } else {
        out.unit(unit);
        i++;
      }
    }
    return out.text();
  }

  encode(text: string, errors: ErrorMode): Uint8Array {
    const out = new ByteWriter(this.name, errors, text.length);
    // Only these two need no table; elsewhere a higher octet may be what ASCII is written with (mac_arabic).
    const direct = this.name === "ascii" || this.name === "latin_1" ? this.#plain : 0;
    const octetOf = (code: number) => code < direct ? code : (this.#reverse ??= this.#invert()).get(code);
    for (let i = 0; i < text.length; i++) {
      const code = text.codePointAt(i)!;
      let octet = octetOf(code);
      if (octet === undefined) {
        const other = out.fail(code, i);
        octet = other < 0 ? undefined : octetOf(other);
      }
      if (octet !== undefined) out.byte(octet);
      if (code > 0xffff) i++;
    }
    return out.result();
  }

  #invert(): Map<number, number> {
    const reverse = new Map<number, number>();
    // The highest octet wins where two have the same character, as in Python's charmap tables.
    this.#table.forEach((unit, octet) => {
      if (unit !== UNDEFINED) reverse.set(unit, octet);
    });
    return reverse;
  }
}

/** What Python's table has instead of the platform decoder's: octets and units. */
const PATCHES: Record<string, [octet: number, unit: number][]> = {
  koi8_u: [[0xae, 0x255d], [0xbe, 0x256c]],
  cp1255: [[0xca, UNDEFINED]],
  tis_620: [[0xa0, UNDEFINED]],
};

const PLATFORM =
  /^(?:cp(?:125[0-8]|866|874)|iso8859_\d+|koi8_[ru]|mac_(?:cyrillic|roman)|tis_620|x_user_defined)$/;

/** The table of a charset that TextDecoder knows, and of the two it takes for another; null for any other name. */
export function platformTable(name: string): Uint16Array | null {
  const octets = Uint8Array.from({ length: 256 }, (_, i) => i);
  if (name === "latin_1") return Uint16Array.from(octets);
  if (name === "ascii") return Uint16Array.from(octets, (octet) => octet < 0x80 ? octet : UNDEFINED);
  if (!PLATFORM.test(name)) return null;
  const label = name.replace("iso", "iso-").replace("mac", "x-mac").replace("cp87", "windows-87");
  const decoder = new TextDecoder(label.replaceAll("_", "-"));
  const text = decoder.decode(octets);
  const table = Uint16Array.from(octets, (octet) => text.charCodeAt(octet));
  for (let i = 0x80; i < 0xa0; i++) {
    // WHATWG fills the holes of the Windows pages with C1 controls; Python leaves them undefined. The ISO
    // charsets it reads as Windows ones have all their controls.
    if (name.startsWith("cp")) {
      if (table[i] === i) table[i] = UNDEFINED;
    } else if (decoder.encoding.startsWith("windows")) table[i] = i;
  }
  for (const [octet, unit] of PATCHES[name] ?? []) table[octet] = unit;
  return table;
}
