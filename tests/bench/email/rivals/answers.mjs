// What postal-mime and mailparser read of messages: a JSON list of messages in base64 from stdin, a JSON object of two lists
// of answers to stdout.

import PostalMime from "postal-mime";
import { simpleParser } from "mailparser";
import { readFileSync } from "node:fs";

const messages = JSON.parse(readFileSync(0, "utf-8"));

const body = (text) => (text || "").replaceAll("\r\n", "\n").replace(/\n+$/, "");
const file = (name, type, content, id) => [name ?? null, type, Buffer.from(content).toString("base64"), id?.replace(/^<|>$/g, "") ?? null];

async function postalMime(bytes) {
  const mail = await PostalMime.parse(bytes);
  const people = (list) => (list ?? []).map(({ name, address }) => [name, address]);
  return {
    subject: mail.subject ?? "",
    from: people(mail.from ? [mail.from] : []),
    to: people(mail.to),
    cc: people(mail.cc),
    text: body(mail.text),
    html: body(mail.html),
    files: mail.attachments.map((part) => file(part.filename, part.mimeType, part.content, part.contentId)),
  };
}

async function mailparser(bytes) {
  const mail = await simpleParser(bytes, { skipHtmlToText: true, skipTextToHtml: true, skipImageLinks: true });
  const people = (field) => (field?.value ?? []).map(({ name, address }) => [name, address]);
  return {
    subject: mail.subject ?? "",
    from: people(mail.from),
    to: people(mail.to),
    cc: people(mail.cc),
    text: body(mail.text),
    html: body(mail.html),
    files: mail.attachments.map((part) => file(part.filename, part.contentType, part.content, part.contentId)),
  };
}

const answers = { "postal-mime": [], mailparser: [] };
for (const message of messages) {
  answers["postal-mime"].push(await postalMime(Buffer.from(message, "base64")));
  answers.mailparser.push(await mailparser(Buffer.from(message, "base64")));
}
console.log(JSON.stringify(answers));
