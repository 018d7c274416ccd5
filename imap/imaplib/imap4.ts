/** `IMAP4`: Python's class, with `await`. */

import { showAs } from "../base/shown.ts";
import { argumentCounts } from "./_gen/command_table.ts";
import { type CommandName, Commands } from "./command_table.ts";
import { begin, IMAP4_PORT } from "./connection.ts";
import type { ConnectOptions } from "./inner.ts";
import { MailboxCommands } from "./mailbox_commands.ts";

/** The names in upper case under which commands can be called as well. */
export type UpperCaseNames = {
  readonly [K in keyof MailboxCommands as K extends Lowercase<CommandName> ? Uppercase<K> : never]:
    MailboxCommands[K];
};

/** `M.NOOP()` is `M.noop()`, and so on for every command. */
export interface IMAP4 extends UpperCaseNames {}

/**
 * A connection to an IMAP server: Python's `imaplib.IMAP4`. Everything that talks to the server is awaited.
 *
 * Its methods are described with the classes that have them: {@linkcode TableCommands} (`list`, `fetch`, `store`, `copy`,
 * `expunge`, `status`, `getquota` and all others that send their arguments and take what came), {@linkcode MailboxCommands}
 * (`select`, `search`, `append`, `uid`, `getquotaroot`) and {@linkcode SessionCommands} (`login`, `authenticate`, `logout`,
 * `response`, `recent`, `starttls`, `enable`, `idle`, `xatom`). {@linkcode Connection} has the attributes and what a subclass
 * replaces to bring its own transport.
 *
 * @example
 * ```ts
 * import { IMAP4 } from "@postern/postern/imaplib";
 *
 * async function main(host: string, user: string, password: string): Promise<void> {
 *   await using M = await IMAP4.connect(host);
 *   await M.login(user, password);
 *   await M.select();
 *   const [_typ, data] = await M.search(null, "ALL");
 *   for (const num of String(data[0]).split(" ")) {
 *     const [_typ, data] = await M.fetch(num, "(RFC822)");
 *     console.log("Message %s\n%s", num, data[0]);
 *   }
 *   await M.close();
 * }
 * ```
 */
export class IMAP4 extends MailboxCommands {
  /**
   * Connects, reads the greeting, and asks what the server offers: what `imaplib.IMAP4(host, port)` does.
   *
   * @param host Name or address; this machine when empty.
   * @param port Port number.
   * @param options Time limit, certificates and more.
   * @returns The connection, not logged in unless the server says so.
   * @throws {error} When the server refuses the connection or does not offer IMAP4rev1.
   * @throws {abort} When the connection ends, or what answers does not speak IMAP.
   *
   * @example
   * ```ts
   * import { IMAP4 } from "@postern/postern/imaplib";
   *
   * async function welcome(): Promise<string> {
   *   await using M = await IMAP4.connect("imap.example.org", 143, { timeout: 30 });
   *   await M.starttls();
   *   return String(M.welcome);
   * }
   * ```
   */
  static async connect<T extends IMAP4>(
    this: new () => T,
    host = "",
    port: number = IMAP4_PORT,
    options: ConnectOptions = {},
  ): Promise<T> {
    if ((options as { duplex?: unknown } | null)?.duplex !== undefined) {
      throw new TypeError("duplex is an option of IMAP4_stream");
    }
    const M = new this();
    await begin(M, host, port, options);
    return M;
  }

  /** Logs out, unless that was done, and ends the connection: for `await using`. It never throws. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.state !== "LOGOUT") await this.logout();
    else await Promise.resolve().then(() => this.shutdown()).catch(() => {});
  }
}

// Python refuses a call with too few or too many arguments; here one that was forgotten would not be sent, and one too many
// be lost.
for (const [name, [least, most]] of Object.entries(argumentCounts)) {
  const method = Object.getOwnPropertyDescriptor(declaring(name), name)!;
  const given = method.value as (...args: unknown[]) => unknown;
  const counted = {
    [name](this: IMAP4, ...args: unknown[]): unknown {
      if (args.length >= least && args.length <= most) return given.apply(this, args);
      const wanted = least === most
        ? `${least}`
        : most === Infinity
        ? `${least} or more`
        : `${least} to ${most}`;
      const problem = new TypeError(`${name}() takes ${wanted} arguments, not ${args.length}`);
      // This one is not a promise.
      if (name === "idle") throw problem;
      return Promise.reject(problem);
    },
  };
  Object.defineProperty(IMAP4.prototype, name, { ...method, value: counted[name] });
}

/** The class that has a method. */
function declaring(name: string): object {
  let prototype: object = MailboxCommands.prototype;
  while (!Object.hasOwn(prototype, name)) prototype = Object.getPrototypeOf(prototype);
  return prototype;
}

for (const name of Object.keys(Commands)) {
  Object.defineProperty(IMAP4.prototype, name, {
    // Looked up at each call, so that a subclass's own method is found.
    get(this: Record<string, unknown>): unknown {
      return this[name.toLowerCase()];
    },
  });
}

showAs(IMAP4, "IMAP4", ({ state, host, port }) => ({ state, host, port }));
