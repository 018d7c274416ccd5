/** Every method of the table: what goes over the wire, what comes back for OK, and that NO and BAD reject with code and text. */

import { assertEquals, assertRejects } from "@std/assert";
import { test } from "node:test";
import { CommandError } from "../../../imap/base/errors.ts";
import { methods } from "../../../imap/codec/_gen/specs.ts";
import { shownValue } from "../../grammar/_fixtures.ts";
import { readCaseFiles } from "./_cases.ts";
import { playCase } from "./_play.ts";

const cases = readCaseFiles().flatMap(({ cases }) => cases);

/** Methods that are dialogues, and the tests that they have. */
const elsewhere: Readonly<Record<string, string>> = {
  logout: "tests/imap/session/session_test.ts",
  starttls: "tests/imap/transport/tls_test.ts",
  authenticate: "tests/imap/client/login_test.ts",
  idle: "tests/imap/client/idle_test.ts",
  compress: "tests/imap/client/compress_test.ts",
};

test("every method has a case", () => {
  const called = new Set(cases.map(({ method }) => method));
  const missing = [...methods.values()].map(({ name }) => name)
    .filter((name) => !called.has(name) && !(name in elsewhere));
  assertEquals(missing, []);
});

for (const one of cases) {
  test(`${one.name}: OK`, async () => {
    assertEquals(shownValue(await playCase(one, "OK")) ?? null, one.gives);
  });

  for (const status of ["NO", "BAD"] as const) {
    test(`${one.name}: ${status}`, async () => {
      const error = await assertRejects(() => playCase(one, status), CommandError, "not today");
      assertEquals([error.status, error.code?.name], [status, "SERVERBUG"]);
    });
  }
}
