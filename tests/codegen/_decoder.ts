/** Runs emitted decoders without writing them to disk, and compares what they give. */
import { ts } from "ts-morph";
import { emitDecode } from "../../codegen/emit/decode.ts";
import type { Grammar } from "../../codegen/model/ir.ts";
import { END } from "../../imap/wire/byte_class.ts";
import { DecodeError } from "../../imap/wire/decode_error.ts";
import { added, append, copied, sameWord, shownRow, wordTable } from "../../imap/wire/decode_helpers.ts";
import { RequestReader } from "../../imap/wire/request_reader.ts";
import type { ReadMode } from "../../imap/wire/reader.ts";

/** A frame as the reader takes it. */
export interface TestFrame {
  text: Uint8Array;
  literals: Uint8Array[];
}

/** What reading gave. */
export type Outcome = { value: unknown; quirks: string[] } | { failure: string };

/** The emitted decoder of one entry rule, as a function. */
export function emitted(grammar: Grammar, entry: string): (frame: TestFrame, mode: ReadMode) => Outcome {
  const path = "imap/codec/_gen/decode.ts";
  const source = emitDecode(grammar, {
    entry,
    path,
    types: "imap/codec/_gen/types.ts",
    doc: "Reads the entry rule.",
  });
  const { outputText, diagnostics } = ts.transpileModule(source, {
    reportDiagnostics: true,
    compilerOptions: { target: ts.ScriptTarget.ESNext, module: ts.ModuleKind.ESNext },
  });
  if (diagnostics !== undefined && diagnostics.length > 0) {
    throw new Error(`emitted code does not parse:\n${source}`);
  }
  const code = outputText.replace(/^import .*$/gm, "").replace(/^export (?=function)/gm, "").replace(
    /^export \{\};?$/gm,
    "",
  );
  const name = /^export function (\w+)/m.exec(source)![1];
  const read = new Function(
    "added",
    "append",
    "copied",
    "END",
    "sameWord",
    "shownRow",
    "wordTable",
    `${code}\nreturn ${name};`,
  )(
    added,
    append,
    copied,
    END,
    sameWord,
    shownRow,
    wordTable,
  ) as (r: RequestReader) => unknown;
  const reader = new RequestReader();
  return (frame, mode) => {
    reader.reset(frame, mode);
    try {
      const value = read(reader);
      reader.finish();
      return { value, quirks: reader.quirks };
    } catch (error) {
      if (error instanceof DecodeError) return { failure: error.message };
      throw error;
    }
  };
}

/** A value as JSON can hold it: octets and value classes as text, the reason of a recovery only as "yes". */
export function shown(value: unknown): unknown {
  if (typeof value === "bigint") return `${value}n`;
  if (value instanceof Uint8Array) return String.fromCharCode(...value);
  if (Array.isArray(value)) return value.map(shown);
  if (value === null || typeof value !== "object") return value;
  const fields = Object.entries(value);
  if ("bytes" in value && "literals" in value) return String.fromCharCode(...value.bytes as Uint8Array);
  if ((value as object).constructor !== Object) return String(value);
  const present = fields.filter(([, field]) => field !== undefined);
  return Object.fromEntries(
    present.map(([label, field]) => [label, label === "error" ? "yes" : shown(field)]),
  );
}
