/** Ranges of message numbers that do not overlap, each with its owner: which command has asked for a message. */

interface Range<Owner> {
  readonly first: number;
  readonly last: number;
  readonly owner: Owner;
}

/** Splitting above this keeps insertion cheap, however many ranges there are. */
const mostInChunk = 256;

/** Finds, adds and removes in logarithmic time. */
export class MessageRanges<Owner> {
  /** Sorted by number, across chunks and within. None is empty. */
  readonly #chunks: Range<Owner>[][] = [];

  /** Adds a range that overlaps none of those here. */
  add(first: number, last: number, owner: Owner): void {
    const range = { first, last, owner };
    const at = Math.max(0, this.#chunkOf(first));
    const chunk = this.#chunks[at];
    if (chunk === undefined) {
      this.#chunks.push([range]);
      return;
    }
    chunk.splice(lastBeginning(chunk, first) + 1, 0, range);
    if (chunk.length > mostInChunk) this.#chunks.splice(at + 1, 0, chunk.splice(mostInChunk / 2));
  }

  /** Removes the range that begins there. */
  remove(first: number): void {
    const at = this.#chunkOf(first);
    const chunk = this.#chunks[at];
    if (chunk === undefined) return;
    const index = lastBeginning(chunk, first);
    if (chunk[index]?.first !== first) return;
    chunk.splice(index, 1);
    if (chunk.length === 0) this.#chunks.splice(at, 1);
  }

  /** Whose range overlaps this one. Of several, the last. */
  find(first: number, last: number = first): Owner | undefined {
    const chunk = this.#chunks[this.#chunkOf(last)];
    if (chunk === undefined) return undefined;
    const range = chunk[lastBeginning(chunk, last)];
    return range !== undefined && range.last >= first ? range.owner : undefined;
  }

  /** The last chunk that begins at or before a number; -1 when there is none. */
  #chunkOf(number: number): number {
    let low = 0;
    let high = this.#chunks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#chunks[middle]![0]!.first <= number) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}

function lastBeginning(chunk: readonly Range<unknown>[], number: number): number {
  let low = 0;
  let high = chunk.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (chunk[middle]!.first <= number) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
