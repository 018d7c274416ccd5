/**
 * Charsets of one octet a character.
 *
 * @module
 */

import { decodeLatin1, fromUnits, isAsciiBytes } from "../_text.ts";
import { ByteWriter, type Codec, type ErrorMode, UnitWriter } from "./_io.ts";

/** Marks an octet without a character. No single-byte charset has U+FFFD itself. */
export const UNDEFINED = 0xfffd;

/** A charset given by its 256 UTF-16 units. */
export class SingleByteCodec implements Codec {
  private reverse: Map<number, number> | undefined;
  private readonly asciiBased: boolean;

  constructor(readonly name: string, private readonly table: Uint16Array) {
    this.asciiBased = table.subarray(0, 128).every((unit, octet) => unit === octet);
  }

  decode(bytes: Uint8Array, errors: ErrorMode): string {
    if (this.asciiBased && isAsciiBytes(bytes)) return decodeLatin1(bytes);
    const table = this.table;
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
      if (unit === UNDEFINED) i = out.fail(i, i + 1, "character maps to <undefined>");
      else {
        out.unit(unit);
        i++;
      }
    }
    return out.text();
  }

  encode(text: string, errors: ErrorMode): Uint8Array {
    const reverse = this.reverse ??= this.invert();
    const out = new ByteWriter(this.name, errors, text.length);
    for (let i = 0; i < text.length; i++) {
      const code = text.codePointAt(i)!;
      let octet = reverse.get(code);
      if (octet === undefined) {
        const other = out.fail(code, i);
        octet = other < 0 ? undefined : reverse.get(other);
      }
      if (octet !== undefined) out.byte(octet);
      if (code > 0xffff) i++;
    }
    return out.result();
  }

  private invert(): Map<number, number> {
    const reverse = new Map<number, number>();
    // The highest octet wins where two have the same character, as in Python's charmap tables.
    this.table.forEach((unit, octet) => {
      if (unit !== UNDEFINED) reverse.set(unit, octet);
    });
    return reverse;
  }
}

/** ASCII, and ISO 8859-1 with its C1 controls: what TextDecoder would read as windows-1252. */
export class RangeCodec implements Codec {
  constructor(readonly name: string, private readonly limit: 0x80 | 0x100) {}

  decode(bytes: Uint8Array, errors: ErrorMode): string {
    if (this.limit === 0x100 || isAsciiBytes(bytes)) return decodeLatin1(bytes);
    const out = new UnitWriter(this.name, bytes, errors);
    for (let i = 0; i < bytes.length;) {
      const octet = bytes[i]!;
      if (octet > 0x7f) i = out.fail(i, i + 1, "ordinal not in range(128)");
      else {
        out.unit(octet);
        i++;
      }
    }
    return out.text();
  }

  encode(text: string, errors: ErrorMode): Uint8Array {
    const out = new ByteWriter(this.name, errors, text.length);
    for (let i = 0; i < text.length; i++) {
      let code = text.codePointAt(i)!;
      if (code > 0xffff) i++;
      if (code >= this.limit) code = out.fail(code, code > 0xffff ? i - 1 : i);
      if (code >= 0) out.byte(code);
    }
    return out.result();
  }
}

/** What Python's table has instead of the platform decoder's, as `hex octet` to `hex unit` pairs. */
const PATCHES: Record<string, string> = {
  koi8_u: "ae255dbe256c",
  cp1255: "cafffd",
  tis_620: "a0fffd",
};

/** The platform's label of a charset whose name is not one already. */
const LABELS: Record<string, string> = {
  cp866: "ibm866",
  cp874: "windows-874",
  iso8859_9: "windows-1254",
  iso8859_11: "windows-874",
  koi8_r: "koi8-r",
  koi8_u: "koi8-u",
  mac_cyrillic: "x-mac-cyrillic",
  mac_roman: "macintosh",
  tis_620: "windows-874",
  x_user_defined: "x-user-defined",
};

/** Builds the table of a charset that TextDecoder knows; null for any other name. */
export function platformTable(name: string): Uint16Array | null {
  let label = LABELS[name];
  if (label === undefined) {
    if (/^cp125[0-8]$/.test(name)) label = "windows-" + name.slice(2);
    else if (/^iso8859_(?:[2-8]|1[03-6])$/.test(name)) label = "iso-8859-" + name.slice(8);
    else return null;
  }
  const octets = Uint8Array.from({ length: 256 }, (_, i) => i);
  const text = new TextDecoder(label).decode(octets);
  const table = Uint16Array.from({ length: 256 }, (_, i) => text.charCodeAt(i));
  for (let i = 0x80; i < 0xa0; i++) {
    // WHATWG fills the holes of the Windows pages with C1 controls; Python leaves them undefined. The ISO
    // charsets it reads as Windows ones have all their controls.
    if (name.startsWith("cp")) {
      if (table[i] === i) table[i] = UNDEFINED;
    } else if (label.startsWith("windows")) table[i] = i;
  }
  const patch = PATCHES[name] ?? "";
  for (let i = 0; i < patch.length; i += 6) {
    table[parseInt(patch.slice(i, i + 2), 16)] = parseInt(patch.slice(i + 2, i + 6), 16);
  }
  return table;
}
