/** The three exceptions of Python's `imaplib`, with its spelling and its hierarchy. */

/**
 * A mistake of the program, or a server that answered BAD: `IMAP4.error`.
 *
 * @example
 * ```ts
 * import { IMAP4 } from "@postern/postern/imaplib";
 *
 * const failure = new IMAP4.abort("socket error: EOF");
 * console.log(failure instanceof IMAP4.error); // true
 * ```
 */
// deno-lint-ignore camelcase -- Python's spelling
export class error extends Error {
  /** Name of the class, for logs. */
  override name = "error";
}

/** The connection cannot be used any more; a new one may be made and the command tried again: `IMAP4.abort`. */
export class abort extends error {
  /** Name of the class, for logs. */
  override name = "abort";
}

/** The mailbox can only be read now, although it was not opened so: `IMAP4.readonly`. */
export class readonly extends abort {
  /** Name of the class, for logs. */
  override name = "readonly";
}
