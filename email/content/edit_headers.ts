/**
 * Changing the header of a message and nothing else.
 *
 * @module
 */

import { parse } from "../parse/parse.ts";
import { Source } from "../parse/source.ts";
import { addTo } from "../text/map.ts";
import { CR, LF } from "../text/octets.ts";
import { assemble, type Piece } from "../write/flatten.ts";
import { firstLineEnd } from "../write/linesep.ts";
import { verbatim } from "../write/verbatim.ts";
import { fieldName, fieldPairs, fieldValue, type HeaderFields } from "./compose/fields.ts";
import { checkOptions, messageIn } from "./compose/options.ts";
import { contentDialect } from "./content_type.ts";
import type { MessageInput } from "./model.ts";
import { wrongType } from "../text/given.ts";

/** What {@linkcode editHeaders} changes. */
export interface HeaderEdits {
  /** Fields that are to be there once: in the place of the first of that name, else after the last field. */
  readonly set?: HeaderFields;
  /** Fields that are put before all others, where relays put theirs. */
  readonly add?: HeaderFields;
  /** Names of fields that go, however often they are there. */
  readonly remove?: string | readonly string[];
}

interface Splice {
  start: number;
  end: number;
  pieces: Piece[];
}

/**
 * Changes fields of the header. Every other octet stays, line ends, folds and damage too, so that signatures of what is not
 * changed stay valid. Fields of enclosed messages and parts are not touched.
 *
 * @param message octets; a message or a mail is written first, as {@linkcode Message.asBytes} does it verbatim
 * @param edits fields to set, to add and to remove. Values are text, encoded here as in {@linkcode createMail}; new lines end as
 * those of the message do
 * @returns an array of its own
 * @throws {TypeError} for an unknown option, and a value of a wrong type
 * @throws {ValueError} for CR, LF or NUL in a value, for a name that a field cannot have, for an address field without address
 *
 * @example
 * ```ts
 * import { editHeaders } from "@postern/postern/email";
 * import { assertEquals } from "@std/assert";
 *
 * const bytes = new TextEncoder().encode("Received:a\r\nSubject:  tea\r\nBcc: x@example.org\r\n\r\nAt four?");
 * const edited = editHeaders(bytes, {
 *   set: { Subject: "Tee für zwei" },
 *   add: { "X-Checked": "yes" },
 *   remove: "Bcc",
 * });
 * assertEquals(
 *   new TextDecoder().decode(edited),
 *   "X-Checked: yes\r\nReceived:a\r\nSubject: Tee =?utf-8?q?f=C3=BCr?= zwei\r\n\r\nAt four?",
 * );
 * ```
 *
 * Source: RFC 5322 sections 2.2 and 3.6.7, RFC 6376 section 3.4 (why nothing else may change).
 */
export function editHeaders(message: MessageInput, edits: HeaderEdits): Uint8Array {
  checkOptions("editHeaders", edits, ["set", "add", "remove"]);
  const bytes = ArrayBuffer.isView(message)
    ? message
    : messageIn("editHeaders", message).asBytes({ verbatim });
  const source = Source.fromBytes(bytes);
  const parsed = parse(source, contentDialect, true);
  const offsets = parsed.fields.origin?.offsets ?? [];
  const span = parsed.span!;
  const lineEnd = firstLineEnd(bytes) ?? "\r\n";
  const written = (name: string, value: unknown) =>
    `${name}: ${fieldValue(name, value)}\n`.replaceAll("\n", lineEnd);

  const first = offsets[0] ?? headerEnd(bytes, span.body);
  const last = offsets[offsets.length - 1] ?? first;
  const top: Splice = { start: first, end: first, pieces: [] };
  const bottom: Splice = { start: last, end: last, pieces: [] };
  for (const [name, value] of fieldPairs("add", edits.add ?? {})) top.pieces.push(written(name, value));
  const settings = settingsOf(edits.set, written);
  const removed = removedNames(edits.remove);

  const splices = [top];
  offsets.forEach((start, i) => {
    if (i % 3 > 0) return;
    const name = source.text(start, offsets[i + 1]!).trimEnd().toLowerCase();
    const setting = settings.get(name);
    if (setting === undefined && !removed.has(name)) return;
    splices.push({ start, end: offsets[i + 2]!, pieces: setting?.splice(0) ?? [] });
  });
  for (const pieces of settings.values()) bottom.pieces.push(...pieces);
  const after = offsets.length === 0 && top.pieces.length > 0 ? top : bottom;
  if (after.pieces.length > 0 && !startsLine(bytes, last)) after.pieces.unshift(lineEnd);
  splices.push(bottom);
  // Without a field before it, the first line of the body could be read as one, or as part of a new one.
  if (offsets.length === 0 && span.body === first && top.pieces.length + bottom.pieces.length > 0) {
    bottom.pieces.push(lineEnd);
  }
  return spliced(bytes, splices);
}

function settingsOf(
  fields: HeaderFields | undefined,
  written: (name: string, value: unknown) => string,
): Map<string, string[]> {
  const settings = new Map<string, string[]>();
  for (const [name, value] of fieldPairs("set", fields ?? {})) {
    addTo(settings, name.toLowerCase(), written(name, value));
  }
  return settings;
}

function removedNames(names: unknown): Set<string> {
  if (names === undefined) return new Set();
  const list = typeof names === "string" ? [names] : names;
  if (!Array.isArray(list)) {
    throw wrongType("remove", "a name or a list of names", names);
  }
  return new Set(list.map((name) => fieldName(name).toLowerCase()));
}

/** Where a header without a field ends: at the blank line, if there is one. */
function headerEnd(bytes: Uint8Array, body: number): number {
  if (body === 0 || (bytes[body - 1] !== LF && bytes[body - 1] !== CR)) return body;
  const end = body - (body > 1 && bytes[body - 1] === LF && bytes[body - 2] === CR ? 2 : 1);
  return startsLine(bytes, end) ? end : body;
}

/** Whether a line starts at an offset: after a line end, at the start, or after the byte order mark. */
function startsLine(bytes: Uint8Array, at: number): boolean {
  if (at === 0 || bytes[at - 1] === LF || bytes[at - 1] === CR) return true;
  return at === 3 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
}

function spliced(bytes: Uint8Array, splices: Splice[]): Uint8Array {
  const pieces: Piece[] = [];
  let at = 0;
  for (const { start, end, pieces: added } of splices) {
    if (start > at) pieces.push(bytes.subarray(at, start));
    pieces.push(...added);
    at = Math.max(at, end);
  }
  pieces.push(bytes.subarray(at));
  return assemble(pieces);
}
