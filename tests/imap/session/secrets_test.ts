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

test("half of a secret is masked at either end of a text, whatever came before", () => {
  const secrets = new Secrets();
  secrets.add("s3cret-word");
  const rows: [text: string, shown: string][] = [
    ["A1 NO [ALERT] t-word is wrong", "A1 NO [ALERT] *** is wrong"],
    ["t-word is wrong", "*** is wrong"],
    ["wrong is s3cret", "wrong is ***"],
    ['what it cannot read, found "t-word', 'what it cannot read, found "***'],
    // Less than half.
    ["* NO word is wrong", "* NO word is wrong"],
    ["wrong is s3", "wrong is s3"],
  ];
  for (const [text, shown] of rows) assertEquals(secrets.redact(text), shown);
});

for (
  const [what, secret] of [["backslashes", "\\"], ["of them with a letter", "\\a"], ["zeros", "\0"], [
    "escapes",
    "\\%5c=",
  ]]
) {
  test(`a secret of many ${what} is looked for once at each place, also by a server that nearly repeats it`, () => {
    const secrets = new Secrets();
    const many = secret!.repeat(40);
    secrets.add(`${many}x`);
    const doubled = `${many}x`.replace(/\\/g, "\\\\");
    assertEquals(secrets.redact(`was ${many}x and ${doubled} here`), "was *** and *** here");
    for (const near of [many, many + many, doubled.slice(0, -1)]) secrets.redact(`was ${near}y`);
  });
}
