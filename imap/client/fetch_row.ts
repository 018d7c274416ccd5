/** The type of a FETCH row, from what was asked for. */

import type { FetchItem, FetchMacro } from "../values/fetch_item.ts";
import type { FetchItemFields, FetchResponse } from "../codec/_gen/types.ts";

/** The field of a FETCH row that answers an item. */
export type FieldOf<Item extends string> = Item extends FetchMacro
  ? "flags" | "internalDate" | "size" | { FAST: never; ALL: "envelope"; FULL: "envelope" | "body" }[Item]
  : Item extends `${string}[${string}` ? "sections"
  : Item extends `${infer Word} (${string}` ? FieldOf<Word>
  : Item extends "BODY" ? "body"
  : Item extends keyof FetchItemFields ? FetchItemFields[Item]
  : never;

/**
 * A FETCH row with the fields that were asked for present. Octets (`BODY[...]`, `BINARY[...]`, `RFC822`) are in
 * `sections`. An item that the server damaged or left out is an error when
 * it is read; what was damaged is in `other` as it came. `asSent()` of the command gives rows that may lack what was asked for.
 */
export type FetchRow<Item extends FetchItem> = FetchItem extends Item ? FetchResponse
  :
    & FetchResponse
    & { [Field in FieldOf<Item> & keyof FetchResponse]: Exclude<FetchResponse[Field], undefined> };
