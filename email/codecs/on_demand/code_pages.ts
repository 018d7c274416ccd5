/**
 * The single-byte charsets that TextDecoder does not have.
 *
 * @module
 */

import type { Codec } from "../io.ts";
import { platformTable, SingleByteCodec } from "../single_byte.ts";
import { CODE_PAGES } from "./code_pages_data.ts";
import { unpack } from "./packed.ts";

let codePages: Map<string, Uint16Array> | undefined;

/** The codec of a page. */
export function codec(name: string): Codec {
  codePages ??= readCodePages();
  return new SingleByteCodec(name, codePages.get(name)!);
}

/** Unpacks the pages; tests/email/data/code_pages.py says how they are packed. */
function readCodePages(): Map<string, Uint16Array> {
  const pages = new Map<string, Uint16Array>();
  for (const line of CODE_PAGES.split("\n")) {
    const [name, base, packed] = line.split(" ") as [string, string, string];
    const table = (pages.get(base) ?? platformTable(base))!.slice();
    unpack(packed, (octet, unit) => table[octet] = unit);
    pages.set(name, table);
  }
  return pages;
}
