/** Which commands Python's `imaplib` knows. */

import { Commands } from "./_gen/command_table.ts";
import type { State } from "./values.ts";

export { Commands };

/** The name of a command that `imaplib` has a row for. */
export type CommandName = keyof typeof Commands;

/** The states a command may be given in; undefined for one that is not in the table. */
export function statesOf(name: string): readonly State[] | undefined {
  return Object.hasOwn(Commands, name) ? Commands[name as CommandName] : undefined;
}
