/** What generated decoders call beside their reader. */

import { shownPlain } from "../base/shown.ts";

/**
 * Lets the objects of a row's class be shown without their undefined fields. They pass for plain objects otherwise:
 * their `constructor` is Object's.
 */
export function shownRow(row: { prototype: object }): void {
  Object.setPrototypeOf(row.prototype, shownPlain);
  delete (row.prototype as { constructor?: unknown }).constructor;
}

/** Whether a text is a word (upper case) in any case. */
export function sameWord(text: string | undefined, word: string): boolean {
  if (text === undefined || text.length !== word.length) return false;
  for (let i = 0; i < word.length; i++) {
    const code = text.charCodeAt(i);
    const wanted = word.charCodeAt(i);
    if (code !== wanted && (code !== wanted + 32 || wanted < 0x41 || wanted > 0x5a)) return false;
  }
  return true;
}

/** A list of its own, of objects of their own. */
export function copied<T extends object>(list: readonly T[]): T[] {
  let copies: T[] | undefined;
  for (const one of list) copies = added(copies, { ...one });
  return copies ?? [];
}

/** Adds all elements; a spread would overflow the stack at some ten thousand. */
export function append<T>(list: T[], more: readonly T[]): void {
  for (const item of more) list.push(item);
}

/**
 * A list with one more element. The first one makes an array that has just its place: V8 gives an empty array room for
 * seventeen at the first push, so that a row of metadata took 3,956 bytes instead of 3,230.
 */
export function added<T>(list: T[] | undefined, item: T): T[] {
  if (list === undefined) return [item];
  list.push(item);
  return list;
}

/** Words (upper case) by their length. */
export type WordTable<Word extends string = string> = readonly (readonly Word[])[];

/** Puts words in order for `wordIn` of a reader. */
export function wordTable<const Word extends string>(words: readonly Word[]): WordTable<Word> {
  const table: Word[][] = [];
  for (const word of words) {
    while (table.length <= word.length) table.push([]);
    table[word.length]!.push(word);
  }
  return table;
}
