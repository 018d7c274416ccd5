/**
 * What a row of FETCH was asked for and does not hold: the server damaged it, or left it out. The type of the row says that it is there,
 * so reading it throws, instead of giving undefined. One bad message is not a reason to lose the rows of all others.
 */

import { ProtocolError } from "../base/errors.ts";
import { lacksAny, promisedFields } from "../codec/_gen/about.ts";
import type { FetchResponse, UnknownItem } from "../codec/_gen/types.ts";

/** The bit of `sections`, which are a list and never undefined. */
export const sections: number = 1 << 30;

/** Items that are answered by a section: `BODY.PEEK[1]<0.10>`, `BINARY[2]`, `RFC822.HEADER`. */
const sectionItem = /^(BODY|BINARY)(\.PEEK)?\[|^RFC822(\.HEADER|\.TEXT)?$/i;

/** The fields that items promise, as bits. */
export function promisedBy(items: readonly string[]): number {
  let fields = items.some((item) => sectionItem.test(item)) ? sections : 0;
  for (const [bit, [item]] of promisedFields.entries()) {
    if (items.some((one) => one.toUpperCase().replace(/ .*/, "") === item)) fields |= 1 << bit;
  }
  return fields;
}

/** Makes the fields that a row promises and does not have throw when they are read; they are not enumerable. */
export function guard(row: FetchResponse, fields: number): void {
  if ((fields & sections) !== 0 && row.sections.length === 0) {
    tellOf(row, "sections", `FETCH: message ${row.seq}`, "BODY[...]");
  }
  if (!lacksAny(row, fields)) return;
  for (const [bit, [item, field]] of promisedFields.entries()) {
    if ((fields & (1 << bit)) === 0 || row[field as keyof FetchResponse] !== undefined) continue;
    tellOf(row, field, `FETCH: message ${row.seq}`, item);
  }
}

/** The same for an answer whose fields are named like the items that were asked for: STATUS. */
export function guardNamed(command: string, result: object, items: readonly string[]): void {
  const answer = result as { other: readonly UnknownItem[] };
  for (const item of items) {
    const name = item.replaceAll("-", "").toLowerCase();
    const field = Object.entries(result).find(([key, value]) =>
      value === undefined && key.toLowerCase() === name
    )?.[0];
    if (field !== undefined) tellOf(answer, field, command, item);
  }
}

function tellOf(row: { other: readonly UnknownItem[] }, field: string, of: string, item: string): void {
  const get = () => {
    const isDamaged = row.other.some(({ name }) => name === item.toUpperCase());
    const why = isDamaged
      ? "what the server sent cannot be read; it is in other"
      : "the server did not send it";
    throw new ProtocolError(`${of} has no ${item}: ${why}`);
  };
  Object.defineProperty(row, field, { get, enumerable: false, configurable: true });
}
