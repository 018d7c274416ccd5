// File names in fields: for readers that know RFC 2231, and for those that do not.

import { percentEncode } from "../../params/rfc2231.ts";
import { utf8Of } from "../../text/utf8.ts";
import { encodedWords } from "./encode_words.ts";

/** Names that every reader takes as they are between quotes. */
const SIMPLE = /^[A-Za-z0-9!#$&+,.()@^_{}~-]+(?: [A-Za-z0-9!#$&+,.()@^_{}~-]+)*$/;
/** Room for a value in a line of its own. */
const ROOM = 52;

/**
 * A parameter, each piece of it to be written in a line of its own: in quotes where the value is simple, else in the
 * form of RFC 2231, in numbered pieces where it is long.
 *
 * @param name name of the parameter
 * @param value its value
 */
export function parameter(name: string, value: string): string[] {
  if (value.length <= ROOM && SIMPLE.test(value)) return [`${name}="${value}"`];
  const chunks: string[] = [""];
  for (const char of value) {
    const text = percentEncode(utf8Of(char));
    // A character is in one piece: some readers decode each piece by itself.
    if (chunks[chunks.length - 1]!.length + text.length > ROOM) chunks.push("");
    chunks[chunks.length - 1] += text;
  }
  if (chunks.length === 1) return [`${name}*=utf-8''${chunks[0]}`];
  return chunks.map((chunk, i) => `${name}*${i}*=${i === 0 ? "utf-8''" : ""}${chunk}`);
}

/**
 * The `name` parameter of Content-Type, for readers that do not know RFC 2231: encoded words in quotes, which no RFC
 * allows and all of them read.
 *
 * @param value the file name
 */
export function nameParameter(value: string): string {
  if (value.length <= ROOM && SIMPLE.test(value)) return `name="${value}"`;
  return `name="${encodedWords(value, 7).join("\n ")}"`;
}
