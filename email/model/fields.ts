// The header fields of one message: cut out of the source when they are first needed, and found by name.

import type { HeaderBlock } from "../parse/source.ts";
import type { HeaderValue } from "../policy.ts";
import { addTo } from "../text/map.ts";
import { textFor } from "../text/given.ts";

/** One header field. */
export type Field = [name: string, value: HeaderValue];

const NOWHERE: number[] = [];

/** Fields and lookups from which on an index is kept: 4,000 fields read by name take CPython 0.65 s. */
const INDEX_FROM_FIELDS = 32;
const INDEX_FROM_LOOKUPS = 8;

/** Fields in order, duplicates kept. */
export class FieldList {
  /** The fields once they are needed, with null where one was deleted: see {@linkcode FieldList.delete}. */
  #fields: (Field | null)[] | null = null;
  #deleted = 0;
  #block: HeaderBlock | null = null;
  #origin: HeaderBlock | null = null;
  /** Places of the fields of each name, once there are fields and lookups enough to pay for it. */
  #index: Map<string, number[]> | null = null;
  #lookups = 0;

  /** Fields that were parsed and not changed since, else null. Others may have been added after them. */
  get block(): HeaderBlock | null {
    return this.#block;
  }

  set block(block: HeaderBlock | null) {
    this.#block = this.#origin = block;
    this.#fields = null;
  }

  /** Fields that were parsed, whatever has changed since. */
  get origin(): HeaderBlock | null {
    return this.#origin;
  }

  /** Fields added after the block. */
  added(): Field[] {
    return this.#fields === null || this.#block === null ? [] : this.list().slice(this.#block.count);
  }

  /** Number of fields. */
  get length(): number {
    return this.#slots().length - this.#deleted;
  }

  #slots(): (Field | null)[] {
    return this.#fields ??= this.#block?.fields() ?? [];
  }

  /** The fields, none deleted. */
  list(): Field[] {
    if (this.#deleted > 0) {
      this.#fields = this.#fields!.filter((field) => field !== null);
      this.#deleted = 0;
      this.#index = null;
    }
    return this.#slots() as Field[];
  }

  /** The field at a place that {@linkcode FieldList.find} has told. */
  at(place: number): Field {
    return this.#slots()[place]!;
  }

  /** Adds a field at the end. */
  add(field: Field): void {
    const slots = this.#slots();
    if (this.#index !== null) {
      addTo(this.#index, field[0].toLowerCase(), slots.length);
    }
    slots.push(field);
  }

  /** Puts a field in the place of another one. */
  replace(at: number, field: Field): void {
    const slots = this.#slots();
    // What the source says does not count any more.
    this.#block = null;
    if (slots[at]![0].toLowerCase() !== field[0].toLowerCase()) this.#index = null;
    slots[at] = field;
  }

  /** Places of the fields of a name in lower case; null without an index. */
  #places(lower: string): number[] | null {
    const slots = this.#slots();
    if (slots.length > INDEX_FROM_FIELDS && this.#index === null && ++this.#lookups > INDEX_FROM_LOOKUPS) {
      const index = new Map<string, number[]>();
      this.list().forEach(([name], i) => {
        addTo(index, name.toLowerCase(), i);
      });
      this.#index = index;
    }
    return this.#index === null ? null : this.#index.get(lower) ?? NOWHERE;
  }

  /** Place of the first field of that name, -1 when there is none. */
  find(name: string): number {
    const lower = lowerName(name);
    const places = this.#places(lower);
    if (places !== null) return places[0] ?? -1;
    return this.#slots().findIndex((field) =>
      field !== null && field[0].length === name.length && field[0].toLowerCase() === lower
    );
  }

  /** Every field of that name. */
  all(name: string): Field[] {
    const lower = lowerName(name);
    const places = this.#places(lower);
    return places === null
      ? this.list().filter((field) => field[0].toLowerCase() === lower)
      : places.map((at) => this.#slots()[at]!);
  }

  /** Removes every field of that name. */
  delete(name: string): void {
    const lower = lowerName(name);
    const places = this.#places(lower);
    if (places === null) {
      const list = this.list();
      const kept = list.filter((field) => field[0].toLowerCase() !== lower);
      if (kept.length === list.length) return;
      this.#fields = kept;
      this.#block = null;
      return;
    }
    if (places.length === 0) return;
    // Closing the gap each time would make the deletion of every field quadratic: gaps are left until half of the list is one.
    const slots = this.#slots();
    for (const at of places) slots[at] = null;
    this.#deleted += places.length;
    this.#index!.delete(lower);
    this.#block = null;
    if (this.#deleted > slots.length / 2) this.list();
  }
}

/** A name that a program asks for, in lower case. */
export function lowerName(name: string): string {
  return textFor("the name of a header", name, "is").toLowerCase();
}
