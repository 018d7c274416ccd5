/** `IMAP4_stream`: the standard input and output of a command, or any two streams. */

import { kindOf } from "../base/option_names.ts";
import { startProcess } from "../transport/process.ts";
import { type StreamPair, streamTransport } from "../transport/streams.ts";
import { begin } from "./connection.ts";
import { IMAP4 } from "./imap4.ts";
import type { ConnectOptions } from "./inner.ts";

/** How a connection over streams is made. */
export interface StreamOptions extends ConnectOptions {
  /** The two streams, when there are some already. */
  duplex?: StreamPair | undefined;
}

/**
 * A connection over the input and output of a command: Python's `imaplib.IMAP4_stream`.
 *
 * @example
 * ```ts
 * import { IMAP4_stream } from "@postern/postern/imaplib";
 *
 * async function mailboxes(): Promise<unknown> {
 *   await using M = await IMAP4_stream.connect(["ssh", "mail.example.org", "exec", "imapd"]);
 *   return await M.list();
 * }
 * ```
 */
export class IMAP4_stream extends IMAP4 {
  /** The command, when one is started. */
  command: string | readonly string[] | null = null;
  #duplex: StreamPair | undefined;

  /**
   * Starts a command, or takes two streams; reads the greeting and asks what the server offers.
   *
   * @param command A command for the shell; a program and its arguments, without a shell; or two streams.
   * @param options Time limit and more.
   * @returns The connection, logged in already when the server says so.
   * @throws {ConnectionError} When the runtime cannot start processes.
   * @throws {error} When the server refuses the connection or does not offer IMAP4rev1.
   * @throws {abort} When the command ends, or does not speak IMAP.
   *
   * @example
   * ```ts
   * import { IMAP4_stream } from "@postern/postern/imaplib";
   *
   * async function count(): Promise<void> {
   *   await using M = await IMAP4_stream.connect(["/usr/lib/dovecot/imap"]);
   *   console.log(await M.select("INBOX", true));
   * }
   * ```
   */
  static override connect<T extends IMAP4>(
    this: new () => T,
    command: string | readonly string[] | StreamPair,
    options?: StreamOptions,
  ): Promise<T>;
  /** The same, for two streams in `options.duplex`. */
  static override connect<T extends IMAP4>(
    this: new () => T,
    host?: string,
    port?: number,
    options?: StreamOptions,
  ): Promise<T>;
  static override async connect<T extends IMAP4>(
    this: new () => T,
    command: string | readonly string[] | StreamPair = "",
    second?: number | StreamOptions,
    third?: StreamOptions,
  ): Promise<T> {
    const isCommand = typeof command === "string" || Array.isArray(command);
    if (!isCommand && !(typeof command === "object" && command !== null && "readable" in command)) {
      throw new TypeError(`A command must be text, a list of texts or two streams, not ${kindOf(command)}`);
    }
    const options = third ?? (typeof second === "object" && second !== null ? second : {});
    const M = new this();
    if (M instanceof IMAP4_stream) {
      if (typeof command === "object" && "readable" in command) M.#duplex = command;
      else if (options.duplex !== undefined) M.#duplex = options.duplex;
      else M.command = command;
      await begin(M, "", 0, options);
    }
    return M;
  }

  /** Starts the command; host, port and file have no meaning here. */
  override async open(): Promise<void> {
    this.host = null;
    this.port = null;
    // What goes through a pipe, or through streams of the program's own, nobody else reads.
    this.sock = this.#duplex === undefined
      ? await startProcess(this.command!)
      : streamTransport(this.#duplex, true);
  }
}
