// The fields of mailing lists.

import { decodeWords } from "./encoded_words.ts";
import { type FieldReader, oneLine, stripComments, trimBlanks } from "./fields.ts";
import type { ListHeaders } from "./model.ts";

/** As many addresses of one field are read. */
const MAX_URLS = 100;

/** The fields of RFC 2369, 2919 and 8058. */
export function readListHeaders(fields: FieldReader): ListHeaders {
  const { id, name } = listId(fields.first("list-id"));
  const unsubscribe = urlsOf(fields, "list-unsubscribe");
  const post = fields.first("list-unsubscribe-post");
  const oneClick = post !== undefined && /^list-unsubscribe\s*=\s*one-click$/i.test(post)
    ? unsubscribe.find((url) => url.startsWith("https:"))
    : undefined;
  return {
    id,
    name,
    unsubscribe,
    oneClick,
    subscribe: urlsOf(fields, "list-subscribe"),
    post: urlsOf(fields, "list-post"),
    help: urlsOf(fields, "list-help"),
    owner: urlsOf(fields, "list-owner"),
    archive: urlsOf(fields, "list-archive"),
  };
}

function listId(text: string | undefined): Pick<ListHeaders, "id" | "name"> {
  if (text === undefined) return { id: undefined, name: undefined };
  const start = text.lastIndexOf("<");
  const end = text.indexOf(">", start);
  if (start >= 0 && end >= 0) {
    const name = nameIn(trimBlanks(text.slice(0, start)).replace(/^"(.*)"$/, "$1"));
    return { id: idIn(text.slice(start + 1, end)), name };
  }
  const bare = stripComments(text).replace(/[<>]/g, "");
  // Words are a name.
  const isName = /[^.\s]\s+[^.\s]/.test(bare);
  return { id: isName ? undefined : idIn(bare), name: isName ? nameIn(bare) : undefined };
}

function idIn(text: string): string | undefined {
  return text.replace(/\s+/g, "") || undefined;
}

function nameIn(text: string): string | undefined {
  return trimBlanks(oneLine(decodeWords(text))) || undefined;
}

function urlsOf(fields: FieldReader, field: string): string[] {
  const out: string[] = [];
  for (const written of fields.all(field)) {
    const value = decodeWords(written);
    // Some leave the angle brackets out, or one of them.
    const items = value.split(/[<>]/, 4 * MAX_URLS).flatMap((each, i) =>
      i % 2 === 1 ? each : each.split(",", MAX_URLS)
    );
    for (const item of items) {
      const url = item.replace(/\s+/g, "").replace(/^(https?|mailto):/i, (scheme) => scheme.toLowerCase());
      if (/^(?:https?:\/\/|mailto:)[^"'<>\\^`{|}]+$/.test(url) && out.length < MAX_URLS) {
        out.push(url.toWellFormed());
      }
    }
  }
  return out;
}
