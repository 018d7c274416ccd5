/** Header fields of a scanned message as ENVELOPE and BODYSTRUCTURE show them: encoded words stay as they are. */

import { parseParams } from "../../../email/params/split.ts";
import { unquoteText } from "../../../email/params/quoting.ts";
import { type FieldRange, scanMessage, type ScannedPart } from "../../../email/parse/scan.ts";

export type { FieldRange, ScannedPart };

/** Levels of multiparts and messages inside each other; what lies deeper is shown as a part without parts. */
const MAX_DEPTH = 50;

/** Finds the structure of a message. A line in the header that is not a field is passed over, as IMAP servers do. */
export function scan(bytes: Uint8Array): ScannedPart {
  return scanMessage(bytes, { strayLine: "skip", maxDepth: MAX_DEPTH });
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const latin1 = new TextDecoder("latin1");

/** Up to this many octets, a decoder takes longer to start than to decode. */
const SHORT = 200;

/** Text of header bytes: UTF-8 when it is that, else Latin-1, so that every byte has a character. */
export function decodeText(bytes: Uint8Array): string {
  if (bytes.length <= SHORT && bytes.every((byte) => byte < 0x80)) {
    // The type wants an array; apply takes octets as they are, and three times as fast as `...`.
    return String.fromCharCode.apply(null, bytes as unknown as number[]);
  }
  try {
    return utf8.decode(bytes);
  } catch {
    return latin1.decode(bytes);
  }
}

/** The unfolded value of a field. NUL cannot be in an IMAP string, so it goes with the line ends. */
export function valueText(bytes: Uint8Array, field: FieldRange): string {
  return decodeText(bytes.subarray(field.valueStart, field.end)).replace(/[\r\n\0]/g, "").trim();
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

/** A value with its parameters, such as `attachment; filename=x`. Forms of RFC 2231 stay as they were sent. */
export function valueWithParams(text: string): { value: string; params: [name: string, value: string][] } {
  const [[value], ...params] = parseParams(text);
  return {
    value: withoutComment(value).toLowerCase(),
    params: params.filter(([name]) => name !== "").map(([name, text]) => [name, paramText(text)]),
  };
}

/** Type and subtype, as they are shown. */
export function mediaType(part: ScannedPart): { type: string; subtype: string } {
  const slash = part.contentType.indexOf("/");
  return {
    type: token(part.contentType.slice(0, slash)) || "text",
    subtype: token(part.contentType.slice(slash + 1)) || "plain",
  };
}

/** Parameters of the Content-Type field; those of RFC 2045 5.2 where there is none. */
export function typeParams(bytes: Uint8Array, part: ScannedPart): [name: string, value: string][] {
  const text = fieldText(bytes, part, "content-type");
  if (text !== undefined) return valueWithParams(text).params;
  return part.contentType === "text/plain" ? [["charset", "us-ascii"]] : [];
}

/** An unquoted value ends at white space: `charset=us-ascii (Plain text)` of RFC 2045 5.1. */
function paramText(text: string): string {
  return text.startsWith('"') ? unquoteText(text) : withoutComment(text);
}

/** The token of RFC 2045 5.1 at the beginning; comments and octets that no token may have are cut off. */
function token(text: string): string {
  return /^[!#$%&'*+\-.0-9A-Z^_`a-z{|}~]*/.exec(text.trim())![0];
}

function withoutComment(text: string): string {
  return text.split(/[\s(]/, 1)[0];
}
