// What the parser leaves to those it parses for: Python's answers, or those of `readMail`, for which damage costs as little as
// can be. Objects, so that a program carries only what it uses.

import type { MessageDefect } from "../errors.ts";
import type { Entity } from "../model/entity.ts";
import type { Delimiters } from "./delimiters.ts";
import type { Limits } from "./limits.ts";

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

/** What the parser asks about what it reads. Python's answers are in compat32.ts, those for readMail in email/content. */
export interface Dialect {
  /** How far to go. */
  readonly limits: Limits;
  /** Whether fields may be kept uncut: a policy's own header parsing has to see every line. */
  readonly lazy: boolean;
  /** Repairs damaged headers; null leaves them as they are. */
  readonly repair: HeaderRepair | null;
  /** Makes a message. */
  make(): Entity;
  /** Makes a message a part of another. */
  attach(parent: Entity, child: Entity): void;
  /** Says that a part is a message when it has no type. */
  inDigest(child: Entity): void;
  /** The envelope line that the message begins with. */
  envelope(entity: Entity, line: string): void;
  /** Takes the lines of a field, when fields are cut at once. */
  field(entity: Entity, lines: string[]): void;
  /** Notes what is wrong. */
  defect(entity: Entity, make: () => MessageDefect): void;
  /** Type of a part in lower case. */
  typeOf(entity: Entity): string;
  /** Boundary of a multipart, null for none. */
  boundaryOf(entity: Entity, bytes: Uint8Array, body: number): string | null;
  /** The transfer encoding of a multipart in lower case. */
  encodingOf(entity: Entity): string;
  /** Whether a Content-Type may be that of a multipart or a message, by the first octet of its value. */
  mayHoldParts(byte: number | undefined): boolean;
  /** Whether the parts of a `message/*` are to be looked for: not in one that is encoded. */
  isOpen(entity: Entity, bytes: Uint8Array, body: number): boolean;
}
