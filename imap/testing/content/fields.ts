/** Header fields of a scanned message as ENVELOPE and BODYSTRUCTURE show them: encoded words stay as they are. */

import { type FieldRange, scanMessage, type ScannedPart } from "../../../email/parse/scan.ts";

import { type MediaType, readMediaType } from "./parameters.ts";

export type { FieldRange, ScannedPart };

/** Levels of multiparts and messages inside each other; what lies deeper is shown as a part without parts. */
const MAX_DEPTH = 98;

/**
 * Finds the structure of a message, as IMAP servers do: a line in the header that is not a field is passed over, CR alone ends no line
 * (RFC 5322 2.2), and a boundary is one that a line begins with (RFC 2046 5.1.1).
 */
export function scan(bytes: Uint8Array): ScannedPart {
  return scanMessage(withoutLoneCr(bytes), {
    strayLine: "skip",
    maxDepth: MAX_DEPTH,
    boundaries: "beginning",
    readType: typeAndBoundary,
  });
}

function typeAndBoundary(value: string): { type: string; boundary: string | null } {
  const read = readMediaType(value);
  const boundary = read?.params.find(([name]) => name.toLowerCase() === "boundary")?.[1];
  return {
    type: read === undefined ? "text/plain" : `${read.type}/${read.subtype}`,
    boundary: boundary ?? null,
  };
}

const BLANKS = " \t\r\n";
const CR = 0x0d;
const LF = 0x0a;
const BLANK = 0x20;

/** The octets, or a copy of the same length where each CR without LF is a blank. */
function withoutLoneCr(bytes: Uint8Array): Uint8Array {
  let out = bytes;
  for (let at = bytes.indexOf(CR); at !== -1; at = bytes.indexOf(CR, at + 1)) {
    if (bytes[at + 1] === LF) continue;
    if (out === bytes) out = bytes.slice();
    out[at] = BLANK;
  }
  return out;
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const latin1 = new TextDecoder("latin1");

/** Up to this many octets, a decoder takes longer to start than to decode. */
const SHORT = 200;

/** Text of header bytes: UTF-8 when it is that, else Latin-1, so that every byte has a character. */
export function decodeText(bytes: Uint8Array): string {
  if (bytes.length <= SHORT) {
    let all = 0;
    for (let at = 0; at < bytes.length; at++) all |= bytes[at]!;
    // The type wants an array; apply takes octets as they are, and three times as fast as `...`.
    if (all < 0x80) return String.fromCharCode.apply(null, bytes as unknown as number[]);
  }
  try {
    return utf8.decode(bytes);
  } catch {
    return latin1.decode(bytes);
  }
}

/**
 * The unfolded value of a field: one blank where it was folded. NUL cannot be in an IMAP string, so something else is seen there, and
 * a lone CR is a blank.
 */
export function valueText(bytes: Uint8Array, field: FieldRange): string {
  const text = trimmed(decodeText(bytes.subarray(field.valueStart, field.end)));
  if (!/[\r\n\0]/.test(text)) return text;
  const lines = text.split(/\r?\n/).map((line) => trimmed(line)).filter((line) => line !== "");
  return lines.join(" ").replaceAll("\r", " ").replaceAll("\0", "\ufffd");
}

/** Without the white space of RFC 5322 at both ends, or at one of them; other controls stay. */
function trimmed(text: string, where: "both" | "start" | "end" = "both"): string {
  let start = 0;
  let end = text.length;
  if (where !== "end") { while (start < end && BLANKS.includes(text[start]!)) start += 1; }
  if (where !== "start") { while (end > start && BLANKS.includes(text[end - 1]!)) end -= 1; }
  return text.slice(start, end);
}

/** The last field of this name. Most parts have none, which is found out without a list of all. */
function lastField(part: ScannedPart, name: string): FieldRange | undefined {
  return part.field(name) && part.fields.findLast((field) => field.name === name);
}

/** The value of the last field of this name as it is written but for its line ends (RFC 5322 2.2.3). */
export function writtenText(bytes: Uint8Array, part: ScannedPart, name: string): string | undefined {
  const field = lastField(part, name);
  if (field === undefined) return undefined;
  const text = trimmed(decodeText(bytes.subarray(field.valueStart, field.end)), "end");
  if (!/[\r\n\0]/.test(text)) return trimmed(text, "start");
  const lines = text.split(/\r?\n/);
  return [trimmed(lines[0]!, "start"), ...lines.slice(1)].join("").replaceAll("\r", " ").replaceAll(
    "\0",
    "\ufffd",
  );
}

/** The value of the last field of this name with one blank for all that stand together, as people read it. */
export function shownText(bytes: Uint8Array, part: ScannedPart, name: string): string | undefined {
  const field = lastField(part, name);
  return field === undefined ? undefined : valueText(bytes, field).replace(/[ \t]{2,}/g, " ");
}

/** The value of the first field of this name (lower case), undefined when there is none. */
export function fieldText(bytes: Uint8Array, part: ScannedPart, name: string): string | undefined {
  const field = part.field(name);
  return field === undefined ? undefined : valueText(bytes, field);
}

/** All values of this name joined by a comma, as for an address field that occurs twice; "" when there is none. */
export function fieldTexts(bytes: Uint8Array, part: ScannedPart, name: string): string {
  let texts: string | undefined;
  for (const field of part.fields) {
    if (field.name !== name) continue;
    const text = valueText(bytes, field);
    texts = texts === undefined ? text : `${texts}, ${text}`;
  }
  return texts ?? "";
}

/** Type, subtype and parameters as they are shown. A text without a charset gets that of RFC 2045 5.2. */
export function mediaType(bytes: Uint8Array, part: ScannedPart): MediaType {
  const text = fieldText(bytes, part, "content-type");
  const slash = part.contentType.indexOf("/");
  const given = text === undefined ? undefined : readMediaType(text);
  const { type, subtype, params } = given ?? {
    type: part.contentType.slice(0, slash),
    subtype: part.contentType.slice(slash + 1),
    params: [],
  };
  const hasCharset = type !== "text" || params.some(([name]) => name.toLowerCase() === "charset");
  return { type, subtype, params: hasCharset ? params : [...params, ["charset", "us-ascii"]] };
}
