/** The beginning of a message's text, for a list of messages (RFC 8970). */

import type { ScannedPart } from "./fields.ts";
import { leafText } from "./text.ts";

/** Characters of a preview: RFC 8970 3.2 has 200 as the limit that a server should keep. */
const LENGTH = 200;
/** Characters of the text that are looked at. */
const LOOKED_AT = 10_000;

/** The preview; empty for a message without text. */
export function previewOf(bytes: Uint8Array, root: ScannedPart): string {
  const part = find(root, "plain") ?? find(root, "html");
  if (part === undefined) return "";
  const text = leafText(bytes, part).slice(0, LOOKED_AT);
  const plain = part.contentType === "text/html" ? withoutTags(text) : text;
  return [...plain.replace(/[\s\0]+/g, " ").trim()].slice(0, LENGTH).join("");
}

/** The first text part of that kind, in the order of the message. */
function find(root: ScannedPart, subtype: string): ScannedPart | undefined {
  const open = [root];
  for (let part = open.pop(); part !== undefined; part = open.pop()) {
    if (part.contentType === `text/${subtype}`) return part;
    for (const below of part.parts.toReversed()) open.push(below);
  }
  return undefined;
}

/** Text between the tags; enough for a line in a list. */
function withoutTags(html: string): string {
  const pieces: string[] = [];
  for (let at = 0; at < html.length;) {
    const open = html.indexOf("<", at);
    if (open === -1) {
      pieces.push(html.slice(at));
      break;
    }
    pieces.push(html.slice(at, open));
    const close = html.indexOf(">", open);
    if (close === -1) break;
    at = close + 1;
  }
  return pieces.join(" ");
}
