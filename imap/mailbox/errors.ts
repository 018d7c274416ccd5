/** Failures that only this layer knows. */

import { ConnectionError, ImapError, type ImapErrorOptions } from "../base/errors.ts";

/**
 * The message is not there any more: `gone`, it was deleted or moved; `reset`, the mailbox has given its messages new UIDs, and nobody
 * can tell which one this was.
 *
 * @example
 * ```ts
 * import { MessageGoneError } from "@postern/postern/mailbox";
 *
 * const error = new MessageGoneError("gone", "v1:1700000001:42:INBOX");
 * console.log(error.why, error.id); // gone v1:1700000001:42:INBOX
 * ```
 */
export class MessageGoneError extends ImapError {
  /** Name of the class, for logs. */
  override readonly name: string = "MessageGoneError";
  /** What has become of it. */
  readonly why: "gone" | "reset";
  /** Its identifier. */
  readonly id: string;

  /** Makes the error from what has become of the message, and its identifier. */
  constructor(why: "gone" | "reset", id: string) {
    super(
      why === "gone" ? `The message is gone: ${id}` : `The mailbox has new UIDs, and ${id} means nothing now`,
    );
    this.why = why;
    this.id = id;
  }
}

/**
 * The connection was lost while a command ran that must not run twice: whether the server has carried it out is not known. Look, and
 * then decide: an APPEND that is sent again makes a second message.
 */
export class FateUnknownError extends ConnectionError {
  /** Name of the class, for logs. */
  override readonly name: string = "FateUnknownError";

  /** Makes the error for a command, with what ended the connection. */
  constructor(command: string, options: ImapErrorOptions = {}) {
    super(`${command}: the connection was lost, and it is not known whether it was carried out`, {
      ...options,
      command,
      retryable: false,
    });
  }
}
