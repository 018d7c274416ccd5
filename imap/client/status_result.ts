/** The type of the answer to STATUS, from what was asked for. */

import type { StatusItem } from "../codec/_gen/types.ts";
// circle: the method that returns it is generated, and so are the fields it is made of.
import type { StatusResult } from "./_gen/commands.ts";

/**
 * What STATUS gives, with the fields that were asked for present. What the server left out or damaged is an error when it is read,
 * and undefined in a copy (`{ ...status }`).
 */
export type StatusOf<Item extends StatusItem> = StatusItem extends Item ? StatusResult
  :
    & StatusResult
    // The field that answers an item is its name without the hyphen: `deletedStorage` for `DELETED-STORAGE`.
    & {
      [
        Field in keyof StatusResult as Lowercase<Field> extends
          (Item extends `${infer First}-${infer Rest}` ? Lowercase<`${First}${Rest}`> : Lowercase<Item>)
          ? Field
          : never
      ]: Exclude<StatusResult[Field], undefined>;
    };
