// postal-mime's turn. It decodes fields, texts and attachments whether they are asked for or not.

import PostalMime from "postal-mime";
import { measure } from "../measure.ts";

async function parse(messages) {
  let size = 0;
  for (const bytes of messages) {
    const mail = await PostalMime.parse(bytes);
    size += (mail.text?.length ?? 0) + (mail.html?.length ?? 0);
    for (const { content } of mail.attachments) size += content.byteLength;
  }
  return size;
}

async function ask(messages) {
  let size = 0;
  for (const bytes of messages) {
    const { subject, from, text, html, attachments } = await PostalMime.parse(bytes);
    size += (subject?.length ?? 0) + (text?.length ?? 0) + (html?.length ?? 0);
    if (from) size += from.name.length + (from.address?.length ?? 0);
    for (const { filename, content } of attachments) size += (filename?.length ?? 0) + content.byteLength;
  }
  return size;
}

await measure({ leaves: parse, read: parse, mail: ask });
