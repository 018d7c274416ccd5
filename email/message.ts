/**
 * The message: header fields in order, and a payload that is text, a list of messages, or nothing.
 *
 * @module
 */

import type { Charset } from "./charset.ts";
import { KeyError, type MessageDefect, ParameterLimitDefect, ValueError } from "./errors.ts";
import { Entity } from "./model/entity.ts";
import { provideInternals } from "./model/message_model.ts";
import * as parameters from "./model/parameters.ts";
import { firstPart, type ParamOptions, type SetParamOptions } from "./model/parameters.ts";
import { decodedPayload, readableText, setCharset, setPayload } from "./model/payload.ts";
import { withoutStacks } from "./model/stacks.ts";
import { walkTree } from "./model/tree.ts";
import { formatParam } from "./params/format.ts";
import { ParamList } from "./params/param_list.ts";
import type { ParamValue } from "./params/rfc2231.ts";
import { rangeText } from "./parse/source.ts";
import { Header } from "./header.ts";
import { messageJson } from "./model/json.ts";
import { compat32, type HeaderValue, type Policy, recordsDefects } from "./policy.ts";
import { assemble } from "./write/flatten.ts";
import { piecesOf } from "./write/pieces.ts";
import { shownAs } from "./shown.ts";
import { listFor, messageFor, textFor, wrongType } from "./text/given.ts";

export type { ParamOptions, SetParamOptions };

/** A payload: the text of a leaf, the parts of a multipart or message/*, or null when there is none yet. */
export type Payload = string | Message[] | null;

/** Makes the messages of a parse: a subclass of {@linkcode Message}, or a function. */
export type MessageFactory =
  | (new (options: { policy: Policy }) => Message)
  | ((options: { policy: Policy }) => Message);

/** Parameters of a header in order: pairs of name and value, or an object. Null is for a name without a value. */
export type HeaderParams =
  | Iterable<readonly [name: string, value: ParamValue | null]>
  | Record<string, ParamValue | null>;

/** What `JSON.stringify` shows of a message. */
export interface MessageJson {
  /** The envelope line the message began with, or null. */
  unixfrom: string | null;
  /** Names and values of the headers in order. */
  headers: [name: string, value: string][];
  /** Text between the headers and the first boundary; null when there is none. */
  preamble: string | null;
  /** The body as text, undecoded, or the parts. */
  payload: string | MessageJson[] | null;
  /** Text after the last boundary; null when there is none. */
  epilogue: string | null;
  /** Names of the defects. */
  defects: string[];
}

/** How {@linkcode Message.asString} writes. */
export interface AsStringOptions {
  /** Begin with the envelope line. Default false. */
  unixfrom?: boolean;
  /** Longest header line; 0 never folds. Default 0. */
  maxHeaderLen?: number | null;
  /** Policy to write with instead of the message's own. */
  policy?: Policy | null;
}

/** What {@linkcode Message.asBytes} takes to write verbatim: {@linkcode verbatim}. */
export interface VerbatimWriter {
  /**
   * The octets of a message. For `asBytes`.
   *
   * @param message the message
   * @param policy how new fields are folded
   * @param unixfrom begin with the envelope line
   */
  bytesOf(message: Message, policy: Policy, unixfrom: boolean): Uint8Array;
}

/** How {@linkcode Message.asBytes} writes. */
export interface AsBytesOptions {
  /**
   * {@linkcode verbatim}: write the fields and parts that were parsed and have not changed since as they were sent, octet for
   * octet, where Python folds fields and writes delimiter lines anew. What is new gets the line end of what was parsed. It is
   * an object to import, so that programs without it do not carry it. Default null.
   */
  verbatim?: VerbatimWriter | null;
  /** Begin with the envelope line. Default false. */
  unixfrom?: boolean;
  /** Policy to write with instead of the message's own. */
  policy?: Policy | null;
}

/**
 * An email message, or a part of one.
 *
 * Header names are matched without regard to case; order, case and duplicates are kept. Bytes outside ASCII
 * appear in text as the lone surrogates U+DC80-U+DCFF, as Python's `surrogateescape` has them.
 *
 * ```ts
 * import { messageFromString } from "@postern/postern/email";
 * import { assertEquals } from "@std/assert";
 *
 * const message = messageFromString("Subject: hello\nContent-Type: text/plain; charset=utf-8\n\nworld\n");
 * assertEquals(message.get("subject"), "hello");
 * assertEquals(message.getContentType(), "text/plain");
 * assertEquals(message.getParam("charset"), "utf-8");
 * assertEquals(message.getPayload(), "world\n");
 * ```
 *
 * Source: Python's `email.message.Message`.
 */
export class Message {
  #policy: Policy;
  #entity: Entity;
  /** The parameters asked for last, since most questions are about the same header. */
  #paramCache: ParamList | null = null;
  #charset: Charset | null = null;
  #defects: MessageDefect[] | null = null;

  // What other files reach of a message, and how one is printed. Not in a static block: bundlers keep a class for that, also
  // where nothing uses it.
  static readonly #internals: true = /* @__PURE__ */ provideInternals({
    is: (value): value is Message => typeof value === "object" && value !== null && #entity in value,
    entity: (message) => (message as Message).#entity,
    around: (entity) => Message.#around(entity),
    make: (policy) => new Message({ policy }),
    setCharset(message, charset) {
      (message as Message).#charset = charset;
    },
    params: (message, header) => (message as Message).#params(header),
    lastParams: (message) => (message as Message).#paramCache,
    note(message, make) {
      if (!recordsDefects(message.policy)) message.policy.handleDefect(message as Message, make());
      else ((message as Message).#entity.found ??= []).push(make);
    },
    encodeWith(message, encoding) {
      if (typeof encoding === "function") encoding(message as Message);
    },
    setPolicy(message, policy) {
      (message as Message).#policy = policy;
    },
  });
  static readonly #shownAs: unknown = /* @__PURE__ */ shownAs(
    Message,
    "Message",
    (message) => message.#shown(),
  );

  /** A message of what was found. The parser bounds how deep parts are nested. */
  static #around(entity: Entity): Message {
    const message = new Message();
    message.#entity = entity;
    entity.message = message;
    if (entity.parts !== null) {
      entity.setPayload(entity.parts.map((part) => part.message ?? Message.#around(part)));
      entity.parts = null;
    }
    return message;
  }

  /**
   * Makes a message without headers and without a payload.
   *
   * @param options the policy; {@linkcode compat32} unless given
   */
  constructor(options: { policy?: Policy } = {}) {
    this.#policy = options?.policy ?? compat32;
    this.#entity = new Entity();
    this.#entity.message = this;
  }

  /** What is wrong with the message, in the order it was found. */
  get defects(): MessageDefect[] {
    const defects = this.#defects ??= [];
    const { found } = this.#entity;
    if (found !== null) {
      this.#entity.found = null;
      withoutStacks(() => found.forEach((make) => defects.push(make())));
    }
    return defects;
  }

  set defects(value: MessageDefect[]) {
    this.#entity.found = null;
    this.#defects = value;
  }

  /** The policy the message was made with. */
  get policy(): Policy {
    return this.#policy;
  }

  /** Text between the headers and the first boundary; null when there is none. */
  get preamble(): string | null {
    const value = this.#entity.preamble;
    if (value === null || typeof value === "string") return value;
    return this.#entity.preamble = rangeText(value);
  }

  set preamble(value: string | null) {
    this.#entity.preamble = value;
  }

  /** Text after the last boundary; null when there is none, which is written otherwise than `""`. */
  get epilogue(): string | null {
    const value = this.#entity.epilogue;
    if (value === null || typeof value === "string") return value;
    return this.#entity.epilogue = rangeText(value);
  }

  set epilogue(value: string | null) {
    this.#entity.epilogue = value;
  }

  /** Number of header fields, duplicates counted: Python's `len(message)`. */
  get length(): number {
    return this.#entity.fields.length;
  }

  /** The whole message as text, as {@linkcode Message.asString} writes it. */
  toString(): string {
    return this.asString();
  }

  /**
   * The whole message as text. Headers are not folded unless asked to, whatever the policy says.
   *
   * ```ts
   * import { Message } from "@postern/postern/email";
   * import { assertEquals } from "@std/assert";
   *
   * const message = new Message();
   * message.append("Subject", "tea");
   * message.setPayload("At four?\n");
   * assertEquals(message.asString(), "Subject: tea\n\nAt four?\n");
   * ```
   *
   * @param options envelope line, header length, policy
   * @throws {HeaderParseError} when a header value would be read back as another header
   * @throws {HeaderWriteError} when a header name or value breaks the line
   */
  asString(options: AsStringOptions = {}): string {
    const { unixfrom = false, maxHeaderLen = 0, policy = null } = options ?? {};
    const pieces = piecesOf(this, { mangleFrom: false, maxHeaderLen, policy }, { unixfrom }, false);
    return pieces.join("");
  }

  /**
   * The whole message as bytes. Headers are folded to the policy's `maxLineLength`.
   *
   * ```ts
   * import { compat32, messageFromString } from "@postern/postern/email";
   * import { assertEquals } from "@std/assert";
   *
   * const message = messageFromString("Subject: tea\n\nAt four?\n");
   * const bytes = message.asBytes({ policy: compat32.clone({ linesep: "\r\n" }) });
   * assertEquals(new TextDecoder().decode(bytes), "Subject: tea\r\n\r\nAt four?\r\n");
   * ```
   *
   * With {@linkcode verbatim} a signature that was valid stays valid:
   *
   * ```ts
   * import { messageFromString, verbatim } from "@postern/postern/email";
   * import { assertEquals } from "@std/assert";
   *
   * const message = messageFromString("DKIM-Signature:v=1;  d=example.org\r\nSubject: tea\r\n\r\nAt four?");
   * message.append("X-Seen", "yes");
   * assertEquals(
   *   new TextDecoder().decode(message.asBytes({ verbatim })),
   *   "DKIM-Signature:v=1;  d=example.org\r\nSubject: tea\r\nX-Seen: yes\r\n\r\nAt four?",
   * );
   * ```
   *
   * @param options envelope line, policy, whether to write verbatim
   * @throws {HeaderParseError} when a header value would be read back as another header
   * @throws {HeaderWriteError} when a header name or value breaks the line
   * @throws {UnicodeEncodeError} when a body holds characters that no byte represents
   */
  asBytes(options: AsBytesOptions = {}): Uint8Array {
    const { unixfrom = false, policy = null, verbatim = null } = options ?? {};
    if (verbatim !== null) return verbatim.bytesOf(this, policy ?? this.policy, unixfrom);
    return assemble(piecesOf(this, { mangleFrom: false, maxHeaderLen: null, policy }, { unixfrom }, true));
  }

  /**
   * The headers and the parts, for `JSON.stringify`. Not in Python.
   *
   * @throws {NestingLimitError} when the message contains itself
   */
  toJSON(): MessageJson {
    return messageJson<Message>(this);
  }

  /** What is printed: the fields, and of the body what tells it from others. */
  #shown(): object {
    const payload = this.getPayload();
    const defects = this.defects.map((defect) => defect.name);
    return {
      type: this.getContentType(),
      headers: this.items().map(([name, value]) => `${name}: ${String(value)}`),
      ...(Array.isArray(payload) ? { parts: payload } : { payload }),
      ...(defects.length > 0 ? { defects } : {}),
    };
  }

  /** True when the payload is a list of messages, whatever the type says. */
  isMultipart(): this is { getPayload(): Message[] } & this {
    return Array.isArray(this.#entity.payload);
  }

  /**
   * Sets the envelope line.
   *
   * @param unixfrom the line, `From ` included, without its line end
   * @throws {ValueError} when it holds a line end: what follows would be written as a header
   */
  setUnixfrom(unixfrom: string): void {
    oneLine("the envelope line", unixfrom);
    this.#entity.unixfrom = unixfrom;
  }

  /** The envelope line (`From ...`) the message began with, or null. */
  getUnixfrom(): string | null {
    return this.#entity.unixfrom;
  }

  /**
   * Adds a part. A message without a payload becomes a multipart.
   *
   * ```ts
   * import { Message, MIMEText } from "@postern/postern/email";
   * import { assertEquals } from "@std/assert";
   *
   * const message = new Message();
   * message.append("Content-Type", "multipart/mixed");
   * message.attach(new MIMEText("hello"));
   * assertEquals(message.getPayload(0).getPayload(), "hello");
   * ```
   *
   * @param part the part
   * @throws {TypeError} when the payload is text
   */
  attach(part: Message): void {
    messageFor("attach", part);
    const entity = this.#entity;
    if (entity.payload === null) {
      entity.payload = [part];
    } else if (Array.isArray(entity.payload)) {
      entity.payload.push(part);
    } else {
      throw new TypeError("Attach is not valid on a message with a non-multipart payload");
    }
  }

  /**
   * The payload: the live list of parts, or the body as text, undecoded except for bytes outside ASCII, which are
   * read in the charset of the Content-Type (an unknown one: U+FFFD for each).
   *
   * ```ts
   * import { messageFromString } from "@postern/postern/email";
   * import { assertEquals } from "@std/assert";
   *
   * const message = messageFromString("Content-Transfer-Encoding: quoted-printable\n\nGr=C3=BC=C3=9Fe");
   * assertEquals(message.getPayload(), "Gr=C3=BC=C3=9Fe");
   * assertEquals(new TextDecoder().decode(message.getPayload({ decode: true })!), "Grüße");
   * ```
   */
  getPayload(): Payload;
  /**
   * One part, or the transfer-decoded body.
   *
   * @param index index of the part
   * @param options `decode: true` undoes base64, quoted-printable and uuencode and gives bytes, null for a
   * multipart. What is wrong with the encoding is appended to `defects` each time.
   * @throws {RangeError} when there is no such part
   * @throws {TypeError} when an index is given and the payload is not a list
   */
  getPayload(index: number, options?: { decode?: false }): Message;
  /** The body as bytes, its transfer encoding undone; null for a multipart and for no payload. */
  getPayload(options: { decode: true }): Uint8Array | null;
  /** Every form together. */
  getPayload(
    index?: number | null | { decode?: boolean },
    options?: { decode?: boolean },
  ): Payload | Message | Uint8Array;
  getPayload(
    first?: number | null | { decode?: boolean },
    second?: { decode?: boolean },
  ): Payload | Message | Uint8Array {
    const index = typeof first === "number" ? first : null;
    const decode = (typeof first === "object" && first !== null ? first : second)?.decode ?? false;
    const { payload } = this.#entity;
    if (Array.isArray(payload)) {
      if (decode) return null;
      if (index === null) return payload;
      if (!(index in payload)) throw new RangeError("list index out of range");
      return payload[index];
    }
    if (index !== null) {
      throw new TypeError(`Expected list, got ${payload === null ? "null" : typeof this.#entity.stored()}`);
    }
    if (payload === null) return null;
    if (decode) return decodedPayload(this);
    const text = this.#entity.stored();
    return typeof text === "string" ? readableText(this, text) : text as Payload;
  }

  /**
   * Replaces the payload.
   *
   * ```ts
   * import { Message } from "@postern/postern/email";
   * import { assertEquals } from "@std/assert";
   *
   * const message = new Message();
   * message.setPayload("Grüße", "iso-8859-1");
   * assertEquals(message.getPayload(), "Gr=FC=DFe");
   * assertEquals(message.get("content-type"), 'text/plain; charset="iso-8859-1"');
   * ```
   *
   * @param payload text, bytes (kept as escaped text), parts, or null
   * @param charset charset the text is to be written in; also sets it as {@linkcode Message.setCharset} does
   * @throws {UnicodeEncodeError} when the charset cannot express the text
   * @throws {LookupError} when no codec knows the charset
   */
  setPayload(payload: Payload | Message | Uint8Array, charset: Charset | string | null = null): void {
    setPayload(this, payload, charset);
  }

  /**
   * Sets the charset of the body: adds `MIME-Version`, `Content-Type` and `Content-Transfer-Encoding` where they
   * are missing, and encodes the payload for transport unless a transfer encoding is there already.
   *
   * @param charset name or {@linkcode Charset}; null removes the charset parameter
   * @throws {CharsetError} for a name outside ASCII
   */
  setCharset(charset: Charset | string | null): void {
    setCharset(this, charset);
  }

  /** The charset set with {@linkcode Message.setCharset}, or null. A parsed message has none. */
  getCharset(): Charset | null {
    return this.#charset;
  }

  /**
   * True when a header of that name exists: Python's `name in message`.
   *
   * @param name name of the header, in any case
   */
  has(name: string): boolean {
    return this.#entity.fields.find(name) >= 0;
  }

  /**
   * The first header of that name.
   *
   * @param name name of the header, in any case
   * @returns its value, null when there is none; a {@linkcode Header} when the value holds bytes outside ASCII
   */
  get(name: string): HeaderValue | null;
  /**
   * The first header of that name.
   *
   * @param name name of the header, in any case
   * @param fallback what to return when there is none
   */
  get<T>(name: string, fallback: T): HeaderValue | T;
  get(name: string, fallback: unknown = null): unknown {
    const at = this.#entity.fields.find(name);
    if (at < 0) return fallback;
    const [stored, value] = this.#entity.fields.at(at);
    return this.policy.headerFetchParse(stored, value);
  }

  /**
   * Adds a header at the end and keeps others of that name: Python's `message[name] = value`.
   *
   * ```ts
   * import { Message } from "@postern/postern/email";
   * import { assertEquals } from "@std/assert";
   *
   * const message = new Message();
   * message.append("Received", "one");
   * message.append("Received", "two");
   * assertEquals(message.getAll("received"), ["one", "two"]);
   * ```
   *
   * @param name name of the header
   * @param value value of the header
   * @throws {ValueError} when the policy allows no further header of that name
   * @throws {TypeError} when the policy stores something that is neither text nor a {@linkcode Header}
   */
  append(name: string, value: HeaderValue): void {
    const most = this.policy.headerMaxCount(name);
    if (most) {
      const found = this.getAll(name)?.length ?? 0;
      if (found >= most) throw new ValueError(`There may be at most ${most} ${name} headers in a message`);
    }
    this.#entity.fields.add(checkedField(this.policy.headerStoreParse(name, value)));
  }

  /**
   * Replaces every header of that name by one at the end: `delete`, then `append`.
   *
   * @param name name of the header
   * @param value value of the header
   * @throws {TypeError} when the policy stores something that is neither text nor a {@linkcode Header}
   */
  set(name: string, value: HeaderValue): void {
    // A value that is refused must not cost the old one.
    checkedField(this.policy.headerStoreParse(name, value));
    this.delete(name);
    this.append(name, value);
  }

  /**
   * Removes every header of that name: Python's `del message[name]`.
   *
   * @param name name of the header, in any case
   */
  delete(name: string): void {
    this.#entity.fields.delete(name);
  }

  /** Names of the headers in order, duplicates included. */
  keys(): string[] {
    return this.#entity.fields.list().map((field) => field[0]);
  }

  /** Values of the headers in order. */
  values(): HeaderValue[] {
    return this.#entity.fields.list().map((field) => this.policy.headerFetchParse(field[0], field[1]));
  }

  /** Names and values of the headers in order. */
  items(): [name: string, value: HeaderValue][] {
    return this.#entity.fields.list().map((
      [name, value],
    ) => [name, this.policy.headerFetchParse(name, value)]);
  }

  /** The same as {@linkcode Message.items}, under the name `Headers` and `Map` use. */
  entries(): [name: string, value: HeaderValue][] {
    return this.items();
  }

  /** Iterates over names and values, as `Headers` and `Map` do. */
  [Symbol.iterator](): IterableIterator<[name: string, value: HeaderValue]> {
    return this.items()[Symbol.iterator]();
  }

  /**
   * Every value of that name.
   *
   * @param name name of the header, in any case
   * @returns the values in order, null when there is none
   */
  getAll(name: string): HeaderValue[] | null;
  /**
   * Every value of that name.
   *
   * @param name name of the header, in any case
   * @param fallback what to return when there is none
   */
  getAll<T>(name: string, fallback: T): HeaderValue[] | T;
  getAll(name: string, fallback: unknown = null): unknown {
    const fields = this.#entity.fields.all(name);
    if (fields.length === 0) return fallback;
    return fields.map(([stored, value]) => this.policy.headerFetchParse(stored, value));
  }

  /**
   * Adds a header with parameters.
   *
   * ```ts
   * import { Message } from "@postern/postern/email";
   * import { assertEquals } from "@std/assert";
   *
   * const part = new Message();
   * part.addHeader("Content-Disposition", "attachment", { filename: "bud.gif" });
   * assertEquals(part.get("content-disposition"), 'attachment; filename="bud.gif"');
   * ```
   *
   * @param name name of the header
   * @param value value before the parameters; null for none
   * @param params parameters, `_` in names standing for `-`; null gives a bare name, a triple of charset, language and
   * text the form of RFC 2231. Pairs keep any order; an object puts names that are numbers first
   * @throws {TypeError} when a value is not text
   */
  addHeader(name: string, value: string | null, params: HeaderParams = {}): void {
    const parts = value === null ? [] : [textFor("addHeader", value)];
    for (const pair of isIterable(params) ? params : Object.entries(params ?? {})) {
      const [key, param] = listFor("addHeader", "pairs [name, value]", pair);
      parts.push(formatParam(textFor("the name of a parameter", key, "is").replaceAll("_", "-"), param));
    }
    this.append(name, parts.join("; "));
  }

  /**
   * Replaces the first header of that name in place, keeping the name as it is written there.
   *
   * @param name name of the header, in any case
   * @param value the new value
   * @throws {KeyError} when there is no such header
   * @throws {TypeError} when the policy stores something that is neither text nor a {@linkcode Header}
   */
  replaceHeader(name: string, value: HeaderValue): void {
    const at = this.#entity.fields.find(name);
    if (at < 0) throw new KeyError(name.toLowerCase());
    this.#entity.fields.replace(
      at,
      checkedField(this.policy.headerStoreParse(this.#entity.fields.at(at)[0], value)),
    );
  }

  /** Content type in lower case; the default type when there is none, `text/plain` when it cannot be one. */
  getContentType(): string {
    const value = this.get("content-type");
    if (value === null) return this.getDefaultType();
    const type = firstPart(value);
    const slash = type.indexOf("/");
    return slash < 0 || type.includes("/", slash + 1) ? "text/plain" : type;
  }

  /** The part of the content type before the slash. */
  getContentMaintype(): string {
    const type = this.getContentType();
    return type.slice(0, type.indexOf("/"));
  }

  /** The part of the content type after the slash. */
  getContentSubtype(): string {
    const type = this.getContentType();
    return type.slice(type.indexOf("/") + 1);
  }

  /** The type of a message without a Content-Type: `message/rfc822` in a digest, else `text/plain`. */
  getDefaultType(): string {
    return this.#entity.defaultType;
  }

  /**
   * Sets the type of a message without a Content-Type. It is written nowhere.
   *
   * @param type `text/plain` or `message/rfc822`
   */
  setDefaultType(type: string): void {
    this.#entity.defaultType = type;
  }

  /** Parameters with their quotes, null when there is no such header. */
  #params(header: string): ParamList | null {
    const value = this.get(header);
    if (value === null) return null;
    const text = String(value);
    if (this.#paramCache?.text !== text) {
      this.#paramCache = new ParamList(text, this.policy.maxParams);
      if (
        this.#paramCache.limited && !this.defects.some((defect) => defect instanceof ParameterLimitDefect)
      ) {
        this.policy.handleDefect(this, new ParameterLimitDefect());
      }
    }
    return this.#paramCache;
  }

  /**
   * The parameters of a header, the first pair being the value itself and `""`.
   *
   * @param options header and unquoting
   * @returns the pairs in order, duplicates kept, values in RFC 2231 form as triples at the end; null when there
   * is no such header
   */
  getParams(options: ParamOptions = {}): [name: string, value: ParamValue][] | null {
    return parameters.getParams(this, options);
  }

  /**
   * One parameter.
   *
   * ```ts
   * import { messageFromString } from "@postern/postern/email";
   * import { assertEquals } from "@std/assert";
   *
   * const message = messageFromString("Content-Type: a/b; title*=utf-8'de'Gr%C3%BC%C3%9Fe; x=y\n\n");
   * assertEquals(message.getParam("X"), "y");
   * assertEquals(message.getParam("title"), ["utf-8", "de", "Gr\xc3\xbc\xc3\x9fe"]);
   * ```
   *
   * @param param name of the parameter, in any case
   * @param options header and unquoting
   * @returns its value, `[charset, language, text]` when it is in RFC 2231 form, null when there is none
   */
  getParam(param: string, options: ParamOptions = {}): ParamValue | null {
    return parameters.getParam(this, param, options);
  }

  /**
   * Sets a parameter, in place of one with that name if there is one with a value.
   *
   * ```ts
   * import { messageFromString } from "@postern/postern/email";
   * import { assertEquals } from "@std/assert";
   *
   * const message = messageFromString("Content-Type: text/plain\n\n");
   * message.setParam("charset", "utf-8");
   * assertEquals(message.get("content-type"), 'text/plain; charset="utf-8"');
   * ```
   *
   * @param param name of the parameter
   * @param value text, or a triple of charset, language and text
   * @param options header, quoting, RFC 2231 charset and language, whether the header keeps its place
   * @throws {KeyError} with `replace` when there is no such header
   */
  setParam(param: string, value: ParamValue, options: SetParamOptions = {}): void {
    parameters.setParam(this, param, value, options);
  }

  /**
   * Removes a parameter, however often it occurs. The header is written anew at the end, under the name given.
   *
   * @param param name of the parameter, in any case
   * @param options header and quoting
   */
  delParam(param: string, options: { header?: string; requote?: boolean } = {}): void {
    parameters.delParam(this, param, options);
  }

  /**
   * Sets the content type and keeps the parameters. `MIME-Version` and the header move to the end.
   *
   * @param type `maintype/subtype`
   * @param options header and quoting
   * @throws {ValueError} when the type has not exactly one slash
   * @throws {UnicodeEncodeError} when a parameter cannot be written in its charset; the message stays as it was
   * @throws {LookupError} when no codec knows that charset; the message stays as it was
   */
  setType(type: string, options: { header?: string; requote?: boolean } = {}): void {
    parameters.setType(this, type, options);
  }

  /**
   * The file name: `filename` of Content-Disposition, else `name` of Content-Type. RFC 2231 is decoded, RFC 2047
   * is not.
   *
   * ```ts
   * import { messageFromString } from "@postern/postern/email";
   * import { assertEquals } from "@std/assert";
   *
   * const message = messageFromString("Content-Disposition: attachment; filename*=utf-8''%e2%82%ac.txt\n\n");
   * assertEquals(message.getFilename(), "€.txt");
   * ```
   */
  getFilename(): string | null;
  /**
   * The file name.
   *
   * @param fallback what to return when there is none
   */
  getFilename<T>(fallback: T): string | T;
  getFilename(fallback: unknown = null): unknown {
    return parameters.getFilename(this) ?? fallback;
  }

  /** The boundary parameter, blanks at its end removed; null when there is none. */
  getBoundary(): string | null;
  /**
   * The boundary parameter.
   *
   * @param fallback what to return when there is none
   */
  getBoundary<T>(fallback: T): string | T;
  getBoundary(fallback: unknown = null): unknown {
    return parameters.getBoundary(this) ?? fallback;
  }

  /**
   * Sets the boundary parameter where it is, or as the last one, in every Content-Type header.
   *
   * @param boundary the boundary, written in quotes and not escaped
   * @throws {HeaderParseError} when there is no Content-Type
   * @throws {ValueError} when it holds a line end: what follows would be written into the body
   */
  setBoundary(boundary: string): void {
    oneLine("the boundary", boundary);
    parameters.setBoundary(this, boundary);
  }

  /** The charset parameter in lower case; null when there is none or when it is not ASCII. */
  getContentCharset(): string | null;
  /**
   * The charset parameter in lower case.
   *
   * @param fallback what to return when there is none
   */
  getContentCharset<T>(fallback: T): string | T;
  getContentCharset(fallback: unknown = null): unknown {
    return parameters.getContentCharset(this) ?? fallback;
  }

  /** The charset of every part, in the order of {@linkcode Message.walk}; null where there is none. */
  getCharsets(): (string | null)[];
  /**
   * The charset of every part.
   *
   * @param fallback what is returned for a part without one
   */
  getCharsets<T>(fallback: T): (string | T)[];
  getCharsets(fallback: unknown = null): unknown[] {
    return Array.from(this.walk(), (part) => part.getContentCharset(fallback));
  }

  /** The value of Content-Disposition without its parameters, in lower case; null when there is none. */
  getContentDisposition(): string | null {
    const value = this.get("content-disposition");
    return value === null ? null : firstPart(value);
  }

  /**
   * This message and every part below it, depth first.
   *
   * ```ts
   * import { messageFromString } from "@postern/postern/email";
   * import { assertEquals } from "@std/assert";
   *
   * const message = messageFromString("Content-Type: message/rfc822\n\nSubject: inner\n\n");
   * assertEquals([...message.walk()].length, 2);
   * ```
   */
  walk(): Generator<Message, undefined> {
    return walkTree<Message>(this);
  }

  /**
   * Adds a header as it is, past the policy. For parsers.
   *
   * @param name name of the header
   * @param value value of the header
   */
  setRaw(name: string, value: HeaderValue): void {
    this.#entity.fields.add([name, value]);
  }

  /** Names and values as they are stored, past the policy. For generators. */
  rawItems(): IterableIterator<[name: string, value: HeaderValue]> {
    return this.#entity.fields.list().map(([name, value]): [string, HeaderValue] => [name, value])
      [Symbol.iterator]();
  }
}

function isIterable(params: HeaderParams): params is Iterable<readonly [string, ParamValue | null]> {
  return typeof (params as Iterable<unknown> | null)?.[Symbol.iterator] === "function";
}

function oneLine(what: string, text: string): void {
  if (/[\r\n]/.test(text)) throw new ValueError(`${what} holds a line end: ${JSON.stringify(text)}`);
}

/** Refused when it is set: writing would fail on it, far from the mistake. */
function checkedField(field: [name: string, value: HeaderValue]): [name: string, value: HeaderValue] {
  const [name, value] = field;
  if (typeof name !== "string" || typeof value !== "string" && !(value instanceof Header)) {
    throw wrongType(`the value of the header ${name}`, "text or a Header", value, "must be");
  }
  return field;
}
