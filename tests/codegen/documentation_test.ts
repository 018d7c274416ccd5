/** The reference page of the client reads as a manual: every method says all of what a caller has to know. */

import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { methods, specs } from "../../imap/codec/_gen/specs.ts";
import { fixtureText } from "../support/fixtures.ts";

const source = fixtureText("../imap/client/_gen/commands.ts");
const page = source.slice(source.indexOf("export class ImapClient"));

/** A method's comment, its parameters, and the name of its type of options. */
function described(method: string): { comment: string; parameters: string[]; options: string } {
  const found = new RegExp(
    `\\n  /\\*\\*((?:(?!\\*/)[^])*)\\*/\\s+${method}(?:<[^(]*>)?\\(([^]*?)\\): [A-Z]\\w+<`,
  ).exec(page);
  if (found === null) return { comment: "", parameters: [], options: "" };
  const text = found[2]!.replace(/\s+/g, " ");
  return {
    comment: found[1]!,
    parameters: [...text.matchAll(/(?:^|, )(\w+)\??: /g)].map(([, name]) => name!).filter((name) =>
      name !== ""
    ),
    options: /options: (\w+)/.exec(text)?.[1] ?? "",
  };
}

/** What is missing in the description of a method. */
function gaps(command: string, method: string): string[] {
  const { comment, parameters, options } = described(method);
  if (comment === "") return ["a comment"];
  const found: string[] = [];
  const wants = (what: string, is: boolean) => is || found.push(what);
  const lines = comment.split("\n").map((line) => line.replace(/^ *\* ?/, "").trim()).filter((line) =>
    line !== ""
  );
  wants("a sentence that says what it does", /^[A-Z].*/.test(lines[0] ?? "") && comment.includes("."));
  wants("the document and section", /\b(RFC \d+|[Dd]raft|No RFC)/.test(comment));
  for (const name of parameters) wants(`@param ${name}`, new RegExp(`@param ${name} \\S.*`).test(comment));
  for (const [, name] of comment.matchAll(/@param (\w+) \1\.$/gim)) {
    found.push(`what ${name} is, not its name again`);
  }
  wants("@returns", /@returns \S/.test(comment));
  if (method !== "logout") wants("@throws", /@throws \{\w+\} \S/.test(comment) || /throws/.test(comment));
  const { needs, args } = specs.get(command)!;
  if (needs.length + args.filter((one) => one.needs !== undefined).length > 0 && method !== "idle") {
    wants("@throws CapabilityError", comment.includes("@throws {CapabilityError}"));
  }
  wants(
    "an example that calls it",
    /@example/.test(comment) && new RegExp(`client\\.${method}\\(`).test(comment),
  );
  if (/Options$/.test(options) && source.includes(`export interface ${options} `)) {
    const text = source.slice(source.indexOf(`export interface ${options} `));
    const body = text.slice(0, text.indexOf("\n}"));
    for (const [, name] of body.matchAll(/\n {2}(\w+)\??:/g)) {
      wants(`a description of the option ${name}`, new RegExp(`\\*/\\s+${name}\\??:`).test(body));
    }
  }
  return found;
}

test("every method has its document, arguments, result, errors and an example", () => {
  const missing = [...methods].flatMap(([command, { name }]) =>
    gaps(command, name).map((gap) => `${name}: ${gap}`)
  );
  assertEquals(missing, []);
});

test("a method that is not described is noticed", () => {
  assertEquals(gaps("NOOP", "noSuchMethod"), ["a comment"]);
  // The comment of one method does not say how to call another.
  assertEquals(/client\.noop\(/.test(described("check").comment), false);
});
