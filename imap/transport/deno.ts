/** Connections under Deno. */

import { ConnectionError } from "../base/errors.ts";
import { firstOf } from "./addresses.ts";
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
  if (tls?.cert !== undefined) return await withCertificate(hostname, port, tls, signal);
  const tcp = await firstOf(
    await abortable(addressesOf(hostname), signal, () => {}),
    (address, signal) => abortable(Deno.connect({ hostname: address, port }), signal, close),
    close,
    signal,
  );
  tcp.setNoDelay(true);
  if (tls === undefined) return new DenoTransport(tcp, false);
  // Deno takes the name to verify from the same field as the address, so a name of its own needs this way round.
  return await upgrade(tcp, tls, signal);
}

/** The name alone where looking it up is not permitted, or fails: Deno says the latter better. It tries all only from 2.5 on or so. */
async function addressesOf(hostname: string): Promise<string[]> {
  // Asked first: a look-up without the permission would prompt for it.
  if (/^[\d.]+$|:/.test(hostname) || Deno.permissions.querySync({ name: "net" }).state !== "granted") {
    return [hostname];
  }
  try {
    const { lookup } = await import("node:dns/promises");
    const found = await lookup(hostname, { all: true });
    return found.length > 0 ? found.map(({ address }) => address) : [hostname];
  } catch {
    return [hostname];
  }
}

/** Deno shows a certificate where it connects to a name and encrypts at once, and nowhere else. */
async function withCertificate(
  hostname: string,
  port: number,
  { hostname: name, caCerts = [], cert, key }: TlsOptions,
  signal?: AbortSignal,
): Promise<Transport> {
  if (name !== hostname) throw noCertificate("with a tlsHostname that is not the host");
  // RFC 7301; the name is registered for IMAP over TLS.
  const alpnProtocols = ["imap"];
  const options = { hostname, port, caCerts: [...caCerts], alpnProtocols, cert: cert!, key: key! };
  const conn = await abortable(Deno.connectTls(options), signal, close);
  try {
    await abortable(conn.handshake(), signal, () => {});
  } catch (error) {
    close(conn);
    throw error;
  }
  return new DenoTransport(conn, true);
}

function noCertificate(where: string): ConnectionError {
  return new ConnectionError(`Deno cannot show a certificate (cert) ${where}`, {
    reason: "unsupported",
    retryable: false,
  });
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
    if (options.cert !== undefined) throw noCertificate("after STARTTLS");
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

  hold(held: boolean): void {
    if (held) this.#conn.ref();
    else this.#conn.unref();
  }

  close(): void {
    close(this.#conn);
  }
}
