/** Random input that can be had again: every property test draws from a seed and names it when it fails. */

import { env } from "node:process";

/** A seeded source of numbers; the same seed gives the same sequence in every runtime. */
export interface Random {
  readonly seed: number;
  /** An integer from 0 up to, not including, `limit`. */
  below(limit: number): number;
  /** An integer from `low` to `high`, both included. */
  between(low: number, high: number): number;
  /** True with the given probability. */
  chance(probability: number): boolean;
  /** One of the items. */
  pick<T>(items: readonly T[]): T;
  /** `length` arbitrary octets. */
  bytes(length: number): Uint8Array;
}

/** Returns the generator that `seed` names (mulberry32: 32 bits of state, which is plenty for choosing input). */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x100000000;
  }
  const random: Random = {
    seed,
    below: (limit) => Math.floor(next() * limit),
    between: (low, high) => low + Math.floor(next() * (high - low + 1)),
    chance: (probability) => next() < probability,
    pick<T>(items: readonly T[]): T {
      if (items.length === 0) throw new RangeError("pick: no items");
      return items[Math.floor(next() * items.length)] as T;
    },
    bytes(length) {
      const out = new Uint8Array(length);
      for (let i = 0; i < length; i++) out[i] = Math.floor(next() * 256);
      return out;
    },
  };
  return random;
}

/**
 * Runs `body` once for each of `runs` seeds and, when it throws, says which seed does it again. The first
 * seed is fixed, so that a red run is red for everybody; POSTERN_SEED=n runs that one seed alone.
 */
export function forSeeds(runs: number, body: (random: Random) => void, first = 1): void {
  for (const seed of seedsToRun(runs, first)) {
    try {
      body(seeded(seed));
    } catch (error) {
      throw withSeed(error, seed);
    }
  }
}

/** As `forSeeds`, for a body that returns a promise; the seeds run one after the other. */
export async function forSeedsAsync(
  runs: number,
  body: (random: Random) => Promise<void>,
  first = 1,
): Promise<void> {
  for (const seed of seedsToRun(runs, first)) {
    try {
      await body(seeded(seed));
    } catch (error) {
      throw withSeed(error, seed);
    }
  }
}

function* seedsToRun(runs: number, first: number): Generator<number> {
  const wanted = env.POSTERN_SEED;
  if (wanted !== undefined && wanted !== "") {
    yield Number(wanted);
    return;
  }
  for (let i = 0; i < runs; i++) yield first + i;
}

function withSeed(error: unknown, seed: number): Error {
  const message = error instanceof Error ? error.message : String(error);
  return new Error(`seed ${seed} (again with POSTERN_SEED=${seed}): ${message}`, { cause: error });
}
