/**
 * The text of a header field for people to read.
 *
 * @module
 */

import type { Header } from "../header.ts";
import { readableValue } from "./fields.ts";
import { textFor } from "../text/given.ts";

/**
 * The text of a header field, encoded words decoded, folding undone, always one line. Never fails: `makeHeader(decodeHeader(value))`,
 * which gives the same text for what is well-formed, throws for a charset that is not known, octets that are not valid in
 * theirs, and broken base64. Charsets are read as {@linkcode decodeText} reads them.
 *
 * @param value value of the field, as `message.get` gives it; null gives ""
 * @returns the text; octets of no known charset are read as UTF-8 if they are that, else as windows-1252; what ends a line, a
 * blank
 *
 * @example
 * ```ts
 * import { headerText, messageFromString } from "@postern/postern/email";
 * import { assertEquals } from "@std/assert";
 *
 * const message = messageFromString("Subject: =?utf-8*de?q?Gr=C3=BC=C3=9Fe?=\n aus =?x-none?b?S/ZsbgQ?=\n\n");
 * assertEquals(headerText(message.get("subject")), "Grüße aus Köln\u0004");
 * ```
 *
 * Source: RFC 2047 section 6, RFC 2231 section 5.
 */
export function headerText(value: string | Header | null | undefined): string {
  if (value === null || value === undefined) return "";
  if (typeof (value as Header).chunks !== "object") textFor("headerText", value);
  return readableValue(value);
}
