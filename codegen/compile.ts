/** The compiler: grammar files in, intermediate representation and messages out. No file is read or written here. */
import type { Compilation } from "./model/compilation.ts";
import { Diagnostics } from "./model/diagnostics.ts";
import type { Diagnostic } from "./model/diagnostics.ts";
import type { Grammar } from "./model/ir.ts";
import { parseGrammar } from "./read/parse_grammar.ts";
import { byteSets } from "./passes/byte_sets.ts";
import { collectFields } from "./passes/collect_fields.ts";
import { cycles } from "./passes/cycles.ts";
import { decisions } from "./passes/decisions.ts";
import { dropEmptyHooks } from "./passes/drop_empty_hooks.ts";
import { defineTypes } from "./passes/define_types.ts";
import { firstFollow } from "./passes/first_follow.ts";
import { inferTypes } from "./passes/infer_types.ts";
import { mergeAlternatives } from "./passes/merge_alternatives.ts";
import { quotedWords } from "./passes/quoted_words.ts";
import { reportConflicts } from "./passes/report_conflicts.ts";
import { reportDuplicateLabel } from "./passes/report_duplicate_label.ts";
import { reportEmptyRepetition } from "./passes/report_empty_repetition.ts";
import { reportLeftRecursion } from "./passes/report_left_recursion.ts";
import { reportLike } from "./passes/report_like.ts";
import { reportMissingSource } from "./passes/report_missing_source.ts";
import { reportRoles } from "./passes/report_roles.ts";
import { reportStrayComment } from "./passes/report_stray_comment.ts";
import { reportUndefined } from "./passes/report_undefined.ts";
import { reportUnreachable } from "./passes/report_unreachable.ts";
import { reportUntyped } from "./passes/report_untyped.ts";
import { reportUnused } from "./passes/report_unused.ts";
import { tokens } from "./passes/tokens.ts";

/** A grammar file. */
export interface SourceFile {
  name: string;
  text: string;
}

/** Result of {@linkcode compile}; the grammar is complete only if no diagnostic is an error. */
export interface Compiled {
  grammar: Grammar;
  diagnostics: Diagnostic[];
}

type Pass = (compilation: Compilation) => void;

/** Stages in order; errors of one stage stop the next, so that one cause gives one message. */
const stages: Record<string, Pass[]> = {
  resolve: [mergeAlternatives, reportUndefined, reportUnused],
  classes: [byteSets, dropEmptyHooks, tokens],
  roles: [inferTypes, reportRoles],
  types: [
    collectFields,
    defineTypes,
    reportUntyped,
    reportDuplicateLabel,
    reportLike,
    reportStrayComment,
  ],
  first: [quotedWords, firstFollow, reportLeftRecursion, reportEmptyRepetition],
  analyse: [decisions, reportConflicts, reportUnreachable, cycles],
};

/** What {@linkcode compile} can be told. */
export interface CompileOptions {
  /** Rules that a reader starts with; `response` and `command` when left out. */
  entries?: string[];
  /** Refuse definitions that have no `@rfc` above them, as in the project's own files. */
  sourced?: boolean;
}

/** Compiles grammar files; their order does not matter. */
export function compile(files: SourceFile[], options: CompileOptions = {}): Compiled {
  const diagnostics = new Diagnostics();
  const compilation: Compilation = {
    files: inGrammarOrder(files).map(({ name, text }) => parseGrammar(name, text, diagnostics)),
    entries: options.entries ?? ["response", "command"],
    ast: new Map(),
    sets: new Map(),
    grammar: { rules: new Map(), types: new Map(), quirks: [], classes: [] },
    firsts: new Map(),
    firstCache: null,
    follows: new Map(),
    conflicts: [],
    diagnostics,
  };
  if (options.sourced === true) reportMissingSource(compilation);
  compilation.grammar.quirks = compilation.files.flatMap((file) => file.quirks);
  for (const passes of Object.values(stages)) {
    if (diagnostics.failed) break;
    for (const pass of passes) pass(compilation);
  }
  return { grammar: compilation.grammar, diagnostics: diagnostics.list };
}

/** Folders after the files beside them, then by name: the order of everything that is generated. */
export function inGrammarOrder<File extends { name: string }>(files: readonly File[]): File[] {
  const depth = (file: File): number => file.name.split("/").length;
  return [...files].sort((a, b) => depth(a) - depth(b) || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}
