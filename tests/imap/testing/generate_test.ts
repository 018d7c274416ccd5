/** Generated mailboxes. */

import { test } from "node:test";
import { assertEquals, assertThrows } from "@std/assert";
import { generateMessages, startServer } from "@postern/postern/testing";
import { Wire } from "./wire.ts";

test("the same number gives the same mailbox, another one another", () => {
  assertEquals(generateMessages({ count: 50, seed: 3 }), generateMessages({ count: 50, seed: 3 }));
  assertEquals(
    generateMessages({ count: 50, seed: 3 }).slice(0, 20),
    generateMessages({ count: 20, seed: 3 }),
  );
  const [a, b] = [3, 4].map((seed) => JSON.stringify(generateMessages({ count: 50, seed })));
  assertEquals(a === b, false);
  assertEquals(generateMessages({ count: 0 }), []);
  assertThrows(() => generateMessages({ count: -1 }), RangeError);
});

test("it holds what mailboxes hold", async () => {
  await using server = await startServer({ mailboxes: { INBOX: generateMessages({ count: 200 }) } });
  const wire = await Wire.login(server, "INBOX");
  for (
    const key of ["SEEN", "UNSEEN", "FLAGGED", "HEADER In-Reply-To @", "SUBJECT Re:", "SINCE 5-Jan-2026"]
  ) {
    const [line = ""] = await wire.ok(`SEARCH ${key}`);
    assertEquals(/^\* SEARCH \d/.test(line), true, key);
  }
  const text = server.mailbox("INBOX").messages.map((message) => message.text).join("");
  for (const part of ["multipart/alternative", "multipart/mixed", "base64"]) {
    assertEquals(text.includes(part), true);
  }
});
