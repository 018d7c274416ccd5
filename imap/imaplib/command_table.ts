/** Which commands Python's `imaplib` knows, and in which states each may be given. */

import type { State } from "./values.ts";

const ANY: readonly State[] = ["NONAUTH", "AUTH", "SELECTED", "LOGOUT"];
const OPEN: readonly State[] = ["AUTH", "SELECTED"];
const SELECTED: readonly State[] = ["SELECTED"];
const NONAUTH: readonly State[] = ["NONAUTH"];
const AUTH: readonly State[] = ["AUTH"];

/** Python's `imaplib.Commands`: every command and its states. */
export const Commands = {
  APPEND: OPEN,
  AUTHENTICATE: NONAUTH,
  CAPABILITY: ANY,
  CHECK: SELECTED,
  CLOSE: SELECTED,
  COPY: SELECTED,
  CREATE: OPEN,
  DELETE: OPEN,
  DELETEACL: OPEN,
  ENABLE: AUTH,
  EXAMINE: OPEN,
  EXPUNGE: SELECTED,
  FETCH: SELECTED,
  GETACL: OPEN,
  GETANNOTATION: OPEN,
  GETQUOTA: OPEN,
  GETQUOTAROOT: OPEN,
  IDLE: OPEN,
  LIST: OPEN,
  LOGIN: NONAUTH,
  LOGOUT: ANY,
  LSUB: OPEN,
  MOVE: SELECTED,
  MYRIGHTS: OPEN,
  NAMESPACE: OPEN,
  NOOP: ANY,
  PARTIAL: SELECTED,
  PROXYAUTH: AUTH,
  RENAME: OPEN,
  SEARCH: SELECTED,
  SELECT: OPEN,
  SETACL: OPEN,
  SETANNOTATION: OPEN,
  SETQUOTA: OPEN,
  SORT: SELECTED,
  STARTTLS: NONAUTH,
  STATUS: OPEN,
  STORE: SELECTED,
  SUBSCRIBE: OPEN,
  THREAD: SELECTED,
  UID: SELECTED,
  UNSELECT: SELECTED,
  UNSUBSCRIBE: OPEN,
} as const satisfies Record<string, readonly State[]>;

/** The name of a command that `imaplib` has a row for. */
export type CommandName = keyof typeof Commands;

/** The states a command may be given in; undefined for one that is not in the table. */
export function statesOf(name: string): readonly State[] | undefined {
  return Object.hasOwn(Commands, name) ? Commands[name as CommandName] : undefined;
}
