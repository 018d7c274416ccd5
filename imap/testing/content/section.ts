/** The octets of a body section: `BODY[...]`, `BINARY[...]` (RFC 9051 6.4.5.1). */

import { decodeTransfer } from "../../../email/transfer/payload.ts";
import { Refusal } from "../protocol/reply.ts";
import { fieldText, type ScannedPart } from "./fields.ts";
import { concat } from "../concat.ts";

/** What follows the part numbers of a section. */
export type SectionText = "" | "HEADER" | "HEADER.FIELDS" | "HEADER.FIELDS.NOT" | "TEXT" | "MIME";

/** A section, taken apart. */
export interface SectionSpec {
  readonly path: readonly number[];
  readonly text: SectionText;
  /** Header names of HEADER.FIELDS and HEADER.FIELDS.NOT. */
  readonly fields: readonly string[];
}

/** Thrown for a body part in an unknown transfer encoding: `NO [UNKNOWN-CTE]`. */
export class UnknownEncodingError extends Error {
  override name = "UnknownEncodingError";
}

const EMPTY = new Uint8Array(0);
const CRLF = new Uint8Array([0x0d, 0x0a]);

/** The octets of a section, null when the message has no such part. */
export function sectionBytes(bytes: Uint8Array, root: ScannedPart, section: SectionSpec): Uint8Array | null {
  const { path, text } = section;
  if (path.length === 0 && text === "") return bytes;
  const found = findPart(root, path);
  if (found === undefined) return null;
  if (text === "") return bytes.subarray(found.bodyStart, found.end);
  if (text === "MIME") return path.length === 0 ? null : header(bytes, found);
  const message = path.length === 0 ? root : found.message;
  if (message === null) return null;
  switch (text) {
    case "HEADER":
      return header(bytes, message);
    case "TEXT":
      return bytes.subarray(message.bodyStart, message.end);
    case "HEADER.FIELDS":
    case "HEADER.FIELDS.NOT":
      return headerFields(bytes, message, section.fields, text === "HEADER.FIELDS");
  }
}

/** Octets of a part from which on what was decoded last of a message is kept, as clients ask for large parts in pieces. */
const WORTH_KEEPING = 256 * 1024;
const lastDecoded = new WeakMap<ScannedPart, { part: ScannedPart; octets: Uint8Array }>();

/**
 * The decoded content of a part without parts, null when there is no such part.
 *
 * @throws {UnknownEncodingError} when its transfer encoding is not known
 * @throws {Refusal} when it has parts (RFC 9051 6.4.5)
 */
export function binaryBytes(
  bytes: Uint8Array,
  root: ScannedPart,
  path: readonly number[],
): Uint8Array | null {
  if (path.length === 0) {
    // BINARY[] is the whole message, which has no transfer encoding of its own (RFC 3516 4.2).
    return bytes;
  }
  const part = findPart(root, path);
  if (part === undefined) return null;
  if (part.contentType.startsWith("multipart/") || part.message !== null) {
    throw new Refusal("BAD", "BINARY is for parts that have no parts");
  }
  if (part.end - part.bodyStart < WORTH_KEEPING) return decodedBody(bytes, part);
  let last = lastDecoded.get(root);
  if (last?.part !== part) lastDecoded.set(root, last = { part, octets: decodedBody(bytes, part) });
  return last.octets;
}

/** The body of a part without parts without its transfer encoding. */
export function decodedBody(bytes: Uint8Array, part: ScannedPart): Uint8Array {
  const body = bytes.subarray(part.bodyStart, part.end);
  const encoding = (fieldText(bytes, part, "content-transfer-encoding") ?? "7bit").toLowerCase();
  if (["", "7bit", "8bit", "binary"].includes(encoding)) return body;
  const decoded = decodeTransfer(
    encoding === "quoted-printable" ? withoutTrailingBlanks(body) : body,
    encoding,
  );
  if (decoded === null) throw new UnknownEncodingError("The transfer encoding is not known");
  return decoded.data;
}

/** The octets from `origin` on, at most `count`. */
export function partial(bytes: Uint8Array, origin: number, count: number): Uint8Array {
  return origin >= bytes.length ? EMPTY : bytes.subarray(origin, Math.min(bytes.length, origin + count));
}

/**
 * Follows part numbers. A multipart has its parts; everything else has only part 1, which is the body itself; a
 * message inside a part lends it its own numbers.
 */
function findPart(root: ScannedPart, path: readonly number[]): ScannedPart | undefined {
  let container: ScannedPart | undefined = root;
  let part: ScannedPart | undefined = root;
  for (const number of path) {
    if (container === undefined) return undefined;
    part = container.parts.length > 0 ? container.parts[number - 1] : number === 1 ? container : undefined;
    if (part === undefined) return undefined;
    container = part.message ?? (part.parts.length > 0 ? part : undefined);
  }
  return part;
}

/** A header with the empty line after it. */
function header(bytes: Uint8Array, part: ScannedPart): Uint8Array {
  return bytes.subarray(part.start, part.bodyStart);
}

function headerFields(
  bytes: Uint8Array,
  part: ScannedPart,
  names: readonly string[],
  wanted: boolean,
): Uint8Array {
  const listed = new Set(names.map((name) => name.toLowerCase()));
  const pieces = part.fields
    .filter((field) => listed.has(field.name) === wanted)
    .map((field) => bytes.subarray(field.start, field.end));
  // Also when the message has no empty line itself: RFC 9051 excludes only a message without body.
  pieces.push(CRLF);
  return concat(pieces);
}

/** Blanks at the end of a line of quoted-printable were added on the way (RFC 2045 6.7). */
function withoutTrailingBlanks(body: Uint8Array): Uint8Array {
  const out = new Uint8Array(body.length);
  let length = 0;
  let solid = 0;
  for (const [i, byte] of body.entries()) {
    if (byte === 0x0a || byte === 0x0d && body[i + 1] === 0x0a) length = solid;
    out[length++] = byte;
    if (byte !== 0x20 && byte !== 0x09) solid = length;
  }
  return out.subarray(0, solid);
}
