// Damaged header blocks: what tells a continuation line that lost its indentation from a body without the blank line, and
// which line ends are not line ends. Used for readMail; the answers of Python's parser are made without.

import { COLON, CR, DASH, LF, SPACE, TAB } from "../text/octets.ts";
import type { Delimiters } from "./delimiters.ts";
import { CONTINUED, DROPPED, type HeaderRepair, type LineRepair, NOT_HEADER } from "./dialect.ts";

/** End of a field's name at `at`, its colon; -1 when the line is not a field. Blanks before the colon are obsolete syntax. */
export function colonOf(bytes: Uint8Array, at: number): number {
  const start = at;
  let byte = bytes[at]!;
  while (byte > SPACE && byte < 0x7f && byte !== COLON) byte = bytes[++at]!;
  if (at === start) return -1;
  while (byte === SPACE || byte === TAB) byte = bytes[++at]!;
  return byte === COLON ? at : -1;
}

/** Fields that prove that a header goes on. Those that come once prove it when they have not been there. */
const ONCE =
  /^(?:from|to|b?cc|subject|date|message-id|in-reply-to|references|reply-to|sender|return-path|mime-version|content-(?:type|transfer-encoding|disposition|id|description|language|location)|user-agent|organization|precedence|auto-submitted|importance|priority|thread-(?:topic|index)|errors-to|return-receipt-to|disposition-notification-to|feedback-id|autocrypt|status|lines|newsgroups|path)$/;
const OFTEN =
  /^(?:x-.|list-.|resent-.|arc-.|dkim-signature$|received|authentication-results$|domainkey-signature$|delivered-to$|envelope-to$)/;
/** Longest name that is looked at. */
const NAME = 60;

function nameOf(bytes: Uint8Array, start: number, colon: number): string {
  let name = "";
  for (let i = start; i < colon && i < start + NAME && bytes[i]! > SPACE; i++) {
    name += String.fromCharCode(bytes[i]!);
  }
  return name.toLowerCase();
}

/**
 * Start of the next line that is a field without doubt, up to the next blank line; -1 when there is none.
 *
 * @param lines the message
 * @param at start of the line after the one that is not a field
 * @param most offset to look to
 * @param offsets the fields before
 */
function nextField(lines: Delimiters, at: number, most: number, offsets: number[]): number {
  const { bytes } = lines;
  let seen: Set<string> | null = null;
  while (at < most) {
    const first = bytes[at];
    if (first === LF || first === CR || lines.depth > 0 && first === DASH && lines.isAt(at)) return -1;
    const colon = colonOf(bytes, at);
    if (colon >= 0 && colon < most) {
      const name = nameOf(bytes, at, colon);
      if (OFTEN.test(name)) return at;
      if (ONCE.test(name)) {
        if (seen === null) {
          seen = new Set();
          for (let i = 0; i < offsets.length; i += 3) seen.add(nameOf(bytes, offsets[i]!, offsets[i + 1]!));
        }
        if (!seen.has(name)) return at;
      }
    }
    at = lines.lineEndFrom(at);
  }
  return -1;
}

/** As many lines of a header are damage; what follows is body. */
const MAX_DAMAGED = 10_000;

/** Lines of one header. Up to the next field without doubt, which is looked for once, all lines are damage in the header. */
class DamagedLines implements LineRepair {
  #count = 0;
  readonly #lines: Delimiters;
  readonly #most: number;
  readonly #offsets: number[];
  /** Start of that field; -1 once there is none, and every line of the header can be a lost one. */
  #damaged = 0;

  constructor(lines: Delimiters, most: number, offsets: number[]) {
    this.#lines = lines;
    this.#most = most;
    this.#offsets = offsets;
  }

  kindOf(at: number, end: number, open: boolean): number {
    const lines = this.#lines;
    const { bytes } = lines;
    if (this.#count++ === MAX_DAMAGED) return NOT_HEADER;
    if (this.#damaged >= 0 && at >= this.#damaged) {
      this.#damaged = nextField(lines, end, Math.min(this.#most, lines.length), this.#offsets);
    }
    if (!(this.#damaged > at && end <= this.#most) && !(open && continues(bytes, at, end))) return NOT_HEADER;
    return isBrokenField(bytes, at, end) ? DROPPED : CONTINUED;
  }
}

/** Reads damaged headers for readMail. */
export const headerRepair: HeaderRepair = {
  headerStart,
  lineEndRest,
  colonOf,
  begin: (lines, most, offsets) => new DamagedLines(lines, most, offsets),
};

/** Longest name of a field with blanks in it, and longest line that is looked at as a whole. */
const SHORT = 40;

/** True for a line that is a field but for its name: `Some Words: value`, or a quoted envelope line. It is dropped. */
function isBrokenField(bytes: Uint8Array, at: number, end: number): boolean {
  if (bytes[at] === 0x3e && bytes[at + 1] === 0x46) return true;
  for (let i = at; i < end && i < at + SHORT; i++) {
    const byte = bytes[i]!;
    if (byte === COLON) return true;
    const letter = byte | 0x20;
    if (
      !(byte > 0x7e || byte === SPACE || byte === TAB || byte === 0x2d || byte === 0x5f || byte < 0x20 ||
        (letter >= 0x61 && letter <= 0x7a) || (byte >= 0x30 && byte <= 0x39))
    ) return false;
  }
  return false;
}

/**
 * True for the last line of a header that has lost its indentation: the line before ends in a comma and this one holds an
 * address, or it ends in a semicolon and this one is a parameter.
 */
function continues(bytes: Uint8Array, at: number, end: number): boolean {
  let last = at - 1;
  while (last > 0 && (bytes[last] === LF || bytes[last] === CR || bytes[last] === SPACE)) last--;
  if (bytes[last] === 0x2c) {
    const sign = bytes.indexOf(0x40, at);
    return sign >= 0 && sign < end;
  }
  if (bytes[last] !== 0x3b) return false;
  let i = at;
  while (i < end && i < at + SHORT) {
    const byte = bytes[i]!;
    const letter = byte | 0x20;
    if (byte === 0x3d) return i > at;
    if (
      !((letter >= 0x61 && letter <= 0x7a) || (byte >= 0x30 && byte <= 0x39) || byte === 0x2d ||
        byte === 0x2a)
    ) {
      return false;
    }
    i++;
  }
  return false;
}

/** Start of the header of a whole message: after a byte order mark, and after blank lines when a field follows. */
function headerStart(bytes: Uint8Array, at: number): number {
  const start = bytes[at] === 0xef && bytes[at + 1] === 0xbb && bytes[at + 2] === 0xbf ? at + 3 : at;
  let next = start;
  while (next < bytes.length && (bytes[next] === LF || bytes[next] === CR || bytes[next] === SPACE)) next++;
  return next > start && colonOf(bytes, next) >= 0 ? next : start;
}

/**
 * How many octets of a blank line belong to the line end before it: the second half of `\r\r\n`, and of `\n\r`. 0 for a
 * blank line.
 */
function lineEndRest(bytes: Uint8Array, at: number): number {
  const before = bytes[at - 1];
  if (bytes[at] !== CR || (before !== CR && before !== LF)) return 0;
  const rest = bytes[at + 1] === LF ? 2 : 1;
  if (rest === (before === CR ? 1 : 2)) return 0;
  const next = bytes[at + rest];
  if (next === SPACE || next === TAB || colonOf(bytes, at + rest) >= 0) return rest;
  return before === CR && (next === LF || next === CR) ? rest : 0;
}
