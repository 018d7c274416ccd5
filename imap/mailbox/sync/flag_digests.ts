/**
 * What a cursor remembers of flags where the server has no modification sequences: a number of 24 bits for each block of neighbouring
 * UIDs, at most 4,000 of them. When a number is another one, the flags of all messages of its block are told again, as they are when one
 * of them has gone: more than needed, and never less, but for one change in 16 million.
 */

import { fromBase64, toBase64 } from "../../values/base64.ts";
import type { SequenceSet } from "../../values/sequence_set.ts";

/** How many numbers there may be: 16 kB of text. */
const most = 4_000;
/** A block of which nothing is known: it is told again when flags are looked at next. */
const unknown = 0;

/** Flags of a message. */
export interface FlagRow {
  /** UID of the message. */
  uid: number;
  /** Its flags and keywords. */
  flags: readonly string[];
}

/** Numbers for blocks of UIDs. */
export class FlagDigests {
  /** A block has `2 ** shift` UIDs. */
  readonly shift: number;
  readonly #sums: Map<number, number>;

  private constructor(shift: number, sums: Map<number, number>) {
    this.shift = shift;
    this.#sums = sums;
  }

  /** Chooses blocks for a set of UIDs, and says of all of them that nothing is known. */
  static unknown(uids: SequenceSet): FlagDigests {
    let shift = 0;
    while (countBlocks(uids, shift) > most) shift++;
    return new FlagDigests(shift, new Map(blocksOf(uids, shift).map((block) => [block, unknown])));
  }

  /** The numbers for all messages of a mailbox. */
  static of(uids: SequenceSet, rows: Iterable<FlagRow>): FlagDigests {
    const digests = FlagDigests.unknown(uids);
    for (const block of blocksOf(uids, digests.shift)) digests.#sums.set(block, 1);
    for (const row of rows) digests.add(row);
    return digests;
  }

  /**
   * Reads what `pack` wrote.
   *
   * @param text The text.
   * @param uids The UIDs of the same cursor.
   * @throws {RangeError} When it does not belong to them.
   */
  static unpack(text: string, uids: SequenceSet): FlagDigests {
    const match = /^(\d\d?):(.*)$/s.exec(text);
    const shift = Number(match?.[1]);
    if (match === null || shift > 32) throw new RangeError("Not a digest of flags");
    const bytes = fromBase64(match[2]!);
    if (bytes.length !== countBlocks(uids, shift) * 3) {
      throw new RangeError("A digest of flags of other messages");
    }
    const sums = new Map<number, number>();
    blocksOf(uids, shift).forEach((block, i) => {
      sums.set(block, bytes[3 * i]! << 16 | bytes[3 * i + 1]! << 8 | bytes[3 * i + 2]!);
    });
    return new FlagDigests(shift, sums);
  }

  /** The same numbers, which may go on differently. */
  copy(): FlagDigests {
    return new FlagDigests(this.shift, new Map(this.#sums));
  }

  /** The numbers as text; `uids` are all that the cursor knows. */
  pack(uids: SequenceSet): string {
    const blocks = blocksOf(uids, this.shift);
    const bytes = new Uint8Array(blocks.length * 3);
    blocks.forEach((block, i) => {
      const sum = this.#sums.get(block) ?? unknown;
      bytes[3 * i] = sum >> 16;
      bytes[3 * i + 1] = sum >> 8;
      bytes[3 * i + 2] = sum;
    });
    return `${this.shift}:${toBase64(bytes)}`;
  }

  /** A message has come: a block of which everything is known goes on being known. */
  add({ uid, flags }: FlagRow): void {
    const block = blockOf(uid, this.shift);
    const sum = this.#sums.get(block);
    if (sum !== unknown) this.#sums.set(block, plus(sum ?? 1, hashOf(uid, flags)));
  }

  /**
   * Which messages may have other flags than before.
   *
   * @param rows All messages, of which only those that were known before are asked about.
   */
  changed(rows: readonly FlagRow[]): FlagRow[] {
    const now = new Map<number, number>();
    for (const { uid, flags } of rows) {
      const block = blockOf(uid, this.shift);
      now.set(block, plus(now.get(block) ?? 1, hashOf(uid, flags)));
    }
    return rows.filter(({ uid }) => {
      const block = blockOf(uid, this.shift);
      const before = this.#sums.get(block) ?? unknown;
      return before === unknown || before !== now.get(block);
    });
  }
}

function blockOf(uid: number, shift: number): number {
  return Math.floor(uid / 2 ** shift);
}

function countBlocks(uids: SequenceSet, shift: number): number {
  let count = 0;
  let last = -1;
  for (const [from, to] of uids.ranges) {
    const end = blockOf(to, shift);
    count += Math.max(0, end - Math.max(last + 1, blockOf(from, shift)) + 1);
    last = Math.max(last, end);
  }
  return count;
}

function blocksOf(uids: SequenceSet, shift: number): number[] {
  const blocks: number[] = [];
  let last = -1;
  for (const [from, to] of uids.ranges) {
    const end = blockOf(to, shift);
    for (let block = Math.max(last + 1, blockOf(from, shift)); block <= end; block++) blocks.push(block);
    last = Math.max(last, end);
  }
  return blocks;
}

/** A sum that is never 0. */
function plus(sum: number, hash: number): number {
  return (sum + hash) % 0xff_ffff || 0xff_ffff;
}

/** FNV-1a of UID and flags: in lower case, sorted, without \Recent, which is about the session. */
function hashOf(uid: number, flags: readonly string[]): number {
  const names = flags.map((flag) => flag.toLowerCase()).filter((flag) => flag !== "\\recent").sort();
  let hash = 0x811c9dc5;
  for (const char of `${uid} ${names.join(" ")}`) {
    hash = Math.imul(hash ^ char.codePointAt(0)!, 0x01000193);
  }
  // Neighbouring UIDs must not give neighbouring sums.
  hash = Math.imul(hash ^ hash >>> 15, 0x2c1b3c6d);
  return (hash ^ hash >>> 13) >>> 8;
}
