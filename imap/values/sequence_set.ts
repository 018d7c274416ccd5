/**
 * Sets of message numbers or UIDs, as ranges.
 *
 * A set is never expanded on its own: a server can name four thousand million messages in twelve bytes
 * (net-imap CVE-2025-25186). What enumerates has a limit.
 */

import { kindOf } from "../base/option_names.ts";
import { showAs } from "../base/shown.ts";
import type { SequenceRange } from "./ranges.ts";
import { common, interleave, merge, pairs, rangeText, walk, without } from "./ranges.ts";

/** The largest message number or UID (RFC 9051: 32 bits). */
const largest = 4294967295;

/** How many numbers an enumeration gives before it refuses, when the caller names no limit. */
const defaultLimit = 1_000_000;

/** What a search found, as its result has it. */
export interface FoundMessages {
  /** Whether the numbers are UIDs. */
  readonly uid: boolean;
  /** The messages; empty or missing where the search did not ask for them. */
  readonly all?: SequenceSet | undefined;
  /** The messages in an order, as SORT gives them. */
  readonly numbers?: readonly number[];
  /** How many there are. */
  readonly count?: number | undefined;
}

/** Whether a value is the result of a search. */
export function isFound(value: unknown): value is FoundMessages {
  return typeof value === "object" && value !== null && typeof (value as FoundMessages).uid === "boolean";
}

/**
 * The messages that a search found.
 *
 * @throws {TypeError} Where there are some and the search did not ask which ones.
 */
export function setOfFound({ all, numbers = [], count = 0 }: FoundMessages): SequenceSet {
  const set = all ?? SequenceSet.from(numbers);
  if (set.isEmpty && count > 0) {
    throw new TypeError("the search did not ask which messages: add ALL to its returns");
  }
  return set;
}

/**
 * What can be given where a set is wanted: a set, its RFC text (`"1,3:5,7:*"`, `"$"`), one number, numbers,
 * `"*"` and pairs of them in any order, or the result of a search.
 */
export type SequenceSetInput =
  | SequenceSet
  | FoundMessages
  | string
  | number
  | Iterable<number | "*" | readonly [from: number | "*", to: number | "*"]>;

/**
 * An immutable set of message numbers or UIDs.
 *
 * `*` (the largest number in use, which only the server knows) is taken as larger than every number; use
 * {@linkcode SequenceSet.resolve} where the real value matters. `$`, the saved search result of RFC 5182, is a set of
 * its own whose members nobody but the server knows: it can be sent and compared, nothing else.
 *
 * A set that was read keeps its text, because the order means something in an answer to SORT (RFC 5267 3.2):
 * `toString` gives it back as written and {@linkcode SequenceSet.inOrder} walks it. A set that was made from numbers
 * or by an operation is sorted and merged on first use.
 *
 * RFC 9051 section 9 `sequence-set`.
 *
 * @example
 * ```ts
 * import { SequenceSet } from "@postern/postern/imap";
 * import { assertEquals } from "@std/assert";
 *
 * const seen = SequenceSet.from("1:5,9");
 * assertEquals(seen.union([6, 8]).toString(), "1:6,8:9");
 * assertEquals(seen.difference(3).toString(), "1:2,4:5,9");
 * assertEquals(seen.count, 6);
 * assertEquals(seen.contains(9), true);
 * assertEquals([...seen], [1, 2, 3, 4, 5, 9]);
 * ```
 */
export class SequenceSet implements Iterable<number> {
  /** Ends of the ranges as written: from, to, from, to ... */
  readonly #written: readonly number[];
  /** The text that was read, or null for a set that was computed. */
  readonly #text: string | null;
  /** The ranges sorted and merged, after first use. */
  #merged: readonly number[] | null;
  #ranges: readonly SequenceRange[] | null = null;

  private constructor(written: readonly number[], text: string | null, merged: readonly number[] | null) {
    this.#written = written;
    this.#text = text;
    this.#merged = merged;
  }

  /** The set without members. It has no text on the wire, so no command takes it. */
  static readonly empty: SequenceSet = new SequenceSet([], null, []);

  /** Every message: `1:*`. */
  static readonly all: SequenceSet = new SequenceSet([1, Infinity], "1:*", [1, Infinity]);

  /** The result that the last SEARCH with RETURN (SAVE) left at the server: `$` (RFC 5182, RFC 9051 6.4.4.1). */
  static readonly saved: SequenceSet = new SequenceSet([], "$", []);

  /**
   * Makes a set of what a caller has at hand.
   *
   * @param input a set, its text, a number, or numbers, `"*"` and pairs in any order
   * @returns the set
   * @throws {RangeError} for text that is not a sequence set, and for numbers that are not 1 to 4294967295
   */
  static from(input: SequenceSetInput): SequenceSet {
    if (input instanceof SequenceSet) return input;
    if (typeof input === "string") return SequenceSet.parse(input);
    const written: number[] = [];
    if (typeof input === "number") {
      written.push(checked(input), input);
    } else {
      if (isFound(input)) return setOfFound(input);
      if (typeof input?.[Symbol.iterator] !== "function") {
        throw new RangeError(`not a set of messages: ${kindOf(input)}`);
      }
      for (const item of input) {
        const [a, b] = Array.isArray(item) ? item : [item, item];
        const from = a === "*" ? Infinity : checked(a);
        const to = b === "*" ? Infinity : checked(b);
        if (from <= to) written.push(from, to);
        else written.push(to, from);
      }
    }
    return new SequenceSet(written, null, null);
  }

  /**
   * Reads the text of a set.
   *
   * @param text `1`, `1:3,5`, `7:*`, `*`, `$`; ranges may be written either way round
   * @returns the set, which keeps the text
   * @throws {RangeError} for anything else
   */
  static parse(text: string): SequenceSet {
    if (text === "$") return SequenceSet.saved;
    if (typeof text !== "string") {
      throw new TypeError(`a sequence set is parsed from text, not ${kindOf(text)}`);
    }
    const written: number[] = [];
    let at = 0;
    const end = (): number => {
      if (text.charCodeAt(at) === 0x2a) {
        at++;
        return Infinity;
      }
      const start = at;
      let value = 0;
      for (; at < text.length; at++) {
        const digit = text.charCodeAt(at) - 0x30;
        if (digit < 0 || digit > 9) break;
        value = value * 10 + digit;
        if (value > largest) fail();
      }
      if (at === start || value === 0) fail();
      return value;
    };
    const fail = (): never => {
      const shown = text.length > 40 ? `${text.slice(0, 40)}...` : text;
      throw new RangeError(`not a sequence set at character ${at + 1}: ${JSON.stringify(shown)}`);
    };
    while (true) {
      const from = end();
      let to = from;
      if (text.charCodeAt(at) === 0x3a) {
        at++;
        to = end();
      }
      if (from <= to) written.push(from, to);
      else written.push(to, from);
      if (at === text.length) break;
      if (text.charCodeAt(at) !== 0x2c) fail();
      at++;
    }
    return new SequenceSet(written, text, null);
  }

  /** True for `$`, whose members only the server knows. */
  get isSaved(): boolean {
    return this === SequenceSet.saved;
  }

  /** True when there is no member. False for `$`, whose members are not known. */
  get isEmpty(): boolean {
    return this.#written.length === 0 && !this.isSaved;
  }

  /** True when `*` is a member, so that the set has no end of its own. */
  get isOpen(): boolean {
    const ends = this.#sorted();
    return ends[ends.length - 1] === Infinity;
  }

  /** The ranges in ascending order, without overlap and without neighbours; `Infinity` means `*`. */
  get ranges(): readonly SequenceRange[] {
    this.#refuseSaved("ranges");
    return this.#ranges ??= pairs(this.#sorted());
  }

  /** How many members there are; `Infinity` with `*`. */
  get count(): number {
    this.#refuseSaved("count");
    const ends = this.#sorted();
    let count = 0;
    for (let i = 0; i < ends.length; i += 2) {
      if (ends[i + 1] === Infinity) return Infinity;
      count += ends[i + 1]! - ends[i]! + 1;
    }
    return count;
  }

  /**
   * Tells whether a number is a member, in time that grows with the logarithm of the number of ranges.
   *
   * @param number a message number or UID; `Infinity` asks for `*`
   * @returns true when it is
   */
  contains(number: number): boolean {
    this.#refuseSaved("contains");
    const ends = this.#sorted();
    let low = 0;
    let high = ends.length / 2;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (ends[2 * middle + 1]! < number) low = middle + 1;
      else high = middle;
    }
    return low < ends.length / 2 && ends[2 * low]! <= number;
  }

  /**
   * The members of this set and of another.
   *
   * @param other the other set
   * @returns a new set
   */
  union(other: SequenceSetInput): SequenceSet {
    const that = this.#operand(other, "union");
    return SequenceSet.#computed(merge(interleave(this.#sorted(), that.#sorted())));
  }

  /**
   * The members of this set that another does not have.
   *
   * @param other the other set
   * @returns a new set
   * @throws {RangeError} when `*` would be taken out of a range that is kept below it: what is left (every
   *   message but the last) has no text; `resolve` both sets first
   */
  difference(other: SequenceSetInput): SequenceSet {
    const that = this.#operand(other, "difference");
    return SequenceSet.#computed(without(this.#sorted(), that.#sorted()));
  }

  /**
   * The members that this set and another have in common.
   *
   * @param other the other set
   * @returns a new set
   */
  intersection(other: SequenceSetInput): SequenceSet {
    const that = this.#operand(other, "intersection");
    return SequenceSet.#computed(common(this.#sorted(), that.#sorted()));
  }

  /**
   * Puts the real value in place of `*`.
   *
   * `5:*` in a mailbox of three messages means 3:5 (RFC 9051 section 9, `seq-range`), so the ends are sorted anew.
   *
   * @param last the largest message number or UID in the mailbox
   * @returns a set without `*`
   * @throws {RangeError} when `last` is not 1 to 4294967295
   */
  resolve(last: number): SequenceSet {
    this.#refuseSaved("resolve");
    checked(last);
    const ends: number[] = [];
    for (let i = 0; i < this.#written.length; i += 2) {
      const from = this.#written[i] === Infinity ? last : this.#written[i]!;
      const to = this.#written[i + 1] === Infinity ? last : this.#written[i + 1]!;
      ends.push(Math.min(from, to), Math.max(from, to));
    }
    return new SequenceSet(ends, null, null);
  }

  /**
   * Tells whether two sets have the same members.
   *
   * @param other the other set
   * @returns true when they have
   */
  equals(other: SequenceSetInput): boolean {
    const that = SequenceSet.from(other);
    if (this.isSaved || that.isSaved) return this === that;
    const mine = this.#sorted();
    const theirs = that.#sorted();
    return mine.length === theirs.length && mine.every((end, i) => end === theirs[i]);
  }

  /**
   * The members one after another, ascending.
   *
   * @param limit how many members the caller is ready for
   * @returns an iterator that makes each number as it is asked for
   * @throws {RangeError} when the set has more members, or has no end (`*`)
   */
  values(limit: number = defaultLimit): IterableIterator<number> {
    this.#refuseMore(limit, this.count);
    return walk(this.#sorted());
  }

  /**
   * The members in the order in which the set was written, which is the result of an extended SORT (RFC 5267 3.2).
   * A member that was written twice comes twice.
   *
   * @param limit how many members the caller is ready for
   * @returns an iterator that makes each number as it is asked for
   * @throws {RangeError} when there are more, or the set has no end (`*`)
   */
  inOrder(limit: number = defaultLimit): IterableIterator<number> {
    this.#refuseSaved("inOrder");
    let count = 0;
    for (let i = 0; i < this.#written.length; i += 2) count += this.#written[i + 1]! - this.#written[i]! + 1;
    this.#refuseMore(limit, count);
    return walk(this.#written);
  }

  /**
   * The members, ascending, at most a million: see {@linkcode SequenceSet.values} for another limit.
   *
   * @returns an iterator
   * @throws {RangeError} when there are more, or the set has no end (`*`)
   */
  [Symbol.iterator](): IterableIterator<number> {
    return this.values();
  }

  /**
   * Cuts the set into sets whose text is short enough for a server with a line limit (Yahoo takes about 1000 bytes).
   *
   * @param maxLength the largest text in characters, at least 21 (one range)
   * @returns sets without a common member whose union is this set
   * @throws {RangeError} when `maxLength` is below 21
   */
  split(maxLength: number): SequenceSet[] {
    if (!(maxLength >= 21)) throw new RangeError("a piece of a sequence set needs at least 21 characters");
    if (this.isSaved) return [this];
    const ends = this.#sorted();
    const sets: SequenceSet[] = [];
    let start = 0;
    let length = 0;
    for (let i = 0; i < ends.length; i += 2) {
      const added = rangeText(ends[i]!, ends[i + 1]!).length;
      if (length > 0 && length + 1 + added > maxLength) {
        sets.push(SequenceSet.#computed(ends.slice(start, i)));
        start = i;
        length = 0;
      }
      length += (length > 0 ? 1 : 0) + added;
    }
    if (start < ends.length) sets.push(SequenceSet.#computed(ends.slice(start)));
    return sets;
  }

  /** The RFC's text: as read for a set that was read, otherwise sorted and merged. Empty for the empty set. */
  toString(): string {
    if (this.#text !== null) return this.#text;
    const ends = this.#sorted();
    const parts: string[] = [];
    for (let i = 0; i < ends.length; i += 2) parts.push(rangeText(ends[i]!, ends[i + 1]!));
    return parts.join(",");
  }

  /** The text, so that a set inside a value that is printed as JSON can be read. */
  toJSON(): string {
    return this.toString();
  }

  static #computed(merged: readonly number[]): SequenceSet {
    return merged.length === 0 ? SequenceSet.empty : new SequenceSet(merged, null, merged);
  }

  #sorted(): readonly number[] {
    return this.#merged ??= merge(this.#written);
  }

  #operand(other: SequenceSetInput, operation: string): SequenceSet {
    this.#refuseSaved(operation);
    const that = SequenceSet.from(other);
    that.#refuseSaved(operation);
    return that;
  }

  #refuseSaved(operation: string): void {
    if (this.isSaved) throw new RangeError(`${operation}: only the server knows the members of $`);
  }

  #refuseMore(limit: number, count: number): void {
    if (count > limit) throw new RangeError(`the set has ${count} members, more than the limit of ${limit}`);
  }
}

function checked(number: number): number {
  if (!Number.isInteger(number) || number < 1 || number > largest) {
    throw new RangeError(`not a message number or UID: ${String(number)}`);
  }
  return number;
}

showAs(SequenceSet, "SequenceSet", String);
