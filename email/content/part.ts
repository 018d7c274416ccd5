// One part of a message that is being read.

import type { Message } from "../message.ts";
import type { Entity } from "../model/entity.ts";
import { CR, LF } from "../text/octets.ts";
import { fromUnits } from "../text/text.ts";
import { utf8Of } from "../text/utf8.ts";
import { textToBytes } from "../transfer/payload.ts";
import { type ContentType, dispositionOf, encodingValue, isMessageType } from "./content_type.ts";
import { cleanLabel } from "./charset_label.ts";
import { decodeText } from "./decode_text.ts";
import { type FieldReader, trimOf } from "./fields.ts";
import type { Mail, MailPart, Problem } from "./model.ts";
import { type Parameterized, textParameter } from "./parameters.ts";
import { note } from "./problems.ts";
import { messageFor, partsOf, sentBytes, spanOf } from "./sent.ts";
import { type Encoding, encodingOf, readBody } from "./transfer.ts";

/** What a part asks of the message it is in. */
export interface Owner {
  /** Whether the message was given as text, so that its octets are UTF-8 whatever labels say. */
  readonly fromText: boolean;
  /** Gives every part of the message a name that no other has. */
  nameParts(): void;
  /** Reads a message inside this one. */
  open(entity: Entity): Mail;
  /** Reads the octets of a message. */
  read(bytes: Uint8Array): Mail;
}

/** Where a part is in the structure. */
export interface Place {
  /** The whole message is this part. */
  root: boolean;
  /** Inside multipart/alternative. */
  alternative: boolean;
  /** Inside multipart/related, and not the first there. */
  related: boolean;
}

/** Octets of one piece of a stream. */
const PIECE = 1 << 16;

/** What of a part is printed, and written as JSON: its octets are their number. */
export function partShown(part: MailPart): object {
  const { contentType, charset, fileName, contentId, description, inline, related, size, problems } = part;
  return { contentType, charset, fileName, contentId, description, inline, related, size, problems };
}

/** A part. */
export class Part implements MailPart {
  readonly entity: Entity;
  /** The safe name of the file, once one of the message has been asked for. */
  uniqueName: string | null = null;
  readonly #owner: Owner;
  readonly #place: Place;
  readonly #fields: FieldReader;
  readonly #problems: Problem[] = [];
  readonly #sentType: ContentType;
  #type: ContentType | null = null;
  #disposition: Parameterized | null | undefined;
  #fileName: string | undefined | null = null;
  #encoding: Encoding | null = null;
  #size = -1;
  #mail: Mail | null = null;

  constructor(entity: Entity, owner: Owner, place: Place, fields: FieldReader, type: ContentType) {
    this.entity = entity;
    this.#owner = owner;
    this.#place = place;
    this.#fields = fields;
    this.#sentType = type;
  }

  get message(): Message {
    return messageFor(this.entity);
  }

  get type(): ContentType {
    if (this.#type !== null) return this.#type;
    const type = this.#sentType;
    if (type.damaged) note(this.#problems, "content-type", "the Content-Type is damaged");
    if (type.value.startsWith("multipart/") && partsOf(this.entity) === null) {
      note(this.#problems, "structure", "a multipart without parts is read as text");
      return this.#type = { ...type, value: "text/plain" };
    }
    return this.#type = type;
  }

  get disposition(): Parameterized | undefined {
    if (this.#disposition === undefined) this.#disposition = dispositionOf(this.#fields) ?? null;
    return this.#disposition ?? undefined;
  }

  get contentType(): string {
    return this.type.value;
  }

  get charset(): string | undefined {
    const label = textParameter(this.type, "charset");
    return label === undefined ? undefined : cleanLabel(label) || undefined;
  }

  get fileName(): string | undefined {
    if (this.#fileName === null) {
      const { disposition, type } = this;
      const problems = this.#problems;
      this.#fileName = (disposition && textParameter(disposition, "filename", problems)) ||
        textParameter(type, "name", problems) ||
        (disposition && textParameter(disposition, "name", problems)) ||
        textParameter(type, "filename", problems) || undefined;
    }
    return this.#fileName;
  }

  get safeFileName(): string {
    if (this.uniqueName === null) this.#owner.nameParts();
    return this.uniqueName!;
  }

  get contentId(): string | undefined {
    return bareId(this.#fields.first("content-id") ?? "") || undefined;
  }

  get description(): string | undefined {
    return this.#fields.readable("content-description", this.#problems) || undefined;
  }

  get inline(): boolean {
    const value = this.disposition?.value;
    return value === "inline" || ((value === undefined || value === "") && this.#place.related);
  }

  get related(): boolean {
    return this.#place.related;
  }

  get problems(): readonly Problem[] {
    return this.#problems;
  }

  /** Whether this says that it is a multipart, and there is nothing in it. */
  get isEmptyMultipart(): boolean {
    return this.#sentType.value.startsWith("multipart/") && this.#body().every((octet) => octet <= 0x20);
  }

  /** Whether this may be a body: a text that is not a file. */
  get isBody(): boolean {
    const type = this.contentType;
    if (type !== "text/plain" && type !== "text/html") return false;
    const { disposition } = this;
    // `attachement` and `=?utf-8?q?attachment?=` too.
    if (disposition !== undefined && /(?:^|\?)attache?ment(?:$|\?)/.test(disposition.value)) return false;
    return this.#place.root || this.#place.alternative || this.fileName === undefined;
  }

  get size(): number {
    if (this.#size < 0) this.#size = this.#decoded().length;
    return this.#size;
  }

  bytes(): Uint8Array {
    const body = this.#body();
    const data = this.#decoded(false, body);
    this.#size = data.length;
    return data === body ? data.slice() : data;
  }

  rawBytes(): Uint8Array {
    return sentBytes(this.entity);
  }

  text(): string {
    const data = this.#decoded(true);
    let label = textParameter(this.type, "charset");
    if (this.#owner.fromText && this.encoding === "identity") label = undefined;
    else if (label === undefined && this.contentType === "text/html") label = labelInHtml(data);
    return unixLines(decodeText(data, label, this.#problems));
  }

  mail(): Mail | undefined {
    if (this.#mail !== null) return this.#mail;
    if (!isMessageType(this.contentType)) return undefined;
    const child = this.#child();
    return this.#mail = child !== undefined && this.encoding === "identity"
      ? this.#owner.open(child)
      : this.#owner.read(this.#decoded());
  }

  stream(): ReadableStream<Uint8Array> {
    let data: Uint8Array | null = null;
    let at = 0;
    return new ReadableStream<Uint8Array>({
      pull: (controller) => {
        data ??= this.bytes();
        if (at >= data.length) {
          controller.close();
          return;
        }
        controller.enqueue(data.subarray(at, at += PIECE));
      },
    }, { highWaterMark: 0 });
  }

  /** The transfer encoding that counts. */
  get encoding(): Encoding {
    if (this.#encoding !== null) return this.#encoding;
    const encoding = encodingOf(encodingValue(this.#fields, this.type), this.#problems);
    // A message whose header could be read is not in base64, whatever the field says.
    const open = encoding === "base64" && (this.#child()?.fields.length ?? 0) > 0;
    return this.#encoding = open ? "identity" : encoding;
  }

  /** The message in a message part. */
  #child(): Entity | undefined {
    return partsOf(this.entity)?.[0];
  }

  #decoded(unix = false, body = this.#body()): Uint8Array {
    return readBody(body, this.encoding, this.#problems, unix);
  }

  /** The body as it was sent, where there are such octets. */
  #body(): Uint8Array {
    const { entity } = this;
    const bytes = entity.bytes();
    if (bytes !== null) return bytes;
    const parts = partsOf(entity);
    if (parts !== null) {
      const span = spanOf(entity);
      if (span !== null) return span.source.bytes.subarray(span.body, span.end);
      return parts.length > 0 ? messageFor(parts[0]!).asBytes() : new Uint8Array();
    }
    const payload = entity.stored();
    if (payload instanceof Uint8Array) return payload;
    const text = typeof payload === "string" ? payload : "";
    return textToBytes(text) ?? utf8Of(text);
  }
}

/** A Content-ID without its brackets. */
export function bareId(text: string): string {
  return trimOf(text, " \t<", " \t>");
}

/** How much of an HTML body is looked at for its charset: HTML says within 1,024 octets. */
const MAX_PRESCAN = 1024;

/** The charset that an HTML body names itself: for one without a label. */
function labelInHtml(bytes: Uint8Array): string | undefined {
  const start = String.fromCharCode(...bytes.subarray(0, MAX_PRESCAN));
  return /<meta\s[^>]{0,200}?charset\s*=\s*["']?\s*([\w:.-]{1,40})/i.exec(start)?.[1];
}

/** Longest text whose line ends are replaced by the engine. */
const MAX_REPLACED = 200_000;

/** Line ends of every make as `\n`. */
export function unixLines(text: string): string {
  if (!text.includes("\r")) return text;
  // Ten times as fast for lines that people write, and slow for a million of empty ones.
  const lines = text.length < MAX_REPLACED ? text.replaceAll("\r\n", "\n") : "\r";
  if (!lines.includes("\r")) return lines;
  const units = new Uint16Array(text.length);
  let size = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    units[size++] = unit === CR ? LF : unit;
    if (unit !== CR) continue;
    if (text.charCodeAt(i + 1) === LF) i++;
    else if (text.charCodeAt(i + 1) === CR && text.charCodeAt(i + 2) === LF) i += 2;
  }
  return fromUnits(units, size);
}
