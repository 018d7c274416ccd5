import { test } from "node:test";
import { assertEquals } from "@std/assert";
import { isUtf8 } from "../../../imap/values/utf8.ts";
import { Random, seedOf } from "../../../codegen/check/random.ts";

function accepted(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

test("UTF-8: every sequence of two bytes, and every head of a longer one", () => {
  for (let a = 0; a < 256; a++) {
    for (let b = 0; b < 256; b++) {
      for (const tail of [[], [0x80], [0xbf, 0xbf], [0x41]]) {
        const bytes = Uint8Array.from([a, b, ...tail]);
        assertEquals(isUtf8(bytes), accepted(bytes), `${bytes}`);
      }
    }
  }
});

test("UTF-8: random bytes", () => {
  const seed = seedOf();
  const random = new Random(seed);
  const likely = [0x41, 0x80, 0xbf, 0xc2, 0xe0, 0xa0, 0xed, 0x9f, 0xf0, 0x90, 0xf4, 0x8f];
  for (let round = 0; round < 20_000; round++) {
    const bytes = Uint8Array.from({ length: random.below(7) }, () => random.pick(likely));
    assertEquals(isUtf8(bytes), accepted(bytes), `seed ${seed}: ${bytes}`);
  }
});
