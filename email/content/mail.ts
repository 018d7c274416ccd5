// A message that is being read.

import type { Message } from "../message.ts";
import type { Entity } from "../model/entity.ts";
import { shownAs } from "../shown.ts";
import { utf8Of } from "../text/utf8.ts";
import { readAddresses } from "./addresses.ts";
import { type ContentType, contentTypeOf, encodingValue } from "./content_type.ts";
import { readDate } from "./dates.ts";
import { FieldReader } from "./fields.ts";
import { FileNames, nameByType, safeName } from "./file_name.ts";
import { readListHeaders } from "./list_headers.ts";
import { readMessageIds } from "./message_ids.ts";
import type { ListHeaders, Mail, MailAddress, MailPart, Problem } from "./model.ts";
import { bareId, type Owner, Part, partShown, type Place } from "./part.ts";
import { note } from "./problems.ts";
import { messageFor, partsOf, sentBytes } from "./sent.ts";
import { encodingOf } from "./transfer.ts";

/** Reads octets: given from outside, since reading makes what this file has. */
export type Reader = (bytes: Uint8Array) => MailView;

const ShownPart = /* @__PURE__ */ shownAs(Part, "MailPart", partShown);

/** What of a mail is printed, and written as JSON. */
export function mailShown(mail: Mail): object {
  const { subject, from, sender, replyTo, to, cc, bcc, date, messageId, text, html } = mail;
  const { attachments, problems } = mail;
  const filled = Object.entries({ replyTo, cc, bcc }).filter(([, list]) => list.length > 0);
  return {
    subject,
    from,
    sender,
    to,
    ...Object.fromEntries(filled),
    date,
    messageId,
    text,
    html,
    attachments,
    problems,
  };
}

/** A message. */
export class MailView implements Mail, Owner {
  readonly entity: Entity;
  readonly fromText: boolean;
  readonly read: Reader;
  readonly #fields: FieldReader;
  readonly #problems: Problem[];
  #subject: string | null = null;
  readonly #addresses = new Map<string, MailAddress[]>();
  #date: Date | undefined | null = null;
  #list: ListHeaders | null = null;
  #parts: Part[] | null = null;
  #textPart: Part | null = null;
  #htmlPart: Part | null = null;
  #text: string | null = null;
  #html: string | null = null;
  #attachments: Part[] | null = null;
  #byId: Map<string, Part> | null = null;

  constructor(entity: Entity, fromText: boolean, read: Reader, problems: Problem[] = []) {
    this.entity = entity;
    this.fromText = fromText;
    this.read = read;
    this.#problems = problems;
    this.#fields = new FieldReader(entity);
  }

  get message(): Message {
    return messageFor(this.entity);
  }

  get subject(): string {
    return this.#subject ??= this.header("subject") ?? "";
  }

  get from(): MailAddress[] {
    return this.#mailboxes("from");
  }

  get sender(): MailAddress | undefined {
    return this.#mailboxes("sender")[0];
  }

  get replyTo(): MailAddress[] {
    return this.#mailboxes("reply-to");
  }

  get to(): MailAddress[] {
    return this.#mailboxes("to");
  }

  get cc(): MailAddress[] {
    return this.#mailboxes("cc");
  }

  get bcc(): MailAddress[] {
    return this.#mailboxes("bcc");
  }

  get date(): Date | undefined {
    if (this.#date === null) {
      const text = this.#fields.first("date");
      const read = text === undefined ? null : readDate(text);
      if (text !== undefined && read === null) note(this.#problems, "date", "nobody can tell the date");
      this.#date = read?.date;
    }
    return this.#date;
  }

  get messageId(): string | undefined {
    return this.#ids("message-id")[0];
  }

  get inReplyTo(): string[] {
    return this.#ids("in-reply-to");
  }

  get references(): string[] {
    return this.#ids("references");
  }

  get text(): string | undefined {
    this.#leaves();
    if (this.#textPart === null) return undefined;
    return this.#text ??= this.#textPart.text();
  }

  get html(): string | undefined {
    this.#leaves();
    if (this.#htmlPart === null) return undefined;
    return this.#html ??= this.#htmlPart.text();
  }

  get attachments(): MailPart[] {
    return this.#attachments ??= this.#leaves().filter((part) =>
      part !== this.#textPart && part !== this.#htmlPart
    );
  }

  get listHeaders(): ListHeaders {
    return this.#list ??= readListHeaders(this.#fields);
  }

  get problems(): readonly Problem[] {
    const parts = this.#parts?.flatMap((part) => part.problems) ?? [];
    return parts.length === 0 ? this.#problems : [...this.#problems, ...parts];
  }

  parts(type?: string): MailPart[] {
    const wanted = type?.toLowerCase();
    if (wanted === undefined) return [...this.#leaves()];
    return this.#leaves().filter(({ contentType }) =>
      wanted.endsWith("/*") ? contentType.startsWith(wanted.slice(0, -1)) : contentType === wanted
    );
  }

  byContentId(id: string): MailPart | undefined {
    if (this.#byId === null) {
      this.#byId = new Map();
      for (const part of this.#leaves()) {
        const { contentId } = part;
        if (contentId !== undefined && !this.#byId.has(contentId)) this.#byId.set(contentId, part);
      }
    }
    const bare = bareId(id.replace(/^cid:/i, ""));
    return this.#byId.get(bare) ?? this.#byId.get(unescaped(bare));
  }

  header(name: string): string | undefined {
    return this.#fields.readable(name.toLowerCase(), this.#problems);
  }

  rawBytes(): Uint8Array {
    return sentBytes(this.entity);
  }

  nameParts(): void {
    const names = new FileNames();
    const leaves = this.#leaves();
    // Bodies last, so that files get the names they have.
    for (const body of [false, true]) {
      for (const each of leaves) {
        if ((each === this.#textPart || each === this.#htmlPart) !== body) continue;
        each.uniqueName = names.unique(
          each.fileName && safeName(each.fileName) || nameByType(each.contentType),
        );
      }
    }
  }

  open(entity: Entity): Mail {
    return new MailView(entity, this.fromText, this.read);
  }

  #mailboxes(field: string): MailAddress[] {
    let mailboxes = this.#addresses.get(field);
    if (mailboxes === undefined) {
      mailboxes = this.#fields.all(field).flatMap((value) => readAddresses(value, this.#problems).mailboxes);
      this.#addresses.set(field, mailboxes);
    }
    return mailboxes;
  }

  #ids(field: string): string[] {
    return this.#fields.all(field).flatMap(readMessageIds);
  }

  /** The parts that hold content. The first text and HTML among them that may be one is a body. */
  #leaves(): Part[] {
    if (this.#parts !== null) return this.#parts;
    const parts: Part[] = this.#parts = [];
    const open: { entity: Entity; place: Place }[] = [
      { entity: this.entity, place: { root: true, alternative: false, related: false } },
    ];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const { entity, place } = next;
      const fields = place.root ? this.#fields : new FieldReader(entity, this.#fields);
      const type = contentTypeOf(fields, entity.defaultType);
      const children = this.#childrenOf(entity, fields, type);
      if (children === null) {
        const part = new ShownPart(entity, this, place, fields, type);
        // Nothing but the lines that announce it: its parts follow as parts of another.
        if (!place.root && part.isEmptyMultipart) continue;
        parts.push(part);
        if ((this.#textPart === null || this.#htmlPart === null) && part.isBody) {
          if (part.contentType === "text/plain") this.#textPart ??= part;
          else this.#htmlPart ??= part;
        }
        continue;
      }
      const root = children.type === "multipart/related" ? rootOf(children) : -1;
      const inside = {
        root: false,
        alternative: children.type === "multipart/alternative",
        related: place.related || root >= 0,
      };
      for (let i = children.parts.length - 1; i >= 0; i--) {
        open.push({
          entity: children.parts[i]!,
          place: i === root ? { ...LEAF, related: place.related } : inside,
        });
      }
    }
    return parts;
  }

  /** The parts of a multipart; null for a leaf, and for an enclosed message, which is one. */
  #childrenOf(entity: Entity, fields: FieldReader, type: ContentType): Children | null {
    const parts = partsOf(entity);
    if (parts !== null) {
      return type.value.startsWith("message/")
        ? null
        : { type: type.value, start: type.params.get("start"), parts };
    }
    if (!type.value.startsWith("multipart/")) return null;
    // Encoded as a whole, which RFC 2045 section 6.4 forbids.
    const encoding = encodingOf(encodingValue(fields, type));
    const boundary = type.params.get("boundary");
    if (encoding === "identity" || boundary === undefined) return null;
    const body = new Part(entity, this, LEAF, fields, type).bytes();
    const head = utf8Of(`Content-Type: ${type.value}; boundary="${boundary}"\r\n\r\n`);
    const whole = new Uint8Array(head.length + body.length);
    whole.set(head);
    whole.set(body, head.length);
    const inner = partsOf(this.read(whole).entity);
    if (inner === null) return null;
    note(this.#problems, "structure", "a multipart that was encoded as a whole");
    return { type: type.value, start: type.params.get("start"), parts: inner };
  }
}

const LEAF: Place = { root: false, alternative: false, related: false };

/** What is in a multipart. */
interface Children {
  type: string;
  /** The parameter that names the root of a multipart/related. */
  start: string | undefined;
  parts: Entity[];
}

/** As many parts of a multipart/related are looked at for the one that the others belong to. */
const MAX_ROOTS = 100;

/** The part of a multipart/related that the others belong to (RFC 2387 section 3): the one named, else the first that is text. */
function rootOf({ start, parts }: Children): number {
  const wanted = bareId(start ?? "");
  let first = -1;
  for (let i = 0; i < parts.length && i < MAX_ROOTS; i++) {
    const fields = new FieldReader(parts[i]!);
    if (wanted !== "" && bareId(fields.first("content-id") ?? "") === wanted) return i;
    if (first < 0 && /^(?:text|multipart)\//.test(contentTypeOf(fields, parts[i]!.defaultType).value)) {
      first = i;
    }
    if (first >= 0 && wanted === "") break;
  }
  return Math.max(first, 0);
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
