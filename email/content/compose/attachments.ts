// Files and enclosed messages as parts.

import { ValueError } from "../../errors.ts";
import { Message } from "../../message.ts";
import { entityOf } from "../../model/message_model.ts";
import { isAsciiBytes } from "../../text/text.ts";
import { utf8Of } from "../../text/utf8.ts";
import type { Mail, MailPart } from "../model.ts";
import { readMail } from "../read_mail.ts";
import { writeMail } from "../write_mail.ts";
import { messageId } from "./fields.ts";
import { nameParameter, parameter } from "./file_params.ts";
import { foldText } from "./fold.ts";
import { typeByName } from "../media_types.ts";
import { checkOptions, freeText, isMail, oneLine } from "./options.ts";
import { filePart, isMediaType, mediaType, withFields } from "./parts.ts";
import { wrongType } from "../../text/given.ts";

/** A file to be attached. */
export interface AttachmentInput {
  /** What is in the file; text is written as UTF-8. */
  readonly content: Uint8Array | ArrayBuffer | string;
  /** Name of the file, in any script. */
  readonly fileName?: string;
  /** Type, with parameters if there are any. Default: by the end of the name, else `application/octet-stream`. */
  readonly contentType?: string;
  /** Identifier that `cid:` addresses refer to. */
  readonly contentId?: string;
  /** What the file is, for readers. */
  readonly description?: string;
}

/** A file that belongs to the HTML body: `<img src="cid:logo">` shows the one with the `contentId` `logo`. */
export interface InlineInput extends AttachmentInput {
  /** Identifier that `cid:` addresses refer to, without angle brackets. */
  readonly contentId: string;
}

const OPTIONS = ["content", "fileName", "contentType", "contentId", "description"];

/**
 * A part of a file, of a part that was read, or of a whole message.
 *
 * @param what name of the option, for messages
 * @param input the file
 * @param inline whether it is shown with the text
 */
export function attachmentPart(
  what: string,
  input: AttachmentInput | MailPart | Message | Mail,
  inline: boolean,
): Message {
  if (input instanceof Message || isMail(input)) return enclosedPart(input);
  if (isPart(input)) return partAgain(input, inline);
  checkOptions(what, input, OPTIONS);
  const { content, fileName, contentType, contentId, description } = input;
  const name = fileName === undefined ? undefined : freeText(`fileName in ${what}`, fileName);
  const octets = octetsOf(what, content);
  const [type, ...params] = mediaType(
    `contentType in ${what}`,
    contentType === undefined
      ? name === undefined && typeof content === "string" ? "text/plain" : typeByName(name ?? "")
      : oneLine(`contentType in ${what}`, contentType),
  );
  if (/^message\//i.test(type!)) {
    if (type!.toLowerCase() !== "message/rfc822") {
      throw new ValueError(`${what} cannot be ${type}: give the message itself, or message/rfc822`);
    }
    return enclosedPart(octets, name);
  }
  if (
    typeof content === "string" && /^text\//i.test(type!) && !params.some((one) => /^charset=/i.test(one))
  ) {
    params.push('charset="utf-8"');
  }
  return filePart(
    fileFields({
      type: [type!, ...params],
      fileName: name,
      contentId: contentId === undefined ? undefined : contentIdOf(what, contentId),
      description: description === undefined ? undefined : freeText(`description in ${what}`, description),
      inline,
    }),
    octets,
  );
}

interface FileFields {
  /** Type and parameters. */
  type: string[];
  fileName: string | undefined;
  contentId: string | undefined;
  description: string | undefined;
  inline: boolean;
}

function fileFields({ type, fileName, contentId, description, inline }: FileFields): [string, string][] {
  const named = fileName === undefined || fileName === "" ? [] : [nameParameter(fileName)];
  const filename = fileName === undefined || fileName === "" ? [] : parameter("filename", fileName);
  const fields: [string, string][] = [["Content-Type", [...type, ...named].join(";\n ")]];
  if (contentId !== undefined) fields.push(["Content-ID", contentId]);
  if (description) fields.push(["Content-Description", foldText("Content-Description", description)]);
  fields.push(["Content-Disposition", [inline ? "inline" : "attachment", ...filename].join(";\n ")]);
  return fields;
}

/** `<id>`; one without `@` is given none, since `cid:` addresses name it as it is. */
function contentIdOf(what: string, id: unknown): string {
  const text = oneLine(`contentId in ${what}`, id);
  if (/^<?[!-;=?-~]{1,900}>?$/.test(text)) return text.startsWith("<") ? text : `<${text}>`;
  return messageId(`contentId in ${what}`, text);
}

function octetsOf(what: string, content: unknown): Uint8Array {
  if (typeof content === "string") return utf8Of(content);
  if (content instanceof ArrayBuffer) return new Uint8Array(content);
  if (ArrayBuffer.isView(content)) {
    return new Uint8Array(content.buffer, content.byteOffset, content.byteLength);
  }
  throw wrongType(
    `content in ${what}`,
    "a Uint8Array, an ArrayBuffer or text (read streams and files first)",
    content,
    "must be",
  );
}

// ---- what was read

function isPart(value: unknown): value is MailPart {
  return typeof value === "object" && value !== null && "safeFileName" in value &&
    typeof (value as MailPart).bytes === "function";
}

// What a sender wrote is not an argument: what cannot be written of it is left out.
function partAgain(part: MailPart, inline: boolean): Message {
  // The parts of a composite cannot be encoded (RFC 2046 section 5): it is written as it was sent.
  if (/^(?:message|multipart)\//.test(part.contentType)) return part.message;
  const { fileName, contentId, description, charset } = part;
  const type = [isMediaType(part.contentType) ? part.contentType : "application/octet-stream"];
  if (charset !== undefined && /^[a-z0-9_.:+-]{1,40}$/i.test(charset)) type.push(`charset="${charset}"`);
  return filePart(
    fileFields({
      type,
      fileName: fileName === undefined ? undefined : clean(fileName).slice(0, 500),
      contentId: contentId !== undefined && /^[!-;=?-~]{1,900}$/.test(contentId)
        ? `<${contentId}>`
        : undefined,
      description: description === undefined ? undefined : clean(description).slice(0, 2000),
      inline,
    }),
    part.bytes(),
  );
}

/**
 * A text of a sender's without control characters.
 *
 * @param text the text
 */
export function clean(text: string): string {
  // deno-lint-ignore no-control-regex
  return text.toWellFormed().replace(/[\0-\x1f\x7f\u0085\u2028\u2029]+/g, " ").trim();
}

/** A whole message as `message/rfc822` (RFC 2046 section 5.2.1), its hidden recipients left out. */
function enclosedPart(input: Uint8Array | Message | Mail, fileName?: string): Message {
  const inner = readMail(writeMail(input));
  const name = fileName ??
    `${clean(inner.subject).replace(/[\\/:*?"<>|]/g, "-").slice(0, 60).trim() || "message"}.eml`;
  const part = withFields(
    new Message(),
    fileFields({
      type: ["message/rfc822"],
      fileName: name,
      contentId: undefined,
      description: undefined,
      inline: false,
    }),
  );
  part.setRaw("Content-Transfer-Encoding", isSevenBit(inner.message) ? "7bit" : "8bit");
  part.attach(inner.message);
  return part;
}

/**
 * Whether every octet of a part is ASCII: otherwise the parts around it are 8bit (RFC 2045 section 6.4).
 *
 * @param part a part that was built here, or a message that was parsed
 */
export function isSevenBit(part: Message): boolean {
  if (part.isMultipart()) return (part.getPayload() as Message[]).every(isSevenBit);
  const span = entityOf(part).span;
  // What is built here is encoded.
  if (span === null) return true;
  return isAsciiBytes(span.source.given.subarray(span.start, span.end));
}
