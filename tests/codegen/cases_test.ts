/**
 * The compiler, by cases in text files: a grammar, then either the messages it must be refused with, or inputs and
 * what the emitted decoder *and* the interpreter must make of them.
 *
 *     === name of the case
 *     grammar
 *     --- errors                        messages, one a line
 *     --- reads "input"                 the value as JSON; fields that are undefined are left out
 *     --- reads "input" with a-quirk    the same, and the deviations reported
 *     --- refuses "input"               the decoder's message
 *     --- strict refuses "input"        the decoder's message in strict mode
 *
 * Inputs are JSON strings; a literal is written `{3}CRLFabc` and cut out before reading.
 */
import { test } from "node:test";
import { readdirSync, readFileSync } from "node:fs";
import { assertEquals } from "@std/assert";
import { compile } from "../../codegen/compile.ts";
import { Mismatch } from "../../codegen/check/cursor.ts";
import { formatDiagnostic } from "../../codegen/model/diagnostics.ts";
import { interpret } from "../../codegen/check/interpret.ts";
import type { Grammar } from "../../codegen/model/ir.ts";
import { emitted, shown } from "./_decoder.ts";
import type { Outcome, TestFrame } from "./_decoder.ts";

interface Case {
  name: string;
  grammar: string;
  checks: { head: string; body: string }[];
}

const folder = new URL("cases/", import.meta.url);

for (const file of readdirSync(folder).filter((name) => name.endsWith(".txt")).sort()) {
  for (const one of readCases(readFileSync(new URL(file, folder), "utf8"))) {
    test(`${file}: ${one.name}`, () => run(one));
  }
}

function readCases(text: string): Case[] {
  return text.split(/^=== /m).slice(1).map((part) => {
    const [head = "", ...checks] = part.split(/^--- /m);
    const [name = "", ...grammar] = head.split("\n");
    return {
      name: name.trim(),
      grammar: grammar.join("\n").trim() + "\n",
      checks: checks.map((check) => {
        const end = check.indexOf("\n");
        return { head: check.slice(0, end).trim(), body: check.slice(end + 1).trim() };
      }),
    };
  });
}

function run({ grammar: text, checks }: Case): void {
  const entry = /^[A-Za-z][A-Za-z0-9-]*/m.exec(text.replace(/^[@;].*$/gm, "").trimStart())![0];
  const { grammar, diagnostics } = compile([{ name: "case.abnf", text }], { entries: [entry] });
  const messages = diagnostics.map((one) => formatDiagnostic(one).replace(/^case\.abnf:/, ""));
  const expected = checks.find((check) => check.head === "errors");
  assertEquals(messages.join("\n"), expected?.body ?? "");
  if (checks.length === 0) throw new Error("a case without a check");
  if (expected !== undefined && diagnostics.some((one) => one.severity === "error")) return;
  const decode = emitted(grammar, entry);
  for (const { head, body } of checks) {
    if (head !== "errors") checkRead(grammar, entry, decode, head, body);
  }
}

function checkRead(
  grammar: Grammar,
  entry: string,
  decode: ReturnType<typeof emitted>,
  head: string,
  body: string,
): void {
  const match = /^(strict )?(reads|refuses) ("(?:[^"\\]|\\.)*")(?: with (.+))?$/.exec(head);
  if (match === null) throw new Error(`what is "${head}"?`);
  const [, strict, verb, input = "", quirks] = match;
  const frame = toFrame(JSON.parse(input));
  const mode = { utf8: false, strict: strict !== undefined };
  const outcome = decode(frame, mode);
  const reference = reading(() => interpret(grammar, entry, frame, mode));
  if (verb === "refuses") {
    assertEquals("failure" in outcome ? outcome.failure : shown(outcome.value), body);
    assertEquals("failure" in reference, true, "the interpreter must refuse it too");
    return;
  }
  if ("failure" in outcome || "failure" in reference) {
    throw new Error(`${input}: ${JSON.stringify({ emitted: outcome, interpreted: reference })}`);
  }
  assertEquals(shown(outcome.value), JSON.parse(body));
  assertEquals(outcome.quirks, quirks === undefined ? [] : quirks.split(" "));
  assertEquals(shown(reference.value), shown(outcome.value), "emitted code and interpreter");
  assertEquals(Object.keys(Object(reference.value)), Object.keys(Object(outcome.value)), "order of fields");
  assertEquals(reference.quirks, outcome.quirks, "deviations of emitted code and interpreter");
}

function reading(read: () => { value: unknown; quirks: string[] }): Outcome {
  try {
    return read();
  } catch (error) {
    if (error instanceof Mismatch) return { failure: error.message };
    throw error;
  }
}

/** Takes the octets of literals out of a text. */
function toFrame(text: string): TestFrame {
  const literals: Uint8Array[] = [];
  let rest = text;
  let line = "";
  for (let mark = /\{(\d+)\}\r\n/.exec(rest); mark !== null; mark = /\{(\d+)\}\r\n/.exec(rest)) {
    const from = mark.index + mark[0].length;
    line += rest.slice(0, from);
    literals.push(toBytes(rest.slice(from, from + Number(mark[1]))));
    rest = rest.slice(from + Number(mark[1]));
  }
  return { text: toBytes(line + rest), literals };
}

function toBytes(text: string): Uint8Array {
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}
