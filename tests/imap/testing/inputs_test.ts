import { test } from "node:test";
import { forSeedsAsync } from "../../support/seeded.ts";
import { throwInputs } from "./_inputs.ts";

test("whatever is sent, the server goes on and makes no error", () =>
  forSeedsAsync(2, (random) => throwInputs(random, 500)));
