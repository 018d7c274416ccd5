/** The reference pages of the facade read as a manual: every method says all of what a caller has to know. */

import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { MailboxCommands, SessionCommands, TableCommands } from "@postern/postern/imaplib";
import { fixtureText } from "../support/fixtures.ts";

const pages: readonly [{ readonly prototype: object }, path: string][] = [
  [TableCommands, "_gen/commands.ts"],
  [SessionCommands, "session_commands.ts"],
  [MailboxCommands, "mailbox_commands.ts"],
];

/** What is missing in the description of a method. */
function gaps(source: string, method: string): string[] {
  const found = new RegExp(`\\n  /\\*\\*((?:(?!\\*/)[^])*)\\*/\\s+(?:async )?${method}\\(([^]*?)\\): `).exec(
    source,
  );
  if (found === null) return ["a comment"];
  const [, comment = "", given = ""] = found;
  const missing: string[] = [];
  const wants = (what: string, is: boolean) => is || missing.push(what);
  wants("the document and section", /\b(RFC \d+ \d|RFC 2195|[Dd]raft|No RFC)/.test(comment));
  const parameters = given.replace(/\/\/.*|\{[^}]*\}|\[[^\]]*\]/g, "").matchAll(
    /(?:^|, |\n *)(?:\.\.\.)?(\w+)\??(?::| =)/g,
  );
  for (const [, name] of parameters) {
    wants(`@param ${name}`, new RegExp(`@param ${name} \\S`).test(comment));
  }
  wants("@returns", /@returns \S/.test(comment));
  // Neither talks to the server in a way that could fail.
  if (method !== "logout" && method !== "response") wants("@throws", /@throws \{\w+\} \S/.test(comment));
  wants("an example that calls it", new RegExp(`@example[^]*M\\.${method}\\(`).test(comment));
  return missing;
}

test("every command has its document, arguments, result, errors and an example", () => {
  const missing: string[] = [];
  let count = 0;
  for (const [{ prototype }, path] of pages) {
    const source = fixtureText(`../imap/imaplib/${path}`);
    for (const name of Object.getOwnPropertyNames(prototype).filter((name) => name !== "constructor")) {
      count++;
      missing.push(...gaps(source, name).map((gap) => `${name}: ${gap}`));
    }
  }
  assertEquals(missing, []);
  assertEquals(count > 40, true, `${count}`);
});

test("a method that is not described is noticed", () => {
  assertEquals(gaps("", "noop"), ["a comment"]);
  assertEquals(gaps("\n  /** Does it. */\n  async run(set: Argument): Promise<void> {", "run"), [
    "the document and section",
    "@param set",
    "@returns",
    "@throws",
    "an example that calls it",
  ]);
});
