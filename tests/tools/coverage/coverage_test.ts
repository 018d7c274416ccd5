// The tables of what must be tested: each row has tests, each test that is named is there, and nothing is missing in the rows.

import { test } from "node:test";
import { assert, assertEquals } from "@std/assert";
import * as imaplib from "@postern/postern/imaplib";
import { fixtureJson, fixtureNames, fixtureText } from "../../support/fixtures.ts";
import { readCaseFiles } from "../../imap/client/_cases.ts";

interface Row {
  name: string;
  tests: { kind: string; of: string; what: string }[];
}

interface Session {
  name: string;
  outcome: { calls: unknown[] };
}

/** A table: rows in column one, what tests them below, indented. */
function rowsOf(file: string): Row[] {
  const rows: Row[] = [];
  // What is in front of the second blank line explains.
  const table = fixtureText(`tools/coverage/${file}`).split("\n\n").slice(2).join("\n");
  for (const line of table.split("\n").filter((line) => line !== "")) {
    const [, kind, text] = /^ {2}(case|test|fixture|golden|session): (.+)$/.exec(line) ?? [];
    if (kind === undefined) {
      assert(!line.startsWith(" "), `what does "${line}" say?`);
      rows.push({ name: line, tests: [] });
      continue;
    }
    const [of = "", what = ""] = kind === "case" || kind === "test" ? text!.split(" > ") : [text];
    rows.at(-1)!.tests.push({ kind, of, what });
  }
  return rows;
}

const cases = readCaseFiles().flatMap(({ cases }) => cases);
const fixtures = fixtureNames("grammar/fixtures", ".txt").map(fixtureText).join("\n");
const golden = ["2.7", "3.13"].flatMap((python) =>
  fixtureJson<Session[]>(`imap/imaplib/data/python${python}.json`)
);
const odd = fixtureJson<Session[]>("imap/imaplib/data/odd_python2.7.json");

/** What is wrong with a test that a row names; undefined for nothing. */
function problem({ kind, of, what }: Row["tests"][number]): string | undefined {
  if (kind === "case") {
    const one = cases.find(({ name }) => name === of);
    if (one === undefined) return `there is no dialogue "${of}"`;
    const sent = one.talk.filter(([who]) => who === "C").map(([, text]) => text).join("\n");
    return what.split(" ").every((word) => sent.includes(word)) ? undefined : `"${of}" sends no ${what}`;
  }
  if (kind === "test") {
    return fixtureText(`imap/${of}`).includes(`test("${what}"`) ? undefined : `${of} has no test "${what}"`;
  }
  if (kind === "fixture") return fixtures.includes(of) ? undefined : `no fixture holds ${of}`;
  if (kind === "session") {
    return [...golden, ...odd].some(({ name }) => name.startsWith(of)) ? undefined : `no session "${of}"`;
  }
  const sessions = golden.filter(({ name }) => name.startsWith(`${of} `));
  if (sessions.length === 0) return `no session "${of}"`;
  const missing = ["OK", "NO", "BAD"].filter((status) =>
    !sessions.some(({ name }) => name.endsWith(`: ${status}`))
  );
  return missing.length === 0 ? undefined : `no session "${of}" with ${missing.join(", ")}`;
}

for (const file of ["commands.txt", "imaplib.txt"]) {
  test(`${file}: every row has tests, and they are there`, () => {
    const rows = rowsOf(file);
    assert(rows.length > 20);
    assertEquals(rows.filter(({ tests }) => tests.length === 0).map(({ name }) => name), []);
    assertEquals(
      rows.flatMap(({ name, tests }) => tests.map(problem).flatMap((one) => one ? [`${name}: ${one}`] : [])),
      [],
    );
  });
}

test("every dialogue of a command belongs to a row", () => {
  const named = new Set(rowsOf("commands.txt").flatMap(({ tests }) => tests.map(({ of }) => of)));
  assertEquals(cases.map(({ name }) => name).filter((name) => !named.has(name)), []);
});

test("every method and attribute of the facade, and every function and class of the module, is in a row", () => {
  const named = new Set(rowsOf("imaplib.txt").flatMap(({ name }) => name.split(/, | and /)));
  const classes = [imaplib.Connection, imaplib.SessionCommands, imaplib.MailboxCommands, imaplib.IMAP4_SSL];
  const members = classes.flatMap((each) => Object.getOwnPropertyNames(each.prototype))
    .filter((name) => name !== "constructor" && !name.startsWith("_"));
  const python = ["IMAP4", "IMAP4_SSL", "IMAP4_stream", "Internaldate2tuple", "Int2AP", "ParseFlags"];
  const attributes = ["PROTOCOL_VERSION", "debug", "state", "capabilities", "welcome", "untagged_responses"];
  const wanted = [...members, ...python, ...attributes, "Time2Internaldate", "error", "abort", "readonly"];
  assertEquals(wanted.filter((name) => !named.has(name)), []);
});

test("a row without a test, and a test that is not there, are seen", () => {
  assert(problem({ kind: "case", of: "NOOP", what: "XNOOP" }) !== undefined);
  assert(problem({ kind: "case", of: "XNOOP", what: "" }) !== undefined);
  assert(problem({ kind: "test", of: "client/idle_test.ts", what: "no such test" }) !== undefined);
  assert(problem({ kind: "fixture", of: "* NO-SUCH-RESPONSE", what: "" }) !== undefined);
  assert(problem({ kind: "golden", of: "no_such_method", what: "" }) !== undefined);
});
