/** `IMAP4_SSL`: TLS from the first byte. */

import type { Transport } from "../transport/transport.ts";
import { innerOf } from "./connection.ts";
import { IMAP4 } from "./imap4.ts";
import type { ConnectOptions } from "./inner.ts";

/** Python's `imaplib.IMAP4_SSL_PORT`. */
export const IMAP4_SSL_PORT = 993;

/**
 * A connection that is encrypted from the first byte: Python's `imaplib.IMAP4_SSL`, with the certificate always verified.
 *
 * @example
 * ```ts
 * import { IMAP4_SSL } from "@postern/postern/imaplib";
 *
 * async function unseen(host: string, user: string, password: string): Promise<unknown> {
 *   await using M = await IMAP4_SSL.connect(host);
 *   await M.login(user, password);
 *   await M.select("INBOX", true);
 *   return await M.search(null, "UNSEEN");
 * }
 * ```
 */
export class IMAP4_SSL extends IMAP4 {
  /**
   * Connects, encrypts, reads the greeting, and asks what the server offers.
   *
   * @param host Name, which the certificate must be for; this machine when empty.
   * @param port Port number.
   * @param options Time limit, certificates and more.
   * @returns The connection, not logged in unless the server says so.
   * @throws {error} When the server refuses the connection or does not offer IMAP4rev1.
   * @throws {abort} When the connection ends, or what answers does not speak IMAP.
   *
   * @example
   * ```ts
   * import { IMAP4_SSL } from "@postern/postern/imaplib";
   *
   * async function count(user: string, password: string): Promise<void> {
   *   await using M = await IMAP4_SSL.connect("imap.example.org");
   *   await M.login(user, password);
   *   const [typ, [exists]] = await M.select("INBOX", true);
   *   console.log(typ, String(exists));
   * }
   * ```
   */
  static override async connect<T extends IMAP4>(
    this: new () => T,
    host = "",
    port: number = IMAP4_SSL_PORT,
    options: ConnectOptions = {},
  ): Promise<T> {
    return await IMAP4.connect.call(this, host, port, options) as T;
  }

  /** Makes the connection; see `IMAP4.open`. */
  override async open(host = "", port: number = IMAP4_SSL_PORT, timeout?: number): Promise<void> {
    this.host = host;
    this.port = port;
    const inner = innerOf(this);
    this.sock = await inner.dial(host === "" ? "localhost" : host, port, inner.tlsOptions(), timeout);
  }

  /** The encrypted connection. Python 2.x has it beside `socket()`, which was the connection below. */
  ssl(): Transport | null {
    return this.sock;
  }
}
