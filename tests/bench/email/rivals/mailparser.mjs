// mailparser's turn, without the HTML it would make of text and the links it would look for.

import { Buffer } from "node:buffer";
import { simpleParser } from "mailparser";
import { measure } from "../measure.ts";

const options = { skipHtmlToText: true, skipTextToHtml: true, skipTextLinks: true, skipImageLinks: true };

async function parse(messages) {
  let size = 0;
  for (const bytes of messages) {
    const mail = await simpleParser(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), options);
    size += (mail.text?.length ?? 0) + (mail.html ? mail.html.length : 0);
    for (const { content } of mail.attachments) size += content.length;
  }
  return size;
}

async function ask(messages) {
  let size = 0;
  for (const bytes of messages) {
    const mail = await simpleParser(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), options);
    size += (mail.subject?.length ?? 0) + (mail.text?.length ?? 0) + (mail.html ? mail.html.length : 0);
    for (const { name, address } of mail.from?.value ?? []) size += name.length + (address?.length ?? 0);
    for (const { filename, content } of mail.attachments) size += (filename?.length ?? 0) + content.length;
  }
  return size;
}

await measure({ leaves: parse, read: parse, mail: ask });
