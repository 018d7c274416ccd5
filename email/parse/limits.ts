// How far the parser goes.

/** How far the parser goes; what is beyond is kept as text. */
export interface Limits {
  /** Deepest nesting of parts. */
  readonly maxDepth: number;
  /** Most parts of one message. */
  readonly maxParts: number;
  /** Most bytes of one part's headers. */
  readonly maxHeaderBytes: number;
  /** Most fields of one part's headers. */
  readonly maxFields: number;
  /** Most defects that are recorded for one part. */
  readonly maxDefects: number;
}

/** The defaults: those of other mail parsers in JavaScript; CPython has none. */
export const LIMITS: Limits = {
  maxDepth: 256,
  maxParts: 5_000,
  maxHeaderBytes: 2 * 1024 * 1024,
  maxFields: 20_000,
  maxDefects: 1_000,
};
