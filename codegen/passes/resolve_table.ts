/**
 * Checks the command table against the grammar and works out what each row generates: parameters, options and result
 * with their types. Plain data for the emitter.
 */

import { type Argument, argumentsOf } from "./arguments.ts";
import { reportDropped, reportUnanswered } from "./report_unanswered.ts";
import { type WordNeeds, wordNeeds } from "./word_needs.ts";
import type { Diagnostics } from "../model/diagnostics.ts";
import type { Field, Grammar, Origin, Rule, Type } from "../model/ir.ts";
import type { Via } from "../read/parse_via.ts";
import type { CommandRow, ResultField, Source } from "../read/parse_table.ts";

/** How a result's field is taken from what a command collected. */
export type Value =
  /** One response, or all of a name. */
  | { kind: "response"; name: string; typeName: string; count: "1" | "?" | "*" }
  /** A field of it; of all of a name: each one's, lists joined. */
  | { kind: "field"; name: string; typeName: string; count: "1" | "?" | "*"; field: string; type: Type }
  /** Whether a code came. */
  | { kind: "code"; name: string; typeName: string; tagged: boolean }
  | { kind: "codeField"; name: string; typeName: string; tagged: boolean; field: string; type: Type }
  /** Where nothing came: 0, or an empty list. */
  | { kind: "constant"; text: string }
  /** What a function makes of all that was collected; the type as TypeScript writes it. */
  | { kind: "via"; via: Via; type: string };

/** A field of a result. */
export interface ResolvedField {
  label: string;
  values: Value[];
  doc: string;
}

/** What a row's promise holds, resolved. */
export type ResolvedResult =
  | { kind: "void" }
  | { kind: "rows"; name: string; typeName: string }
  | { kind: "record"; name: string; fields: ResolvedField[] };

/** One row, resolved. */
export interface ResolvedCommand {
  row: CommandRow;
  rule: Rule;
  positional: Argument[];
  options: Argument[];
  /** What words of the arguments need beside. */
  words: Map<string, WordNeeds>;
  result: ResolvedResult;
  /** The row's own, and the codes that its result reads. */
  collects: CommandRow["collects"];
}

const pass = "resolve_table";

/** Reports what is wrong with a row: at the cell or line that says it, else at the row's name. */
type Report = (message: string, at?: Origin) => void;

interface Shape {
  typeName: string;
  fields: Map<string, Field>;
}

/** Resolves every row; rows with errors are left out and reported. */
export function resolveTable(
  grammar: Grammar,
  rows: CommandRow[],
  diagnostics: Diagnostics,
): ResolvedCommand[] {
  const responses = responseShapes(grammar);
  const codes = codeShapes(grammar);
  const resolved: ResolvedCommand[] = [];
  for (const row of rows) {
    const error: Report = (message, at = row.origin) =>
      diagnostics.error(pass, at, `${row.name}: ${message}`);
    const cell = (name: string) => row.cells[name] ?? row.origin;
    const rule = grammar.rules.get(row.syntax);
    if (rule === undefined) {
      error(`there is no rule "${row.syntax}" for its syntax`, cell("syntax"));
      continue;
    }
    for (const collect of row.collects) {
      const known = collect.code ? codes : responses;
      if (!known.has(collect.name)) {
        error(`no ${collect.code ? "code" : "response"} is called ${collect.name}`, collect.origin);
      }
    }
    for (const label of row.argumentNeeds.keys()) {
      if (rule.fields.some((field) => field.label === label)) continue;
      error(`says what "${label}" needs, which is not one of its arguments`, cell("arguments"));
    }
    for (const cellName of ["positional", "without"] as const) {
      const named = row[cellName];
      for (const label of typeof named === "number" ? [] : named) {
        if (rule.fields.some((field) => field.label === label)) continue;
        error(`names "${label}", which is not one of its arguments`, cell(cellName));
      }
    }
    const args = argumentsOf(grammar, rule).filter(({ label }) => !row.without.includes(label)).map((
      one,
    ) => ({
      ...one,
      needs: row.argumentNeeds.get(one.label) ?? one.needs,
    }));
    const required = args.filter((one) => one.required);
    const { positional: chosen } = row;
    const positional = typeof chosen === "number"
      ? required.slice(0, chosen)
      : chosen.flatMap((label) => args.filter((one) => one.label === label));
    const options = args.filter((one) => !positional.includes(one));
    for (const { label } of options) {
      if (label === "signal" || label === "timeout") error(`the option "${label}" exists for every command`);
    }
    const left = required.filter((one) => !positional.includes(one));
    if (left.length > 0) {
      error(
        `has ${required.length} required arguments and ${required.length - left.length} parameters for them`,
        cell("positional"),
      );
    }
    for (const { by, origin } of row.collects) {
      if (by !== undefined && by !== "tag" && !args.some((one) => one.label === by)) {
        error(`collects by "${by}", which is not one of its arguments`, origin);
      }
    }
    const labels = [...args, ...row.args?.parameters ?? [], ...row.dialogue?.parameters ?? []];
    const fields = row.result.kind === "record" ? row.result.fields : [];
    for (const label of row.about.labels.keys()) {
      if (![...labels, ...fields].some((one) => one.label === label)) {
        error(`describes "${label}", which is neither an argument nor a field of its result`, cell("labels"));
      }
    }
    const result = resolveResult(row, responses, codes, error);
    reportUnanswered(grammar, rule, row, responses, error);
    reportDropped(row, responses, error);
    const words = new Map(args.map((one) => [one.label, wordNeeds(grammar, rule, one, row.needs)]));
    resolved.push({ row, rule, positional, options, words, result, collects: withCodes(row) });
  }
  checkSameResults(resolved, diagnostics);
  return resolved;
}

/** Responses by name: records with `type:"NAME"`. */
function responseShapes(grammar: Grammar): Map<string, Shape> {
  const shapes = new Map<string, Shape>();
  for (const rule of grammar.rules.values()) {
    if (rule.role !== "record" || rule.type?.kind !== "named") continue;
    const type = rule.fields.find((field) => field.label === "type")?.type;
    if (type === undefined) continue;
    for (const name of literals(type)) {
      shapes.set(name, { typeName: rule.type.name, fields: byLabel(rule.fields) });
    }
  }
  return shapes;
}

/** Codes by name: the variants of the union that `resp-text-code` is. */
function codeShapes(grammar: Grammar): Map<string, Shape> {
  const shapes = new Map<string, Shape>();
  const rule = grammar.rules.get("resp-text-code");
  if (rule?.expr.kind !== "choice") return shapes;
  rule.expr.branches.forEach((branch, index) => {
    const variant = rule.variants[index];
    if (branch.word === undefined || variant === undefined) return;
    shapes.set(branch.word, { typeName: variant.typeName, fields: byLabel(variant.fields) });
  });
  return shapes;
}

function byLabel(fields: Field[]): Map<string, Field> {
  return new Map(fields.map((field) => [field.label, field]));
}

function literals(type: Type): string[] {
  if (type.kind === "literal") return [String(type.value)];
  return type.kind === "union" ? type.of.flatMap(literals) : [];
}

/** A code that the result reads is collected, whether the row says so or not. */
function withCodes(row: CommandRow): CommandRow["collects"] {
  const collects = [...row.collects];
  if (row.result.kind !== "record") return collects;
  for (const { sources, origin } of row.result.fields) {
    for (const source of sources) {
      if (source.kind !== "collected") continue;
      const { code, tagged, name } = source;
      if (!code || tagged || collects.some((one) => one.code && one.name === name)) continue;
      collects.push({ name, code: true, count: "?", origin });
    }
  }
  return collects;
}

function resolveResult(
  row: CommandRow,
  responses: Map<string, Shape>,
  codes: Map<string, Shape>,
  error: Report,
): ResolvedResult {
  const { result } = row;
  if (result.kind === "void") return result;
  if (result.kind === "rows") {
    const shape = responses.get(result.name);
    if (shape === undefined || !row.collects.some((one) => one.name === result.name && one.count === "*")) {
      error(`its rows, ${result.name}, are not a response that it collects with *`, row.cells["result"]);
      return { kind: "void" };
    }
    return { kind: "rows", name: result.name, typeName: shape.typeName };
  }
  const fields = result.fields.map((field) => {
    const values = alike(
      field.sources.flatMap((source) =>
        resolveSource(row, source, responses, codes, (message) => error(message, field.origin))
      ),
    );
    const isUnread = field.sources.some((source) => source.kind === "via" && source.via.name === "unread");
    const doc = row.about.labels.get(field.label) ??
      (isUnread ? "what of the answer could not be read" : docOf(field, responses, codes));
    return { label: field.label, values, doc };
  });
  return { kind: "record", name: result.name, fields };
}

/** Where one source is a single value and another one value of each response, the last response counts. */
function alike(values: Value[]): Value[] {
  if (!values.some((value) => value.kind === "codeField" || ("count" in value && value.count !== "*"))) {
    return values;
  }
  return values.map((value) =>
    value.kind === "field" && value.count === "*" && value.type.kind !== "list"
      ? { ...value, count: "?" }
      : value
  );
}

function resolveSource(
  row: CommandRow,
  source: Source,
  responses: Map<string, Shape>,
  codes: Map<string, Shape>,
  error: Report,
): Value[] {
  if (source.kind !== "collected") return [source];
  const { name, tagged, field: label } = source;
  const shape = (source.code ? codes : responses).get(name);
  if (shape === undefined) {
    error(`its result reads ${source.code ? `[${name}]` : name}, which the grammar does not have`);
    return [];
  }
  const { typeName } = shape;
  const type = label === undefined ? undefined : shape.fields.get(label)?.type;
  if (label !== undefined && type === undefined) {
    error(
      `its result reads ${name}.${label}; there are ${[...shape.fields.keys()].join(", ") || "no fields"}`,
    );
    return [];
  }
  if (source.code) {
    if (label === undefined) return [{ kind: "code", name, typeName, tagged }];
    return [{ kind: "codeField", name, typeName, tagged, field: label, type: type! }];
  }
  const count = row.collects.find((one) => !one.code && one.name === name)?.count;
  if (count === undefined) {
    error(`its result reads ${name}, which it does not collect`);
    return [];
  }
  if (label === undefined) return [{ kind: "response", name, typeName, count }];
  return [{ kind: "field", name, typeName, count, field: label, type: type! }];
}

/** The grammar's own comment about what the first source holds, or where it comes from. */
function docOf(field: ResultField, responses: Map<string, Shape>, codes: Map<string, Shape>): string {
  const source = field.sources[0];
  if (source?.kind !== "collected") return "";
  const { name, code } = source;
  if (source.field === undefined) {
    return code ? `Whether the server said ${name}` : `What the server said as ${name}`;
  }
  const doc = (code ? codes : responses).get(name)?.fields.get(source.field)?.doc ?? "";
  return doc !== "" ? doc : `From the server's ${name} ${code ? "code" : "response"}`;
}

/** Rows that share a result's name must agree on what it is. */
function checkSameResults(commands: ResolvedCommand[], diagnostics: Diagnostics): void {
  const seen = new Map<string, { command: string; text: string }>();
  for (const { row, result } of commands) {
    if (result.kind !== "record") continue;
    const text = JSON.stringify(result.fields.map(({ label, values }) => [label, values]));
    const first = seen.get(result.name);
    if (first === undefined) seen.set(result.name, { command: row.name, text });
    else if (first.text !== text) {
      diagnostics.error(
        pass,
        row.cells["result"] ?? row.origin,
        `${row.name}: its result ${result.name} differs from the one of ${first.command}`,
      );
    }
  }
}
