/** Where generated files go, where what they import is written by hand, and how one path names another. */
import { externals } from "../model/ir.ts";
import type { ExternalName } from "../model/ir.ts";

/** The generated TypeScript files. */
export const generated = {
  types: "imap/codec/_gen/types.ts",
  decode: "imap/codec/_gen/decode.ts",
  encode: "imap/codec/_gen/encode.ts",
  encodeResponse: "imap/codec/_gen/encode_response.ts",
  classes: "imap/wire/_gen/classes.ts",
  about: "imap/codec/_gen/about.ts",
  specs: "imap/codec/_gen/specs.ts",
  commands: "imap/client/_gen/commands.ts",
  leased: "imap/client/_gen/leased.ts",
  request: "imap/testing/_gen/request.ts",
  imaplibTable: "imap/imaplib/_gen/command_table.ts",
  imaplibCommands: "imap/imaplib/_gen/commands.ts",
} as const;

/** Modules that generated files import, written by hand. */
export const written = {
  reader: "imap/wire/reader.ts",
  requestReader: "imap/wire/request_reader.ts",
  writer: "imap/wire/writer.ts",
  checks: "imap/wire/checks.ts",
  byteClass: "imap/wire/byte_class.ts",
  decodeHelpers: "imap/wire/decode_helpers.ts",
  sequenceSet: externals.SequenceSet,
  abort: "imap/base/abort.ts",
  spec: "imap/codec/spec.ts",
  commandRow: "imap/codec/command_row.ts",
  collected: "imap/session/collected.ts",
  handle: "imap/session/handle.ts",
  rows: "imap/session/rows.ts",
  events: "imap/session/events.ts",
  session: "imap/session/session.ts",
  selectedMailbox: "imap/session/selected_mailbox.ts",
  fetchRow: "imap/client/fetch_row.ts",
  statusResult: "imap/client/status_result.ts",
  run: "imap/client/run.ts",
  lease: "imap/client/lease.ts",
} as const;

/** Folders of modules written by hand. */
export const places = {
  /** Of the functions that cells of the command table name. */
  via: "imap/client/commands/",
} as const;

/** Types that cells of the command table write out, and the file that exports each; others are their function's file's. */
export const usedInCells: Readonly<Record<string, string>> = {
  CallOptions: written.abort,
  ImapEvent: written.events,
  TlsOptions: "imap/transport/transport.ts",
  SaslMechanism: "imap/sasl/mechanism.ts",
  IdleOptions: "imap/client/idle.ts",
  SequenceSet: written.sequenceSet,
};

/** Types that need no import. */
export const standardTypes: ReadonlySet<string> = new Set([
  "AsyncIterableIterator",
  "Promise",
  "ReadonlySet",
  "Record",
  "Uint8Array",
]);

/** What a caller may give where a decoder gives a value class. */
export const inputs: Record<ExternalName, string> = {
  SequenceSet: "SequenceSetInput",
  DateTime: "DateTimeInput",
  Raw: "Raw",
  FetchItem: "FetchItem",
  SearchDate: "SearchDate",
  DateTimeInput: "DateTimeInput",
  LiteralInput: "LiteralInput",
};

/** A module path from one file of the project to another. */
export function relative(from: string, to: string): string {
  const start = from.split("/").slice(0, -1);
  const target = to.split("/");
  while (start.length > 0 && start[0] === target[0]) {
    start.shift();
    target.shift();
  }
  return (start.length === 0 ? "./" : "../".repeat(start.length)) + target.join("/");
}
