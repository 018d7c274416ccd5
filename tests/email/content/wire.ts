/** What every message on the wire must be, whatever was put into it. */

import { assert, assertEquals } from "@std/assert";

/** The octets as text, one character each. */
export function latin1(bytes: Uint8Array): string {
  return Array.from(bytes, (octet) => String.fromCharCode(octet)).join("");
}

/** Octets of a text in UTF-8. */
export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/**
 * Checks a message that was built: CRLF and nothing else ends a line (RFC 5322 section 2.3), no line is longer than 998 octets
 * (section 2.1.1), no encoded word longer than 75, no line with one longer than 76 (RFC 2047 section 2), no address in one.
 */
export function assertOnWire(bytes: Uint8Array): void {
  const text = latin1(bytes);
  assert(!/\r(?!\n)|(?<!\r)\n/.test(text), "a line ends in something else than CRLF");
  assert(!text.includes("\0"), "there is a NUL");
  const header = text.slice(0, text.indexOf("\r\n\r\n") + 2);
  for (const line of text.split("\r\n")) assert(line.length <= 998, `a line of ${line.length} octets`);
  for (const line of header.split("\r\n")) {
    for (const [word] of line.matchAll(/=\?[^?\s]+\?[bq]\?[^?\s]*\?=/gi)) {
      assert(word.length <= 75, `an encoded word of ${word.length} octets`);
      assert(line.length <= 76, `a line of ${line.length} octets with an encoded word: ${line}`);
    }
  }
  for (const [field] of header.matchAll(/^(?:from|to|cc|bcc|reply-to|sender):.*\r\n(?:[ \t].*\r\n)*/gim)) {
    const plain = field.replace(/=\?[^?\s]+\?[bq]\?[^?\s]*\?=/gi, "").replace(/"(?:[^"\\]|\\.)*"(?!@)/g, "");
    assert(!/:\s*$/.test(plain) || /;/.test(plain), `no address in ${field}`);
  }
}

/** The field names of the header, in order. */
export function fieldNames(bytes: Uint8Array): string[] {
  const text = latin1(bytes);
  const end = text.indexOf("\r\n\r\n");
  return text.slice(0, end < 0 ? text.length : end).split("\r\n").filter((line) => !/^[ \t]/.test(line)).map(
    (line) => line.slice(0, line.indexOf(":")),
  );
}

/** Compares octets, and shows where they begin to differ. */
export function assertOctets(actual: Uint8Array, expected: Uint8Array, name = ""): void {
  const [a, b] = [latin1(actual), latin1(expected)];
  if (a === b) return;
  let at = 0;
  while (a[at] === b[at]) at++;
  const from = Math.max(0, at - 60);
  assertEquals(a.slice(from, at + 60), b.slice(from, at + 60), `${name} differs at octet ${at}`);
  assertEquals(a.length, b.length, name);
}
