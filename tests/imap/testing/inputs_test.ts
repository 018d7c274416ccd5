import { test } from "node:test";
import { forSeedsAsync } from "../../support/seeded.ts";
import { throwInputs } from "./_inputs.ts";

test("whatever is sent, the server goes on serving and makes no mistake of its own", () =>
  forSeedsAsync(2, (random) => throwInputs(random, 500)));
