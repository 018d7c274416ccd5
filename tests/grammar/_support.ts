/** What the property tests of the grammar share. */
import { readdirSync, readFileSync } from "node:fs";
import { compile } from "../../codegen/compile.ts";
import { formatDiagnostic } from "../../codegen/model/diagnostics.ts";
import type { Grammar } from "../../codegen/model/ir.ts";
import { DateTime } from "../../imap/values/date_time.ts";
import { SequenceSet } from "../../imap/values/sequence_set.ts";

const folder = new URL("../../grammar/", import.meta.url);

/** The text of every grammar file. */
export function grammarFiles(): { name: string; text: string }[] {
  const names = [...listed(""), ...listed("ext/")];
  return names.map((name) => ({
    name: `grammar/${name}`,
    text: readFileSync(new URL(name, folder), "utf8"),
  }));
}

function listed(below: string): string[] {
  return readdirSync(new URL(below || ".", folder)).filter((name) => name.endsWith(".abnf")).map((name) =>
    below + name
  );
}

let compiled: Grammar | undefined;

/** The project's grammar, compiled once. */
export function grammar(): Grammar {
  if (compiled !== undefined) return compiled;
  const { grammar, diagnostics } = compile(grammarFiles());
  const errors = diagnostics.filter((one) => one.severity === "error");
  if (errors.length > 0) throw new Error(errors.map(formatDiagnostic).join("\n"));
  return compiled = grammar;
}

/** A bundler gives classes other names. */
const NAMES = new Map<unknown, string>([[SequenceSet, "SequenceSet"], [DateTime, "DateTime"]]);

/**
 * A value as data that can be compared and printed: the value classes by their text, octets as numbers, raw values by
 * their octets. The message of a recovered failure is not promised, only that there is one.
 */
export function plain(value: unknown): unknown {
  if (value === undefined) return "undefined";
  if (typeof value === "bigint") return `${value}n`;
  if (value instanceof Uint8Array) return `octets ${Array.from(value).join(" ")}`;
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== "object") return value;
  const fields = value as Record<string, unknown>;
  if (fields.bytes instanceof Uint8Array && Array.isArray(fields.literals)) {
    return { raw: plain(fields.bytes), literals: fields.literals.map(plain) };
  }
  if (value.constructor !== Object) {
    return `${NAMES.get(value.constructor) ?? value.constructor.name} ${String(value)}`;
  }
  const sorted = Object.keys(fields).sort();
  return Object.fromEntries(
    sorted.map((key) => [key, key === "error" ? typeof fields[key] : plain(fields[key])]),
  );
}

/** The comparable form as text. */
export function shown(value: unknown): string {
  return JSON.stringify(plain(value));
}

/** A frame as text, for a message. */
export function frameText(frame: { text: Uint8Array; literals: readonly Uint8Array[] }): string {
  const text = (bytes: Uint8Array) => JSON.stringify(new TextDecoder("latin1").decode(bytes));
  return [text(frame.text), ...frame.literals.map((literal) => `literal ${text(literal)}`)].join(" ");
}
