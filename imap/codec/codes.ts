/** Response codes by name. */

import type { Code } from "./_gen/types.ts";

/**
 * Tells whether a response code is of a name, with the data that the name promises. Comparing `name` alone is not
 * enough: a server may use a known name with data that cannot be read, which is then only text.
 *
 * @param code The code of a response or of an error, if it has one.
 * @param name The name, in upper case.
 * @returns True when it is; the code's fields can then be used.
 *
 * @example
 * ```ts
 * import { CommandError, decodeResponse, isCode } from "@postern/postern/imap";
 * import { assertEquals } from "@std/assert";
 *
 * const response = decodeResponse(new TextEncoder().encode("* OK [UIDNEXT 4392] Predicted next UID\r\n"));
 * if (response.type === "OK" && isCode(response.code, "UIDNEXT")) assertEquals(response.code.uidNext, 4392);
 *
 * const error = new CommandError("GETMETADATA", "NO", { name: "METADATA" }, "Too long");
 * assertEquals(isCode(error.code, "TRYCREATE"), false);
 * ```
 */
export function isCode<Name extends Code["name"]>(
  code: { readonly name: string } | undefined,
  name: Name,
): code is Extract<Code, { name: Name }> {
  return code?.name === name && !isUnread(code);
}

/** Whether a code of a known name holds something that could not be read. */
export function isUnread(code: { readonly name: string } | undefined): boolean {
  return (code as { error?: string | undefined } | undefined)?.error !== undefined;
}
