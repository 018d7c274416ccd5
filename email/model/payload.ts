// The payload of a message: what class Message does to read and to set it. Its methods carry the documentation.

import { Charset } from "../charset.ts";
import { decode, encode } from "../codecs/mod.ts";
import { LookupError } from "../errors.ts";
import { decodeAsciiEscape, encodeRawUnicodeEscape, hasSurrogates } from "../text/text.ts";
import { decodeTransfer, textToBytes } from "../transfer/payload.ts";
import { entityOf, internals, type MessageModel } from "./message_model.ts";

/** Text of a leaf as people read it: escaped bytes in the charset of the Content-Type. */
export function readableText(message: MessageModel, text: string): string {
  if (!hasSurrogates(text)) return text;
  const bytes = textToBytes(text);
  if (bytes === null) return text;
  try {
    return decode(bytes, message.getContentCharset("ascii"), "replace");
  } catch (error) {
    if (!(error instanceof LookupError)) throw error;
    return decode(bytes, "us-ascii", "replace");
  }
}

/** The payload of a leaf as bytes, its transfer encoding undone. */
export function decodedPayload(message: MessageModel): Uint8Array | null {
  const entity = entityOf(message);
  const source = entity.bytes();
  let bytes: Uint8Array;
  if (source !== null) {
    bytes = source;
  } else {
    const text = entity.stored();
    if (typeof text !== "string") return text as Uint8Array | null;
    bytes = textToBytes(text) ?? encodeRawUnicodeEscape(text);
  }
  const encoding = message.get("content-transfer-encoding");
  if (encoding !== null) {
    const decoded = decodeTransfer(bytes, String(encoding).toLowerCase());
    if (decoded !== null) {
      for (const Defect of decoded.defects) internals.note(message, () => new Defect());
      if (decoded.data !== bytes) return decoded.data;
    }
  }
  return source === null ? bytes : bytes.slice();
}

/** See `Message.setPayload`. */
export function setPayload(message: MessageModel, payload: unknown, charset: Charset | string | null): void {
  let stored = payload;
  if (typeof payload === "string" && charset !== null) {
    const target = charset instanceof Charset ? charset : new Charset(charset);
    stored = encode(payload, target.outputCharset ?? "us-ascii", "surrogateescape");
  }
  entityOf(message).setPayload(stored instanceof Uint8Array ? decodeAsciiEscape(stored) : stored);
  if (charset !== null) message.setCharset(charset);
}

/** See `Message.setCharset`. */
export function setCharset(message: MessageModel, charset: Charset | string | null): void {
  if (charset === null) {
    message.delParam("charset");
    internals.setCharset(message, null);
    return;
  }
  const target = charset instanceof Charset ? charset : new Charset(charset);
  internals.setCharset(message, target);
  const output = target.getOutputCharset();
  if (!message.has("MIME-Version")) message.addHeader("MIME-Version", "1.0");
  if (!message.has("Content-Type")) message.addHeader("Content-Type", "text/plain", { charset: output });
  else message.setParam("charset", output!);
  if (target.toString() !== output?.toLowerCase()) {
    encodeBody(message, target, (text) => target.bodyEncode(text));
  }
  if (message.has("Content-Transfer-Encoding")) return;
  const encoding = target.getBodyEncoding();
  if (typeof encoding === "function") {
    internals.encodeWith(message, encoding);
    return;
  }
  encodeBody(
    message,
    target,
    (text) =>
      target.bodyEncode(textToBytes(text) ?? encode(text, target.outputCharset ?? "us-ascii", "strict")),
  );
  message.addHeader("Content-Transfer-Encoding", encoding);
}

function encodeBody(
  message: MessageModel,
  { bodyEncoding }: Charset,
  bodyEncode: (text: string) => string | null,
): void {
  const entity = entityOf(message);
  const payload = entity.stored();
  if (payload === null || payload === "" || Array.isArray(payload) && payload.length === 0) return;
  if (typeof payload !== "string") {
    // Seven-bit charsets encode nothing: parts are left as they are.
    if (bodyEncoding === null) return;
    throw new TypeError("only text can be encoded in a charset");
  }
  entity.setPayload(bodyEncode(payload));
}
