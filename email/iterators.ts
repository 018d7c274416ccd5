/**
 * Walking over the parts of a message.
 *
 * @module
 */

import { NestingLimitError } from "./errors.ts";
import type { Message } from "./message.ts";
import { MAX_TREE_DEPTH, walkTree } from "./model/tree.ts";
import { messageFor } from "./text/given.ts";

/**
 * A message and every part below it, depth first.
 *
 * @param message where to begin
 * @throws {NestingLimitError} 10,000 levels down, where CPython has its RecursionError: above all when a message
 * contains itself
 *
 * ```ts
 * import { messageFromString, walk } from "@postern/postern/email";
 * import { assertEquals } from "@std/assert";
 *
 * const message = messageFromString("Content-Type: message/rfc822\n\nSubject: inner\n\n");
 * assertEquals(Array.from(walk(message), (part) => part.getContentType()), ["message/rfc822", "text/plain"]);
 * ```
 *
 * Source: Python's `email.iterators.walk`.
 */
export function walk(message: Message): Generator<Message, undefined> {
  return walkTree(messageFor("walk", message));
}

/**
 * The lines of every text payload, with their line ends (LF ends a line, as in Python's `StringIO`).
 *
 * @param message where to begin
 * @param options `decode` is handed to `getPayload`; decoded payloads are bytes, which have no lines to give
 *
 * ```ts
 * import { bodyLineIterator, messageFromString } from "@postern/postern/email";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([...bodyLineIterator(messageFromString("A: b\n\none\ntwo"))], ["one\n", "two"]);
 * ```
 *
 * Source: Python's `email.iterators.body_line_iterator`.
 */
export function* bodyLineIterator(
  message: Message,
  options: { decode?: boolean } = {},
): IterableIterator<string> {
  for (const part of walk(message)) {
    const payload: unknown = part.getPayload(null, { decode: options?.decode ?? false });
    if (typeof payload !== "string") continue;
    for (let start = 0; start < payload.length;) {
      const end = payload.indexOf("\n", start);
      const next = end < 0 ? payload.length : end + 1;
      yield payload.slice(start, next);
      start = next;
    }
  }
}

/**
 * The parts of one type.
 *
 * @param message where to begin
 * @param maintype main type, in lower case
 * @param subtype subtype; null for any
 *
 * ```ts
 * import { MIMEImage, MIMEMultipart, MIMEText, typedSubpartIterator } from "@postern/postern/email";
 * import { assertEquals } from "@std/assert";
 *
 * const image = new MIMEImage(new Uint8Array(3), "png");
 * const message = new MIMEMultipart("mixed", { subparts: [new MIMEText("hello"), image] });
 * assertEquals([...typedSubpartIterator(message, "image")], [image]);
 * ```
 *
 * Source: Python's `email.iterators.typed_subpart_iterator`.
 */
export function* typedSubpartIterator(
  message: Message,
  maintype = "text",
  subtype: string | null = null,
): IterableIterator<Message> {
  for (const part of walk(message)) {
    if (part.getContentMaintype() !== maintype) continue;
    if (subtype === null || part.getContentSubtype() === subtype) yield part;
  }
}

/**
 * The content types of a message and its parts, one a line, indented by four blanks for each level.
 *
 * @param message where to begin
 * @param options `level` of the first line, `includeDefault` to add the default type of each part
 *
 * ```ts
 * import { MIMEMultipart, MIMEText, structure } from "@postern/postern/email";
 * import { assertEquals } from "@std/assert";
 *
 * const message = new MIMEMultipart("alternative", { subparts: [new MIMEText("a"), new MIMEText("b", "html")] });
 * assertEquals(structure(message), "multipart/alternative\n    text/plain\n    text/html\n");
 * ```
 *
 * Source: Python's `email.iterators._structure`.
 */
export function structure(
  message: Message,
  options: { level?: number; includeDefault?: boolean } = {},
): string {
  const lines: string[] = [];
  const stack: [part: Message, level: number][] = [[messageFor("structure", message), options?.level ?? 0]];
  for (let item = stack.pop(); item !== undefined; item = stack.pop()) {
    const [part, level] = item;
    const suffix = options?.includeDefault ? ` [${part.getDefaultType()}]` : "";
    lines.push(`${"    ".repeat(level)}${part.getContentType()}${suffix}\n`);
    if (!part.isMultipart()) continue;
    if (level > MAX_TREE_DEPTH) throw new NestingLimitError("message parts are nested too deeply");
    const parts = part.getPayload() as Message[];
    for (let i = parts.length - 1; i >= 0; i--) stack.push([parts[i]!, level + 1]);
  }
  return lines.join("");
}
