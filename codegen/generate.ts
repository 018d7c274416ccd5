/** Everything that is generated, from the sources to the text of each file; no file is read or written here. */
import { compile } from "./compile.ts";
import { Diagnostics } from "./model/diagnostics.ts";
import type { Diagnostic } from "./model/diagnostics.ts";
import { emitAbout } from "./emit/about.ts";
import { emitClasses } from "./emit/classes.ts";
import { emitCommands } from "./emit/commands.ts";
import { emitDecode } from "./emit/decode.ts";
import { emitEncode } from "./emit/encode.ts";
import { layout } from "./emit/layout.ts";
import { generated } from "./emit/places.ts";
import { emitSpecs } from "./emit/specs.ts";
import { emitLeased } from "./emit/leased.ts";
import { emitReference } from "./emit/reference.ts";
import { emitReport } from "./emit/report.ts";
import { emitTypes } from "./emit/types.ts";
import { resolveTable } from "./passes/resolve_table.ts";
import { emitImaplibCommands, emitImaplibTable } from "./emit/imaplib.ts";
import { parseImaplib } from "./read/parse_imaplib.ts";
import { parseTable } from "./read/parse_table.ts";
import type { Sources } from "./read/sources.ts";

/** Result of {@linkcode generate}. */
export interface Generated {
  /** Text by path from the root of the project; empty if there are errors. */
  files: Map<string, string>;
  diagnostics: Diagnostic[];
}

/** Compiles the sources and writes every output. */
export function generate(sources: Sources): Generated {
  const { grammar, diagnostics: found } = compile(sources.grammar, { sourced: true });
  const diagnostics = new Diagnostics();
  diagnostics.list.push(...found);
  const rows = parseTable(sources.table.text, sources.table.name, diagnostics);
  const python = sources.imaplib === undefined ? [] : parseImaplib(sources.imaplib, rows, diagnostics);
  const files = new Map<string, string>();
  const commands = diagnostics.failed ? [] : resolveTable(grammar, rows, diagnostics);
  if (diagnostics.failed) return { files, diagnostics: diagnostics.list };
  files.set(
    generated.types,
    emitTypes(grammar, generated.types),
  );
  files.set(
    generated.decode,
    emitDecode(grammar, {
      entry: "response",
      path: generated.decode,
      types: generated.types,
      doc: "Reads one response, to the end of its frame or to where something unreadable is.",
    }),
  );
  files.set(
    generated.request,
    emitDecode(grammar, {
      entry: "command",
      path: generated.request,
      types: generated.types,
      exportTypes: true,
      isRequest: true,
      doc: "Reads one command line, as a server does.",
    }),
  );
  files.set(generated.encode, emitEncode(grammar, "request"));
  files.set(generated.encodeResponse, emitEncode(grammar, "response"));
  files.set(generated.classes, emitClasses(grammar));
  files.set(generated.about, emitAbout(grammar));
  files.set(generated.specs, emitSpecs(commands, grammar));
  files.set(generated.commands, emitCommands(commands, grammar));
  files.set(generated.leased, emitLeased(commands));
  if (python.length > 0) {
    files.set(generated.imaplibTable, emitImaplibTable(python));
    files.set(generated.imaplibCommands, emitImaplibCommands(python));
  }
  files.set("grammar/REPORT.md", emitReport(grammar));
  files.set("grammar/REFERENCE.md", emitReference(grammar, rows));
  for (const [path, text] of files) if (path.endsWith(".ts")) files.set(path, layout(text));
  return { files: diagnostics.failed ? new Map() : files, diagnostics: diagnostics.list };
}
