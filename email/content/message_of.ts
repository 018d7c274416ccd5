/**
 * From mail to message.
 *
 * @module
 */

import type { Message } from "../message.ts";
import { messageIn } from "./compose/options.ts";
import type { MessageInput } from "./model.ts";

/**
 * The message of a mail, with Python's interface: what {@linkcode Mail.message} gives. Bundlers leave class {@linkcode Message} out
 * of programs that only read mail, and `mail.message` throws there; a program that calls this has it.
 *
 * @param input octets, a message, or a mail
 * @returns the message; always the same one for a mail
 * @throws {TypeError} when the input is not one of them
 *
 * @example
 * ```ts
 * import { messageOf, readMail } from "@postern/postern/email";
 * import { assertEquals } from "@std/assert";
 *
 * const mail = readMail("Subject: tea\n\nAt four?\n");
 * const message = messageOf(mail);
 * message.append("X-Seen", "yes");
 * assertEquals(message.asString(), "Subject: tea\nX-Seen: yes\n\nAt four?\n");
 * ```
 */
export function messageOf(input: MessageInput): Message {
  return messageIn("messageOf", input);
}
