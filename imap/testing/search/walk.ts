/** The keys of a search with all keys inside them. */

import type { SearchKey } from "../../codec/_gen/types.ts";

/** Each key once; an outer one before those inside it. */
export function* walkKeys(keys: readonly SearchKey[]): Generator<SearchKey> {
  const open = [...keys];
  for (let key = open.pop(); key !== undefined; key = open.pop()) {
    yield key;
    if (key.op === "AND") open.push(...key.keys);
    else if (key.op === "NOT" || key.op === "FUZZY") open.push(key.key);
    else if (key.op === "OR") open.push(key.left, key.right);
  }
}
