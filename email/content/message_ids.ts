// Message identifiers (RFC 5322 section 3.6.4).

import { decodeWords } from "./encoded_words.ts";
import { stripComments } from "./fields.ts";

/** As many identifiers of one field are read. */
const MAX_IDS = 2000;

/** Longer ones are not taken as identifiers: no line of a message has room for them (RFC 5322 section 2.1.1), so nobody can refer to them. */
const MAX_ID = 900;

/** The identifiers of a value. */
export function readMessageIds(value: string): string[] {
  // Long ones are sent as encoded words.
  const text = decodeWords(value);
  const out: string[] = [];
  let from = 0;
  for (let start = text.indexOf("<"); start >= 0 && out.length < MAX_IDS; start = text.indexOf("<", from)) {
    let end = start + 1;
    while (end < text.length && text[end] !== ">" && text[end] !== "<") end++;
    const id = text.slice(start + 1, end).replace(/[\s\0]+/g, "").toWellFormed();
    if (id !== "" && id.length <= MAX_ID) out.push(`<${id}>`);
    from = text[end] === ">" ? end + 1 : end;
  }
  // Beside them, words with an @ are addresses: `Your message of Monday to jo@example.net <1@example.org>`.
  return out.length > 0 ? out : bareIds(text);
}

function bareIds(text: string): string[] {
  const out: string[] = [];
  for (const word of stripComments(text).split(/[\s\0,;"]+/, 2 * MAX_IDS)) {
    if (word.length <= MAX_ID && /^[^@>]+@[^@>]+>?$/.test(word)) {
      out.push(`<${word.replace(/>$/, "").toWellFormed()}>`);
    }
  }
  return out.slice(0, MAX_IDS);
}
