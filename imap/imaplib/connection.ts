/**
 * The connection under `IMAP4`: the methods that a subclass may replace to bring its own transport, and the attributes that
 * Python's class has.
 */

import { kindOf } from "../base/option_names.ts";
import type { Transport } from "../transport/transport.ts";
import { abort, error, readonly } from "./errors.ts";
import { Int2AP } from "./functions.ts";
import { type ConnectOptions, Inner } from "./inner.ts";
import type { LineReader } from "./line_reader.ts";
import { checkText, octets } from "./quoting.ts";
import type { Answer, Argument, Data, State } from "./values.ts";
import { withFrames } from "../base/frames.ts";

/** What `debug` of new connections is: 0 to 5. Python's `imaplib.Debug`, which a program here sets by {@linkcode setDebug}. */
export let Debug = 0;

/**
 * Sets what `debug` of new connections is.
 *
 * @param level 0: nothing. 1: refusals, and the last ten lines when the connection breaks. 4: every line. 5: what is kept.
 *
 * @example
 * ```ts
 * import { Debug, setDebug } from "@postern/postern/imaplib";
 * import { assertEquals } from "@std/assert";
 *
 * setDebug(4);
 * assertEquals(Debug, 4);
 * setDebug(0);
 * ```
 */
export function setDebug(level: number): void {
  Debug = level;
}

/** Python's `imaplib.IMAP4_PORT`. */
export const IMAP4_PORT = 143;

/** The side of a connection that the classes of this folder see. */
export let innerOf: (connection: Connection) => Inner;

/** Transport and attributes of a connection; {@linkcode IMAP4} has the commands. */
export class Connection {
  /** A mistake of the program, or BAD. Python's `IMAP4.error`. */
  static readonly error: typeof error = error;
  /** The connection is of no use any more. Python's `IMAP4.abort`. */
  static readonly abort: typeof abort = abort;
  /** The mailbox can only be read now. Python's `IMAP4.readonly`. */
  static readonly readonly: typeof readonly = readonly;

  /** What is written for people who look for a fault: see {@linkcode setDebug}. */
  debug: number = Debug;
  /** `"NONAUTH"`, `"AUTH"`, `"SELECTED"` or `"LOGOUT"`, as the calls of this side have made it. */
  state: State = "LOGOUT";
  /** Where the connection goes to; null for one that has no host. */
  host: string | null = null;
  /** The port of the host. */
  port: number | null = null;
  /** The connection itself, once `open` has made it. */
  sock: Transport | null = null;
  /** What reads lines from `sock`. */
  file: object | null = null;
  /** The server's first line. */
  welcome = "";
  /** What the server offers, in upper case. */
  capabilities: readonly string[] = [];
  /** `"IMAP4REV1"`, `"IMAP4"`, or `"IMAP4REV2"` from a server that offers neither. */
  PROTOCOL_VERSION = "";
  /** What came and was not asked for yet, by its type. */
  untagged_responses: Record<string, Data[]> = Object.create(null);
  /** The text of the last continuation request. */
  continuation_response = "";
  /** Whether the mailbox was opened for reading only. */
  is_readonly = false;
  /** Whether the server was told that strings are UTF-8. */
  utf8_enabled = false;
  /** Letters that the tags of this connection begin with. */
  tagpre: string = Int2AP(4096 + Math.floor(Math.random() * 61_440));
  /** Number of the next tag. */
  tagnum = 0;

  readonly #inner: Inner = new Inner(this);

  static {
    innerOf = (connection) => connection.#inner;
  }

  // ---- what a subclass may replace

  /**
   * Makes the connection that `read`, `readline`, `send` and `shutdown` use.
   *
   * @param host Name or address; this machine when empty.
   * @param port Port number.
   * @param timeout Seconds that connecting may last.
   * @throws {Error} When nobody answers, and what the runtime says of it; {@linkcode abort} when it lasts too long.
   *
   * @example
   * ```ts
   * import { IMAP4, type Transport } from "@postern/postern/imaplib";
   *
   * class Tunnelled extends IMAP4 {
   *   static tunnel: () => Promise<Transport>;
   *   override async open(): Promise<void> {
   *     this.sock = await Tunnelled.tunnel();
   *   }
   * }
   * console.log(Tunnelled.name);
   * ```
   */
  async open(host = "", port: number = IMAP4_PORT, timeout?: number): Promise<void> {
    this.host = host;
    this.port = port;
    this.sock = await this.#inner.dial(host === "" ? "localhost" : host, port, undefined, timeout);
  }

  /**
   * Reads octets: those of a literal, for the other methods.
   *
   * @param size How many.
   * @returns As many; fewer only when the server has ended the connection.
   * @throws {abort} When that lasts longer than `timeout`.
   */
  read(size: number): Promise<Uint8Array> {
    return this.#inner.bounded(this.#lines().read(size));
  }

  /**
   * Reads a line, for the other methods.
   *
   * @returns The line with its CR LF; nothing when the server has ended the connection.
   * @throws {error} When the line is longer than `maxLine` of the limits.
   * @throws {abort} When that lasts longer than `timeout`.
   */
  readline(): Promise<Uint8Array> {
    return this.#inner.bounded(this.#lines().readline());
  }

  /**
   * Sends octets, for the other methods.
   *
   * @param data The octets; text goes out as UTF-8.
   * @throws {abort} When there is no connection, or the write takes longer than `timeout`.
   */
  async send(data: Uint8Array | string): Promise<void> {
    if (this.sock === null) throw new abort("socket error: not connected");
    await this.#inner.bounded(this.sock.write(octets(data)));
  }

  /** Ends the connection that `open` made. May be called again. */
  async shutdown(): Promise<void> {
    this.#inner.close();
    await this.#inner.closed(this.sock);
  }

  /** The connection itself; null before `open` has made it. */
  socket(): Transport | null {
    return this.sock;
  }

  // ---- for subclasses and for debugging

  /**
   * Sends a command that has no method of its own, and waits for its answer.
   *
   * @param name Name of the command in upper case.
   * @param args Arguments, quoted where they have to be.
   * @returns `"OK"` or `"NO"`, and the server's text.
   */
  async _simple_command(name: string, ...args: Argument[]): Promise<Answer> {
    checkText("name", name);
    return await this.#inner.perform({ name, args });
  }

  /**
   * Takes what came under a name.
   *
   * @param typ What to return as the status; with `"NO"`, nothing is taken.
   * @param dat What to return with `"NO"`.
   * @param name Type of the responses, in upper case.
   * @returns The status, and the responses or `[null]`.
   */
  _untagged_response(typ: string, dat: Data[], name: string): Answer {
    if (typ === "NO") return [typ, dat];
    const data = this.untagged_responses[name];
    if (data === undefined) return [typ, [null]];
    delete this.untagged_responses[name];
    return [typ, data];
  }

  /** Writes a line for people who look for a fault; on standard error unless it is replaced. */
  _mesg(text: string): void {
    console.error(this.#inner.log.stamped(text));
  }

  /** Writes the last ten lines of the dialogue, secrets masked. */
  print_log(): void {
    const inner = this.#inner;
    for (const line of inner.log.lines((text, cut) => inner.redact(text, cut))) console.error(line);
  }

  #lines(): LineReader {
    const reader = this.#inner.reader(this.sock);
    this.file = reader;
    return reader;
  }
}

/**
 * Connects, reads the greeting, and asks for the capabilities.
 *
 * @throws {error} When the server refuses the connection or does not offer IMAP4rev1.
 */
export async function begin(
  M: Connection,
  host: string,
  port: number,
  options: ConnectOptions,
): Promise<void> {
  const call = new Error();
  const inner = innerOf(M);
  checkHost(host, port);
  inner.configure(options);
  M.debug = options.debug ?? Debug;
  try {
    await M.open(host, port, options.timeout);
    if (M.debug >= 1) M._mesg(`new IMAP4 connection, tag=${M.tagpre}`);
    const { typ, line } = await inner.greeting();
    M.welcome = line;
    if (typ !== "OK" && typ !== "PREAUTH") throw new error(line);
    M.state = typ === "PREAUTH" ? "AUTH" : "NONAUTH";
    await readCapabilities(M);
    const version = ["IMAP4REV1", "IMAP4", "IMAP4REV2"].find((each) => M.capabilities.includes(each));
    if (version === undefined) throw new error("server not IMAP4 compliant");
    M.PROTOCOL_VERSION = version;
  } catch (problem) {
    await Promise.resolve().then(() => M.shutdown()).catch(() => {});
    throw withFrames(problem, call);
  }
}

/** Everything in one object, as other clients take it, would be the name of the host here. */
function checkHost(host: unknown, port: unknown): void {
  const [name, wanted, given] = typeof host !== "string"
    ? ["host", "text", host]
    : ["port", "a number", port];
  if (name === "port" && typeof given === "number") return;
  throw new TypeError(`${name} must be ${wanted}, not ${kindOf(given)}; it is connect(host, port, options)`);
}

/** Asks for the capabilities and keeps them. */
export async function readCapabilities(M: Connection): Promise<void> {
  const [typ, dat] = await M._simple_command("CAPABILITY");
  const last = M._untagged_response(typ, dat, "CAPABILITY")[1].at(-1);
  if (typeof last !== "string") throw new error("no CAPABILITY response from server");
  takeCapabilities(M, last);
  if (M.debug >= 3) M._mesg(`CAPABILITIES: ${M.capabilities.join(" ")}`);
}

/** Keeps capabilities that the server named. */
export function takeCapabilities(M: Connection, text: string): void {
  M.capabilities = text.toUpperCase().split(" ").filter((each) => each !== "");
}
