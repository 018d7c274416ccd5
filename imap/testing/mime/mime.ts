/** The MIME structure of a stored message, as `email/parse` scans it, with the media types that BODYSTRUCTURE shows. */

import { type FieldRange, scanMessage as scan, type ScannedPart } from "../../../email/parse/scan.ts";
import { fieldText, type MediaType, parseContentType } from "./mime_header.ts";

/** A header field: `name: value` with its folded lines and final line end. */
export type HeaderField = FieldRange;

/** A message, or one part of it. */
export interface Part {
  /** Where the header begins. */
  readonly start: number;
  /** Where the body begins, after the empty line. */
  readonly bodyStart: number;
  /** Where the body ends; the line end before a boundary belongs to the boundary (RFC 2046 5.1.1). */
  readonly end: number;
  /** Line feeds in the body. */
  readonly lines: number;
  readonly fields: readonly HeaderField[];
  readonly type: MediaType;
  /** The parts of a multipart. */
  readonly parts: readonly Part[];
  /** The message inside message/rfc822 or message/global. */
  readonly message: Part | undefined;
}

/** Levels of multiparts and messages inside each other; what lies deeper is shown as one unstructured part. */
export const MAX_DEPTH = 50;

const MESSAGE: MediaType = { type: "message", subtype: "rfc822", params: [] };
const MIXED: MediaType = { type: "multipart", subtype: "mixed", params: [] };
const TEXT_PLAIN: MediaType = { type: "text", subtype: "plain", params: [["charset", "us-ascii"]] };
const OPAQUE: MediaType = { type: "application", subtype: "octet-stream", params: [] };

/** Finds the structure of a message. */
export function scanMessage(bytes: Uint8Array): Part {
  return partOf(bytes, scan(bytes, { strayLine: "skip", maxDepth: MAX_DEPTH }), 0);
}

function partOf(bytes: Uint8Array, scanned: ScannedPart, depth: number): Part {
  const { start, bodyStart, end, lines, fields } = scanned;
  const below = depth + 1;
  return {
    start,
    bodyStart,
    end,
    lines,
    fields,
    type: typeOf(bytes, scanned, depth),
    parts: scanned.parts.map((part) => partOf(bytes, part, below)),
    message: scanned.message === null ? undefined : partOf(bytes, scanned.message, below),
  };
}

/** The type that is shown: never a structured one where the scan has found none, nor the other way round. */
function typeOf(bytes: Uint8Array, part: ScannedPart, depth: number): MediaType {
  const text = fieldText(bytes, part, "content-type");
  const type = text === undefined ? undefined : parseContentType(text);
  if (part.parts.length > 0) return type?.type === "multipart" ? type : MIXED;
  if (part.message !== null) return type?.type === "message" ? type : MESSAGE;
  if (type === undefined) return part.contentType === "message/rfc822" ? MESSAGE : TEXT_PLAIN;
  const structured = type.type === "multipart" || type.type === "message";
  return structured && depth >= MAX_DEPTH ? OPAQUE : type;
}
