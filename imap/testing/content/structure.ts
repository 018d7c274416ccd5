/** ENVELOPE and BODYSTRUCTURE of a stored message (RFC 9051 7.5.2). */

import type {
  BodyStructure,
  Disposition,
  Envelope,
  Multipart,
  Param,
  SinglePart,
} from "../../codec/_gen/types.ts";
import { ScannedPart } from "../../../email/parse/scan.ts";
import { parseAddresses } from "./addresses.ts";
import { fieldText, fieldTexts, mediaType, shownText, writtenText } from "./fields.ts";
import { readDisposition, readEncoding, readLanguages } from "./parameters.ts";

/** The parsed header of a message. */
export function envelopeOf(bytes: Uint8Array, message: ScannedPart): Envelope {
  const text = (name: string) => writtenText(bytes, message, name) ?? null;
  const addresses = (name: string) => parseAddresses(fieldTexts(bytes, message, name));
  const from = addresses("from");
  const sender = addresses("sender");
  const replyTo = addresses("reply-to");
  return {
    date: text("date"),
    subject: shownText(bytes, message, "subject") ?? null,
    from,
    // RFC 9051 7.5.2: absent or empty, they are the same as From.
    sender: sender.length > 0 ? sender : from,
    replyTo: replyTo.length > 0 ? replyTo : from,
    to: addresses("to"),
    cc: addresses("cc"),
    bcc: addresses("bcc"),
    inReplyTo: text("in-reply-to"),
    messageId: text("message-id"),
  };
}

/** The MIME structure; with `extended`, BODYSTRUCTURE, else BODY. */
export function bodyOf(bytes: Uint8Array, part: ScannedPart, extended: boolean): BodyStructure {
  return part.contentType.startsWith("multipart/")
    ? multipartOf(bytes, part, extended)
    : singleOf(bytes, part, extended);
}

function multipartOf(bytes: Uint8Array, part: ScannedPart, extended: boolean): Multipart {
  const { subtype, params } = mediaType(bytes, part);
  const parts = part.parts.map((child) => bodyOf(bytes, child, extended));
  return {
    kind: "multipart",
    type: "MULTIPART",
    // The syntax wants at least one part, which a multipart whose boundary never comes does not have.
    parts: parts.length > 0 ? parts : [singleOf(bytes, emptyPart(bytes, part), extended)],
    subtype: subtype.toUpperCase(),
    params: extended ? paramsOf(params) : undefined,
    ...extensionsOf(bytes, part, extended),
  };
}

/** A part without header and content, at the end of another. */
function emptyPart(bytes: Uint8Array, part: ScannedPart): ScannedPart {
  return new ScannedPart(bytes, part.end, "text/plain");
}

function singleOf(bytes: Uint8Array, part: ScannedPart, extended: boolean): SinglePart {
  const { type, subtype, params } = mediaType(bytes, part);
  const encloses = type === "message" && (subtype === "rfc822" || subtype === "global");
  // The syntax wants a message there, which a part that ends with its header does not have.
  const message = part.message ?? (encloses ? emptyPart(bytes, part) : undefined);
  return {
    kind: "part",
    type: type.toUpperCase(),
    subtype: subtype.toUpperCase(),
    params: paramsOf(params),
    id: fieldText(bytes, part, "content-id") ?? null,
    description: fieldText(bytes, part, "content-description") ?? null,
    encoding: (readEncoding(fieldText(bytes, part, "content-transfer-encoding") ?? "") || "7bit")
      .toUpperCase(),
    size: part.end - part.bodyStart,
    lines: type === "text" || message !== undefined ? part.lines : undefined,
    envelope: message === undefined ? undefined : envelopeOf(bytes, message),
    body: message === undefined ? undefined : bodyOf(bytes, message, extended),
    md5: extended ? fieldText(bytes, part, "content-md5") ?? null : undefined,
    ...extensionsOf(bytes, part, extended),
  };
}

function extensionsOf(
  bytes: Uint8Array,
  part: ScannedPart,
  extended: boolean,
): Pick<SinglePart, "disposition" | "language" | "location" | "extensions"> {
  if (!extended) {
    return { disposition: undefined, language: undefined, location: undefined, extensions: [] };
  }
  return {
    disposition: dispositionOf(shownText(bytes, part, "content-disposition")),
    language: readLanguages(fieldText(bytes, part, "content-language") ?? ""),
    location: writtenText(bytes, part, "content-location") ?? null,
    extensions: [],
  };
}

function dispositionOf(text: string | undefined): Disposition | null {
  if (text === undefined) return null;
  const { value, params } = readDisposition(text);
  return value === "" ? null : { type: value.toUpperCase(), params: paramsOf(params) };
}

function paramsOf(params: readonly (readonly [name: string, value: string])[]): Param[] {
  return params.map(([name, value]) => ({ name, value }));
}
