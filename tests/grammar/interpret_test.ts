import { test } from "node:test";
import { assertEquals, assertThrows } from "@std/assert";
import { Mismatch } from "../../codegen/check/cursor.ts";
import { interpret } from "../../codegen/check/interpret.ts";
import { Random, seedOf } from "../../codegen/check/random.ts";
import { Sentences } from "../../codegen/check/sentence.ts";
import { frameText, grammar, shown } from "./_support.ts";

function frame(text: string) {
  return { text: new TextEncoder().encode(text), literals: [] };
}

const lenient = { utf8: false, strict: false };

test("interpreter: what it reads is what the sentence says", () => {
  const seed = seedOf();
  const sentences = new Sentences(grammar());
  for (let round = 0; round < 1000; round++) {
    const mode = { utf8: round % 3 === 0, strict: false };
    const rule = round % 2 === 0 ? "response" : "command";
    const sentence = sentences.make(rule, new Random(seed + round), {
      quirks: round % 4 < 2,
      utf8: mode.utf8,
    });
    const where = `seed ${seed} round ${round}: ${frameText(sentence)}`;
    const read = interpret(grammar(), rule, sentence, mode);
    assertEquals(shown(read.value), shown(sentence.value), where);
    assertEquals(read.quirks.sort(), sentence.quirks.sort(), where);
    const strict = { ...mode, strict: true };
    if (sentence.quirks.length > 0) {
      assertThrows(() => interpret(grammar(), rule, sentence, strict), Mismatch);
    }
  }
});

test("interpreter: one damaged item costs that item", () => {
  const line = '* 1 FETCH (UID 7 ENVELOPE (damaged) FLAGS (\\Seen) RFC822.SIZE x X-NEW (a "b"))';
  const { value } = interpret(grammar(), "response", frame(line), lenient);
  const row = value as Record<string, unknown> & { other: { name: string; error: unknown }[] };
  assertEquals([row.uid, row.flags, row.envelope], [7, ["\\Seen"], undefined]);
  assertEquals(row.other.map((one) => one.name), ["ENVELOPE", "RFC822.SIZE", "X-NEW"]);
  assertEquals(row.other.map((one) => typeof one.error), ["string", "string", "undefined"]);
});

test("interpreter: a response that is not what its name promises is kept raw", () => {
  const { value } = interpret(grammar(), "response", frame("* 5 EXISTS junk"), lenient);
  const unknown = value as Record<string, unknown>;
  assertEquals([unknown.type, unknown.name, unknown.number], ["UNKNOWN", "EXISTS", 5]);
  assertEquals(typeof unknown.error, "string");
  assertThrows(
    () => interpret(grammar(), "response", frame("* 5 EXISTS junk"), { utf8: false, strict: true }),
    Mismatch,
  );
});
