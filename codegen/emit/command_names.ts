/** The forms of each command of the table, and how they are called in generated code. */
import type { Argument } from "../passes/arguments.ts";
import type { ResolvedCommand } from "../passes/resolve_table.ts";

/** One form of a command: a row, or the UID form of a row. */
export interface CommandForm {
  command: ResolvedCommand;
  /** Numbers in its arguments and answers are UIDs. */
  uid: boolean;
  /** `UID FETCH` */
  wire: string;
  /** Name of the method: `uidFetch` */
  method: string;
  /** Name of the constant that describes it: `uidFetchSpec` */
  spec: string;
}

/** The forms of one row. */
export function formsOf(command: ResolvedCommand): CommandForm[] {
  const { row } = command;
  const plain: CommandForm = {
    command,
    uid: row.name.startsWith("UID "),
    wire: row.name,
    method: row.method || camelName(row.name),
    spec: `${camelName(row.name)}Spec`,
  };
  if (!row.uid) return [plain];
  const wire = `UID ${row.name}`;
  const method = row.method === "" ? camelName(wire) : `uid${capital(row.method)}`;
  return [plain, { command, uid: true, wire, method, spec: `${camelName(wire)}Spec` }];
}

/** The arguments of a command: its parameters, then its options. */
export function argumentsOfCommand({ positional, options }: ResolvedCommand): Argument[] {
  return [...positional, ...options];
}

/** `UID EXPUNGE` -> `uidExpunge`, `SETMETADATA` -> `setmetadata`. */
export function camelName(command: string): string {
  const [first = "", ...others] = command.toLowerCase().split(/[ -]/);
  return first + others.map(capital).join("");
}

/** `fetch` -> `Fetch`. */
export function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

/** `SelectResult` -> `selectResult`. */
export function uncapital(word: string): string {
  return word.charAt(0).toLowerCase() + word.slice(1);
}
