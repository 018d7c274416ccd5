/** Arithmetic on ranges of numbers, which are lists of their ends: from, to, from, to ... */

/** One range, both ends included, lower end first; `Infinity` means `*`. */
export type SequenceRange = readonly [from: number, to: number];

/** One range as text. */
export function rangeText(from: number, to: number): string {
  const low = from === Infinity ? "*" : String(from);
  return from === to ? low : `${low}:${to === Infinity ? "*" : to}`;
}

/** Ends of ranges in any order to ends of ascending ranges that neither overlap nor touch. */
export function merge(ends: readonly number[]): readonly number[] {
  let ascending = true;
  let merged = true;
  for (let i = 2; i < ends.length; i += 2) {
    if (ends[i]! < ends[i - 2]!) ascending = false;
    if (ends[i]! <= ends[i - 1]! + 1) merged = false;
  }
  if (ascending && merged) return ends;
  const sorted = ascending ? ends : sortedByStart(ends);
  const out: number[] = [sorted[0]!, sorted[1]!];
  for (let i = 2; i < sorted.length; i += 2) {
    const last = out.length - 1;
    if (sorted[i]! <= out[last]! + 1) {
      if (sorted[i + 1]! > out[last]!) out[last] = sorted[i + 1]!;
    } else {
      out.push(sorted[i]!, sorted[i + 1]!);
    }
  }
  return out;
}

function sortedByStart(ends: readonly number[]): number[] {
  const order = new Uint32Array(ends.length / 2);
  for (let i = 0; i < order.length; i++) order[i] = 2 * i;
  order.sort((a, b) => ends[a] === ends[b] ? 0 : ends[a]! - ends[b]!);
  const out: number[] = [];
  for (const at of order) out.push(ends[at]!, ends[at + 1]!);
  return out;
}

/** Two ascending lists of ranges as one whose starts ascend. */
export function interleave(a: readonly number[], b: readonly number[]): number[] {
  const out: number[] = [];
  for (let i = 0, j = 0; i < a.length || j < b.length;) {
    if (j >= b.length || (i < a.length && a[i]! <= b[j]!)) {
      out.push(a[i]!, a[i + 1]!);
      i += 2;
    } else {
      out.push(b[j]!, b[j + 1]!);
      j += 2;
    }
  }
  return out;
}

/** The ends of ranges, two by two. */
export function pairs(ends: readonly number[]): SequenceRange[] {
  const out: SequenceRange[] = [];
  for (let i = 0; i < ends.length; i += 2) out.push([ends[i]!, ends[i + 1]!]);
  return out;
}

/** Every number of ranges, in their order. */
export function* walk(ends: readonly number[]): IterableIterator<number> {
  for (let i = 0; i < ends.length; i += 2) {
    for (let number = ends[i]!; number <= ends[i + 1]!; number++) yield number;
  }
}

/** The numbers of ascending ranges that other ascending ranges do not have. */
export function without(mine: readonly number[], theirs: readonly number[]): number[] {
  const out: number[] = [];
  let k = 0;
  for (let i = 0; i < mine.length; i += 2) {
    let from = mine[i]!;
    const to = mine[i + 1]!;
    while (k < theirs.length && theirs[k + 1]! < from) k += 2;
    let gone = false;
    for (let j = k; !gone && j < theirs.length && theirs[j]! <= to; j += 2) {
      if (theirs[j]! > from) {
        if (theirs[j] === Infinity) {
          throw new RangeError(
            "every message but the last cannot be written as a sequence set: resolve * first",
          );
        }
        out.push(from, theirs[j]! - 1);
      }
      gone = theirs[j + 1]! >= to;
      from = theirs[j + 1]! + 1;
    }
    if (!gone) out.push(from, to);
  }
  return out;
}

/** The numbers that two lists of ascending ranges have in common. */
export function common(mine: readonly number[], theirs: readonly number[]): number[] {
  const out: number[] = [];
  for (let i = 0, j = 0; i < mine.length && j < theirs.length;) {
    const from = Math.max(mine[i]!, theirs[j]!);
    const to = Math.min(mine[i + 1]!, theirs[j + 1]!);
    if (from <= to) out.push(from, to);
    if (mine[i + 1]! < theirs[j + 1]!) i += 2;
    else j += 2;
  }
  return out;
}
