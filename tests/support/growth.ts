/**
 * Work that must take time in proportion to its size. The suite only runs it, at the larger size, and looks at no clock: what takes
 * minutes there is stopped by the runner. `deno task bench:growth` runs the same tests and compares the times.
 */

import { assert } from "@std/assert";

const { env = {} } = (globalThis as { process?: { env?: Record<string, string | undefined> } }).process ?? {};
const isMeasured = env.POSTERN_MEASURE === "growth";

/**
 * Runs work whose time must grow with its size.
 *
 * @param what What it is, for the message.
 * @param sizes A small size and a large one.
 * @param work The work.
 */
export async function growth(
  what: string,
  [small, large]: readonly [number, number],
  work: (size: number) => unknown,
): Promise<void> {
  if (!isMeasured) return void await work(large);
  const best = async (size: number) => {
    let least = Infinity;
    for (let run = 0; run < 3; run++) {
      const start = performance.now();
      await work(size);
      least = Math.min(least, performance.now() - start);
    }
    return least;
  };
  await best(small);
  const [once, more] = [await best(small), await best(large)];
  // Quadratic work takes the square of it; half a second is what a busy machine may lose.
  assert(
    more < once * (large / small) * 3 + 500,
    `${what}: ${once} ms for ${small}, ${more} ms for ${large}`,
  );
}
