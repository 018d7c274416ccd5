/** Large base64 bodies have a decoder of their own: it answers as the other one does. */

import { test } from "node:test";
import { assertEquals } from "@std/assert";
import { messageFromBytes } from "../../email/mod.ts";
import { decodeLargeBase64 } from "../../email/transfer/base64_table.ts";
import { decodeBase64 } from "../../email/transfer/base64.ts";
import { forSeeds } from "../support/seeded.ts";

const encoder = new TextEncoder();
const HEAD = encoder.encode("Content-Transfer-Encoding: base64\n\n");
const LARGE = 4 << 20;

function decoded(body: Uint8Array): [data: Uint8Array, defects: string[]] {
  const bytes = new Uint8Array(HEAD.length + body.length);
  bytes.set(HEAD);
  bytes.set(body, HEAD.length);
  const message = messageFromBytes(bytes);
  return [message.getPayload({ decode: true })!, message.defects.map((defect) => defect.name)];
}

/** The same in few words when it is the same: comparing megabytes item by item takes seconds. */
function assertSame(actual: Uint8Array, expected: Uint8Array): void {
  assertEquals(actual.length, expected.length);
  let at = 0;
  while (at < actual.length && actual[at] === expected[at]) at++;
  assertEquals(at, actual.length);
}

const ENDS = [
  "",
  "AA==",
  "AAA=",
  "AA=",
  "A",
  "AAAA=",
  "AA=\n=\r\n",
  "AB==",
  "AAA=\nAAAA",
  "A*==",
  "====",
  "=",
  "AAAA \n",
];

const DAMAGE = [0x0a, 0x0d, 0x3d, 0x20, 0xff, 0x41];
const LINES = encoder.encode(`${"QUJD".repeat(19)}\r\n`.repeat(Math.ceil(LARGE / 78)));

for (const end of ENDS) {
  test(`a large body that ends in ${JSON.stringify(end)} decodes as a small one`, () => {
    const tail = encoder.encode(end);
    const body = new Uint8Array(LINES.length + tail.length);
    body.set(LINES);
    body.set(tail, LINES.length);
    const expected = decodeBase64(body);
    const [data, defects] = decoded(body);
    assertEquals(defects, expected.defects.map((defect) => defect.name));
    assertSame(data, expected.data);
  });
}

test("damage in the middle of a large body is reported as in a small one", () => {
  forSeeds(6, (random) => {
    const body = LINES.slice();
    body[random.below(body.length)] = DAMAGE[random.seed % DAMAGE.length]!;
    const expected = decodeBase64(body);
    const [data, defects] = decoded(body);
    assertEquals(defects, expected.defects.map((defect) => defect.name));
    assertSame(data, expected.data);
  });
});

test("a large body decodes to what was encoded", () => {
  const octets = Uint8Array.from({ length: LARGE }, (_, i) => (i * 2654435761) >>> 13);
  let text = "";
  for (let i = 0; i < octets.length; i += 57) {
    text += btoa(String.fromCharCode(...octets.subarray(i, i + 57))) + (i % 2 === 0 ? "\n" : "\r\n");
  }
  const [data, defects] = decoded(encoder.encode(text));
  assertEquals(defects, []);
  assertSame(data, octets);
});

test("a large body in which nothing is wrong is read by the decoder for them, whatever its line ends", () => {
  for (const end of ["\r\n", "\n", "\r", ""]) {
    const body = encoder.encode(`${"QUJD".repeat(19)}${end}`.repeat(Math.ceil(LARGE / 76)) + "QUI=" + end);
    const data = decodeLargeBase64(body);
    assertEquals(data?.length, Math.ceil(LARGE / 76) * 57 + 2, JSON.stringify(end));
    assertEquals(data!.subarray(-5), encoder.encode("ABCAB"));
  }
});

test("one character too many is a length that cannot be, in a body of several blocks too", () => {
  for (const groups of [20, 20_000, 400_000]) {
    const body = encoder.encode(`A${"QUJD".repeat(groups)}`);
    const { data, defects } = decodeBase64(body);
    assertSame(data, body);
    assertEquals(defects.map((defect) => defect.name), ["InvalidBase64LengthDefect"]);
  }
});
