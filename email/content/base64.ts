// Base64 that is read to its end, whatever is in between.

import { COLON, CR, DASH, EQUALS, LF, SPACE, UNDERSCORE } from "../text/octets.ts";
import { decodeLargeBase64 } from "../transfer/base64_table.ts";
import { DECODE64, decodeCleanBase64 } from "../transfer/base64.ts";
import type { Problem } from "./model.ts";
import { note } from "./problems.ts";

const FOREIGN = 0xff;

/** Six bits by octet; the alphabet for addresses (RFC 4648 section 5) as well. */
const VALUES = /* @__PURE__ */ values();

function values(): Uint8Array {
  const out = DECODE64.slice();
  out[0x2d] = 62;
  out[0x5f] = 63;
  return out;
}

/** Octets of a base64 body; what was wrong with it is noted. */
export function readBase64(bytes: Uint8Array, problems?: Problem[]): Uint8Array {
  const clean = decodeLargeBase64(bytes) ?? decodeCleanBase64(bytes);
  if (clean !== null) return clean;
  if (!isText(bytes)) return readDamaged(bytes, problems);
  note(problems, "transfer-encoding", "text that is not base64 was left as it is");
  return bytes;
}

/** How much is looked at to see that nothing of it is base64. */
const MAX_LOOK = 2_000;

/** True for words and signs of text, and no line of base64 before or among them: the field is wrong about them. */
function isText(bytes: Uint8Array): boolean {
  const end = Math.min(bytes.length, MAX_LOOK);
  let blanks = 0;
  let signs = 0;
  for (let start = 0; start < end;) {
    let at = start;
    for (; at < end && bytes[at] !== LF; at++) {
      const octet = bytes[at]!;
      if (octet === 0x20) blanks++;
      else if (octet > 0x20 && octet !== EQUALS && VALUES[octet] === FOREIGN) signs++;
    }
    // A short word is one of both.
    const padded = bytes[at - 1] === EQUALS || bytes[at - 2] === EQUALS;
    if ((at - start > 8 || at > start && padded) && isBase64Line(bytes, start)) return false;
    start = at + 1;
  }
  // One word in English has five letters, and one sentence a full stop.
  return signs > 0 && blanks * 20 > end;
}

function readDamaged(bytes: Uint8Array, problems?: Problem[]): Uint8Array {
  const { length } = bytes;
  const out = new Uint8Array(Math.ceil(length * 3 / 4) + 3);
  let at = 0;
  let group = 0;
  let count = 0;
  let joined = false;
  let foreign = false;
  let padded = false;
  let ended = false;
  let left = false;
  // Blanks alone are nothing to tell of.
  let cut = false;
  // Up to here a line is known to be base64: two million octets without a line end have room for 500,000 pieces.
  let sure = 0;
  // The end of the body ends a piece as padding does.
  for (let i = 0; i <= length; i++) {
    const octet = i < length ? bytes[i]! : EQUALS;
    const value = VALUES[octet]!;
    if (value !== FOREIGN) {
      if (padded || ended) {
        // After the padding, or an empty line: another piece of base64, or text that was added.
        if (i >= sure) {
          const next = bytes.indexOf(LF, i);
          if (padded ? !isBase64Line(bytes, i) : isTextLine(bytes, i)) {
            left = padded = true;
            // A line of hyphens or underscores begins what a mailing list adds, words that could be base64 too.
            i = next < 0 || octet === DASH || octet === UNDERSCORE ? length - 1 : next;
            continue;
          }
          sure = next < 0 ? length : next;
        }
        joined ||= padded;
        padded = ended = false;
      }
      group = group << 6 | value;
      if (++count === 4) {
        out[at++] = group >> 16;
        out[at++] = group >> 8;
        out[at++] = group;
        group = count = 0;
      }
    } else if (octet === EQUALS) {
      cut ||= count === 1 || i === length && count > 0;
      if (count >= 2) out[at++] = group >> (count === 2 ? 4 : 10);
      if (count === 3) out[at++] = group >> 2;
      group = count = 0;
      padded = true;
    } else if (octet > 0x20) {
      foreign = true;
    } else if (
      octet === LF && at > 0 && count === 0 &&
      (bytes[bytes[i - 1] === CR ? i - 2 : i - 1] === LF || isRule(bytes, i + 1))
    ) {
      // What follows an empty line or a ruled one may be text that a mailing list adds to every message.
      ended = true;
    }
  }
  if (left) note(problems, "transfer-encoding", "text after the end of base64 was left out");
  if (joined) note(problems, "transfer-encoding", "pieces of base64, each with its own end, were joined");
  if (foreign) {
    note(problems, "transfer-encoding", "characters in base64 that do not belong there were left out");
  }
  if (!joined && !foreign && cut) note(problems, "transfer-encoding", "base64 that is not complete");
  return out.subarray(0, at);
}

/** True for a line of hyphens or underscores. */
function isRule(bytes: Uint8Array, at: number): boolean {
  const first = bytes[at];
  if (first !== DASH && first !== UNDERSCORE) return false;
  let end = at + 1;
  while (bytes[end] === first) end++;
  return end > at + 1 && !(bytes[end]! > SPACE);
}

/** True for a line of hyphens or underscores, one of words, and one with an address. */
function isTextLine(bytes: Uint8Array, at: number): boolean {
  if (isRule(bytes, at)) return true;
  for (let end = at; end < bytes.length && bytes[end] !== LF; end++) {
    const octet = bytes[end];
    if (octet === COLON || octet === 0x40 || octet === SPACE && bytes[end + 1]! > SPACE) return true;
  }
  return false;
}

/** True when the rest of the line is base64 and nothing else; a line of hyphens or underscores is not. */
function isBase64Line(bytes: Uint8Array, at: number): boolean {
  let end = at;
  while (
    end < bytes.length && (bytes[end] === EQUALS || DECODE64[bytes[end]!] !== FOREIGN)
  ) end++;
  while (end < bytes.length && bytes[end] !== LF) if (bytes[end++]! > 0x20) return false;
  return true;
}
