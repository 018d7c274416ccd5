// Parts of a message that is built: texts, files, enclosed messages and the multiparts around them.

import { ValueError } from "../../errors.ts";
import { Message } from "../../message.ts";
import { utf8Of } from "../../text/utf8.ts";
import { encodeBase64Lines } from "../../transfer/base64.ts";
import { newBoundary } from "../../write/verbatim.ts";
import { LONGEST_LINE } from "./fold.ts";
import { quotedLength, quotedPrintable } from "./quoted.ts";

/**
 * A field in a part that is built, past the policy: the value is folded already.
 *
 * @param part the part
 * @param fields names and values
 */
export function withFields(
  part: Message,
  fields: readonly (readonly [name: string, value: string])[],
): Message {
  for (const [name, value] of fields) part.setRaw(name, value);
  return part;
}

/** What 7bit does not carry as it is: controls but tab and LF, and what mailbox files and relays change. */
// deno-lint-ignore no-control-regex
const FRAGILE = /[\0-\x08\x0b-\x1f\x7f-\uffff]|[ \t]$|^From |^\.$/m;

/**
 * A text part: as it is where that is safe, else in quoted-printable or base64, whichever is shorter.
 *
 * @param subtype `plain` or `html`
 * @param text the text; CRLF, CR and LF all end a line
 */
export function textPart(subtype: string, text: string): Message {
  const lines = text.toWellFormed().replace(/\r\n?/g, "\n");
  const part = withFields(new Message(), [["Content-Type", `text/${subtype}; charset="utf-8"`]]);
  if (!FRAGILE.test(lines) && longestLine(lines) <= LONGEST_LINE) {
    part.setRaw("Content-Transfer-Encoding", "7bit");
    part.setPayload(lines);
    return part;
  }
  const octets = utf8Of(lines);
  if (quotedLength(octets) <= octets.length * 1.5) {
    part.setRaw("Content-Transfer-Encoding", "quoted-printable");
    part.setPayload(quotedPrintable(octets));
  } else {
    // The lines of a text end in CRLF before they are encoded (RFC 2045 section 6.8, RFC 2046 section 4.1.1).
    part.setRaw("Content-Transfer-Encoding", "base64");
    part.setPayload(encodeBase64Lines(utf8Of(lines.replaceAll("\n", "\r\n"))));
  }
  return part;
}

function longestLine(text: string): number {
  let longest = 0;
  for (let start = 0; start < text.length;) {
    const end = text.indexOf("\n", start);
    const length = (end < 0 ? text.length : end) - start;
    if (length > longest) longest = length;
    start += length + 1;
  }
  return longest;
}

/**
 * A part of any octets, in base64.
 *
 * @param fields its fields but for the transfer encoding
 * @param octets what it holds
 */
export function filePart(fields: [name: string, value: string][], octets: Uint8Array): Message {
  const part = withFields(new Message(), [...fields, ["Content-Transfer-Encoding", "base64"]]);
  part.setPayload(encodeBase64Lines(octets));
  return part;
}

/**
 * A multipart of parts that are built.
 *
 * @param subtype `mixed`, `related` or `alternative`
 * @param parts the parts
 * @param params further parameters, each as it is written
 */
export function multipart(subtype: string, parts: Message[], params: string[] = []): Message {
  const whole = new Message();
  const type = [`multipart/${subtype}`, ...params, `boundary="${newBoundary()}"`].join(";\n ");
  whole.setRaw("Content-Type", type);
  for (const part of parts) whole.attach(part);
  return whole;
}

// type "/" subtype, each a token of RFC 6838 section 4.2
const MEDIA_TYPE = /^[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}\/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}$/;

/** Whether a type without parameters can be written. */
export function isMediaType(type: string): boolean {
  return MEDIA_TYPE.test(type);
}

/**
 * A media type and its parameters as they are written in Content-Type, checked.
 *
 * @param what name of the option, for messages
 * @param value `type/subtype`, with parameters if there are any
 * @throws {ValueError} when it is not one
 */
export function mediaType(what: string, value: string): string[] {
  const [type, ...params] = value.split(";").map((piece) => piece.trim());
  const known = params.filter((piece) => piece !== "");
  if (!MEDIA_TYPE.test(type!) || known.some((piece) => !PARAMETER.test(piece))) {
    throw new ValueError(
      `${what} cannot be ${
        JSON.stringify(value.slice(0, 80))
      }: write it as type/subtype, such as application/pdf`,
    );
  }
  if (/^multipart\//i.test(type!)) {
    throw new ValueError(
      `${what} cannot be a multipart: give its parts as attachments of their own, or a Message`,
    );
  }
  return [type!, ...known];
}

// parameter = attribute "=" (token / quoted-string)   (RFC 2045 section 5.1)
const PARAMETER =
  /^[A-Za-z0-9!#$&+.^_`{|}~*-]+=(?:[A-Za-z0-9!#$%&'*+.^_`{|}~-]+|"(?:[ !#-\[\]-~]|\\[ -~])*")$/;
