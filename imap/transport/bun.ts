/** Connections under Bun. */

import { type DialOptions, isLoopback, type TlsOptions, type Transport } from "./transport.ts";
import { CertificateWithoutNames } from "./authorities.ts";
import { ChunkQueue } from "./chunk_queue.ts";

/** What this file uses of Bun's sockets; Bun's own type package is not a dependency. */
interface BunSocket {
  readonly authorized: boolean;
  readonly remoteAddress: string;
  write(bytes: Uint8Array): number;
  pause(): void;
  resume(): void;
  ref(): void;
  unref(): void;
  end(): void;
  terminate(): void;
  setNoDelay(on: boolean): boolean;
  getPeerCertificate(): { subjectaltname?: string } | undefined;
  upgradeTLS(options: { tls: BunTls; socket: BunHandlers }): [raw: BunSocket, tls: BunSocket];
}

interface BunTls {
  ca?: string[];
  cert?: string;
  key?: string | undefined;
  serverName?: string;
  rejectUnauthorized: boolean;
  ALPNProtocols: ArrayBuffer;
}

interface BunHandlers {
  open?(socket: BunSocket): void;
  handshake?(socket: BunSocket, success: boolean, problem: Error | null): void;
  data(socket: BunSocket, chunk: Uint8Array): void;
  drain(socket: BunSocket): void;
  end(socket: BunSocket): void;
  close(socket: BunSocket, error?: Error): void;
  error(socket: BunSocket, error: Error): void;
  connectError?(socket: BunSocket, error: Error): void;
}

interface BunGlobal {
  connect(options: { hostname: string; port: number; tls?: BunTls; socket: BunHandlers }): Promise<BunSocket>;
}

/**
 * Opens a connection with `Bun.connect`.
 *
 * @param options Where to.
 * @returns The connection, TLS handshake done.
 */
export function dial(options: DialOptions): Promise<Transport> {
  const { hostname, port, tls, signal } = options;
  return BunTransport.open(tls, signal, (socket) => {
    const { Bun } = globalThis as unknown as { Bun: BunGlobal };
    return Bun.connect({ hostname, port, socket, ...(tls === undefined ? {} : { tls: settings(tls) }) });
  });
}

/** RFC 7301 3.1: names with their lengths; `imap` is registered for IMAP over TLS. */
const imapProtocol = /* @__PURE__ */ new Uint8Array([4, 0x69, 0x6d, 0x61, 0x70]);

function settings(tls: TlsOptions): BunTls {
  return {
    serverName: tls.hostname,
    rejectUnauthorized: true,
    ALPNProtocols: imapProtocol.buffer,
    ...(tls.cert === undefined ? {} : { cert: tls.cert, key: tls.key }),
    // Bun replaces its own authorities with these and has no list of its own to add them to.
    ...(tls.caCerts === undefined || tls.caCerts.length === 0 ? {} : { ca: [...tls.caCerts] }),
  };
}

/**
 * Gives back the memory of a chunk that was copied. Bun makes an array of its own of each read, of up to 512 KiB, and the collector comes
 * for them late: the pages of 4 MiB, new ones again and again, took three times as long as to receive the octets.
 */
function free({ buffer, length }: Uint8Array): void {
  if (length === buffer.byteLength) (buffer as ArrayBuffer).transfer(0);
}

class BunTransport implements Transport {
  readonly secure: boolean;
  readonly startTls?: (options: TlsOptions, signal?: AbortSignal) => Promise<Transport>;
  #socket: BunSocket | undefined;
  readonly #queue: ChunkQueue;
  #drained: (() => void) | undefined;
  #closed = false;
  /** The connection was handed to TLS: its events are no longer about this transport. */
  #used = false;

  constructor(encrypted: boolean) {
    this.secure = encrypted;
    this.#queue = new ChunkQueue(() => this.#socket?.pause(), () => this.#socket?.resume(), free);
    if (!encrypted) {
      this.startTls = (options, signal) => {
        this.#used = true;
        const raw = this.#socket!;
        return BunTransport.open(options, signal, (socket) => {
          const [, upgraded] = raw.upgradeTLS({ tls: settings(options), socket });
          return Promise.resolve(upgraded);
        });
      };
    }
  }

  /** Starts a connection and waits until it can be used. */
  static open(
    tls: TlsOptions | undefined,
    signal: AbortSignal | undefined,
    start: (handlers: BunHandlers) => Promise<BunSocket>,
  ): Promise<Transport> {
    return new Promise((resolve, reject) => {
      const transport = new BunTransport(tls !== undefined);
      const abort = () => fail(signal?.reason);
      const fail = (error: unknown) => {
        signal?.removeEventListener("abort", abort);
        reject(error);
        transport.close();
      };
      const ready = (socket: BunSocket) => {
        signal?.removeEventListener("abort", abort);
        transport.#socket = socket;
        if (transport.#closed) socket.terminate();
        else resolve(transport);
      };
      if (signal?.aborted) return abort();
      signal?.addEventListener("abort", abort, { once: true });
      const gone = (error?: Error) => {
        if (transport.#used) return;
        reject(error ?? new Error("The connection was closed before it was ready"));
        transport.#end(error);
      };
      start({
        open(socket): void {
          transport.#socket = socket;
          socket.setNoDelay(true);
          if (tls === undefined) ready(socket);
        },
        handshake(socket, success, problem): void {
          if (tls === undefined) return;
          if (!success || problem !== null || !socket.authorized) {
            fail(problem ?? new Error("The TLS handshake failed"));
          } else if (socket.getPeerCertificate()?.subjectaltname === undefined) {
            // RFC 9525 section 2; Bun would take the subject's common name instead.
            fail(new CertificateWithoutNames());
          } else {
            ready(socket);
          }
        },
        data: (_, chunk) => transport.#used || transport.#queue.push(chunk),
        drain: () => transport.#release(),
        end: () => gone(),
        close: (_, error) => gone(error),
        error: (_, error) => gone(error),
        connectError: (_, error) => fail(error),
      }).then((socket) => {
        transport.#socket ??= socket;
        if (transport.#closed) socket.terminate();
      }, fail);
    });
  }

  get local(): boolean {
    return isLoopback(this.#socket?.remoteAddress);
  }

  read(into: Uint8Array): Promise<number | null> {
    return this.#queue.read(into);
  }

  take(): Promise<Uint8Array | null> {
    return this.#queue.take();
  }

  async write(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) {
      if (this.#closed || this.#socket === undefined) throw new Error("The connection is closed");
      const count = this.#socket.write(at === 0 ? bytes : bytes.subarray(at));
      if (count < 0) throw new Error("The connection is closed");
      at += count;
      if (at < bytes.length) await new Promise<void>((resolve) => this.#drained = resolve);
    }
  }

  hold(held: boolean): void {
    if (held) this.#socket?.ref();
    else this.#socket?.unref();
  }

  close(): void {
    this.#end();
    this.#socket?.terminate();
  }

  #end(error?: Error): void {
    this.#closed = true;
    this.#queue.end(error);
    this.#release();
  }

  #release(): void {
    const drained = this.#drained;
    this.#drained = undefined;
    drained?.();
  }
}
