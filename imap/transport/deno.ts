/** Connections under Deno. */

import { abortable, type DialOptions, isLoopback, type TlsOptions, type Transport } from "./transport.ts";

/**
 * Opens a connection with `Deno.connect` or `Deno.connectTls`.
 *
 * @param options Where to.
 * @returns The connection, TLS handshake done.
 */
export async function dial(options: DialOptions): Promise<Transport> {
  const { hostname, port, tls, signal } = options;
  signal?.throwIfAborted();
  const tcp = await abortable(Deno.connect({ hostname, port }), signal, close);
  tcp.setNoDelay(true);
  if (tls === undefined) return new DenoTransport(tcp, false);
  // Deno takes the name to verify from the same field as the address, so a name of its own needs this way round.
  return await upgrade(tcp, tls, signal);
}

async function upgrade(tcp: Deno.TcpConn, options: TlsOptions, signal?: AbortSignal): Promise<Transport> {
  try {
    return await abortable(secure(tcp, options), signal, (transport) => void transport.close());
  } catch (error) {
    // A handshake that nobody waits for any more ends with its connection.
    close(tcp);
    throw error;
  }
}

async function secure(tcp: Deno.TcpConn, options: TlsOptions): Promise<Transport> {
  let conn: Deno.TlsConn | undefined;
  try {
    const { hostname, caCerts = [] } = options;
    // RFC 7301; the name is registered for IMAP over TLS.
    conn = await Deno.startTls(tcp, { hostname, caCerts: [...caCerts], alpnProtocols: ["imap"] });
    await conn.handshake();
  } catch (error) {
    close(conn ?? tcp);
    throw error;
  }
  return new DenoTransport(conn, true);
}

function close(conn: Deno.Conn): void {
  try {
    conn.close();
  } catch {
    // Closed already.
  }
}

class DenoTransport implements Transport {
  readonly secure: boolean;
  readonly local: boolean;
  readonly startTls?: (options: TlsOptions, signal?: AbortSignal) => Promise<Transport>;
  readonly #conn: Deno.Conn;

  constructor(conn: Deno.TcpConn | Deno.TlsConn, encrypted: boolean) {
    this.#conn = conn;
    this.secure = encrypted;
    this.local = conn.remoteAddr.transport === "tcp" && isLoopback(conn.remoteAddr.hostname);
    if (!encrypted) this.startTls = (options, signal) => upgrade(conn as Deno.TcpConn, options, signal);
  }

  read(into: Uint8Array): Promise<number | null> {
    return this.#conn.read(into);
  }

  async write(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) at += await this.#conn.write(bytes.subarray(at));
  }

  close(): void {
    close(this.#conn);
  }
}
