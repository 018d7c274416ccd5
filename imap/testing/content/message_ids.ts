/** Message-ids of a header: what ties messages together to conversations (RFC 5322 3.6.4, RFC 5256 3). */

import { fieldText, scan } from "./fields.ts";

/** Ids that one field is read for, at most. */
const MOST = 1_000;

/** The message's own id, and those that it answers: References in their order, else the first of In-Reply-To. */
export function messageIds(bytes: Uint8Array): { own: string | undefined; references: string[] } {
  const root = scan(bytes);
  const idsOf = (name: string) => readIds(fieldText(bytes, root, name) ?? "");
  const references = idsOf("references");
  return {
    own: idsOf("message-id")[0],
    references: references.length > 0 ? references : idsOf("in-reply-to").slice(0, 1),
  };
}

/** The ids between angle brackets, quotes taken off as RFC 5256 asks: `<"a b"@c>` and `<a b@c>` are the same. */
export function readIds(text: string): string[] {
  const ids: string[] = [];
  for (let open = text.indexOf("<"); open !== -1 && ids.length < MOST;) {
    const close = text.indexOf(">", open);
    if (close === -1) break;
    const id = text.slice(open + 1, close).replace(/["\\]/g, "").replace(/\s/g, "");
    if (id.includes("@")) ids.push(id);
    open = text.indexOf("<", close);
  }
  return ids;
}
