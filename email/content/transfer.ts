// Transfer encodings as they are spelt, and bodies as they are damaged. Python's answers are in transfer/.

import { HEX, NONE } from "../text/hex.ts";
import { CR, EQUALS, LF, SPACE, TAB } from "../text/octets.ts";
import { decodeUu } from "../transfer/uu.ts";
import { readBase64 } from "./base64.ts";
import { decodeWords } from "./encoded_words.ts";
import { stripComments } from "./fields.ts";
import type { Problem } from "./model.ts";
import { note } from "./problems.ts";

/** Transfer encodings that change octets; identity for everything else. */
export type Encoding = "base64" | "quoted-printable" | "uuencode" | "identity";

/** Longest value that is looked at. */
const MAX_VALUE = 200;

/**
 * The encoding that a field means: blanks, quotes, case, comments, parameters, encoded words and misspellings aside.
 *
 * @param value value of the field; undefined when there is none
 */
export function encodingOf(value: string | undefined, problems?: Problem[]): Encoding {
  if (value === undefined) return "identity";
  switch (value) {
    case "base64":
    case "quoted-printable":
      return value;
    case "7bit":
    case "8bit":
    case "binary":
      return "identity";
  }
  const short = decodeWords(value.slice(0, MAX_VALUE));
  const word = (stripComments(short) || short).toLowerCase().replace(/^content-transfer-encoding\s*:/, "");
  const letters = word.replace(/[^a-z0-9]+/g, "");
  const encoding: Encoding | null = letters.includes("base64") || letters === "b64" || letters === "b"
    ? "base64"
    : letters.includes("quotedprintable") || letters.startsWith("quoted") || letters === "q" ||
        letters === "qp"
    ? "quoted-printable"
    : letters.includes("uuencode") || letters.startsWith("uue") || letters.startsWith("xuue")
    ? "uuencode"
    : /^(?:[78]bits?|binary|none|)(?:$|[^a-z0-9])/.test(word.trim()) || /^[78]bit|^binary/.test(letters)
    ? "identity"
    : null;
  const plain = word.trim();
  if (encoding === null || (plain !== encoding && encoding !== "identity")) {
    if (!(encoding === "uuencode" && /^(?:x-)?uue(?:ncode)?$/.test(plain))) {
      note(
        problems,
        "transfer-encoding",
        `${JSON.stringify(short.slice(0, 60))} is read as ${encoding ?? "8bit"}`,
      );
    }
  }
  return encoding ?? "identity";
}

/**
 * Octets of a body, its transfer encoding undone; the body itself when there is none.
 *
 * @param unix lines of quoted-printable may end as `\n` in what comes out
 */
export function readBody(
  bytes: Uint8Array,
  encoding: Encoding,
  problems?: Problem[],
  unix = false,
): Uint8Array {
  switch (encoding) {
    case "base64":
      return readBase64(bytes, problems);
    case "quoted-printable":
      return readQuotedPrintable(bytes, unix);
    case "uuencode": {
      const data = uuClaims(bytes) > bytes.length ? bytes : decodeUu(bytes);
      if (data === bytes) note(problems, "transfer-encoding", "uuencoded data that cannot be read");
      return data;
    }
    default:
      return bytes;
  }
}

/** How many octets the lines of uuencoded data say they hold: `M` and nothing after it makes 45 of two. */
function uuClaims(bytes: Uint8Array): number {
  let sum = 0;
  for (let at = 0; at < bytes.length;) {
    sum += bytes[at]! - 0x20 & 0x3f;
    const end = bytes.indexOf(LF, at);
    at = end < 0 ? bytes.length : end + 1;
  }
  return sum;
}

/**
 * Quoted-printable by RFC 2045 section 6.7: blanks at the end of a line go (3), also after the `=` of a soft line break (5), digits
 * may be small, an `=` before anything else stays.
 */
export function readQuotedPrintable(input: Uint8Array, unix = false): Uint8Array {
  const { length } = input;
  const out = new Uint8Array(length);
  let at = 0;
  let i = 0;
  while (i < length) {
    let byte = input[i]!;
    while (byte !== EQUALS && byte !== LF) {
      out[at++] = byte;
      if (++i === length) return out.subarray(0, at - blanksBefore(input, length));
      byte = input[i]!;
    }
    if (byte === LF) {
      const lineEnd = i > 0 && input[i - 1] === CR ? i - 1 : i;
      const blanks = blanksBefore(input, lineEnd);
      if (unix || blanks > 0) {
        at -= blanks + i - lineEnd;
        if (lineEnd < i && !unix) out[at++] = CR;
      }
      out[at++] = LF;
      i++;
      continue;
    }
    const high = HEX[input[i + 1] ?? 0]!;
    const low = high === NONE ? NONE : HEX[input[i + 2] ?? 0]!;
    if (low !== NONE) {
      out[at++] = high << 4 | low;
      i += 3;
      continue;
    }
    let end = i + 1;
    while (end < length && (input[end] === SPACE || input[end] === TAB)) end++;
    if (end === length) break;
    if (input[end] === LF) {
      i = end + 1;
    } else if (input[end] === CR) {
      i = end + (input[end + 1] === LF ? 2 : 1);
    } else {
      out[at++] = EQUALS;
      i++;
    }
  }
  return out.subarray(0, at);
}

/** Number of blanks before an offset; they were copied one by one. */
function blanksBefore(input: Uint8Array, end: number): number {
  let start = end;
  while (start > 0 && (input[start - 1] === SPACE || input[start - 1] === TAB)) start--;
  return end - start;
}
