/** ENVELOPE and BODYSTRUCTURE of a stored message (RFC 9051 7.5.2). */

import type {
  BodyStructure,
  Disposition,
  Envelope,
  Multipart,
  Param,
  SinglePart,
} from "../../codec/_gen/types.ts";
import type { Part } from "./mime.ts";
import { fieldText, fieldTexts, parseAddresses, parseDisposition, parseWords } from "./mime_header.ts";

/** The parsed header of a message. */
export function envelopeOf(bytes: Uint8Array, message: Part): Envelope {
  const text = (name: string) => fieldText(bytes, message, name) ?? null;
  const addresses = (name: string) => parseAddresses(fieldTexts(bytes, message, name) ?? "");
  const from = addresses("from");
  const sender = addresses("sender");
  const replyTo = addresses("reply-to");
  return {
    date: text("date"),
    subject: text("subject"),
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
export function bodyOf(bytes: Uint8Array, part: Part, extended: boolean): BodyStructure {
  return part.type.type === "multipart"
    ? multipartOf(bytes, part, extended)
    : singleOf(bytes, part, extended);
}

function multipartOf(bytes: Uint8Array, part: Part, extended: boolean): Multipart {
  const parts = part.parts.map((child) => bodyOf(bytes, child, extended));
  return {
    kind: "multipart",
    type: "MULTIPART",
    // The syntax wants at least one part, which a multipart whose boundary never comes does not have.
    parts: parts.length > 0 ? parts : [singleOf(bytes, emptyPart(part), extended)],
    subtype: part.type.subtype.toUpperCase(),
    params: extended ? paramsOf(part.type.params) : undefined,
    ...extensionsOf(bytes, part, extended),
  };
}

/** A part without header and content, at the end of another. */
function emptyPart(part: Part): Part {
  return {
    start: part.end,
    bodyStart: part.end,
    end: part.end,
    lines: 0,
    fields: [],
    type: { type: "text", subtype: "plain", params: [["charset", "us-ascii"]] },
    parts: [],
    message: undefined,
  };
}

function singleOf(bytes: Uint8Array, part: Part, extended: boolean): SinglePart {
  const { type, subtype, params } = part.type;
  const encloses = type === "message" && (subtype === "rfc822" || subtype === "global");
  // The syntax wants a message there, which a part that ends with its header does not have.
  const message = part.message ?? (encloses ? emptyPart(part) : undefined);
  return {
    kind: "part",
    type: type.toUpperCase(),
    subtype: subtype.toUpperCase(),
    params: paramsOf(params),
    id: fieldText(bytes, part, "content-id") ?? null,
    description: fieldText(bytes, part, "content-description") ?? null,
    encoding: (fieldText(bytes, part, "content-transfer-encoding") || "7bit").toUpperCase(),
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
  part: Part,
  extended: boolean,
): Pick<SinglePart, "disposition" | "language" | "location" | "extensions"> {
  if (!extended) {
    return { disposition: undefined, language: undefined, location: undefined, extensions: [] };
  }
  return {
    disposition: dispositionOf(fieldText(bytes, part, "content-disposition")),
    language: parseWords(fieldText(bytes, part, "content-language") ?? ""),
    location: fieldText(bytes, part, "content-location") ?? null,
    extensions: [],
  };
}

function dispositionOf(text: string | undefined): Disposition | null {
  const parsed = text === undefined ? undefined : parseDisposition(text);
  return parsed === undefined ? null : { type: parsed.value.toUpperCase(), params: paramsOf(parsed.params) };
}

function paramsOf(params: readonly (readonly [name: string, value: string])[]): Param[] {
  return params.map(([name, value]) => ({ name, value }));
}
