/** Headers of a parsed message are copied where folding leaves them alone: the bytes are those of the long way. */

import { test } from "node:test";
import { assertEquals } from "@std/assert";
import {
  addCharset,
  CHARSETS,
  compat32,
  Header,
  Message,
  messageFromBytes,
  messageFromString,
  type Policy,
  QP,
} from "../../email/mod.ts";
import { forSeeds, type Random } from "../support/seeded.ts";

const WORDS = [
  "tea",
  "x".repeat(30),
  "y".repeat(90),
  "a;b",
  "a,b",
  "=?utf-8?q?=C3=BC?=",
  "<a@b.example>",
  ";",
  "(c)",
];
const GAPS = [" ", "  ", "\t", "\n ", "\r\n ", "\r\n\t", "\r\n  ", " \r\n ", "\r "];

function field(random: Random): string {
  let value = random.chance(0.1) ? "" : random.pick(WORDS);
  for (let i = random.below(12); i > 0; i--) value += random.pick(GAPS) + random.pick(WORDS);
  if (random.chance(0.1)) value += "\xfc\xe9";
  if (random.chance(0.1)) value += random.pick(["\x01", "\x7f", " ", "\t"]);
  return `X-${random.pick(["A", "Long-Name-Of-A-Field", "b"])}:${random.pick([" ", "", "\t", "  "])}${value}`;
}

/** The same fields in a message that was never parsed. */
function rebuilt(message: Message): Message {
  const copy = new Message({ policy: message.policy });
  for (const [name, value] of message.rawItems()) copy.setRaw(name, value);
  copy.setPayload(message.getPayload());
  return copy;
}

function written(message: Message, policy: Policy): string {
  try {
    return Array.from(message.asBytes({ policy }), (octet) => String.fromCharCode(octet)).join("");
  } catch (error) {
    return (error as Error).name;
  }
}

test("parsed fields are written as fields that were set", () => {
  const policies = [
    compat32,
    compat32.clone({ linesep: "\r\n" }),
    compat32.clone({ maxLineLength: 0 }),
    compat32.clone({ maxLineLength: 40, cteType: "7bit" }),
    compat32.clone({ linesep: "\r", verifyGeneratedHeaders: false }),
  ];
  forSeeds(400, (random) => {
    const lineEnd = random.pick(["\n", "\r\n"]);
    const lines = Array.from({ length: random.between(1, 8) }, () => field(random));
    const text = lines.join(lineEnd) + lineEnd + random.pick(["", `${lineEnd}body${lineEnd}`]);
    const bytes = Uint8Array.from(text, (char) => char.charCodeAt(0));
    const message = messageFromBytes(bytes);
    for (let i = random.below(3); i > 0; i--) message.append("X-Added", random.pick(WORDS));
    if (random.chance(0.2)) message.delete("x-b");
    if (random.chance(0.2)) message.append("X-Last", "1");
    for (const policy of policies) assertEquals(written(message, policy), written(rebuilt(message), policy));
  });
});

test("a policy folds a field as Header does", () => {
  forSeeds(400, (random) => {
    const [name, value] = messageFromString(`${field(random)}\n\n`).items()[0]!;
    const maxLineLen = random.pick([20, 40, 78, 0]);
    const answer = (fold: () => string) => {
      try {
        return fold();
      } catch (error) {
        return (error as Error).name;
      }
    };
    assertEquals(
      answer(() => compat32.clone({ maxLineLength: maxLineLen }).fold(name, value)),
      answer(() => `${name}: ${new Header(String(value), { headerName: name }).encode({ maxLineLen })}\n`),
    );
  });
});

test("what was added to parsed fields is written after them", () => {
  const message = messageFromBytes(new TextEncoder().encode("A: 1\r\nB: 2\r\n\r\nx"));
  message.append("C", "3");
  assertEquals(written(message, compat32), "A: 1\nB: 2\nC: 3\n\nx");
  message.set("A", "4");
  assertEquals(written(message, compat32), "B: 2\nC: 3\nA: 4\n\nx");
  message.append("D", "5");
  assertEquals(written(message, compat32), "B: 2\nC: 3\nA: 4\nD: 5\n\nx");
});

test("a registry that encodes ASCII headers is used", () => {
  const before = CHARSETS.get("us-ascii")!;
  const message = new Message();
  message.append("Subject", `${"tea ".repeat(30)}`);
  const plain = message.asBytes();
  addCharset("us-ascii", QP, null, null);
  try {
    assertEquals(written(message, compat32).startsWith("Subject: =?us-ascii?q?tea_tea"), true);
  } finally {
    CHARSETS.set("us-ascii", before);
  }
  assertEquals(message.asBytes(), plain);
});
