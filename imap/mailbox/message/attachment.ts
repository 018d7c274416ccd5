/** A file of a message: known from the structure, fetched when it is asked for. */

import { showAs } from "../../base/shown.ts";
import type { MessagePlace } from "../message_id.ts";
import type { PartReader, ReadOptions } from "./reader.ts";
import type { PartInfo } from "./structure.ts";

/**
 * A part of a message that is not its text. What it is called, its type and its size are known without fetching it; `stream()` and
 * `bytes()` fetch this part alone.
 *
 * @example
 * ```ts
 * import type { MailboxMessage } from "@postern/postern/mailbox";
 *
 * // The PDF files of a message; nothing else of it is fetched.
 * async function documents(message: MailboxMessage): Promise<Map<string, Uint8Array>> {
 *   const found = new Map<string, Uint8Array>();
 *   for (const file of message.attachments) {
 *     if (file.type === "application/pdf") found.set(file.safeName, await file.bytes());
 *   }
 *   return found;
 * }
 * ```
 */
export class MailboxAttachment {
  /** Its number in the message, as FETCH has it: `2`, `2.1`. */
  readonly part: string;
  /** Type in lower case, without parameters: `application/pdf`. What the sender says, not what is inside. */
  readonly type: string;
  /** Name the sender gives the file, decoded, on one line; undefined when there is none. Not to be used as a path. */
  readonly name: string | undefined;
  /** A name that can be used for a file: no path, no control characters, no reserved name, bounded, unique in the message. */
  readonly safeName: string;
  /**
   * Octets of the content: of what is not encoded exactly, of base64 within three, of quoted-printable the most that they can be.
   */
  readonly size: number;
  /** Octets as they are transferred. */
  readonly encodedSize: number;
  /** Whether it is to be shown with the text. */
  readonly inline: boolean;
  /** Whether it belongs to another part, as the images of an HTML body. */
  readonly related: boolean;
  /** Identifier that `cid:` addresses refer to, without angle brackets. */
  readonly contentId: string | undefined;
  /** What the sender says it is: `Content-Description`. */
  readonly description: string | undefined;
  readonly #info: PartInfo;
  readonly #place: MessagePlace;
  readonly #reader: PartReader;

  /**
   * Messages make their attachments.
   *
   * @internal
   */
  constructor(info: PartInfo, place: MessagePlace, reader: PartReader) {
    this.part = info.part;
    this.type = info.contentType;
    this.name = info.fileName;
    this.safeName = info.safeFileName;
    this.size = info.size;
    this.encodedSize = info.encodedSize;
    this.inline = info.inline;
    this.related = info.related;
    this.contentId = info.contentId;
    this.description = info.description;
    this.#info = info;
    this.#place = place;
    this.#reader = reader;
  }

  /**
   * The content, its transfer encoding undone, while it arrives. Some four megabytes are held, however large it is, and a connection
   * that is lost meanwhile costs the piece that was underway. An enclosed message comes whole.
   *
   * @param options A signal, and who is told how it gets on.
   * @returns The stream. It fails with {@linkcode MessageGoneError} when the message is not there any more.
   */
  stream(options: ReadOptions = {}): ReadableStream<Uint8Array> {
    return this.#reader.stream(this.#place, this.#info, options);
  }

  /**
   * The content, its transfer encoding undone.
   *
   * @param options A signal, and who is told how it gets on.
   * @throws {MessageGoneError} When the message is not there any more.
   */
  async bytes(options: ReadOptions = {}): Promise<Uint8Array> {
    return await this.#reader.bytes(this.#place, this.#info, options);
  }
}

showAs(MailboxAttachment, "MailboxAttachment", (attachment) => ({ ...attachment }));
