/** What is thrown where a text is not what the grammar allows. */

import { showError } from "../base/shown.ts";

/** The text at hand is not what the grammar allows there. */
export class DecodeError extends Error {
  /** Name of the class, for logs. */
  override readonly name: string = "DecodeError";
  /** What was expected: a rule, a word, a character. */
  readonly expected: string;
  /** Where, in bytes from the start of the response without its literals' octets. */
  readonly offset: number;
  /** The bytes found there, at most 32, control characters shown as dots. */
  readonly excerpt: string;

  /** Makes the error. */
  constructor(expected: string, offset: number, excerpt: string) {
    super(describe(expected, offset, excerpt));
    this.expected = expected;
    this.offset = offset;
    this.excerpt = excerpt;
  }
}

/**
 * What the reader throws inside a decoder, where an open alternative may catch it: a plain object, because an Error
 * takes seven microseconds under V8 and one hostile line can hold a hundred thousand damaged items.
 */
export class Failure {
  readonly expected: string;
  readonly offset: number;

  constructor(expected: string, offset: number) {
    this.expected = expected;
    this.offset = offset;
  }
}

/** The message for what was expected and what is there. */
export function describe(expected: string, offset: number, excerpt: string): string {
  return `expected ${expected} at byte ${offset}, found ${
    excerpt === "" ? "the end" : JSON.stringify(excerpt)
  }`;
}

showError(DecodeError);
