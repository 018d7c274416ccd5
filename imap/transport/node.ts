/** Connections under Node.js. */

import type { Socket } from "node:net";
import { type DialOptions, isLoopback, type TlsOptions, type Transport } from "./transport.ts";
import { CertificateWithoutNames } from "./authorities.ts";
import { ChunkQueue } from "./chunk_queue.ts";

/**
 * Opens a connection with `node:net`, and `node:tls` on top of it.
 *
 * @param options Where to.
 * @returns The connection, TLS handshake done.
 */
export async function dial(options: DialOptions): Promise<Transport> {
  const { hostname, port, tls, signal } = options;
  signal?.throwIfAborted();
  // Not at the top of the file: a bundle for another runtime may hold this file and must load without Node.js.
  const net = await import("node:net");
  const tcp = net.connect({ host: hostname, port, noDelay: true });
  await opened(tcp, "connect", signal);
  return tls === undefined ? new NodeTransport(tcp, false) : await secure(tcp, tls, signal);
}

async function secure(tcp: Socket, options: TlsOptions, signal?: AbortSignal): Promise<Transport> {
  const { connect, rootCertificates } = await import("node:tls");
  signal?.throwIfAborted();
  const address = /^[\d.]+$|:/.test(options.hostname);
  const socket = connect({
    socket: tcp,
    host: options.hostname,
    // RFC 6066 3: an address is no server name.
    ...(address ? {} : { servername: options.hostname }),
    ...(options.caCerts === undefined ? {} : { ca: [...rootCertificates, ...options.caCerts] }),
    ...(options.cert === undefined ? {} : { cert: options.cert, key: options.key }),
    rejectUnauthorized: true,
    // RFC 7301; the name is registered for IMAP over TLS.
    ALPNProtocols: ["imap"],
  });
  await opened(socket, "secureConnect", signal);
  // RFC 9525 section 2; Node.js would take the subject's common name instead.
  if (!socket.getPeerCertificate().subjectaltname) {
    socket.destroy();
    throw new CertificateWithoutNames();
  }
  return new NodeTransport(socket, true);
}

function opened(socket: Socket, event: string, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: unknown) => {
      done();
      // A socket that fails again after this has nobody to tell.
      socket.on("error", () => {});
      socket.destroy();
      reject(error);
    };
    const abort = () => fail(signal?.reason);
    const ended = () => fail(new Error("The connection was closed before it was ready"));
    const succeed = () => {
      done();
      resolve();
    };
    const done = () => {
      socket.off(event, succeed).off("error", fail).off("close", ended);
      signal?.removeEventListener("abort", abort);
    };
    socket.once(event, succeed).once("error", fail).once("close", ended);
    signal?.addEventListener("abort", abort, { once: true });
  });
}

class NodeTransport implements Transport {
  readonly secure: boolean;
  readonly local: boolean;
  readonly startTls?: (options: TlsOptions, signal?: AbortSignal) => Promise<Transport>;
  readonly #socket: Socket;
  readonly #queue: ChunkQueue;

  constructor(socket: Socket, encrypted: boolean) {
    this.#socket = socket;
    this.secure = encrypted;
    this.local = isLoopback(socket.remoteAddress);
    const queue = this.#queue = new ChunkQueue(() => socket.pause(), () => socket.resume());
    const take = (chunk: Uint8Array) => queue.push(chunk);
    const end = () => queue.end();
    const fail = (error: Error) => queue.end(error);
    socket.on("data", take).on("end", end).on("close", end).on("error", fail);
    if (!encrypted) {
      this.startTls = (options, signal) => {
        socket.off("data", take).off("end", end).off("close", end).off("error", fail);
        return secure(socket, options, signal);
      };
    }
  }

  read(into: Uint8Array): Promise<number | null> {
    return this.#queue.read(into);
  }

  write(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#socket.write(bytes, (error) => error ? reject(error) : resolve());
    });
  }

  close(): void {
    this.#socket.destroy();
    this.#queue.end();
  }
}
