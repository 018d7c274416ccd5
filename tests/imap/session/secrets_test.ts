// Secrets in values of responses, however deep.

import { test } from "node:test";
import { assertEquals } from "@std/assert";
import { Secrets } from "../../../imap/session/secrets.ts";

/** A value in so many lists. */
function nested(value: unknown, depth: number): unknown {
  return depth === 0 ? value : [nested(value, depth - 1)];
}

test("a secret is masked ten lists deep; what is deeper is masked whole", () => {
  const secrets = new Secrets();
  secrets.add("s3cret");
  for (let depth = 0; depth <= 12; depth++) {
    const shown = JSON.stringify(secrets.redactValue(nested({ text: "by s3cret", other: 5 }, depth)));
    const inside = depth <= 10 ? '{"text":"by ***","other":5}' : '"***"';
    assertEquals(shown, "[".repeat(Math.min(depth, 11)) + inside + "]".repeat(Math.min(depth, 11)));
  }
});
