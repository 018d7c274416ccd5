import { test } from "node:test";
import { assertEquals } from "@std/assert";
import { Random, seedOf } from "../../codegen/check/random.ts";
import { decodeResponse, encodeResponse, responses } from "../../imap/codec/codec.ts";
import { sentence, wireBytes } from "./_properties.ts";
import { shown } from "./_support.ts";
import type { ConditionResponse } from "../../imap/codec/_gen/types.ts";

/** Octets of random responses; those whose framing is in question (a mark at the end of free text) are left out. */
function streamOf(random: Random, count: number): Uint8Array[] {
  const all: Uint8Array[] = [];
  while (all.length < count) {
    const made = sentence("response", random, { quirks: false, utf8: false });
    const text = String.fromCharCode(...made.text.subarray(0, 4000));
    const status = !text.startsWith("*") || /^\* (OK|NO|BAD|BYE|PREAUTH)/i.test(text);
    if (made.text.length > 4000 || (status && text.includes("{"))) continue;
    all.push(wireBytes(made));
  }
  return all;
}

test("codec: a stream cut anywhere gives the responses that its pieces give", async () => {
  const seed = seedOf();
  for (let round = 0; round < 60; round++) {
    const random = new Random(seed + round);
    const pieces = streamOf(random, 5);
    const want = pieces.map((piece) => shown(decodeResponse(piece)));
    const bytes = Uint8Array.from(pieces.flatMap((piece) => Array.from(piece)));
    const stream = new ReadableStream<Uint8Array>({
      start(controller) {
        for (let at = 0; at < bytes.length;) {
          const size = 1 + random.below(random.chance(0.5) ? 4 : 400);
          controller.enqueue(bytes.slice(at, at + size));
          at += size;
        }
        controller.close();
      },
    });
    const got: string[] = [];
    for await (const response of responses(stream)) got.push(shown(response));
    assertEquals(got, want, `seed ${seed} round ${round}`);
  }
});

test("codec: what is encoded is decoded to the same", () => {
  const seed = seedOf();
  for (let round = 0; round < 500; round++) {
    const [piece] = streamOf(new Random(seed + round), 1);
    const response = decodeResponse(piece!);
    if (response.type === "INVALID") continue;
    const again = decodeResponse(encodeResponse(response));
    assertEquals(shown(again), shown(response), `seed ${seed} round ${round}`);
  }
});

test("codec: a code after two spaces is a code; strict takes it for the text that it may be", () => {
  const line = new TextEncoder().encode("* OK  [UIDNEXT 5] next\r\n");
  const response = decodeResponse(line) as ConditionResponse & { quirks: string[] };
  assertEquals([response.code?.name, response.text, response.quirks], ["UIDNEXT", "next", ["double-space"]]);
  assertEquals((decodeResponse(line, { strict: true }) as ConditionResponse).text, " [UIDNEXT 5] next");
  const plain = decodeResponse(new TextEncoder().encode("* OK  two  spaces\r\n")) as ConditionResponse;
  assertEquals(plain.text, " two  spaces");
});
