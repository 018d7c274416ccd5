/** Reads the table of Python's `imaplib`, and looks up in the command table what it does not say itself. */

import type { SourceFile } from "../compile.ts";
import type { Diagnostics } from "../model/diagnostics.ts";
import type { Origin } from "../model/ir.ts";
import type { CommandRow } from "./parse_table.ts";
import { readTexts, withoutIndent } from "./parse_via.ts";
import { type Row, rowsOf } from "./rows.ts";

/** States of a connection in Python's words. */
export const pythonStates = ["NONAUTH", "AUTH", "SELECTED", "LOGOUT"] as const;
/** A state of a connection. */
export type PythonState = typeof pythonStates[number];

/** A parameter of a method of `imaplib`. */
export interface PythonParameter {
  name: string;
  /** Goes out in parentheses. */
  inParentheses: boolean;
  /** Any number of arguments. */
  rest: boolean;
  /** What it is where it is not given. */
  initial: string;
  doc: string;
}

/** A command of `imaplib`. */
export interface PythonCommand {
  name: string;
  /** States in which it may be sent. */
  states: PythonState[];
  /** Its method, in lower case; empty where it has none. */
  method: string;
  parameters: PythonParameter[];
  /** Another method that sends it, written by hand. */
  also?: { method: string; parameters: PythonParameter[] };
  /** The method is written by hand. */
  byHand: boolean;
  /** The response that the data is taken from; undefined for the text of the status. */
  gives?: string;
  /** The state afterwards, where it is always the same. */
  leaves?: PythonState;
  since: string;
  rfc: string;
  doc: string;
  returns: string;
  example: string[];
}

const pass = "parse_imaplib";
const cells = new Set([
  "call",
  "also",
  "hand",
  "gives",
  "leaves",
  "state",
  "since",
  "rfc",
  "doc",
  "more",
  "labels",
  "returns",
  "example",
]);

/**
 * Reads the table.
 *
 * @param file Its name and text.
 * @param table The rows of the command table.
 * @param diagnostics Gets what is wrong with it.
 */
export function parseImaplib(
  file: SourceFile,
  table: readonly CommandRow[],
  diagnostics: Diagnostics,
): PythonCommand[] {
  const rows = new Map(table.map((row) => [row.name, row]));
  const commands: PythonCommand[] = [];
  let labels: ReadonlyMap<string, string> = new Map();
  for (const row of rowsOf(file, cells, /^(?:\*|[A-Z]+)$/, diagnostics)) {
    const own = readTexts(row.cells.get("labels")?.lines.map((line) => line.text) ?? []);
    if (row.name === "*") labels = own;
    else commands.push(command(row, rows.get(row.name), new Map([...labels, ...own]), diagnostics));
  }
  return commands;
}

function command(
  row: Row,
  typed: CommandRow | undefined,
  labels: ReadonlyMap<string, string>,
  diagnostics: Diagnostics,
): PythonCommand {
  const { name } = row;
  const text = (cell: string) => row.cells.get(cell)?.lines.map((line) => line.text).join(" ").trim() ?? "";
  const error = (cell: string, message: string, at: Origin = row.cells.get(cell)?.origin ?? row.origin) =>
    diagnostics.error(pass, at, `${name}: ${message}`);
  const states = text("state") === "" ? statesOf(typed) : stateWords(text("state"));
  if (states.length === 0) error("state", "no row of the command table says its states, and no cell");
  const byHand = text("hand") === "yes";
  const called = (cell: string, isByHand: boolean) => {
    const call = /^([a-z][a-z0-9_]*)\((.*)\)$/.exec(text(cell));
    if (text(cell) !== "" && call === null) {
      error(cell, `"${text(cell)}" is not method(name, name = value, (name), ...name)`);
    }
    const parameters = (call?.[2] ?? "").split(", ").filter((part) => part !== "").map((part) => {
      const match = /^(?:(\()?([a-z_]+)(\))?(?: = (.+))?|\.\.\.([a-z_]+))$/.exec(part);
      if (match === null || (match[1] === undefined) !== (match[3] === undefined)) {
        error(cell, `"${part}" is not name, name = value, (name) or ...name`);
      }
      const label = match?.[2] ?? match?.[5] ?? "";
      if (!isByHand && !labels.has(label)) error(cell, `no text says what "${label}" is`);
      return {
        name: label,
        inParentheses: match?.[1] !== undefined,
        rest: match?.[5] !== undefined,
        initial: match?.[4] ?? "",
        doc: labels.get(label) ?? "",
      };
    });
    return { method: call?.[1] ?? "", parameters };
  };
  const { method, parameters } = called("call", byHand);
  if (method !== "" && method !== name.toLowerCase()) error("call", `its method is called ${method}`);
  const also = called("also", true);
  const answer = text("gives") || typed?.collects.find((one) => !one.code)?.name || "text";
  const leaves = stateWords(text("leaves"));
  const isWritten = method !== "" && !byHand;
  const doc = [text("doc") || (typed?.doc ?? ""), text("more")].filter((part) => part !== "").join(" ");
  if (isWritten) {
    if (answer !== "text" && text("returns") === "") error("returns", `no cell says what is in ${answer}`);
    if (!row.cells.has("example")) error("example", "has no example");
    if (doc === "") error("doc", "no sentence says what it does");
  }
  return {
    name,
    states,
    method,
    parameters,
    ...(also.method === "" ? {} : { also }),
    byHand,
    ...(answer === "text" ? {} : { gives: answer }),
    ...(leaves[0] === undefined ? {} : { leaves: leaves[0] }),
    since: text("since"),
    rfc: text("rfc") || (typed?.rfc ?? "none"),
    doc,
    returns: text("returns"),
    example: withoutIndent(row.cells.get("example")?.lines.map((line) => line.raw) ?? []),
  };
}

/** What may be sent before login and after it, Python sends after LOGOUT as well. */
function statesOf(typed: CommandRow | undefined): PythonState[] {
  const states = (typed?.states ?? []).map((state) => state.toUpperCase() as PythonState);
  return states.length === 3 ? [...states, "LOGOUT"] : states;
}

function stateWords(text: string): PythonState[] {
  return text.split(" ").filter((word): word is PythonState => pythonStates.includes(word as PythonState));
}
