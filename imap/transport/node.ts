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
  const net = loaded<typeof import("node:net")>("node:net") ?? await import("node:net");
  if (tls !== undefined) {
    const tcp = net.connect({ host: hostname, port, noDelay: true });
    await opened(tcp, "connect", signal);
    return await secure(tcp, tls, signal);
  }
  const queue: ChunkQueue = new ChunkQueue(() => tcp.pause(), () => tcp.resume());
  // Into one buffer for all connections: what is read is taken over before the next read. Otherwise each read of 64 KiB gets a
  // buffer of its own, and a literal of 1 GiB took 42 MiB more than at rest instead of 7.
  received ??= new Uint8Array(64 * 1024);
  const onread = {
    buffer: received,
    callback(count: number, buffer: Uint8Array): boolean {
      queue.lend(buffer.subarray(0, count));
      return true;
    },
  };
  const tcp: Socket = net.connect({ host: hostname, port, noDelay: true, onread });
  await opened(tcp, "connect", signal);
  return new NodeTransport(tcp, false, queue);
}

let received: Uint8Array | undefined;

/** One of Node's own modules at once, from Node.js 22.3 on: the first `import()` of a program takes a millisecond. */
function loaded<Module>(name: string): Module | undefined {
  const { process } = globalThis as { process?: { getBuiltinModule?(name: string): unknown } };
  return process?.getBuiltinModule?.(name) as Module | undefined;
}

async function secure(tcp: Socket, options: TlsOptions, signal?: AbortSignal): Promise<Transport> {
  const { connect, rootCertificates } = loaded<typeof import("node:tls")>("node:tls") ??
    await import("node:tls");
  const address = /^[\d.]+$|:/.test(options.hostname);
  const socket = connect({
    socket: tcp,
    host: options.hostname,
    // RFC 6066 3: an address is not a server name.
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
      // A socket that fails again after this has no one to tell.
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
    // While a module was imported.
    if (signal?.aborted) return abort();
    socket.once(event, succeed).once("error", fail).once("close", ended);
    signal?.addEventListener("abort", abort, { once: true });
  });
}

class NodeTransport implements Transport {
  readonly secure: boolean;
  readonly local: boolean;
  readonly startTls?: (options: TlsOptions, signal?: AbortSignal) => Promise<Transport>;
  readonly take?: () => Promise<Uint8Array | null>;
  readonly #socket: Socket;
  readonly #queue: ChunkQueue;

  /** @param queue Who gets what is read already; otherwise it is told by events. */
  constructor(socket: Socket, encrypted: boolean, queue?: ChunkQueue) {
    this.#socket = socket;
    this.secure = encrypted;
    this.local = isLoopback(socket.remoteAddress);
    const mine = queue ?? new ChunkQueue(() => socket.pause(), () => socket.resume());
    this.#queue = mine;
    const end = () => mine.end();
    const fail = (error: Error) => mine.end(error);
    socket.on("end", end).on("close", end).on("error", fail);
    if (queue === undefined) {
      socket.on("data", (chunk: Uint8Array) => mine.push(chunk));
      this.take = () => mine.take();
    }
    if (!encrypted) {
      this.startTls = (options, signal) => {
        socket.off("end", end).off("close", end).off("error", fail);
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

  hold(held: boolean): void {
    if (held) this.#socket.ref();
    else this.#socket.unref();
  }

  close(): void {
    this.#socket.destroy();
    this.#queue.end();
  }
}
