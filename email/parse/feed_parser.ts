/**
 * Parsing messages that arrive in pieces.
 *
 * @module
 */

import { Feed } from "./feed.ts";
import { parseMessage } from "./compat32.ts";
import type { Message } from "../message.ts";
import type { ParserOptions } from "./parser.ts";
import { octetsFor, textFor } from "../text/given.ts";

/**
 * Parses a message fed as text, piece by piece. The result does not depend on where the pieces are cut.
 *
 * The pieces are kept and parsed at the end, so a policy with `raiseOnDefect` throws from `close`.
 *
 * ```ts
 * import { FeedParser } from "@postern/postern/email";
 * import { assertEquals } from "@std/assert";
 *
 * const parser = new FeedParser();
 * parser.feed("Subject: te");
 * parser.feed("a\n\nAt four?");
 * assertEquals(parser.close().get("subject"), "tea");
 * ```
 *
 * Source: Python's `email.parser.FeedParser`.
 */
export class FeedParser {
  readonly #options: ParserOptions;
  readonly #feed = new Feed();

  /**
   * Makes a parser that has been fed nothing.
   *
   * @param options policy and factory
   */
  constructor(options: ParserOptions = {}) {
    this.#options = options;
  }

  /**
   * Adds a piece.
   *
   * @param text the next piece
   */
  feed(text: string): void {
    this.#feed.add(textFor("feed", text));
  }

  /** The message, when everything has been fed. What is wrong with it is in `defects` of its parts. */
  close(): Message {
    return parseMessage(this.#feed.source(), this.#options);
  }
}

/**
 * Parses a message fed as bytes, piece by piece; otherwise like {@linkcode FeedParser}.
 *
 * ```ts
 * import { BytesFeedParser } from "@postern/postern/email";
 * import { assertEquals } from "@std/assert";
 *
 * const parser = new BytesFeedParser();
 * for (const piece of ["Subject: t", "ea\r", "\n\r\nAt four?"]) parser.feed(new TextEncoder().encode(piece));
 * assertEquals(parser.close().getPayload(), "At four?");
 * ```
 *
 * Source: Python's `email.parser.BytesFeedParser`.
 */
export class BytesFeedParser {
  readonly #options: ParserOptions;
  readonly #feed = new Feed();

  /**
   * Makes a parser that has been fed nothing.
   *
   * @param options policy and factory
   */
  constructor(options: ParserOptions = {}) {
    this.#options = options;
  }

  /**
   * Adds a piece.
   *
   * @param bytes the next piece; it is copied
   */
  feed(bytes: Uint8Array): void {
    this.#feed.add(octetsFor("feed", bytes));
  }

  /** The message, when everything has been fed. What is wrong with it is in `defects` of its parts. */
  close(): Message {
    return parseMessage(this.#feed.source(), this.#options);
  }
}
