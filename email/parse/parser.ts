/**
 * Parsing whole messages.
 *
 * @module
 */

import { parseMessage } from "./compat32.ts";
import { Feed, piecesOf } from "./feed.ts";
import { loadNamedCharsets } from "./named_charsets.ts";
import { Source } from "./source.ts";
import type { Message, MessageFactory } from "../message.ts";
import type { Policy } from "../policy.ts";
import { octetsFor, textFor } from "../text/given.ts";

/** How to parse. */
export interface ParserOptions {
  /** Policy of the parser and of the messages it makes. Default `compat32`. */
  policy?: Policy | null;
  /** What messages are made with: a subclass of `Message`, or a function. Default: the policy's factory. */
  factory?: MessageFactory | null;
}

/** How one text is parsed. */
export interface ParseTextOptions {
  /** Stop after the headers: everything else is the payload, as text. Default false. */
  headersOnly?: boolean;
}

/**
 * Parses messages given as text.
 *
 * ```ts
 * import { Parser } from "@postern/postern/email";
 * import { assertEquals } from "@std/assert";
 *
 * const message = new Parser().parsestr("Subject: tea\n\nAt four?\n");
 * assertEquals(message.get("subject"), "tea");
 * ```
 *
 * Source: Python's `email.parser.Parser`.
 */
export class Parser {
  /** Policy of the parser and of the messages it makes; null is `compat32`. */
  readonly policy: Policy | null;
  /** What messages are made with; null is the policy's factory. */
  readonly factory: MessageFactory | null;

  /**
   * Makes a parser.
   *
   * @param options policy and factory
   */
  constructor(options: ParserOptions = {}) {
    this.policy = options?.policy ?? null;
    this.factory = options?.factory ?? null;
  }

  /**
   * Parses a message.
   *
   * @param text the message, bytes outside ASCII as lone surrogates or characters as themselves
   * @param options stop after the headers
   * @returns the message; what is wrong with it is in `defects` of its parts
   */
  parsestr(text: string, options: ParseTextOptions = {}): Message {
    const { policy, factory } = this;
    return parseMessage(Source.fromText(textFor("parsestr", text)), {
      policy,
      factory,
      headersOnly: options?.headersOnly,
    });
  }
}

/**
 * Parses the headers of messages given as text and leaves the rest as it is.
 *
 * ```ts
 * import { HeaderParser } from "@postern/postern/email";
 * import { assertEquals } from "@std/assert";
 *
 * const text = "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n--b--\n";
 * assertEquals(new HeaderParser().parsestr(text).getPayload(), "--b\n\nx\n--b--\n");
 * ```
 *
 * Source: Python's `email.parser.HeaderParser`.
 */
export class HeaderParser extends Parser {
  /**
   * Parses the headers of a message.
   *
   * @param text the message
   * @returns the message, whatever is after the headers as text payload
   */
  override parsestr(text: string): Message {
    return super.parsestr(text, { headersOnly: true });
  }
}

/**
 * Parses messages given as bytes.
 *
 * ```ts
 * import { BytesParser, compat32 } from "@postern/postern/email";
 * import { assertEquals } from "@std/assert";
 *
 * const parser = new BytesParser({ policy: compat32.clone({ maxDepth: 20 }) });
 * const message = parser.parsebytes(new TextEncoder().encode("Subject: tea\r\n\r\n"));
 * assertEquals(message.get("subject"), "tea");
 * ```
 *
 * Source: Python's `email.parser.BytesParser`.
 */
export class BytesParser {
  /** Policy of the parser and of the messages it makes; null is `compat32`. */
  readonly policy: Policy | null;
  /** What messages are made with; null is the policy's factory. */
  readonly factory: MessageFactory | null;

  /**
   * Makes a parser.
   *
   * @param options policy and factory
   */
  constructor(options: ParserOptions = {}) {
    this.policy = options?.policy ?? null;
    this.factory = options?.factory ?? null;
  }

  /**
   * Parses a message. The bytes are not copied: leave them alone as long as the message is in use.
   *
   * @param bytes the message
   * @param options stop after the headers
   * @returns the message; what is wrong with it is in `defects` of its parts
   */
  parsebytes(bytes: Uint8Array, options: ParseTextOptions = {}): Message {
    const { policy, factory } = this;
    return parseMessage(Source.fromBytes(octetsFor("parsebytes", bytes)), {
      policy,
      factory,
      headersOnly: options?.headersOnly,
    });
  }
}

/**
 * Parses the headers of messages given as bytes and leaves the rest as it is.
 *
 * ```ts
 * import { BytesHeaderParser } from "@postern/postern/email";
 * import { assertEquals } from "@std/assert";
 *
 * const bytes = new TextEncoder().encode("Content-Type: message/rfc822\n\nSubject: inner\n\n");
 * assertEquals(new BytesHeaderParser().parsebytes(bytes).isMultipart(), false);
 * ```
 *
 * Source: Python's `email.parser.BytesHeaderParser`.
 */
export class BytesHeaderParser extends BytesParser {
  /**
   * Parses the headers of a message.
   *
   * @param bytes the message
   * @returns the message, whatever is after the headers as text payload
   */
  override parsebytes(bytes: Uint8Array): Message {
    return super.parsebytes(bytes, { headersOnly: true });
  }
}

/**
 * Parses a message given as text.
 *
 * ```ts
 * import { messageFromString } from "@postern/postern/email";
 * import { assertEquals } from "@std/assert";
 *
 * const message = messageFromString("From: a@example.org\nSubject: tea\n\nAt four?\n");
 * assertEquals(message.keys(), ["From", "Subject"]);
 * assertEquals(message.getPayload(), "At four?\n");
 * ```
 *
 * Source: Python's `email.message_from_string`.
 *
 * @param text the message, bytes outside ASCII as lone surrogates or characters as themselves
 * @param options policy and factory
 * @returns the message; what is wrong with it is in `defects` of its parts
 */
export function messageFromString(text: string, options: ParserOptions = {}): Message {
  return parseMessage(Source.fromText(textFor("messageFromString", text)), options);
}

/**
 * Parses a message given as bytes. The bytes are not copied: leave them alone as long as the message is in use.
 *
 * ```ts
 * import { messageFromBytes } from "@postern/postern/email";
 * import { assertEquals } from "@std/assert";
 *
 * const bytes = new TextEncoder().encode("Content-Transfer-Encoding: base64\r\n\r\naGVsbG8=\r\n");
 * const message = messageFromBytes(bytes);
 * assertEquals(new TextDecoder().decode(message.getPayload({ decode: true })!), "hello");
 * ```
 *
 * Source: Python's `email.message_from_bytes`.
 *
 * @param bytes the message
 * @param options policy and factory
 * @returns the message; what is wrong with it is in `defects` of its parts
 */
export function messageFromBytes(bytes: Uint8Array, options: ParserOptions = {}): Message {
  return parseMessage(Source.fromBytes(octetsFor("messageFromBytes", bytes)), options);
}

/**
 * Parses a message that arrives in pieces. In place of Python's `message_from_file` and
 * `message_from_binary_file`; line ends stay as they are, where Python's file forms turn them into LF. Charsets that the
 * headers name are loaded, see `loadCharset`.
 *
 * ```ts
 * import { messageFromStream } from "@postern/postern/email";
 * import { assertEquals } from "@std/assert";
 *
 * const stream = new Blob(["Subject: hello\n\nworld\n"]).stream();
 * assertEquals((await messageFromStream(stream)).get("Subject"), "hello");
 * ```
 *
 * @param stream bytes or text
 * @param options policy and factory
 * @returns the message; what is wrong with it is in `defects` of its parts
 */
export async function messageFromStream(
  stream: ReadableStream<Uint8Array> | AsyncIterable<Uint8Array | string>,
  options: ParserOptions = {},
): Promise<Message> {
  const feed = new Feed();
  for await (const piece of piecesOf("messageFromStream", stream)) feed.add(piece);
  const message = parseMessage(feed.source(), options);
  await loadNamedCharsets(message);
  return message;
}
