// imap/ERRORS.md has a row for each error that is exported, and for each reason and kind.

import { readFileSync } from "node:fs";
import { test } from "node:test";
import { assert, assertEquals } from "@std/assert";
import * as imap from "../../imap/mod.ts";
import * as mailbox from "../../imap/mailbox/mod.ts";

const root = new URL("../../", import.meta.url);
const page = readFileSync(new URL("imap/ERRORS.md", root), "utf8");
const source = readFileSync(new URL("imap/base/errors.ts", root), "utf8");

/** The rows of all tables whose first cell is a word in backticks: the word, and the other cells. */
const rows = new Map(
  page.split("\n").filter((line) => /^\| `[\w-]+` +\|/.test(line)).map((line) => {
    const [word, ...cells] = line.split("|").slice(1, -1).map((cell) => cell.trim());
    return [word!.slice(1, -1), cells] as const;
  }),
);

/** The members of a union of texts. */
function members(type: string): string[] {
  const [, union = ""] = new RegExp(`export type ${type} =([^;]*);`).exec(source) ?? [];
  return [...union.matchAll(/"([\w-]+)"/g)].map(([, word]) => word!);
}

test("every error that is exported has a row: when it comes, and what to do", () => {
  const errors = Object.entries({ ...imap, ...mailbox }).filter(([, value]) =>
    typeof value === "function" && value.prototype instanceof Error
  ).map(([name]) => name);
  assert(errors.length > 10, errors.join());
  assertEquals(errors.filter((name) => rows.get(name)?.every((cell) => cell !== "") !== true), []);
});

test("every reason and every kind has a row, and no row is of something else", () => {
  const reasons = members("FailureReason");
  const kinds = members("AuthErrorKind");
  assert(reasons.length >= 10 && kinds.length >= 8);
  for (const word of [...reasons, ...kinds]) {
    assertEquals(rows.get(word)?.map((cell) => cell !== ""), [true, true], word);
  }
  const known = ["kind", "reason", ...reasons, ...kinds];
  assertEquals([...rows.keys()].filter((word) => /^[a-z]/.test(word) && !known.includes(word)), []);
});
