// The messages of messages/ and all that CPython 3.13.0 says about each: structure, headers, parameters, payloads, defects, 13 ways
// of writing it, other ways of reading it, 26 changes. data/messages.jsonl.gz is what
// `email_oracle.py messages | gzip -9` writes, data/messages_crlf.jsonl.gz what changes in it when every line ends in CRLF, as
// IMAP delivers messages. What differs on purpose is told apart here by its reason.

import { test } from "node:test";
import { readdirSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { assert, assertEquals } from "@std/assert";
import { loadCharsets, messageFromBytes } from "../../email/mod.ts";
import { describe, toCrlf } from "./oracle/describe.ts";

interface Row {
  file: string;
  error?: string;
  [key: string]: unknown;
}

function golden<T>(name: string): T[] {
  const text = gunzipSync(readFileSync(new URL(`./data/${name}`, import.meta.url))).toString("utf-8");
  return text.trim().split("\n").map((line) => JSON.parse(line));
}

/** A change of an answer: of its members, to another value, or to none. */
type Delta = [] | [value: unknown] | { [key: string]: Delta };

function changed(value: unknown, delta: Delta): unknown {
  if (Array.isArray(delta)) return delta[0];
  const copy = (Array.isArray(value) ? [...value] : { ...value as object }) as Record<string, unknown>;
  for (const [key, item] of Object.entries(delta)) copy[key] = changed(copy[key], item);
  return copy;
}

const rows = golden<Row>("messages.jsonl.gz");
const deltas = new Map(
  golden<{ file: string; delta: Delta }>("messages_crlf.jsonl.gz").map(({ file, delta }) => [file, delta]),
);
const crlfRows = rows.map((row) => changed(row, deltas.get(row.file)!) as Row);
const folder = new URL("./messages/", import.meta.url);

function read(name: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(name, folder)));
}

/** Parsing these raises in CPython. */
const UNREADABLE: Record<string, string> = {
  "defect_boundary_number_of_5000_digits.eml": "ValueError",
  "defect_boundary_with_and_without_number.eml": "TypeError",
};

/** Charsets that only one side knows, with what depends on them. */
const CHARSETS: Record<string, string> = {
  "charset_iso_8859_8_i.eml": "a label that Python lacks is accepted",
  "charset_windows_874.eml": "a label that Python lacks is accepted",
  "charset_unicode_escape_is_no_charset.eml": "unicode_escape is not a charset",
};
const DEPENDS_ON_CHARSET =
  /^(?:parts\[0\]\.(?:payload|headers)|body_lines|(?:output|entries\.\w+)\.(?:as_string|as_bytes_7bit|decoded_generator|generator))/;

type Difference = [path: string, python: unknown, here: unknown];

function isFailure(value: unknown): value is { error: string } {
  return typeof value === "object" && value !== null && Object.keys(value).join() === "error";
}

/** Where two answers differ, by value. A call that failed is one value. */
function* differences(python: unknown, here: unknown, path = ""): Generator<Difference> {
  const objects = [python, here].every((value) =>
    typeof value === "object" && value !== null && !isFailure(value)
  );
  if (!objects) {
    if (JSON.stringify(python) !== JSON.stringify(here)) yield [path, python, here];
  } else if (Array.isArray(python) || Array.isArray(here)) {
    const [a, b] = [python as unknown[], here as unknown[]];
    if (a.length !== b.length) yield [`${path}[]`, a.length, b.length];
    else for (const i of a.keys()) yield* differences(a[i], b[i], `${path}[${i}]`);
  } else {
    const [a, b] = [python as Record<string, unknown>, here as Record<string, unknown>];
    for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
      yield* differences(a[key], b[key], path === "" ? key : `${path}.${key}`);
    }
  }
}

/** Why CPython's answer is not ours; null when there is no reason that it should not be. */
function reason(file: string, [path, python, here]: Difference): string | null {
  if (file in CHARSETS && DEPENDS_ON_CHARSET.test(path)) return CHARSETS[file]!;
  if (isFailure(python) && !isFailure(here)) {
    switch (python.error) {
      case "LookupError":
        return "an unknown charset does not raise";
      case "UnicodeEncodeError":
        return /^(?:output|entries|mutations)\./.test(path) ? "octets that were read are written" : null;
      case "AttributeError":
        return "a delivery-status of text is written";
    }
  }
  // Where CPython cannot write the message it cannot say either whether writing changes it.
  if (
    file === "defect_boundary_non_ascii.eml" &&
    /^output\.(?:round_trip\w*|idempotent)$/.test(path)
  ) {
    return "octets that were read are written";
  }
  // TypeError, AttributeError and similar errors only say that a call was misused: which of them is each language's own.
  if (isFailure(python) && isFailure(here)) {
    const misuse = ["TypeError", "AttributeError", "AssertionError", "UnboundLocalError"];
    return misuse.includes(python.error) && misuse.includes(here.error) ? "misuse" : null;
  }
  return null;
}

test("every message has its answers, and every answer its message", () => {
  const names = readdirSync(folder).filter((name) => name.endsWith(".eml")).sort();
  assert(names.length >= 150);
  assertEquals(rows.map((row) => row.file).sort(), names);
});

const counts: Record<string, Record<string, number>> = { LF: {}, CRLF: {} };

/** Compares the messages of one kind: the first word of their names. */
async function compareKind(kind: string, answers: Row[], ending: string): Promise<void> {
  await loadCharsets();
  const wrong: string[] = [];
  for (const row of answers.filter((row) => row.file.split("_")[0] === kind && !(row.file in UNREADABLE))) {
    const data = ending === "CRLF" ? toCrlf(read(row.file)) : read(row.file);
    for (const difference of differences(row, describe(data, row.file))) {
      const why = reason(row.file, difference);
      if (why === null) {
        wrong.push(`${row.file} ${difference.map((value) => JSON.stringify(value)).join(" ")}`);
      } else counts[ending]![why] = (counts[ending]![why] ?? 0) + 1;
    }
  }
  assertEquals(wrong.length, 0, wrong.slice(0, 10).join("\n"));
}

for (const kind of new Set(rows.map((row) => row.file.split("_")[0]!))) {
  test(`messages: ${kind} answers as CPython 3.13.0`, () => compareKind(kind, rows, "LF"));
  test(`messages: ${kind} with CRLF answers as CPython 3.13.0`, () => compareKind(kind, crlfRows, "CRLF"));
}

test("what differs on purpose is as much as it was, and no more", () => {
  assertEquals(counts, {
    LF: {
      "a delivery-status of text is written": 28,
      "a label that Python lacks is accepted": 30,
      "an unknown charset does not raise": 42,
      "octets that were read are written": 51,
      "unicode_escape is not a charset": 21,
      "misuse": 176,
    },
    CRLF: {
      "a delivery-status of text is written": 28,
      "a label that Python lacks is accepted": 30,
      "an unknown charset does not raise": 42,
      "octets that were read are written": 50,
      "unicode_escape is not a charset": 21,
      "misuse": 176,
    },
  });
});

test("messages that CPython cannot parse are parsed", () => {
  for (const [name, error] of Object.entries(UNREADABLE)) {
    assertEquals(rows.find((row) => row.file === name)?.error, error);
    const message = messageFromBytes(read(name));
    assertEquals(message.getBoundary(), "bc");
    assertEquals(message.defects, []);
    assertEquals(message.getPayload(0).getPayload(), "one");
  }
});
