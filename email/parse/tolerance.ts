// What `readMail` gives the parser so that damage costs as little as can be. An object, so that programs that parse without
// do not carry it. Python's answers are made without it.

import type { Message } from "../message.ts";
import type { Delimiters } from "./delimiters.ts";

/** Reads damaged header blocks: see repair.ts. */
export interface HeaderRepair {
  /** Start of the header: after a byte order mark, and after blank lines when a field follows. */
  headerStart(bytes: Uint8Array, start: number): number;
  /** How many octets of a blank line belong to the line end before it; 0 for a blank line. */
  lineEndRest(bytes: Uint8Array, at: number): number;
  /** The colon of the field at `at`; -1 when the line is not a field. */
  colonOf(bytes: Uint8Array, at: number): number;
  /** Begins to look at lines that are not fields. */
  begin(lines: Delimiters, most: number, offsets: number[]): LineRepair;
}

/** Looks at the lines of one header that are not fields. */
export interface LineRepair {
  /** What the line from `at` to `end` is: {@linkcode NOT_HEADER}, {@linkcode DROPPED} or {@linkcode CONTINUED}. */
  kindOf(at: number, end: number, open: boolean): number;
}

/** The header has ended. */
export const NOT_HEADER = 0;
/** The line is left out. */
export const DROPPED = 1;
/** The line belongs to the field before. */
export const CONTINUED = 2;

/** How `readMail` has messages parsed. */
export interface Tolerance {
  /** Reads damaged headers. */
  readonly repair: HeaderRepair;
  /** Type of a part in lower case. */
  typeOf(message: Message): string;
  /** Boundary of a multipart, guessed from the start of the body where the parameter is missing; null for none. */
  boundaryOf(message: Message, bytes: Uint8Array, body: number): string | null;
  /** Whether the parts of a `message/*` are to be looked for: not in one that is encoded. */
  isOpen(message: Message, type: string, bytes: Uint8Array, body: number): boolean;
}
