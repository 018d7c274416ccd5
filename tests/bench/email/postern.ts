/** Postern's turn. */

import {
  BytesHeaderParser,
  headerText,
  type Message,
  messageFromBytes,
  readMail,
} from "../../../email/mod.ts";
import { measure } from "./measure.ts";

const FIELDS = ["subject", "from", "to"];
const decoders = new Map<string, TextDecoder>();

await measure({
  leaves: (messages) => sum(messages, (bytes) => leaves(messageFromBytes(bytes))),
  read: (messages) => sum(messages, (bytes) => read(messageFromBytes(bytes))),
  mail: (messages) => sum(messages, mail),
  header: (messages) => sum(messages, (bytes) => String(messageFromBytes(bytes).get("subject")).length),
  headerOnly: (messages) =>
    sum(messages, (bytes) => String(new BytesHeaderParser().parsebytes(bytes).get("subject")).length),
  // The cheapest look at every octet there is: a search for one that base64 and headers do not have.
  scan: (messages) => sum(messages, (bytes) => bytes.indexOf(0) + 1),
}, {
  write: (messages) => writer(messages.map((bytes) => messageFromBytes(bytes))),
  change: (messages) =>
    writer(messages.map((bytes) => {
      const message = messageFromBytes(bytes);
      message.append("X-Seen", "yes");
      return message;
    })),
});

function sum(messages: Uint8Array[], each: (bytes: Uint8Array) => number): number {
  let total = 0;
  for (const bytes of messages) total += each(bytes);
  return total;
}

function writer(parsed: Message[]): () => number {
  return () => parsed.reduce((size, message) => size + message.asBytes().length, 0);
}

function leaves(message: Message): number {
  let size = 0;
  for (const part of message.walk()) {
    if (!part.isMultipart()) size += part.getPayload({ decode: true })!.length;
  }
  return size;
}

/** Subject, senders, text, HTML, names and octets of the attachments. */
function mail(bytes: Uint8Array): number {
  const { subject, from, text, html, attachments } = readMail(bytes);
  let size = subject.length + (text?.length ?? 0) + (html?.length ?? 0);
  for (const { name, address } of from) size += name.length + address.length;
  for (const file of attachments) size += (file.fileName?.length ?? 0) + file.bytes().length;
  return size;
}

/** What the other parsers always do: three fields as text, bodies as text, attachments as octets. */
function read(message: Message): number {
  let size = 0;
  for (const name of FIELDS) size += headerText(message.get(name)).length;
  for (const part of message.walk()) {
    if (part.isMultipart()) continue;
    const data = part.getPayload({ decode: true })!;
    if (part.getContentMaintype() !== "text") {
      size += data.length;
      continue;
    }
    const charset = part.getContentCharset("us-ascii");
    let decoder = decoders.get(charset);
    if (decoder === undefined) decoders.set(charset, decoder = new TextDecoder(charset));
    size += decoder.decode(data).length;
  }
  return size;
}
