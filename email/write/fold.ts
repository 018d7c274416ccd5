// Which header values folding leaves alone but for their line ends. Nearly all of them, and Header.encode is by far the
// slowest part of writing a message: CPython parses and decodes 6,400 small messages in the time it writes 1,500.

import { utf8Of } from "../text/utf8.ts";

/** Where CPython folds a field that is not to be folded. */
const NO_LIMIT = 1_000_000;

/**
 * True when folding changes no more than the line ends of a value: printable ASCII in lines that fit,
 * continuation lines with something after their first blank, no blanks at line ends.
 *
 * @param name name of the field
 * @param value its value, without the line end
 * @param maxLength longest line; 0 for no limit
 */
export function foldsToItself(name: string, value: string, maxLength: number): boolean {
  const field = utf8Of(`${name}: ${value}\n`);
  return !value.endsWith("\r") && fieldFoldsToItself(field, 0, name.length, field.length, maxLength);
}

function isBlank(unit: number | undefined): boolean {
  return unit === 0x20 || unit === 0x09;
}

/**
 * The same of a field as it was read: `Name: value` with one blank and a line end, and a value that
 * {@linkcode foldsToItself}.
 *
 * @param bytes what the field was read from
 * @param start start of the name
 * @param colon offset of the colon
 * @param end end of the field, its line end included
 * @param maxLength longest line; 0 for no limit
 */
export function fieldFoldsToItself(
  bytes: Uint8Array,
  start: number,
  colon: number,
  end: number,
  maxLength: number,
): boolean {
  const limit = maxLength === 0 ? NO_LIMIT : maxLength;
  let i = colon + 2;
  if (bytes[colon + 1] !== 0x20 || !(bytes[i]! > 0x20)) return false;
  let zero = start;
  while (i < end) {
    const byte = bytes[i]!;
    if (byte >= 0x20 && byte < 0x7f || byte === 0x09) {
      i++;
      continue;
    }
    if (byte !== 0x0a && byte !== 0x0d || isBlank(bytes[i - 1]) || i - zero > limit) return false;
    i++;
    if (byte === 0x0d && i < end && bytes[i] === 0x0a) i++;
    if (i === end) return true;
    const blank = bytes[i]!;
    if (!isBlank(blank) || !(bytes[i + 1]! > 0x20)) return false;
    zero = blank === 0x20 ? i : i - 7;
  }
  // The field is the last thing there is, without a line end: that one is still to be written.
  return false;
}
