/** Rows of the command table in the short form that is generated, and what they say in full. */

import type { ArgumentSpec, CollectSpec, CommandSpec } from "./spec.ts";

/** A row; every cell is words with a space between them, and a cell without any is left out. */
interface CommandRow {
  /**
   * `mailbox` is text, `set=set` of another kind, `items=*` a list; `qresync=Qresync?:QRESYNC` an option with what it needs,
   * `password!` a secret.
   */
  args?: string;
  /** Without it: auth selected. */
  states?: string;
  needs?: string;
  unless?: string;
  words?: CommandSpec["words"];
  /** `?LIST@mailbox`: at most one, told from others by its mailbox; `1[APPENDUID]`: exactly one, a code. */
  collects?: string;
  /** Without it: free. */
  flow?: string;
  /** Without it: reads. */
  touches?: string;
  /** Without it: what only reads may be sent once more. */
  retry?: CommandSpec["retry"];
  uid?: boolean;
  after?: CommandSpec["after"];
}

/** What a row says. */
export function command(name: string, row: CommandRow): CommandSpec {
  return {
    name,
    args: argumentsIn(row.args),
    states: words(row.states ?? "auth selected"),
    needs: words(row.needs),
    ...(row.unless && { unless: words(row.unless) }),
    ...(row.words && { words: row.words }),
    collects: words(row.collects).map(collect),
    flow: words(row.flow ?? "free"),
    touches: words(row.touches ?? "reads"),
    retry: row.retry ?? (row.touches === undefined ? "yes" : "no"),
    uid: row.uid ?? false,
    after: row.after ?? {},
  };
}

/** The same command with UIDs. */
export function uidForm(spec: CommandSpec): CommandSpec {
  return { ...spec, name: `UID ${spec.name}`, uid: true };
}

/** The words of a cell, which the generator has checked. */
function words<Word extends string>(cell = ""): Word[] {
  return cell === "" ? [] : cell.split(" ") as Word[];
}

/** The arguments that a cell names. */
export function argumentsIn(cell?: string): ArgumentSpec[] {
  return words(cell).map(argument);
}

function argument(cell: string): ArgumentSpec {
  const [, name, kind, list, option, secret, needs] = /^(\w+)(?:=([^*?!:]*)(\*)?)?(\?)?(!)?(?::(.+))?$/.exec(
    cell,
  )!;
  return {
    name: name!,
    kind: kind || "text",
    ...(list && { list: true }),
    ...(option && { option: true }),
    ...(needs && { needs: needs.split("|") }),
    ...(secret && { secret: true }),
  } as ArgumentSpec;
}

function collect(cell: string): CollectSpec {
  const [, count, code, name, by] = /^(.)(\[)?([^\]@]+)\]?(?:@(.+))?$/.exec(cell)!;
  return { name, ...(code && { code: true }), count, ...(by && { by }) } as CollectSpec;
}
