/** A small seeded generator, so that a property test that fails can be run again from the seed it printed. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** The next 32 bits (mulberry32: one multiplication chain, good enough to choose branches with). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (t ^ (t >>> 14)) >>> 0;
  }

  /** A number from 0 to `limit` - 1. */
  below(limit: number): number {
    return Math.floor((this.next() / 0x1_0000_0000) * limit);
  }

  /** True with the given probability. */
  chance(probability: number): boolean {
    return this.next() / 0x1_0000_0000 < probability;
  }

  /** One of the items. */
  pick<T>(items: ArrayLike<T>): T {
    return items[this.below(items.length)]!;
  }
}

/** A fresh seed, printed: the only line a failing property test needs to be repeated. */
export function seedOf(): number {
  const seed = (Date.now() ^ (Math.random() * 0x1_0000_0000)) >>> 0;
  console.log(`seed ${seed}`);
  return seed;
}
