/** Reads the command table: one row per command. A missing cell takes its default. */

import type { Diagnostics } from "../model/diagnostics.ts";
import type { Origin } from "../model/ir.ts";
import { type Cell, rowsOf } from "./rows.ts";
import {
  type About,
  readTexts,
  readVia,
  readViaCall,
  type Via,
  type ViaCall,
  withoutIndent,
} from "./parse_via.ts";

/** Connection states of RFC 9051 section 3. */
export const states = ["nonauth", "auth", "selected"] as const;
/** A connection state. */
export type State = typeof states[number];

/** What the `flow` cell may say. */
export const flows = [
  "free",
  "mailbox",
  "sequence",
  "renumbers",
  "barrier",
  "switch",
  "literal",
  "sasl",
  "idle",
] as const;
/** How a command gets along with others on the same connection. */
export type Flow = typeof flows[number];

/** What happens to the session, on sending or by the verdict. */
export const effects = [
  "deselect",
  "selected",
  "read-only",
  "auth",
  "nonauth",
  "logout",
  "forget-capabilities",
] as const;
/** A change of the session's state. */
export type Effect = typeof effects[number];

/** What the `touches` cell may say. */
export const touchWords = ["reads", "flags", "writes", "deletes", "admin"] as const;
/** What a command does to mailboxes and messages. */
export type Touches = typeof touchWords[number];

/** What the `retry` cell may say. */
export const retryWords = ["yes", "no", "uid"] as const;
/** Whether a command may be sent once more when its answer did not come. */
export type Retry = typeof retryWords[number];

/** A response that answers a command. */
export interface Collect {
  /** Response name, or the name of a code. */
  name: string;
  /** A response code, written in brackets. */
  code: boolean;
  /** Exactly one, at most one, any number. */
  count: "1" | "?" | "*";
  /** How it is told from an unsolicited one. */
  by?: "set" | "mailbox" | "tag";
  origin: Origin;
}

/** Where a field of a result comes from: something collected, a constant, or what a function makes of it. */
export type Source =
  | { kind: "collected"; name: string; code: boolean; tagged: boolean; field?: string }
  | { kind: "constant"; text: string }
  | { kind: "via"; via: Via; type: string };

/** One field of a result; the first source that has a value gives it. */
export interface ResultField {
  label: string;
  sources: Source[];
  origin: Origin;
}

/** What a command's promise holds. */
export type Result =
  | { kind: "void" }
  /** The responses themselves, one row each; may be streamed. */
  | { kind: "rows"; name: string }
  | { kind: "record"; name: string; fields: ResultField[] };

/** One row of the table. */
export interface CommandRow {
  /** `FETCH`, or `UID EXPUNGE` for a command that exists with UIDs only. */
  name: string;
  syntax: string;
  states: State[];
  /** Capabilities, one of which the server must offer; empty: none needed. */
  needs: string[];
  /** Capabilities, each of which forbids it. */
  unless: string[];
  /** For some arguments: capabilities, one of which the server must offer for it. */
  argumentNeeds: Map<string, string[]>;
  collects: Collect[];
  result: Result;
  after: { send: Effect[]; ok: Effect[]; no: Effect[] };
  flow: Flow[];
  touches: Touches[];
  retry: Retry;
  uid: boolean;
  /** How many required captures become parameters of their own, or which captures. */
  positional: number | string[];
  /** Captures that the method does not take. */
  without: string[];
  /** What is sent, where that is not the row's name. */
  sends: string;
  /** Makes the encoder's arguments of the method's parameters. */
  args?: ViaCall;
  /** Is the method: a dialogue of its own, which takes the session first. */
  dialogue?: ViaCall;
  /** The method's name, where it is not the command's. */
  method: string;
  rfc: string;
  doc: string;
  about: About;
  origin: Origin;
  /** Where each cell begins, for messages; a cell that is left out is not in it. */
  cells: Record<string, Origin>;
}

const pass = "parse_table";
const cells = new Set([
  "syntax",
  "state",
  "needs",
  "unless",
  "arguments",
  "collects",
  "result",
  "after",
  "flow",
  "touches",
  "retry",
  "uid",
  "positional",
  "without",
  "sends",
  "args via",
  "method via",
  "method",
  "rfc",
  "doc",
  "more",
  "labels",
  "returns",
  "throws",
  "example",
]);

/**
 * Reads a command table.
 *
 * @param text Its text.
 * @param file Its name, for messages.
 * @param diagnostics Gets what is wrong with it.
 * @returns The rows, in order; rows with errors included as far as they could be read.
 */
export function parseTable(text: string, file: string, diagnostics: Diagnostics): CommandRow[] {
  const rows: CommandRow[] = [];
  for (const row of rowsOf({ name: file, text }, cells, /^[A-Z0-9-]+( [A-Z0-9-]+)?$/, diagnostics)) {
    rows.push(readRow(row.name, row.origin, row.cells, diagnostics));
  }
  return rows;
}

function readRow(
  name: string,
  origin: Origin,
  given: Map<string, Cell>,
  diagnostics: Diagnostics,
): CommandRow {
  const text = (cell: string) => given.get(cell)?.lines.map((line) => line.text).join(" ").trim() ?? "";
  const at = (cell: string) => given.get(cell)?.origin ?? origin;
  const words = <T extends string>(cell: string, allowed: readonly T[]): T[] => {
    const list = text(cell).split(/[ ,]+/).filter((word) => word !== "");
    for (const word of list) {
      if (!(allowed as readonly string[]).includes(word)) {
        diagnostics.error(
          pass,
          at(cell),
          `${name}: "${word}" is not a ${cell}; known are ${allowed.join(", ")}`,
        );
      }
    }
    return list as T[];
  };
  for (const required of ["state", "touches", "rfc", "doc"]) {
    if (text(required) === "") diagnostics.error(pass, at(required), `${name} has no cell "${required}"`);
  }
  const capabilities = (cell: string, words: string): string[] => {
    const list = words === "" ? [] : words.split(/ +or +/);
    for (const capability of list) {
      if (/^[A-Z0-9][A-Z0-9=+.-]*$/.test(capability)) continue;
      diagnostics.error(
        pass,
        at(cell),
        `${name}: ${
          cell === "unless" ? cell : "needs"
        } "${capability}" is not the name of a capability, so no server could offer it; ` +
          'write names in upper case, with "or" between those of which one is enough',
      );
    }
    return list;
  };
  const needs = capabilities("needs", text("needs"));
  const unless = capabilities("unless", text("unless"));
  const argumentNeeds = readTexts(given.get("arguments")?.lines.map((line) => line.text) ?? []);
  const uid = text("uid");
  if (uid !== "" && uid !== "yes") diagnostics.error(pass, at("uid"), `${name}: uid says yes or is absent`);
  const labels = (cell: string) => text(cell).split(/[ ,]+/).filter((word) => word !== "");
  const positional = text("positional") === ""
    ? 2
    : /^\d+$/.test(text("positional"))
    ? Number(text("positional"))
    : labels("positional");
  const method = text("method");
  if (!/^([a-z][A-Za-z0-9]*)?$/.test(method)) {
    diagnostics.error(pass, at("method"), `${name}: "${method}" is not the name of a method`);
  }
  const flow = words("flow", flows);
  const touches = words("touches", touchWords);
  const [retry = defaultRetry(touches)] = words("retry", retryWords);
  if (retry === "uid" && uid !== "yes") {
    diagnostics.error(pass, at("retry"), `${name}: there is no UID form that could be sent once more`);
  }
  const viaCall = (cell: string, as: "args" | "dialogue") => {
    if (text(cell) === "") return {};
    const call = readViaCall(text(cell));
    if (call !== undefined) return { [as]: call };
    diagnostics.error(
      pass,
      at(cell),
      `${name}: "${text(cell)}" is not module.function(name: Type, ...) of imap/client/commands/`,
    );
    return {};
  };
  return {
    name,
    syntax: text("syntax") || name.toLowerCase(),
    states: words("state", states),
    needs,
    unless,
    argumentNeeds: new Map(
      [...argumentNeeds].map(([label, words]) => [label, capabilities("arguments", words)]),
    ),
    collects: readCollects(name, given.get("collects"), diagnostics),
    result: readResult(name, given.get("result"), diagnostics),
    after: readAfter(name, given.get("after"), diagnostics),
    flow: flow.length === 0 ? ["free"] : flow,
    touches,
    retry,
    uid: uid === "yes",
    positional,
    without: labels("without"),
    sends: text("sends"),
    ...viaCall("args via", "args"),
    ...viaCall("method via", "dialogue"),
    method,
    rfc: text("rfc"),
    doc: text("doc"),
    about: {
      more: text("more"),
      labels: readTexts(given.get("labels")?.lines.map((line) => line.text) ?? []),
      returns: text("returns"),
      throws: readTexts(given.get("throws")?.lines.map((line) => line.text) ?? []),
      example: withoutIndent(given.get("example")?.lines.map((line) => line.raw) ?? []),
    },
    origin,
    cells: Object.fromEntries([...given].map(([cell, { origin }]) => [cell, origin])),
  };
}

/** What a row says that has no cell `retry`. */
export function defaultRetry(touches: readonly Touches[]): Retry {
  return touches.join(" ") === "reads" ? "yes" : "no";
}

/** `FETCH * by set , [COPYUID] ?`: separated by commas or line ends. */
function readCollects(command: string, cell: Cell | undefined, diagnostics: Diagnostics): Collect[] {
  const result: Collect[] = [];
  for (const { text, origin } of cell?.lines ?? []) {
    for (const item of text.split(",").map((part) => part.trim()).filter((part) => part !== "")) {
      const match = /^(\[?)([A-Z0-9-]+)(\]?) ([1?*])(?: by (set|mailbox|tag))?$/.exec(item);
      if (match === null || (match[1] === "") !== (match[3] === "")) {
        diagnostics.error(pass, origin, `${command}: "${item}" is not NAME, a count and perhaps "by ..."`);
        continue;
      }
      result.push({
        name: match[2]!,
        code: match[1] !== "",
        count: match[4] as Collect["count"],
        origin,
        ...(match[5] === undefined ? {} : { by: match[5] as NonNullable<Collect["by"]> }),
      });
    }
  }
  return result;
}

/** The type's name on the first line, or the name of a response; fields on the others, separated by commas. */
function readResult(command: string, cell: Cell | undefined, diagnostics: Diagnostics): Result {
  if (cell === undefined) return { kind: "void" };
  const [first, ...others] = cell.lines;
  const name = first!.text;
  if (others.length === 0 && /^[A-Z0-9-]+$/.test(name)) return { kind: "rows", name };
  if (!/^[A-Z][A-Za-z0-9]*$/.test(name)) {
    diagnostics.error(pass, cell.origin, `${command}: "${name}" is neither a type name nor a response`);
  }
  const fields: ResultField[] = [];
  for (const { text, origin } of others) {
    for (const item of text.split(",").map((part) => part.trim()).filter((part) => part !== "")) {
      const match = /^([a-z][A-Za-z0-9]*) = (.+)$/.exec(item);
      if (match === null) {
        diagnostics.error(pass, origin, `${command}: "${item}" is not "field = source"`);
        continue;
      }
      const sources: Source[] = [];
      for (const part of match[2]!.split(/ +or +/)) {
        const [, name = "", type = ""] = /^via ([^:]+): (.+)$/.exec(part) ?? [];
        const via = readVia(name);
        if (via !== undefined || /^(0|\[\])$/.test(part)) {
          sources.push(via === undefined ? { kind: "constant", text: part } : { kind: "via", via, type });
          continue;
        }
        const source = /^(tagged )?(?:\[([A-Z0-9-]+)\]|([A-Z0-9-]+))(?:\.([a-z][A-Za-z0-9]*))?$/.exec(part);
        if (source === null || (source[1] !== undefined && source[2] === undefined)) {
          diagnostics.error(pass, origin, `${command}: "${part}" is not a source of a result`);
          continue;
        }
        sources.push({
          kind: "collected",
          name: (source[2] ?? source[3])!,
          code: source[2] !== undefined,
          tagged: source[1] !== undefined,
          ...(source[4] === undefined ? {} : { field: source[4] }),
        });
      }
      fields.push({ label: match[1]!, sources, origin });
    }
  }
  return { kind: "record", name, fields };
}

/** `send deselect ; OK selected ; NO auth`. */
function readAfter(command: string, cell: Cell | undefined, diagnostics: Diagnostics): CommandRow["after"] {
  const after: CommandRow["after"] = { send: [], ok: [], no: [] };
  for (
    const { part, origin } of (cell?.lines ?? []).flatMap(({ text, origin }) =>
      text.split(";").map((part) => ({ part, origin }))
    )
  ) {
    const [when, ...what] = part.trim().split(/ +/);
    if (when === undefined || when === "") continue;
    const list = when === "send"
      ? after.send
      : when === "OK"
      ? after.ok
      : when === "NO"
      ? after.no
      : undefined;
    if (list === undefined) {
      diagnostics.error(pass, origin, `${command}: "${when}" is not one of send, OK, NO`);
      continue;
    }
    for (const effect of what) {
      if ((effects as readonly string[]).includes(effect)) list.push(effect as Effect);
      else diagnostics.error(pass, origin, `${command}: "${effect}" is not a change of state`);
    }
  }
  return after;
}
