/**
 * Connections in Cloudflare Workers and in workerd, over `cloudflare:sockets`. No compatibility flag is needed, and nothing of Node.js,
 * Deno or Bun comes along.
 *
 * A connection belongs to the request that opened it: another request that uses it gets an error. So connect in the handler, or keep the
 * connection in a Durable Object.
 *
 * @example A worker that lists the newest subjects
 * ```ts
 * import { connect } from "@postern/postern/imap/core";
 * import { edge } from "@postern/postern/cloudflare";
 *
 * interface Env {
 *   IMAP_HOST: string;
 *   IMAP_USER: string;
 *   IMAP_PASSWORD: string;
 * }
 *
 * // The `fetch` of the worker's default export.
 * async function newestSubjects(_request: Request, env: Env): Promise<Response> {
 *   const auth = { user: env.IMAP_USER, pass: env.IMAP_PASSWORD };
 *   await using client = await connect({ ...edge, host: env.IMAP_HOST, auth });
 *   const { exists } = await client.examine("INBOX");
 *   if (exists === 0) return new Response("no mail");
 *   const rows = await client.fetch(`${Math.max(1, exists - 9)}:*`, ["ENVELOPE"]);
 *   return Response.json(rows.map((row) => row.envelope.subject));
 * }
 * ```
 *
 * @module
 */

import { ConnectionError, StateError } from "../base/errors.ts";
import type { Limits } from "../base/limits.ts";
import {
  abortable,
  type Dial,
  type DialOptions,
  isLoopback,
  type TlsOptions,
  type Transport,
} from "./transport.ts";

/** What this file uses of a socket of `cloudflare:sockets`. */
export interface WorkerSocket {
  /** What the peer sends. */
  readonly readable: ReadableStream;
  /** What the peer receives. */
  readonly writable: WritableStream;
  /** Settles when the connection is there, TLS handshake done. */
  readonly opened: Promise<unknown>;
  /** Settles when the connection has ended. */
  readonly closed: Promise<unknown>;
  /** Ends the connection. */
  close(): Promise<void>;
  /** Starts TLS; the socket is used up. */
  startTls(options?: { expectedServerHostname?: string }): WorkerSocket;
}

/** The function `connect` of `cloudflare:sockets`. */
export type WorkerConnect = (
  address: { hostname: string; port: number },
  options: { secureTransport: "on" | "off" | "starttls"; allowHalfOpen: boolean },
) => WorkerSocket;

/**
 * Limits that fit into an isolate of 128 MiB: three literals at once are at most a half of it.
 */
export const edgeLimits: Partial<Limits> = /* @__PURE__ */ Object.freeze({
  maxLiteral: 24 * 1024 * 1024,
  maxResponse: 32 * 1024 * 1024,
  maxBuffered: 8 * 1024 * 1024,
  maxHeld: 32 * 1024 * 1024,
});

/**
 * Opens connections by `cloudflare:sockets`.
 *
 * @param options Where to. `caCerts` and `cert` cannot be given: a worker trusts what its platform trusts, and shows no certificate.
 * @returns The connection, TLS handshake done.
 * @throws {ConnectionError} With the reason `unsupported` for `caCerts` and `cert`, and outside of Workers.
 *
 * @example
 * ```ts
 * import { dial } from "@postern/postern/cloudflare";
 * import { connect } from "@postern/postern/imap/core";
 *
 * async function countMessages(host: string, user: string, pass: string): Promise<number> {
 *   await using client = await connect({ host, dial, auth: { user, pass } });
 *   return (await client.status("INBOX", ["MESSAGES"])).messages;
 * }
 * ```
 */
export async function dial(options: DialOptions): Promise<Transport> {
  return await dialWith(await workerConnect())(options);
}

/**
 * Makes a `dial` of a `connect` that works like the one of `cloudflare:sockets`: for bundlers that want to see the import, and for
 * tests.
 *
 * @param connect The function.
 * @returns The function for `connect({ dial })`.
 *
 * @example
 * ```ts
 * import { dialWith } from "@postern/postern/cloudflare";
 * import { connect, type Dial } from "@postern/postern/imap/core";
 *
 * // `sockets` is what `import * as sockets from "cloudflare:sockets"` gives.
 * function dialOf(sockets: { connect: Parameters<typeof dialWith>[0] }): Dial {
 *   return dialWith(sockets.connect);
 * }
 * ```
 */
export function dialWith(connect: WorkerConnect): Dial {
  return async ({ hostname, port, tls, signal }) => {
    signal?.throwIfAborted();
    if (tls !== undefined) checkTls(tls);
    // After "off" there is no startTls. "on" verifies the name that is dialled; another name needs the way over startTls.
    const direct = tls !== undefined && tls.hostname === hostname;
    const socket = connect({ hostname, port }, {
      secureTransport: direct ? "on" : "starttls",
      allowHalfOpen: false,
    });
    try {
      const transport = await opened(socket, hostname, direct, signal);
      return tls === undefined || direct ? transport : await transport.startTls!(tls, signal);
    } catch (error) {
      // With "on", a refused connection, an unknown host and a refused certificate have the same words (workerd 2026-11-17).
      if (!direct || signal?.aborted || !await reachable(connect, { hostname, port }, signal)) throw error;
      throw handshakeFailure(error);
    }
  };
}

/** Whether anything answers there at all. */
async function reachable(
  connect: WorkerConnect,
  address: { hostname: string; port: number },
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const socket = connect(address, { secureTransport: "off", allowHalfOpen: false });
  socket.closed.catch(() => {});
  const discard = () => void socket.close().catch(() => {});
  try {
    await abortable(socket.opened, signal, discard);
    return true;
  } catch {
    return false;
  } finally {
    discard();
  }
}

/** What `connect` takes in a worker: the way to connect and limits that fit. `connect({ ...edge, host, auth })`. */
export const edge: { readonly dial: Dial; readonly limits: Partial<Limits> } = /* @__PURE__ */ Object.freeze({
  dial,
  limits: edgeLimits,
});

async function workerConnect(): Promise<WorkerConnect> {
  // Not a literal: no bundler and no other runtime knows the module.
  const module = ["cloudflare", "sockets"].join(":");
  try {
    return (await import(module) as { connect: WorkerConnect }).connect;
  } catch (cause) {
    throw new ConnectionError(
      "cloudflare:sockets is not available; this is for Cloudflare Workers and workerd",
      {
        cause,
        reason: "unsupported",
        retryable: false,
      },
    );
  }
}

function checkTls({ caCerts = [], cert }: TlsOptions): void {
  const problem = caCerts.length > 0
    ? "A worker cannot trust authorities of its own (caCerts); its platform decides"
    : cert !== undefined
    ? "A worker has no way to show a certificate (cert)"
    : undefined;
  if (problem !== undefined) {
    throw new ConnectionError(problem, { reason: "unsupported", retryable: false });
  }
}

async function opened(
  socket: WorkerSocket,
  hostname: string,
  secure: boolean,
  signal?: AbortSignal,
): Promise<WorkerTransport> {
  // What it would report is reported by the read or the write that fails.
  socket.closed.catch(() => {});
  const discard = () => void socket.close().catch(() => {});
  try {
    await abortable(socket.opened, signal, discard);
  } catch (error) {
    discard();
    throw error;
  }
  return new WorkerTransport(socket, hostname, secure);
}

/** Whatever failed in a handshake, a worker is not told more than `internal error; reference = ...`. */
function handshakeFailure(cause: unknown): ConnectionError {
  const message =
    "The TLS handshake failed: the certificate was refused, or the port does not speak TLS; Workers do not tell which";
  return new ConnectionError(message, { cause, reason: "certificate", retryable: false });
}

/** `Cannot perform I/O on behalf of a different request. ...`: nothing was written, and the connection is as it was. */
function isForeign(error: unknown): boolean {
  return error instanceof Error && error.message.includes("on behalf of a different request");
}

function foreignRequest(cause: unknown): StateError {
  const message =
    "This connection belongs to another request of the worker: connect in each, or keep it in a Durable Object";
  return new StateError(message, { cause });
}

/** As much as one read takes; the default reader would give 4,096 octets at a time, for five times the processor time. */
const readSize = 64 * 1024;

class WorkerTransport implements Transport {
  readonly secure: boolean;
  readonly local: boolean;
  readonly startTls?: (options: TlsOptions, signal?: AbortSignal) => Promise<Transport>;
  readonly #socket: WorkerSocket;
  readonly #hostname: string;
  readonly #reader: ReadableStreamBYOBReader;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  /**
   * Belongs to the request that made it, as the socket does, and says so when it is looked at: a write would say it too, and the stream
   * would be broken for its owner.
   */
  readonly #probe: { readonly readyState: number } | undefined;
  /** Given away with each read and got back with its result. */
  #buffer: ArrayBufferLike = new ArrayBuffer(readSize);
  #rest: Uint8Array = new Uint8Array(0);

  constructor(socket: WorkerSocket, hostname: string, secure: boolean) {
    this.secure = secure;
    // The address that a name was resolved to is not told.
    this.local = isLoopback(hostname);
    this.#socket = socket;
    this.#hostname = hostname;
    const { WebSocketPair } = globalThis as {
      WebSocketPair?: new () => { readonly 0: { readonly readyState: number } };
    };
    this.#probe = WebSocketPair === undefined ? undefined : new WebSocketPair()[0];
    this.#reader = socket.readable.getReader({ mode: "byob" });
    this.#writer = socket.writable.getWriter();
    this.#reader.closed.catch(() => {});
    this.#writer.closed.catch(() => {});
    if (!secure) this.startTls = (options, signal) => this.#startTls(options, signal);
  }

  async #startTls(options: TlsOptions, signal?: AbortSignal): Promise<Transport> {
    checkTls(options);
    if (this.#rest.length > 0) throw new Error("There are unread octets that came before TLS");
    this.#reader.releaseLock();
    this.#writer.releaseLock();
    const { hostname } = options;
    // Only where it must be: Cloudflare's own edge does not take it into account (workerd issue 6903), and workerd logs a warning.
    const name = hostname === this.#hostname ? {} : { expectedServerHostname: hostname };
    try {
      return await opened(this.#socket.startTls(name), this.#hostname, true, signal);
    } catch (error) {
      throw signal?.aborted ? error : handshakeFailure(error);
    }
  }

  async read(into: Uint8Array): Promise<number | null> {
    if (this.#rest.length === 0) {
      const size = Math.min(into.length, readSize);
      const { done, value } = await this.#reader.read(new Uint8Array(this.#buffer, 0, size));
      if (value === undefined) return null;
      this.#buffer = value.buffer;
      if (done && value.length === 0) return null;
      this.#rest = value;
    }
    const count = Math.min(this.#rest.length, into.length);
    into.set(this.#rest.subarray(0, count));
    this.#rest = this.#rest.subarray(count);
    return count;
  }

  async write(bytes: Uint8Array): Promise<void> {
    try {
      // The stream may keep what it is given beyond the promise.
      await this.#writer.write(new Uint8Array(bytes));
    } catch (error) {
      throw isForeign(error) ? foreignRequest(error) : error;
    }
  }

  check(): void {
    try {
      void this.#probe?.readyState;
    } catch (error) {
      throw isForeign(error) ? foreignRequest(error) : error;
    }
  }

  /** Ends a write that stalls as well. An abort of the writer would keep the socket open until the request ends (workerd 2026-11-17). */
  close(): void {
    this.#reader.cancel().catch(() => {});
    this.#socket.close().catch(() => {});
  }
}
