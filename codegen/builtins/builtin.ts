/** What a primitive that is written by hand is to the generator and to its tests. */
import type { Cursor } from "../check/cursor.ts";
import type { Random } from "../check/random.ts";
import type { Output, SentenceOptions } from "../check/sentence_output.ts";
import type { ByteSet } from "../model/ir.ts";

/** What a sample is made with. */
export interface Making {
  /** Where it is written. */
  out: Output;
  random: Random;
  options: SentenceOptions;
  /** Texts, one of which it should be, in any case. */
  wanted: string[] | undefined;
}

/** One primitive. `imap/wire/reader.ts` and `imap/wire/writer.ts` have methods of its name. */
export interface Builtin {
  /** Type of its value, with `?` where it may be null. */
  type: string;
  /** How it can begin. */
  first: ByteSet;
  /** It may match nothing. */
  empty: boolean;
  /** The class that is scanned where it is an atom. */
  word?: { name: string; set: ByteSet };
  /** Values that only some servers know, with what they need: capabilities, one of which they must offer. */
  words?: Readonly<Record<string, readonly string[]>>;
  /** The primitive that it is written as, where it only reads in a way of its own. */
  writtenAs?: string;
  /** Reads it in the slow and plain way of the reference. Used by tests only. */
  read: (c: Cursor) => unknown;
  /** Writes a random value, and gives what it must be read as; absent where no sentence has it. Used by tests only. */
  sample?: (making: Making) => unknown;
}
