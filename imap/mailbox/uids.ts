/** Sets of UIDs, taken in pieces. */

import { CommandError } from "../base/errors.ts";
import type { ImapClient } from "../client/client.ts";
import { SequenceSet } from "../values/sequence_set.ts";

/**
 * The members of a set without `*`, so many at a time.
 *
 * @param set The set.
 * @param size How many at a time.
 * @param newestFirst From the highest down.
 * @param most How many altogether.
 */
export function* piecesOf(
  set: SequenceSet,
  size: number,
  newestFirst = false,
  most = Infinity,
): Generator<SequenceSet> {
  const ranges = newestFirst ? [...set.ranges].reverse() : set.ranges;
  let piece: [number, number][] = [];
  let room = Math.min(size, most);
  let left = most;
  for (const [from, to] of ranges) {
    let low = from;
    let high = to;
    while (low <= high && left > 0) {
      const count = Math.min(room, high - low + 1);
      piece.push(newestFirst ? [high - count + 1, high] : [low, low + count - 1]);
      if (newestFirst) high -= count;
      else low += count;
      room -= count;
      left -= count;
      if (room > 0) continue;
      yield SequenceSet.from(piece);
      piece = [];
      room = Math.min(size, left);
    }
  }
  if (piece.length > 0) yield SequenceSet.from(piece);
}

/** UIDs as a set; the empty one has no text, and so no other way to be made. */
export function setOf(uids: readonly number[]): SequenceSet {
  return uids.length === 0 ? SequenceSet.empty : SequenceSet.from(uids);
}

/**
 * What a search found, if there can be so many messages: a server that says `1:4294967295` would be asked for all of them.
 *
 * @throws {CommandError} When it is more than the mailbox has, and than may have come meanwhile.
 */
export function plausible({ mailbox }: ImapClient, uids: SequenceSet): SequenceSet {
  const exists = mailbox?.exists ?? 0;
  if (uids.count <= 2 * exists + 1000) return uids;
  const text = `the server names ${uids.count} messages of a mailbox that has ${exists}`;
  throw new CommandError("UID SEARCH", undefined, undefined, text);
}

/** Members of both; neither may have `*`. */
export function common(a: SequenceSet, b: SequenceSet): SequenceSet {
  return a.isEmpty || b.isEmpty ? SequenceSet.empty : a.intersection(b);
}
