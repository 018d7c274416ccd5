/**
 * ISO-2022-JP that has no errors: EUC-JP in seven bits. Much mail is in it, so that it is read before anything is loaded.
 *
 * @module
 */

import type { Core } from "./core.ts";

/** Its text; null for anything that the codec itself has to look at. */
export function readIso2022Jp(bytes: Uint8Array, core: Core): string | null {
  const euc = new Uint8Array(bytes.length);
  let at = 0;
  let double = false;
  let roman = false;
  for (let i = 0; i < bytes.length; i++) {
    const octet = bytes[i]!;
    if (octet === 0x1b) {
      const kind = bytes[i + 1];
      const final = bytes[i + 2];
      double = kind === 0x24;
      roman = final === 0x4a;
      if (double ? final !== 0x40 && final !== 0x42 : kind !== 0x28 || (final !== 0x42 && !roman)) {
        return null;
      }
      i += 2;
    } else if (double && octet >= 0x20) {
      const trail = bytes[++i];
      if (octet < 0x21 || octet > 0x7e || trail === undefined || trail < 0x21 || trail > 0x7e) return null;
      euc[at++] = octet | 0x80;
      euc[at++] = trail | 0x80;
    } else if (octet > 0x7f || (roman && (octet === 0x5c || octet === 0x7e))) return null;
    else euc[at++] = octet;
  }
  try {
    return core.doubleByte("euc_jp").decode(euc.subarray(0, at), "strict");
  } catch {
    return null;
  }
}
