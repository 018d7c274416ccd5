/** How much of what came nobody has taken. */

import type { Data } from "./values.ts";

/** Octets that an item and a name take besides. */
const overhead = 32;

/** Octets that the items of a response take, about. */
export function sizeOf(items: readonly Data[]): number {
  let size = overhead;
  for (const item of items) {
    size += overhead;
    if (Array.isArray(item)) size += item[0].length + item[1].length;
    else if (item !== null) size += item.length;
  }
  return size;
}

/** Counts what is kept by type. Nobody tells what is taken: all is counted when it may be too much, and then not soon again. */
export class Held {
  readonly #limit: number;
  #added = 0;
  #countAt: number;

  /** @param limit Octets that may be kept. */
  constructor(limit: number) {
    this.#limit = this.#countAt = limit;
  }

  /**
   * Takes note of items.
   *
   * @param typ Their type.
   * @param items What was added.
   * @param all Everything that is kept.
   * @returns False when that is too much.
   */
  add(typ: string, items: readonly Data[], all: Record<string, Data[]>): boolean {
    this.#added += typ.length + sizeOf(items);
    if (this.#added <= this.#countAt) return true;
    this.#added = 0;
    for (const [name, each] of Object.entries(all)) this.#added += name.length + sizeOf(each);
    this.#countAt = Math.max(this.#limit, this.#added + this.#limit / 16);
    return this.#added <= this.#limit;
  }
}
