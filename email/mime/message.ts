/**
 * Messages inside messages.
 *
 * @module
 */

import { Message } from "../message.ts";
import type { Policy } from "../policy.ts";
import { MIMENonMultipart } from "./nonmultipart.ts";

/**
 * A part that holds a whole message.
 *
 * ```ts
 * import { messageFromString, MIMEMessage } from "@postern/postern/email";
 * import { assertEquals } from "@std/assert";
 *
 * const forwarded = new MIMEMessage(messageFromString("Subject: inner\n\nbody\n"));
 * assertEquals(forwarded.getPayload(0).get("subject"), "inner");
 * ```
 *
 * Source: Python's `email.mime.message.MIMEMessage`.
 */
export class MIMEMessage extends MIMENonMultipart {
  /**
   * Makes the part.
   *
   * @param message the message inside
   * @param subtype subtype
   * @param options policy
   * @throws {TypeError} when it is no {@linkcode Message}
   */
  constructor(message: Message, subtype = "rfc822", options: { policy?: Policy } = {}) {
    super("message", subtype, options);
    if (!(message instanceof Message)) throw new TypeError("Argument is not an instance of Message");
    this.setPayload([message]);
    this.setDefaultType("message/rfc822");
  }
}
