/**
 * Functions that encode a message's payload and say so in its Content-Transfer-Encoding field. An old field is kept
 * beside the new one, as in Python.
 *
 * @module
 */

// circle: the functions of Python's email.encoders take a message, and a Charset of a message may name one of them
import type { Message } from "../message.ts";
import { decodeAsciiEscape, isAsciiBytes } from "../text/text.ts";
import { encodeBase64Lines } from "./base64.ts";
import { encodeQuotedPrintable } from "./quoted_printable.ts";
import { messageFor } from "../text/given.ts";

function payloadBytes(of: string, message: Message): Uint8Array {
  const payload = messageFor(of, message).getPayload({ decode: true });
  if (payload === null) throw new TypeError("no payload to encode");
  return payload;
}

/**
 * Encodes the payload in base64.
 *
 * ```ts
 * import { encodeBase64, Message } from "@postern/postern/email";
 * import { assertEquals } from "@std/assert";
 *
 * const message = new Message();
 * message.setPayload("gr\u00fcn\n", "utf-8");
 * encodeBase64(message);
 * assertEquals(message.getPayload(), "Z3LDvG4K\n");
 * ```
 *
 * Source: `email.encoders.encode_base64`.
 *
 * @param message the message to change
 * @throws {TypeError} when it is a multipart or has no payload
 */
export function encodeBase64(message: Message): void {
  const bytes = payloadBytes("encodeBase64", message);
  message.setPayload(encodeBase64Lines(bytes));
  message.append("Content-Transfer-Encoding", "base64");
}

/**
 * Encodes the payload in quoted-printable, spaces and tabs included.
 *
 * ```ts
 * import { encodeQuopri, Message } from "@postern/postern/email";
 * import { assertEquals } from "@std/assert";
 *
 * const message = new Message();
 * message.setPayload("a b=c");
 * encodeQuopri(message);
 * assertEquals(message.getPayload(), "a=20b=3Dc");
 * ```
 *
 * Source: `email.encoders.encode_quopri`.
 *
 * @param message the message to change
 * @throws {TypeError} when it is a multipart or has no payload
 */
export function encodeQuopri(message: Message): void {
  const bytes = payloadBytes("encodeQuopri", message);
  message.setPayload(decodeAsciiEscape(encodeQuotedPrintable(bytes)));
  message.append("Content-Transfer-Encoding", "quoted-printable");
}

/**
 * Says `7bit` or `8bit`, whichever is true of the payload.
 *
 * ```ts
 * import { encode7or8bit, Message } from "@postern/postern/email";
 * import { assertEquals } from "@std/assert";
 *
 * const message = new Message();
 * message.setPayload("plain\n");
 * encode7or8bit(message);
 * assertEquals(message.get("Content-Transfer-Encoding"), "7bit");
 * ```
 *
 * Source: `email.encoders.encode_7or8bit`.
 *
 * @param message the message to change
 */
export function encode7or8bit(message: Message): void {
  const bytes = messageFor("encode7or8bit", message).getPayload({ decode: true });
  message.append("Content-Transfer-Encoding", bytes === null || isAsciiBytes(bytes) ? "7bit" : "8bit");
}

/**
 * Does nothing: for payloads that are encoded already.
 *
 * ```ts
 * import { encodeNoop, MIMEApplication } from "@postern/postern/email";
 * import { assertEquals } from "@std/assert";
 *
 * const part = new MIMEApplication(new Uint8Array([1]), "pdf", { encoder: encodeNoop });
 * assertEquals(part.has("Content-Transfer-Encoding"), false);
 * ```
 *
 * Source: `email.encoders.encode_noop`.
 *
 * @param _message left as it is
 */
export function encodeNoop(_message: Message): void {}
