// Limits that no mail of people reaches, so that a small message costs no more than its octets.

import { test } from "node:test";
import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  compat32,
  DefectLimitDefect,
  HeaderLimitDefect,
  type Message,
  messageFromString,
  ParameterLimitDefect,
  PartLimitDefect,
} from "../../email/mod.ts";

test("1,000 parameters are read, and one defect says that there are more", () => {
  for (const [each, name] of [[";", ""], [";a=b", "a"], ['; a="b;c"', "a"]] as const) {
    const message = messageFromString(`Content-Type: text/plain${each.repeat(1_000)}\n\n`);
    assertEquals(message.getParams()!.length, 1_001);
    assertEquals(message.defects, []);
    const more = messageFromString(`Content-Type: text/plain${each.repeat(1_001)}\n\n`);
    const params = more.getParams()!;
    assertEquals(params.length, 1_001);
    assertEquals(params[1_000]![0], name);
    more.getParam("charset");
    more.getParams({ header: "content-type" });
    assertEquals(more.defects.map((defect) => defect.constructor), [ParameterLimitDefect]);
    assertEquals(more.getContentType(), "text/plain");
  }
});

test("the limit on parameters is the policy's", () => {
  const source = "Content-Type: text/plain; a=1; b=2; c=3\n\n";
  const two = messageFromString(source, { policy: compat32.clone({ maxParams: 2 }) });
  assertEquals(two.getParams(), [["text/plain", ""], ["a", "1"], ["b", "2"]]);
  assertEquals(two.getParam("c"), null);
  const strict = messageFromString(source, { policy: compat32.clone({ maxParams: 2, raiseOnDefect: true }) });
  assertThrows(() => strict.getParam("a"), ParameterLimitDefect);
});

test("1,000 defects of a part are recorded, and one that says that there are more", () => {
  for (const line of ["From x\n", ":\n", " continued\n"]) {
    const start = line.startsWith(" ") ? "" : "A: b\n";
    const few = messageFromString(`${start}${line.repeat(1_000)}B: c\n\n`);
    assertEquals(few.defects.length, 1_000, line);
    const many = messageFromString(`${start}${line.repeat(5_000)}B: c\n\nx`);
    assertEquals(many.defects.length, 1_001, line);
    assert(many.defects[1_000] instanceof DefectLimitDefect);
    assertEquals(many.getPayload(), "x");
  }
});

test("fields and parts beyond the limits stay as text", () => {
  const policy = compat32.clone({ maxFields: 3, maxParts: 3 });
  const fields = messageFromString("A: 1\nB: 2\nC: 3\nD: 4\n\nx", { policy });
  assertEquals(fields.keys(), ["A", "B", "C"]);
  assertEquals(fields.getPayload(), "D: 4\n\nx");
  assertEquals(fields.defects.map((defect) => defect.constructor), [HeaderLimitDefect]);
  const parts = messageFromString(
    `Content-Type: multipart/mixed; boundary=b\n\n${"--b\n\nx\n".repeat(5)}--b--\n`,
    { policy },
  );
  assertEquals((parts.getPayload() as unknown[]).length, 3);
  assert(parts.getPayload(2).defects[0] instanceof PartLimitDefect);
});

test("5,000 parts of a message are read, unless the policy says otherwise", () => {
  const text = (count: number) =>
    `Content-Type: multipart/mixed; boundary=b\n\n${"--b\n\nx\n".repeat(count)}--b--\n`;
  assertEquals((messageFromString(text(5_000)).getPayload() as unknown[]).length, 5_000);
  const parts = messageFromString(text(5_001)).getPayload() as Message[];
  assertEquals(parts.length, 5_000);
  assert(parts[4_999]!.defects[0] instanceof PartLimitDefect);
});

test("defects have no stack, and other errors keep theirs", () => {
  const limit = Error.stackTraceLimit;
  const [defect] = messageFromString("Content-Type: multipart/mixed\n\nx").defects;
  assertEquals(defect!.name, "NoBoundaryInMultipartDefect");
  assertEquals(/^ +at /m.test(defect!.stack ?? ""), false);
  assertEquals(Error.stackTraceLimit, limit);
});
