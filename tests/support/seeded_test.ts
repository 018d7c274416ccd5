import { test } from "node:test";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { forSeeds, seeded } from "./seeded.ts";

test("seeded: one seed is one sequence, in every runtime", () => {
  const draw = (seed: number) => {
    const random = seeded(seed);
    return [random.below(1000), random.between(-5, 5), random.pick(["a", "b", "c"]), ...random.bytes(4)];
  };
  assertEquals(draw(9051), draw(9051));
  assertEquals(draw(1), [627, -5, "b", 251, 247, 71, 156]);
});

test("seeded: stays in its bounds", () => {
  const random = seeded(7);
  for (let i = 0; i < 10_000; i++) {
    assert(random.below(3) < 3);
    const value = random.between(2, 4);
    assert(value >= 2 && value <= 4);
  }
});

test("seeded: a failing property names the seed that does it again", () => {
  assertThrows(
    () =>
      forSeeds(10, (random) => {
        if (random.seed === 4) throw new Error("wrong");
      }),
    Error,
    "seed 4 (again with POSTERN_SEED=4): wrong",
  );
});
