/**
 * The intermediate representation: what the passes produce and every emitter, the interpreter and the
 * sentence generator read. Plain data, no methods, so that it can be printed, compared and reviewed.
 */

// circle: an expression names a primitive, and a primitive has byte sets
import type { BuiltinName } from "../builtins/all.ts";

export type { BuiltinName };

/** Where something is in a grammar file or in the command table, for messages. */
export interface Origin {
  file: string;
  line: number;
}

/** A set of byte values, as 257 flags: the last one, {@linkcode END}, means the end of the response. */
export type ByteSet = boolean[];

/** Index of a {@linkcode ByteSet} that means "no byte follows". */
export const END = 256;

/** The type of a value that a rule reads or writes. */
export type Type =
  | { kind: "scalar"; name: "string" | "number" | "bigint" | "boolean" | "bytes" }
  /** A generated interface or union, named after the grammar's own name for it. */
  | { kind: "named"; name: string }
  /** A hand-written value class or type of `imap/` (see {@linkcode externals}). */
  | { kind: "external"; name: ExternalName }
  /** A constant: `=> "7BIT"`, or a captured word. */
  | { kind: "literal"; value: Constant }
  | { kind: "list"; of: Type }
  /** The grammar says NIL: `null` in TypeScript. */
  | { kind: "nullable"; of: Type }
  /** The grammar says the element may be absent: `undefined` in TypeScript. */
  | { kind: "optional"; of: Type }
  | { kind: "union"; of: Type[] };

/** Constants of the notation's `=>`. */
export type Constant = string | number | boolean | null;

/** Value types that are written by hand, and the file that exports each. */
export const externals = {
  SequenceSet: "imap/values/sequence_set.ts",
  DateTime: "imap/values/date_time.ts",
  Raw: "imap/values/raw.ts",
  FetchItem: "imap/values/fetch_item.ts",
  SearchDate: "imap/values/date_time.ts",
  DateTimeInput: "imap/values/date_time.ts",
  LiteralInput: "imap/wire/literal_input.ts",
} as const;

/** Name of a hand-written value type. */
export type ExternalName = keyof typeof externals;

/**
 * How a choice, option or repetition is decided, proved by the `decisions` pass. An option or repetition is
 * decided like a choice with one branch: read the item if branch 0 is chosen, else go on.
 */
export type Decision =
  /** By the next byte (or {@linkcode END}): the branch whose set holds it. The sets are disjoint. */
  | { by: "byte"; sets: ByteSet[] }
  /**
   * By the next byte; where that is a SP, by the byte after it. `direct[i]` holds the bytes (never SP) and
   * `sets[i]` the bytes after a SP that choose branch i.
   */
  | { by: "afterSpace"; sets: ByteSet[]; direct: ByteSet[] }
  /**
   * By one whole word: the longest run of bytes in `wordClass`, compared without regard to case. Order of
   * tests: `bytes` (branches that begin with no word, by the next byte); if `numbered` is not empty and a
   * digit comes, the word after the digits and a SP, in `numbered`; else the word here, in `words`; else `open`.
   */
  | {
    by: "word";
    wordClass: ByteSet;
    wordClassName: string;
    words: [word: string, branch: number][];
    numbered: [word: string, branch: number][];
    bytes: [set: ByteSet, branch: number][];
    open: number | null;
    /** `open` is not an open alternative but a general one, which means every other word. */
    rest: boolean;
    /** The word may be in quotes (`@word(astring)`). */
    quoted: boolean;
    /** The word comes after a SP (an option or repetition such as `[SP &"UID" ...]`). */
    pastSpace: boolean;
  }
  /** By captured values: the guards of the branches, in order. */
  | { by: "value" }
  /** Nothing to decide: one branch. */
  | { by: "none" };

/**
 * What an alternative is about. `selected`: the mailbox that is selected, whichever that is. `unasked`: news that a server
 * may send beside the answer to a question for something else.
 */
export type Mark = "selected" | "unasked";

/** One alternative of a choice. */
export interface Branch {
  expr: Expr;
  /**
   * The alternative's value, from `=>`. In a record whose type may be null, `null` (also put here by
   * `infer_types` where a branch captures nothing) means that the value of the whole rule is null.
   */
  constant?: { value: Constant };
  /** Guard on earlier captures: `?{type = "TEXT"; subtype = "A","B"}`; empty list: always. */
  guard?: { label: string; values: string[] }[];
  /** The `...` alternative, or the `!!!` one where there is no `...`. */
  open: boolean;
  /**
   * The `!!!` alternative: it is never chosen, but read when every other one fails or does not end where it should, and
   * so it always has a reason. Beside a `...` it comes after that and is read when that fails too.
   */
  damage: boolean;
  /** Named deviation that this alternative is. */
  quirk?: string;
  marks: Mark[];
  /** For `@tag`: the word (or the `=>` constant) that names this branch. */
  word?: string;
  origin: Origin;
  /** Comments on fields above the definition that it is in. */
  fieldDocs?: Record<string, string>;
  /** RFC numbers and capability of the header above it. */
  rfc: string[];
  capability?: string;
  /** Capabilities, one of which brings it, where that is not `capability`. */
  needs?: string[] | undefined;
  /** Where the answer to what the alternative asks for is, where that is not an alternative of the same word. */
  answer?: string | undefined;
}

/** An expression of a rule. */
export type Expr =
  /** A keyword, compared without regard to case; `quoted`: may also be in quotes. `""` is an empty `seq`. */
  | { kind: "word"; text: string; quoted?: boolean }
  /** Exact bytes: `%x0D.0A`, SP, punctuation. */
  | { kind: "bytes"; bytes: number[] }
  /** One byte of a set. */
  | { kind: "set"; set: ByteSet; name: string }
  | { kind: "ref"; rule: string }
  | { kind: "builtin"; name: BuiltinName }
  | { kind: "seq"; items: Expr[] }
  /**
   * `follow` is present on a choice with an open branch: a known branch that fails, or after which no byte of
   * `follow` comes, is abandoned (its captures undone) and the open branch is read from the start instead.
   */
  | { kind: "choice"; branches: Branch[]; decision: Decision; follow?: ByteSet }
  | { kind: "optional"; item: Expr; decision: Decision }
  | { kind: "repeat"; min: number; max: number | null; item: Expr; decision: Decision }
  /** `label:item` and `label+:item`. `like`: an earlier capture of the same rule that often is here once more. */
  | {
    kind: "capture";
    label: string;
    append: boolean;
    secret: boolean;
    like?: string | undefined;
    item: Expr;
    type: Type;
    origin: Origin;
  }
  /** `+~quirk(item)`: may also be here. `(item)-~quirk`: may be missing. */
  | { kind: "extra" | "absent"; quirk: string; item: Expr; decision: Decision }
  /** `&set`: look at one byte (after a SP: the byte after it). */
  | { kind: "peek"; set: ByteSet; name: string }
  /** `&"WORD"`: look at one whole word. */
  | { kind: "peekWord"; text: string };

/** What a rule is, which decides the code made from it. */
export type Role =
  /** One scan loop over a byte class. */
  | "token"
  /** Builds one object from its captures; values that are not captured are dropped. */
  | "record"
  /** `@tag`: a choice in which every branch builds its own object, named by its word. */
  | "union"
  /** A list of the values inside; null is not an element unless the type says so, and a list inside is taken apart. */
  | "list"
  /** The single value inside; null for a branch without one. A choice of records is such a rule too. */
  | "value"
  /** No type: its captures belong to the rule that uses it; without captures, pure syntax. */
  | "fragment";

/** One field of a record, in order of appearance. */
export interface Field {
  label: string;
  type: Type;
  doc: string;
}

/** A rule after all passes. */
export interface Rule {
  name: string;
  type: Type | null;
  role: Role;
  expr: Expr;
  /**
   * For records: the fields, fragments included, and those of every other rule with the same type name, so that
   * one type has one object shape: a field that this rule does not capture is undefined (a list: empty).
   * For fragments: the fields they add. For unions: empty, see `variants`.
   */
  fields: Field[];
  /** For unions: one per branch, in order; the tag is not among the fields. */
  variants: { typeName: string; fields: Field[] }[];
  /**
   * A record that an open branch builds: its last field is `error: string | undefined`, the message of the failure
   * that led to it. (For unions it is in the variant's fields.)
   */
  recovers: boolean;
  /**
   * For tokens: the class scanned, how many bytes at least, upper-casing, greatest value of a number, and whether 0 is a
   * deviation.
   */
  token?: {
    set: ByteSet;
    setName: string;
    min: number;
    upper: boolean;
    max: number | null;
    nonZero: boolean;
  };
  /** `@tag(field)`: the field that carries the word of a union's branch. */
  tag?: string;
  /** `@asks(rule)`: the rule whose alternatives answer those of this one. */
  asks?: string;
  /** `@secret`: never shown in a trace. */
  secret: boolean;
  /** `@hook`: only extensions fill it; may be empty. */
  hook: boolean;
  /** What all of its alternatives are marked with. */
  marks: Mark[];
  first: ByteSet;
  follow: ByteSet;
  nullable: boolean;
  /** Contains itself: reading it counts depth. Every cycle of rules holds at least one such rule. */
  guarded: boolean;
  /** The rule as written, without comments, with every `=/` that was merged into it. */
  text: string;
  origin: Origin;
  /** RFC numbers, from the file headers of the definition and of each `=/`. */
  rfc: string[];
  capability?: string;
  /** Capabilities, one of which brings it, where that is not `capability`. */
  needs?: string[] | undefined;
  /** The comment above the rule. */
  doc: string;
}

/** A named deviation: what it is, which server does it, where that is known from. */
export interface Quirk {
  name: string;
  description: string;
  origin: Origin;
}

/** A named type that rules give: what is written into types.ts. */
export type TypeDefinition =
  | { kind: "record"; name: string; fields: Field[]; rules: string[] }
  | { kind: "union"; name: string; tag: string; rule: string }
  /** The type of a value rule: a union of records or of words, or a renamed type. */
  | { kind: "alias"; name: string; type: Type; rules: string[] };

/** A whole grammar, ready to be emitted or interpreted. */
export interface Grammar {
  /** In grammar order: files by depth of folder and name, rules as they are in the file. */
  rules: Map<string, Rule>;
  types: Map<string, TypeDefinition>;
  quirks: Quirk[];
  /** Distinct byte classes that tokens and words scan, each with a bit of the class table. */
  classes: { name: string; set: ByteSet }[];
}
