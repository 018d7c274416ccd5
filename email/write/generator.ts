/**
 * Writing messages as text and as bytes.
 *
 * @module
 */

import { assemble } from "./flatten.ts";
import { piecesOf, type WriteSettings } from "./pieces.ts";
import { MessageError } from "../errors.ts";
import { walk } from "../iterators.ts";
import type { Message } from "../message.ts";
import type { Policy } from "../policy.ts";
import { encodeAsciiEscape } from "../text/text.ts";
import { textFor, wrongType } from "../text/given.ts";

/** Where a {@linkcode Generator} writes to. */
export interface TextSink {
  /** Takes a piece of text. */
  write(text: string): void;
}

/** Where a {@linkcode BytesGenerator} writes to. */
export interface BytesSink {
  /** Takes a piece; it is not used again by the generator. */
  write(bytes: Uint8Array): void;
}

/** How a generator writes. */
export interface GeneratorOptions {
  /** Write `>From ` for `From ` at the start of body lines. Default: what the policy says, true without one. */
  mangleFrom?: boolean | null;
  /** Longest header line, 0 for no folding. Default: what the policy says. */
  maxHeaderLen?: number | null;
  /** Policy to write with. Default: the message's own. */
  policy?: Policy | null;
}

/** How one message is written. */
export interface FlattenMessageOptions {
  /** Begin with the envelope line, made up when there is none. Default false. */
  unixfrom?: boolean;
  /** Line end. Default: what the policy says. */
  linesep?: string | null;
}

function settingsOf(sink: TextSink | BytesSink, options: GeneratorOptions): WriteSettings {
  if (typeof sink?.write !== "function") throw wrongType("a generator", "what has a method write", sink);
  return {
    mangleFrom: options?.mangleFrom ?? options?.policy?.mangleFrom ?? true,
    maxHeaderLen: options?.maxHeaderLen ?? null,
    policy: options?.policy ?? null,
  };
}

/**
 * Writes messages as text.
 *
 * ```ts
 * import { Generator, messageFromString } from "@postern/postern/email";
 * import { assertEquals } from "@std/assert";
 *
 * let text = "";
 * const generator = new Generator({ write: (piece) => void (text += piece) }, { maxHeaderLen: 60 });
 * generator.flatten(messageFromString("Subject: tea\n\nFrom four on.\n"));
 * assertEquals(text, "Subject: tea\n\n>From four on.\n");
 * ```
 *
 * Source: Python's `email.generator.Generator`.
 */
export class Generator {
  readonly #sink: TextSink;
  readonly #settings: WriteSettings;

  /**
   * Makes a generator.
   *
   * @param sink where to write to
   * @param options mangling, header length, policy
   */
  constructor(sink: TextSink, options: GeneratorOptions = {}) {
    this.#sink = sink;
    this.#settings = settingsOf(sink, options);
  }

  /**
   * Writes text as it is.
   *
   * @param text the text
   */
  write(text: string): void {
    this.#sink.write(text);
  }

  /**
   * Writes a message and all of its parts. A multipart without a boundary is given one, in place.
   *
   * @param message the message
   * @param options envelope line, line end
   * @throws {HeaderParseError} when a header value would be read back as another header
   * @throws {HeaderWriteError} when a header name or value breaks the line
   * @throws {TypeError} when the payload of a leaf is not text, or bytes outside ASCII have to be encoded in a
   * charset that the Content-Type gives in RFC 2231 form
   * @throws {NestingLimitError} when the message contains itself
   */
  flatten(message: Message, options: FlattenMessageOptions = {}): void {
    const pieces = piecesOf(message, this.#settings, options, false) as string[];
    this.write(pieces.join(""));
  }

  /**
   * A generator with the same settings.
   *
   * @param sink where that one writes to
   */
  clone(sink: TextSink): Generator {
    const Class = this.constructor as typeof Generator;
    return new Class(sink, this.#settings);
  }
}

/**
 * Writes messages as bytes: escaped bytes become bytes again.
 *
 * ```ts
 * import { BytesGenerator, messageFromString } from "@postern/postern/email";
 * import { assertEquals } from "@std/assert";
 *
 * const pieces: Uint8Array[] = [];
 * const generator = new BytesGenerator({ write: (bytes) => void pieces.push(bytes) });
 * generator.flatten(messageFromString("Subject: tea\n\nAt four?\n"), { linesep: "\r\n" });
 * assertEquals(await new Blob(pieces as BlobPart[]).text(), "Subject: tea\r\n\r\nAt four?\r\n");
 * ```
 *
 * Source: Python's `email.generator.BytesGenerator`. Unlike 3.13.0, and like later CPython, it refuses a header
 * value with a line end that makes two headers of it (python/cpython#144125).
 */
export class BytesGenerator {
  readonly #sink: BytesSink;
  readonly #settings: WriteSettings;

  /**
   * Makes a generator.
   *
   * @param sink where to write to
   * @param options mangling, header length, policy
   */
  constructor(sink: BytesSink, options: GeneratorOptions = {}) {
    this.#sink = sink;
    this.#settings = settingsOf(sink, options);
  }

  /**
   * Writes text, escaped bytes undone.
   *
   * @param text the text
   * @throws {UnicodeEncodeError} for a character that no byte represents
   */
  write(text: string): void {
    this.#sink.write(encodeAsciiEscape(textFor("write", text)));
  }

  /**
   * Writes a message and all of its parts. A multipart without a boundary is given one, in place.
   *
   * @param message the message
   * @param options envelope line, line end
   * @throws {HeaderParseError} when a header value would be read back as another header
   * @throws {HeaderWriteError} when a header name or value breaks the line
   * @throws {UnicodeEncodeError} when a body holds characters that no byte represents
   * @throws {TypeError} when the payload of a leaf is not text
   * @throws {NestingLimitError} when the message contains itself
   */
  flatten(message: Message, options: FlattenMessageOptions = {}): void {
    this.#sink.write(assemble(piecesOf(message, this.#settings, options, true)));
  }

  /**
   * A generator with the same settings.
   *
   * @param sink where that one writes to
   */
  clone(sink: BytesSink): BytesGenerator {
    const Class = this.constructor as typeof BytesGenerator;
    return new Class(sink, this.#settings);
  }
}

/** How a {@linkcode DecodedGenerator} writes. */
export interface DecodedGeneratorOptions extends GeneratorOptions {
  /**
   * What is written in place of a part that is not text: `%(type)s`, `%(maintype)s`, `%(subtype)s`, `%(filename)s`,
   * `%(description)s` and `%(encoding)s` are filled in, `%%` is `%`.
   */
  fmt?: string | null;
}

/**
 * Writes the text parts of a message for people to read, and a line for each other part.
 *
 * ```ts
 * import { DecodedGenerator, MIMEApplication, MIMEMultipart, MIMEText } from "@postern/postern/email";
 * import { assert } from "@std/assert";
 *
 * const pdf = new MIMEApplication("%PDF", "pdf", { params: { name: "a.pdf" } });
 * const message = new MIMEMultipart("mixed", { subparts: [new MIMEText("See below."), pdf] });
 * let text = "";
 * new DecodedGenerator({ write: (piece) => void (text += piece) }).flatten(message);
 * assert(text.endsWith("See below.\n[Non-text (application/pdf) part of message omitted, filename a.pdf]\n"));
 * ```
 *
 * Source: Python's `email.generator.DecodedGenerator`.
 */
export class DecodedGenerator extends Generator {
  readonly #settings: WriteSettings;
  readonly #format: string;

  /**
   * Makes a generator.
   *
   * @param sink where to write to
   * @param options mangling, header length, policy, the line for parts that are not text
   */
  constructor(sink: TextSink, options: DecodedGeneratorOptions = {}) {
    super(sink, options);
    this.#settings = settingsOf(sink, options);
    this.#format = options?.fmt ?? "[Non-text (%(type)s) part of message omitted, filename %(filename)s]";
  }

  /**
   * Writes the headers of a message, its text parts, and a line for each other part.
   *
   * @param message the message
   * @param options envelope line, line end
   */
  override flatten(message: Message, options: FlattenMessageOptions = {}): void {
    const body = (root: Message) => this.#body(root);
    this.write((piecesOf(message, this.#settings, options, false, body) as string[]).join(""));
  }

  #body(root: Message): string {
    let text = "";
    for (const part of walk(root)) {
      const maintype = part.getContentMaintype();
      if (maintype === "text") text += `${part.getPayload()}\n`;
      else if (maintype !== "multipart") text += `${this.#describe(part)}\n`;
    }
    return text;
  }

  #describe(part: Message): string {
    const values: Record<string, string> = {
      type: part.getContentType(),
      maintype: part.getContentMaintype(),
      subtype: part.getContentSubtype(),
      filename: part.getFilename("[no filename]"),
      description: String(part.get("Content-Description", "[no description]")),
      encoding: String(part.get("Content-Transfer-Encoding", "[no encoding]")),
    };
    return this.#format.replace(/%(?:%|\(([a-z]+)\)s)/g, (whole, name) => {
      if (whole === "%%") return "%";
      if (!Object.hasOwn(values, name)) throw new MessageError(`unknown name in format: ${name}`);
      return values[name]!;
    });
  }

  /**
   * A generator with the same settings.
   *
   * @param sink where that one writes to
   */
  override clone(sink: TextSink): DecodedGenerator {
    return new DecodedGenerator(sink, { ...this.#settings, fmt: this.#format });
  }
}
