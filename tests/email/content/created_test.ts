/**
 * What createMail builds is read as it was given by CPython, postal-mime and mailparser. Their answers are data; where Python
 * is, it is asked again in created_python_test.ts.
 */

import { test } from "node:test";
import { assert, assertEquals } from "@std/assert";
import { readMail } from "../../../email/mod.ts";
import { fixtureJson } from "../../support/fixtures.ts";
import { type Answer, built, CREATED, given } from "./created.ts";
import { assertOnWire, latin1 } from "./wire.ts";

interface Row {
  name: string;
  message: string;
  answers: Record<string, Answer & { older?: Partial<Answer> }>;
}

const rows = fixtureJson<Row[]>("email/content/data/created.json");

/** What a reader gets wrong, by case, reader and member. */
const WRONG: Record<string, string> = {
  // Blanks between the encoded words of one name, against RFC 2047 section 6.2; its older API has none.
  "a long name/CPython 3.13.0/to": '[["漢字漢字漢字漢字漢字漢字漢字漢 字',
  // An encoded word in a value of RFC 2231, which is text.
  "a file name that looks encoded/postal-mime/files": '[["a.bin",',
  "a file name that looks encoded/mailparser/files": '[["a.bin",',
};

test("the messages are those that the readers were given", () => {
  assertEquals(rows.map(({ name }) => name), CREATED.map(({ name }) => name));
  rows.forEach(({ name, message }, i) => {
    const bytes = built(CREATED[i]!.options);
    assertOnWire(bytes);
    assertEquals(latin1(bytes), message, name);
  });
});

test("every reader finds what was given", () => {
  const wrong: string[] = [];
  rows.forEach(({ name, answers }, i) => {
    const expected = given(CREATED[i]!.options);
    assertEquals(Object.keys(answers), ["CPython 3.13.0", "postal-mime", "mailparser"]);
    for (const [reader, { older, ...answer }] of Object.entries(answers)) {
      for (const key of Object.keys(expected) as (keyof Answer)[]) {
        const place = `${name}/${reader}/${key}`;
        if (!(place in WRONG)) {
          assertEquals(answer[key], expected[key], place);
          continue;
        }
        wrong.push(place);
        assert(JSON.stringify(answer[key]).startsWith(WRONG[place]!), place);
      }
      if (older !== undefined) assertEquals(older.to, expected.to, `${name}: the older API of ${reader}`);
    }
  });
  assertEquals(wrong, Object.keys(WRONG));
});

test("so does readMail", () => {
  for (const { name, options } of CREATED) {
    const mail = readMail(built(options));
    const boxes = (list: { name: string; address: string }[]) =>
      list.map(({ name, address }): [string, string] => [name, address]);
    const answer: Answer = {
      subject: mail.subject,
      from: boxes(mail.from),
      to: boxes(mail.to),
      cc: boxes(mail.cc),
      text: (mail.text ?? "").replace(/\n+$/, ""),
      html: (mail.html ?? "").replace(/\n+$/, ""),
      files: mail.attachments.map((part) => [
        part.fileName!,
        part.contentType,
        btoa(latin1(part.bytes())),
        part.contentId ?? null,
      ]),
    };
    assertEquals(answer, given(options), name);
  }
});
