/** What a fault leaves out of answers. */

import type { Response } from "../../codec/_gen/types.ts";

/** Fields of responses whose name is not that of the item. */
const FIELDS: ReadonlyMap<string, string> = new Map([["RFC822.SIZE", "size"], [
  "BODYSTRUCTURE",
  "bodyStructure",
]]);

/**
 * A response without what has one of the names: null where that is the response itself, or an untagged status response
 * that was sent for its code.
 */
export function without(response: Response, names: readonly string[]): Response | null {
  const left = new Set(names.map((name) => name.toUpperCase()));
  if (left.has(response.type)) return null;
  if ("code" in response && response.code !== undefined && left.has(response.code.name.toUpperCase())) {
    return response.type === "TAGGED" ? { ...response, code: undefined } : null;
  }
  if (response.type !== "FETCH" && response.type !== "STATUS") return response;
  const fields = new Set([...left].map((name) => FIELDS.get(name)?.toUpperCase() ?? name));
  const kept = Object.entries(response).map(([field, value]) => {
    const goes = field !== "seq" && field !== "mailbox";
    return [field, goes && fields.has(field.toUpperCase()) ? undefined : value];
  });
  return Object.fromEntries(kept) as unknown as Response;
}
