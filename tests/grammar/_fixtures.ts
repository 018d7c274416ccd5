/**
 * Fixtures of responses: text files in `fixtures/`, one for each document or topic, and `fixtures/quirks/`, one for
 * each deviation that the grammar names.
 *
 *     === name of the case
 *     source: RFC 9051 7.1, or a server and where its answer was reported
 *     note: what there is to see (optional)
 *     mode: utf8 (optional)
 *     --- reads
 *     the response; line ends mean CRLF, %{E9} for one octet, other characters for their UTF-8
 *     --- as
 *     its value as JSON
 *
 * The last head may say more: `--- as UNKNOWN` (a word that nobody knows), `--- with a-quirk another` (deviations that
 * are tolerated and reported), `--- recovers as` (what is damaged is kept raw, with the reason).
 *
 * In the JSON a bigint is `"12n"`, octets are `{"octets": text}`, sets `{"set": text}`, dates `{"date": text}`, raw
 * values `{"raw": text}`, and the reason of a recovery is only `true`. Fields that are undefined are left out, and so
 * are empty lists, except of flags.
 */
import { readdirSync, readFileSync } from "node:fs";
import { DateTime } from "../../imap/values/date_time.ts";
import { SequenceSet } from "../../imap/values/sequence_set.ts";
import { latin1, Raw } from "../../imap/values/raw.ts";

/** One case of a fixture file. */
export interface Case {
  file: string;
  name: string;
  source: string;
  mode: { utf8: boolean; strict: boolean };
  /** The response as octets, with its line end. */
  octets: Uint8Array;
  /** Deviations that must be reported. */
  quirks: string[];
  kind: "plain" | "unknown" | "recovers";
  /** The value, as JSON. */
  value: unknown;
}

/** The folder of the fixtures. */
export const fixtureFolder = new URL("fixtures/", import.meta.url);

/** Names of the fixture files below a folder of `fixtures/`, in order. */
export function fixtureFiles(below = ""): string[] {
  return readdirSync(new URL(below || ".", fixtureFolder)).filter((name) => name.endsWith(".txt")).sort().map(
    (name) => below + name,
  );
}

/** The cases of a file. */
export function readCases(file: string): Case[] {
  const text = readFileSync(new URL(file, fixtureFolder), "utf8");
  return text.split(/^=== /m).slice(1).map((part) => readCase(file, part));
}

/** What a case begins with: everything before its value. */
export function headOf(part: string): string {
  const end = /^--- (as|with|recovers)\b.*\n/m.exec(part);
  return end === null ? part.trimEnd() + "\n" : part.slice(0, end.index);
}

/** A case, with or without its value. */
export function readCase(file: string, part: string): Case {
  const [head, ...blocks] = part.split(/^--- /m);
  const [name, ...lines] = head!.split("\n");
  const said = new Map(
    lines.map((line) => /^(\w+): (.*)$/.exec(line)).filter((one) => one !== null).map((
      one,
    ) => [one[1]!, one[2]!]),
  );
  const block = (start: string): [string, string] | undefined => {
    const found = blocks.find((one) => one.startsWith(start));
    if (found === undefined) return undefined;
    const end = found.indexOf("\n");
    return [found.slice(0, end), found.slice(end + 1)];
  };
  const reads = block("reads");
  const where = `tests/grammar/fixtures/${file}: ${name}`;
  if (reads === undefined) throw new Error(`${where}: no block "--- reads"`);
  for (const one of blocks) {
    const mark = one.slice(0, one.indexOf("\n"));
    if (/^(reads|as( UNKNOWN)?|recovers as|(recovers )?with [a-z0-9 -]+)$/.test(mark)) continue;
    throw new Error(
      `${where}: "--- ${mark}" is not one of reads, as, as UNKNOWN, with a-quirk another, recovers as`,
    );
  }
  const result = block("as") ?? block("with") ?? block("recovers");
  const quirks = / ?\bwith (.+)$/.exec(result?.[0] ?? "")?.[1]?.split(" ") ?? [];
  return {
    file,
    name: name!.trim(),
    source: said.get("source") ?? "",
    mode: { utf8: said.get("mode") === "utf8", strict: false },
    octets: toOctets(reads[1].trimEnd() + "\n"),
    quirks,
    kind: result?.[0] === "as UNKNOWN"
      ? "unknown"
      : result?.[0].startsWith("recovers")
      ? "recovers"
      : "plain",
    value: result === undefined ? undefined : readValue(where, result[1]),
  };
}

function readValue(where: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (problem) {
    throw new Error(`${where}: the value is not JSON: ${(problem as Error).message}\n${text}`);
  }
}

function toOctets(text: string): Uint8Array {
  const octets: number[] = [];
  const encoder = new TextEncoder();
  for (const piece of text.split(/(%\{[0-9A-F]{2}\}\n?|\n)/)) {
    const escape = /^%\{([0-9A-F]{2})\}/.exec(piece);
    if (escape !== null) {
      octets.push(parseInt(escape[1]!, 16));
      // After an LF written out, the end of the file's line says nothing.
      if (piece.endsWith("\n") && escape[1] !== "0A") octets.push(0x0d, 0x0a);
    } else if (piece === "\n") octets.push(0x0d, 0x0a);
    else octets.push(...encoder.encode(piece));
  }
  return Uint8Array.from(octets);
}

/** A value as the fixtures write it; `expected` says which empty lists are to be seen. */
export function shownValue(value: unknown): unknown {
  if (typeof value === "bigint") return `${value}n`;
  if (value instanceof Uint8Array) return { octets: latin1(value) };
  if (value instanceof SequenceSet) return { set: String(value) };
  if (value instanceof DateTime) return { date: value.text };
  if (value instanceof Raw) return { raw: value.toString() };
  if (Array.isArray(value)) return value.map(shownValue);
  if (value === null || typeof value !== "object") return value;
  const fields = Object.entries(value).filter(([label, field]) =>
    field !== undefined && label !== "quirks" &&
    (label === "flags" || !Array.isArray(field) || field.length > 0)
  );
  return Object.fromEntries(
    fields.map(([label, field]) => [label, label === "error" ? true : shownValue(field)]),
  );
}

/** Whether a value holds the reason of a recovery, anywhere. */
export function isDamaged(shown: unknown): boolean {
  if (Array.isArray(shown)) return shown.some(isDamaged);
  if (shown === null || typeof shown !== "object") return false;
  return "error" in shown || Object.values(shown).some(isDamaged);
}

/** JSON in lines of at most 110 characters where that is possible. */
export function printValue(value: unknown, indent = ""): string {
  const inline = inlineText(value);
  if (indent.length + inline.length <= 100 || value === null || typeof value !== "object") return inline;
  const inner = indent + "  ";
  if (Array.isArray(value)) {
    return `[\n${value.map((one) => inner + printValue(one, inner)).join(",\n")}\n${indent}]`;
  }
  const fields = Object.entries(value).map(([label, field]) =>
    `${inner}${JSON.stringify(label)}: ${printValue(field, inner)}`
  );
  return `{\n${fields.join(",\n")}\n${indent}}`;
}

function inlineText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inlineText).join(", ")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const fields = Object.entries(value).map(([label, field]) =>
    `${JSON.stringify(label)}: ${inlineText(field)}`
  );
  return fields.length === 0 ? "{}" : `{ ${fields.join(", ")} }`;
}
