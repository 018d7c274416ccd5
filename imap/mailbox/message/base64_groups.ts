/** Base64 (RFC 4648 section 4) in whole lines, as nearly all of it comes, decoded where it is. */

import { ALPHABET } from "../../../email/transfer/base64_table.ts";

/** What two characters never come to: at least one of them is not of the alphabet. */
const foreign = 0xffff;

/** The twelve bits of two characters, by both of them read as one number; made when it is needed. */
let pairs: Uint16Array | undefined;

/** Two octets as one number, as this machine reads them. */
function pair(first: number, second: number): number {
  return littleEndian ? second << 8 | first : first << 8 | second;
}

const littleEndian = /* @__PURE__ */ new Uint16Array(/* @__PURE__ */ new Uint8Array([1, 0]).buffer)[0] === 1;

function tableOfPairs(): Uint16Array {
  const table = new Uint16Array(0x10000).fill(foreign);
  for (let high = 0; high < 64; high++) {
    const first = ALPHABET.charCodeAt(high);
    for (let low = 0; low < 64; low++) table[pair(first, ALPHABET.charCodeAt(low))] = high << 6 | low;
  }
  return table;
}

/**
 * Reads groups of four characters up to the first that is not one, and returns where that is. A function of its own because one that is
 * called for every line is compiled better than a loop that is entered once.
 */
function readLine(table: Uint16Array, input: Uint16Array, at: number, out: Uint8Array, to: number): number {
  for (; at + 1 < input.length; at += 2) {
    const high = table[input[at]!]!;
    const low = table[input[at + 1]!]!;
    if ((high | low) > 0xfff) break;
    out[to] = high >> 4;
    out[to + 1] = high << 4 | low >> 8;
    out[to + 2] = low;
    to += 3;
  }
  return at;
}

/**
 * Decodes whole groups of four characters, with line ends between them, up to the first thing that is anything else. What comes out is
 * shorter than what goes in and is put in its place, so that nothing is made for it: the memory of a large part was touched twice.
 *
 * @param octets What is decoded; its beginning is overwritten.
 * @returns How many octets were read, and how many were written.
 */
export function decodeGroups(octets: Uint8Array): { read: number; written: number } {
  if (octets.byteOffset % 2 !== 0) return { read: 0, written: 0 };
  const input = new Uint16Array(octets.buffer, octets.byteOffset, octets.length >> 1);
  const lineEnd = pair(0x0d, 0x0a);
  const table = pairs ??= tableOfPairs();
  let at = 0;
  let written = 0;
  for (;;) {
    const end = readLine(table, input, at, octets, written);
    written += (end - at) / 2 * 3;
    at = end;
    if (input[at] !== lineEnd) return { read: at * 2, written };
    at++;
  }
}
