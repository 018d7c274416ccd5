/**
 * A set of UIDs as a short text: gaps and lengths of its ranges as Rice codes, in base64. 100,000 UIDs without a gap take 16 characters,
 * every second one 26 kB, one in thirty by chance 125 kB.
 *
 * 100,000 UIDs out of 32 bits are 210 kB of information. Sets that would be longer than 1.28 characters for each message are written in
 * cells of 2, 4, 8 ... UIDs: which cells have a message. Together with the number of messages that tells whether one is gone, and within
 * a cell which one.
 */

import { fromBase64, toBase64 } from "../../values/base64.ts";
import { SequenceSet } from "../../values/sequence_set.ts";
import { bestParameter, BitReader, BitWriter } from "./bits.ts";

/** Largest UID. */
const largest = 0xffff_ffff;
/** Characters for each message, and for how many messages at least. With digests of flags 100,000 messages stay below 150 kB. */
const perMessage = 1.28;
const fewest = 100_000;

/** UIDs that were there, as far as a cursor knows. */
export interface SeenUids {
  /** The UIDs; of a set that was written in cells, all of these cells. */
  uids: SequenceSet;
  /** A cell has `2 ** shift` UIDs; 0: each UID is known. */
  shift: number;
}

/** The cells that UIDs are in, from 1 on. */
export function cellsOf(uids: SequenceSet, shift: number): SequenceSet {
  const cell = (uid: number) => Math.floor((uid - 1) / 2 ** shift) + 1;
  return uids.isEmpty ? uids : SequenceSet.from(uids.ranges.map(([from, to]) => [cell(from), cell(to)]));
}

/** All UIDs of cells, up to a last one. */
export function uidsOf(cells: SequenceSet, shift: number, last: number): SequenceSet {
  const ranges = cells.ranges.map(([from, to]): [number, number] => [
    (from - 1) * 2 ** shift + 1,
    Math.min(to * 2 ** shift, last),
  ]).filter(([from, to]) => from <= to);
  return ranges.length === 0 ? SequenceSet.empty : SequenceSet.from(ranges);
}

/**
 * Writes what a cursor knows of the UIDs that were there.
 *
 * @param seen The UIDs.
 * @param count How many of them there were.
 * @param last None is higher.
 * @returns The text, and what will be read from it.
 */
export function packSeen(
  { uids, shift }: SeenUids,
  count: number,
  last: number,
): SeenUids & { text: string } {
  const most = perMessage * Math.max(fewest, count);
  let cells = cellsOf(uids, shift);
  let text = packUids(cells);
  while (text.length > most) {
    // Twice as large cells save one bit for each.
    shift += Math.max(1, Math.floor((text.length - most) * 6 / count));
    cells = cellsOf(uids, shift);
    text = packUids(cells);
  }
  return shift === 0
    ? { uids, shift, text }
    : { uids: uidsOf(cells, shift, last), shift, text: `${shift}:${text}` };
}

/**
 * Reads what {@linkcode packSeen} wrote.
 *
 * @throws {RangeError} When it is something else.
 */
export function unpackSeen(text: string, last: number): SeenUids {
  if (typeof text !== "string") throw new TypeError("UIDs are text");
  const [, shift = "0", cells = ""] = /^(?:(\d\d?):)?(.*)$/s.exec(text)!;
  if (Number(shift) > 32) throw new RangeError("Cells of more than 32 bits");
  const uids = unpackUids(cells);
  return { uids: shift === "0" ? uids : uidsOf(uids, Number(shift), last), shift: Number(shift) };
}

/** Writes a set without `*`. */
export function packUids(set: SequenceSet): string {
  if (set.isEmpty) return "";
  const gaps: number[] = [];
  const lengths: number[] = [];
  let next = 1;
  for (const [from, to] of set.ranges) {
    gaps.push(from - next);
    lengths.push(to - from);
    // Ranges do not touch: the UID after one is never in the set.
    next = to + 2;
  }
  const gapBits = bestParameter(gaps);
  const lengthBits = bestParameter(lengths);
  const writer = new BitWriter();
  writer.write(gapBits, 5);
  writer.write(lengthBits, 5);
  writer.write(gaps.length, 32);
  for (let i = 0; i < gaps.length; i++) {
    writer.rice(gaps[i]!, gapBits);
    writer.rice(lengths[i]!, lengthBits);
  }
  return toBase64(writer.end());
}

/**
 * Reads what {@linkcode packUids} wrote.
 *
 * @throws {RangeError} When it is something else.
 */
export function unpackUids(text: string): SequenceSet {
  if (text === "") return SequenceSet.empty;
  const reader = new BitReader(fromBase64(text));
  const gapBits = reader.read(5);
  const lengthBits = reader.read(5);
  const count = reader.read(32);
  const ranges: [number, number][] = [];
  let next = 1;
  for (let i = 0; i < count; i++) {
    const from = next + reader.rice(gapBits);
    const to = from + reader.rice(lengthBits);
    if (to > largest) throw new RangeError("A UID of more than 32 bits");
    ranges.push([from, to]);
    next = to + 2;
  }
  return ranges.length === 0 ? SequenceSet.empty : SequenceSet.from(ranges);
}
