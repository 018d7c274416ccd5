/** What the passes hand to each other. */
import type { AstFile, AstRule } from "../read/ast.ts";
import type { Diagnostics } from "./diagnostics.ts";
import type { ByteSet, Expr, Grammar, Origin } from "./ir.ts";
import type { Look } from "./look.ts";

/** State of one compilation; each pass fills or checks a part. */
export interface Compilation {
  files: AstFile[];
  /** Rules whose text a reader starts with. */
  entries: string[];
  /** Filled by `merge_alternatives`. */
  ast: Map<string, AstRule>;
  /** Rules that are one byte of a set; filled by `byte_sets`. */
  sets: Map<string, ByteSet>;
  grammar: Grammar;
  /** Filled by `first_follow`. */
  firsts: Map<string, Look>;
  /** How each expression can begin, once `firsts` is complete. */
  firstCache: WeakMap<Expr, Look> | null;
  follows: Map<string, Look>;
  /** Filled by `decisions`, reported by `report_conflicts`. */
  conflicts: Conflict[];
  diagnostics: Diagnostics;
}

/** Two ways to go on that no bounded look-ahead tells apart. */
export interface Conflict {
  rule: string;
  origin: Origin;
  /** What the two ways are called in the message. */
  names: [string, string];
  /** Both ways, with what may follow them inside the rule. */
  ways: [Expr, Expr];
  /** How both can begin. */
  common: ByteSet;
  hint: string;
}
