/** The type of the answer to STATUS, from what was asked for. */

import type { StatusItem } from "../codec/_gen/types.ts";
// circle: the method that returns it is generated, and so are the fields it is made of.
import type { StatusResult } from "./_gen/commands.ts";

type Letters<Text extends string> = Text extends `${infer First}-${infer Rest}` ? `${First}${Rest}` : Text;

/** The field of a result that answers an item: `uidNext` for `UIDNEXT`. */
type FieldOf<Item extends string> = {
  [Field in keyof StatusResult]: Lowercase<Field> extends Lowercase<Letters<Item>> ? Field : never;
}[keyof StatusResult];

/**
 * What STATUS gives, with the fields that were asked for present. What the server left out or damaged is an error when it is read,
 * and undefined in a copy (`{ ...status }`).
 */
export type StatusOf<Item extends StatusItem> = StatusItem extends Item ? StatusResult
  : StatusResult & { [Field in FieldOf<Item>]: Exclude<StatusResult[Field], undefined> };
