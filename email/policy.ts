/**
 * Policies: how messages are read, stored and written. Only the one of Python 3's older API is here, `compat32`.
 *
 * @module
 */

import { Charset } from "./charset.ts";
import type { MessageDefect } from "./errors.ts";
import { encodeField, foldAscii, Header } from "./header.ts";
import { encodeAsciiEscape, hasSurrogates, isAscii } from "./text/text.ts";
import { LIMITS } from "./parse/limits.ts";
import { foldsToItself } from "./write/fold.ts";
import { toLinesep } from "./write/linesep.ts";
// circle: a message carries its policy, and the hooks of a policy get the message
import type { Message, MessageFactory } from "./message.ts";
import { listFor, messageFor, textFor, wrongType } from "./text/given.ts";

/** What a header field holds: text, or a {@linkcode Header} that the application stored. */
export type HeaderValue = string | Header;

/** The attributes of a {@linkcode Policy}. */
export interface PolicyOptions {
  /** Longest line that headers are folded to; 0 or null: no folding. Default 78. */
  maxLineLength?: number | null;
  /** Line end of everything that is written. Default `"\n"`. */
  linesep?: string;
  /** `"8bit"` writes 8-bit bodies and headers as they are, `"7bit"` encodes them. Default `"8bit"`. */
  cteType?: string;
  /** Throw defects instead of recording them. Default false. */
  raiseOnDefect?: boolean;
  /**
   * Write `>From ` where a body line begins with `From `. Default true for {@linkcode Compat32} and false for other
   * policies. It is for the generators: `asString` and `asBytes` of a message never do so.
   */
  mangleFrom?: boolean;
  /** Refuse to write a header that would be read back as more than one. Default true. */
  verifyGeneratedHeaders?: boolean;
  /** What the parser makes messages with; null is {@linkcode Message}. */
  messageFactory?: MessageFactory | null;
  /** Deepest nesting of parts the parser follows, the rest is kept as text. Default 256. */
  maxDepth?: number;
  /** Most parts the parser makes of one message, the rest is kept as text. Default 5,000. */
  maxParts?: number;
  /** Most bytes of one part's headers, the rest becomes body. Default 2 MiB. */
  maxHeaderBytes?: number;
  /** Most fields of one part's headers, the rest becomes body. Default 20,000. */
  maxFields?: number;
  /** Most parameters that are read of one header. Default 1,000. */
  maxParams?: number;
  /** Most defects that the parser records for one part. Default 1,000. */
  maxDefects?: number;
}

const DEFAULTS = {
  maxLineLength: 78,
  linesep: "\n",
  cteType: "8bit",
  raiseOnDefect: false,
  mangleFrom: false,
  verifyGeneratedHeaders: true,
  messageFactory: null,
};

/** What was given by name to each policy, which is what `add` carries over. */
const given: WeakMap<Policy, Record<string, unknown>> = /* @__PURE__ */ new WeakMap();

/**
 * Base class of policies. Make a subclass to change how headers are parsed, stored, fetched and folded.
 *
 * Attributes cannot be assigned to: make a changed copy with {@linkcode Policy.clone}.
 *
 * ```ts
 * import { Compat32, messageFromString } from "@postern/postern/email";
 * import { assertEquals } from "@std/assert";
 *
 * class Trimmed extends Compat32 {
 *   override headerSourceParse(lines: string[]): [string, string] {
 *     const [name, value] = super.headerSourceParse(lines);
 *     return [name, value.trim()];
 *   }
 * }
 * assertEquals(messageFromString("A: b  \n\n", { policy: new Trimmed() }).get("a"), "b");
 * ```
 *
 * Source: Python's `email.policy.Policy`.
 */
export abstract class Policy {
  /** Longest line that headers are folded to; 0 or null: no folding. */
  declare readonly maxLineLength: number | null;
  /** Line end of everything that is written. */
  declare readonly linesep: string;
  /** `"8bit"` or `"7bit"`. */
  declare readonly cteType: string;
  /** Throw defects instead of recording them. */
  declare readonly raiseOnDefect: boolean;
  /** Write `>From ` where a body line begins with `From `. */
  declare readonly mangleFrom: boolean;
  /** Refuse to write a header that would be read back as more than one. */
  declare readonly verifyGeneratedHeaders: boolean;
  /** What the parser makes messages with; null is `Message`. */
  declare readonly messageFactory: MessageFactory | null;
  /** Deepest nesting of parts the parser follows. */
  declare readonly maxDepth: number;
  /** Most parts the parser makes of one message. */
  declare readonly maxParts: number;
  /** Most bytes of one part's headers. */
  declare readonly maxHeaderBytes: number;
  /** Most fields of one part's headers. */
  declare readonly maxFields: number;
  /** Most parameters that are read of one header. */
  declare readonly maxParams: number;
  /** Most defects that the parser records for one part. */
  declare readonly maxDefects: number;

  /**
   * Makes a policy.
   *
   * @param options attributes that differ from the defaults
   * @throws {TypeError} for an attribute that does not exist
   */
  constructor(options: PolicyOptions = {}) {
    define(this, { ...DEFAULTS, ...LIMITS, maxParams: 1_000 });
    assign(this, options);
  }

  /**
   * A copy with some attributes changed.
   *
   * @param options the attributes that change; a subclass may have more of them than the base class
   * @throws {TypeError} for an attribute that does not exist
   */
  clone(options: PolicyOptions & Record<string, unknown> = {}): this {
    // Not through the constructor, whose arguments a subclass is free to change.
    const copy = Object.create(Object.getPrototypeOf(this)) as this;
    define(copy, { ...this });
    assign(copy, { ...given.get(this), ...options });
    return copy;
  }

  /**
   * A copy with the attributes that were set on another policy: Python's `+`.
   *
   * @param other the policy whose settings win
   */
  add(other: Policy): this {
    return this.clone(given.get(other) ?? {});
  }

  /**
   * Called for every defect: throws it when `raiseOnDefect`, otherwise registers it.
   *
   * @param message the message with the defect
   * @param defect what is wrong
   */
  handleDefect(message: Message, defect: MessageDefect): void {
    if (this.raiseOnDefect) throw defect;
    this.registerDefect(message, defect);
  }

  /**
   * Records a defect in `message.defects`.
   *
   * @param message the message with the defect
   * @param defect what is wrong
   */
  registerDefect(message: Message, defect: MessageDefect): void {
    messageFor("registerDefect", message).defects.push(defect);
  }

  /**
   * How often a header may occur; null: any number of times.
   *
   * @param _name name of the header
   */
  headerMaxCount(_name: string): number | null {
    return null;
  }

  /**
   * Name and value of a header that was read.
   *
   * @param lines the lines of the header, with their line ends
   */
  abstract headerSourceParse(lines: string[]): [name: string, value: string];

  /**
   * What is stored when a program adds a header.
   *
   * @param name name of the header
   * @param value value of the header
   */
  abstract headerStoreParse(name: string, value: HeaderValue): [name: string, value: HeaderValue];

  /**
   * What a program gets that asks for a header.
   *
   * @param name name of the header
   * @param value the value as it is stored
   */
  abstract headerFetchParse(name: string, value: HeaderValue): HeaderValue;

  /**
   * A header as it is written to text, folded, with its line end.
   *
   * @param name name of the header
   * @param value the value as it is stored
   */
  abstract fold(name: string, value: HeaderValue): string;

  /**
   * A header as it is written to bytes, folded, with its line end.
   *
   * @param name name of the header
   * @param value the value as it is stored
   */
  abstract foldBinary(name: string, value: HeaderValue): Uint8Array;
}

/** Whether a policy does no more with defects than to put them into the list, so that they can be made when asked for. */
export function recordsDefects({ raiseOnDefect, handleDefect, registerDefect }: Policy): boolean {
  return !raiseOnDefect && handleDefect === Policy.prototype.handleDefect &&
    registerDefect === Policy.prototype.registerDefect;
}

/** Attributes are own properties that nobody can assign to, and that a subclass may define anew. */
function define(policy: Policy, options: Record<string, unknown> | PolicyOptions): void {
  for (const [name, value] of Object.entries(options)) {
    Object.defineProperty(policy, name, { value, writable: false, enumerable: true, configurable: true });
  }
}

function assign(policy: Policy, options: Record<string, unknown> | PolicyOptions): void {
  const record: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(options ?? {})) {
    if (!(name in policy)) {
      throw new TypeError(`'${name}' is an invalid option for ${policy.constructor.name}`);
    }
    if (value !== undefined) record[name] = value;
  }
  define(policy, record);
  given.set(policy, record);
}

/**
 * The policy of Python 3's older API: headers are strings, kept as they were read and folded anew when written.
 *
 * ```ts
 * import { compat32, messageFromString } from "@postern/postern/email";
 *
 * const message = messageFromString("Subject: hello\n\nworld\n", { policy: compat32.clone({ linesep: "\r\n" }) });
 * console.log(message.asString()); // every line ends in CRLF
 * ```
 *
 * Source: Python's `email.policy.Compat32`.
 */
export class Compat32 extends Policy {
  /**
   * Makes a policy.
   *
   * @param options attributes that differ from the defaults
   * @throws {TypeError} for an attribute that does not exist
   */
  constructor(options: PolicyOptions = {}) {
    super(options);
    if (options?.mangleFrom === undefined) define(this, { mangleFrom: true });
    if (new.target === Compat32) Object.freeze(this);
  }

  /** A frozen copy with some attributes changed. */
  override clone(options: PolicyOptions & Record<string, unknown> = {}): this {
    return Object.freeze(super.clone(options)) as this;
  }

  /**
   * Splits at the first colon, drops blanks after it and the line ends at the end; folds are kept.
   *
   * @param lines the lines of the header, with their line ends
   */
  headerSourceParse(lines: string[]): [name: string, value: string] {
    const first = textFor(
      "headerSourceParse",
      listFor("headerSourceParse", "a list of lines", lines)[0] ?? "",
    );
    const colon = first.indexOf(":");
    let start = colon + 1;
    while (first[start] === " " || first[start] === "\t") start++;
    const value = first.slice(start) + lines.slice(1).join("");
    let end = value.length;
    while (end > 0 && (value[end - 1] === "\n" || value[end - 1] === "\r")) end--;
    return [first.slice(0, colon), value.slice(0, end)];
  }

  /**
   * Stores name and value as they are given.
   *
   * @param name name of the header
   * @param value value of the header
   */
  headerStoreParse(name: string, value: HeaderValue): [name: string, value: HeaderValue] {
    return [name, value];
  }

  /**
   * The stored value, or a {@linkcode Header} of the charset `unknown-8bit` when it holds escaped bytes.
   *
   * @param name name of the header
   * @param value the value as it is stored
   */
  headerFetchParse(name: string, value: HeaderValue): HeaderValue {
    return typeof value === "string" && hasSurrogates(value) ? escapedHeader(name, value) : value;
  }

  /**
   * The header folded to `maxLineLength`; escaped bytes become an encoded word of the charset `unknown-8bit`.
   *
   * @param name name of the header
   * @param value the value as it is stored
   * @throws {HeaderParseError} when a line of the value would be read back as another header
   */
  fold(name: string, value: HeaderValue): string {
    return foldHeader(this, name, value, true);
  }

  /**
   * The header folded to `maxLineLength`; escaped bytes are written as the bytes they represent, unfolded,
   * unless `cteType` is `"7bit"`.
   *
   * @param name name of the header
   * @param value the value as it is stored
   * @throws {HeaderParseError} when a line of the value would be read back as another header
   */
  foldBinary(name: string, value: HeaderValue): Uint8Array {
    return encodeAsciiEscape(foldHeader(this, name, value, this.cteType === "7bit"));
  }
}

/**
 * True when a policy folds the way compat32 does, so that what needs no folding may go past it.
 *
 * @param policy the policy
 */
export function foldsAsCompat32(policy: Policy): boolean {
  return policy.fold === Compat32.prototype.fold && policy.foldBinary === Compat32.prototype.foldBinary;
}

/**
 * Folds a header.
 *
 * @param policy line length and line end
 * @param name name of the header
 * @param value the value as it is stored
 * @param sanitize write escaped bytes as an encoded word instead of as they are
 * @param keepsControls fold at CR and LF only, see {@linkcode encodeField}
 */
export function foldHeader(
  policy: Policy,
  name: string,
  value: HeaderValue,
  sanitize: boolean,
  keepsControls = false,
): string {
  const { linesep } = policy;
  const maxLineLen = policy.maxLineLength ?? 0;
  let header: Header;
  if (typeof value !== "string") {
    if (!(value instanceof Header)) throw wrongType("a header", "text or a Header", value);
    header = value;
  } else if (hasSurrogates(value)) {
    if (!sanitize) return `${name}: ${value}${linesep}`;
    header = escapedHeader(name, value);
  } else if (foldsToItself(name, value, maxLineLen)) {
    return `${name}: ${toLinesep(value, linesep)}${linesep}`;
  } else if (isAscii(value) && asciiIsPlain()) {
    return `${name}: ${foldAscii(value, name.length, maxLineLen, linesep, keepsControls)}${linesep}`;
  } else {
    header = new Header(value, { headerName: name });
  }
  return `${name}: ${encodeField(header, { linesep, maxLineLen }, keepsControls)}${linesep}`;
}

/** False when a program has told the registry to encode ASCII headers. */
function asciiIsPlain(): boolean {
  const ascii = new Charset();
  return ascii.headerEncoding === null && ascii.outputCodec === null && ascii.inputCharset === "us-ascii";
}

function escapedHeader(name: string, value: string): Header {
  return new Header(value, { charset: "unknown-8bit", headerName: name });
}

/**
 * The policy that everything uses unless told otherwise.
 *
 * Source: Python's `email.policy.compat32`.
 */
export const compat32: Compat32 = /* @__PURE__ */ new Compat32();
