/** A permanent identifier of a message: a text that can be kept in a database. */

/** What a {@linkcode MailboxMessage.id} says. */
export interface MessagePlace {
  /** The mailbox's name. */
  mailbox: string;
  /** UIDVALIDITY of the mailbox: when it changes, UIDs mean other messages. */
  uidValidity: number;
  /** UID of the message. */
  uid: number;
}

/**
 * Writes an identifier: `v1:UIDVALIDITY:UID:MAILBOX`.
 *
 * @param place Which message.
 * @returns The text.
 */
export function messageId({ mailbox, uidValidity, uid }: MessagePlace): string {
  return `v1:${uidValidity}:${uid}:${mailbox}`;
}

/**
 * Reads an identifier.
 *
 * @param id What {@linkcode messageId} wrote, or a message had as its `id`.
 * @returns Which message it names.
 * @throws {RangeError} When it is not an identifier.
 *
 * @example
 * ```ts
 * import { readMessageId } from "@postern/postern/mailbox";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(readMessageId("v1:1700000001:42:Work/2026"), {
 *   mailbox: "Work/2026",
 *   uidValidity: 1700000001,
 *   uid: 42,
 * });
 * ```
 */
export function readMessageId(id: string): MessagePlace {
  const match = typeof id === "string" ? /^v1:([1-9]\d{0,9}):([1-9]\d{0,9}):(.+)$/s.exec(id) : null;
  const uidValidity = Number(match?.[1]);
  const uid = Number(match?.[2]);
  if (match === null || uidValidity > 0xffffffff || uid > 0xffffffff) {
    throw new RangeError(`Not the id of a message: ${JSON.stringify(String(id).slice(0, 60))}`);
  }
  return { mailbox: match[3]!, uidValidity, uid };
}
