/** Transports from web streams, and pairs in memory. */

import { sleep, systemClock } from "../base/clock.ts";
import { ConnectionError } from "../base/errors.ts";
import { kindOf } from "../base/option_names.ts";
import type { Transport } from "./transport.ts";
import { ChunkQueue } from "./chunk_queue.ts";

/** Two web streams that together are a connection. */
export interface StreamPair {
  /** What the peer sends. */
  readable: ReadableStream<Uint8Array>;
  /** What the peer receives. */
  writable: WritableStream<Uint8Array>;
  /** Ends what the streams belong to, a socket for instance; called last, and once. */
  close?: (() => Promise<void> | void) | undefined;
}

/**
 * Makes a transport of any pair of web streams: a subprocess, a WebSocket wrapper, a test.
 *
 * @param streams The two directions.
 * @param secure Whether the bytes travel encrypted, or where nobody else can read them: passwords are sent only then.
 * @returns The transport, which holds the locks of both streams.
 *
 * @example
 * ```ts
 * import { connect, streamTransport } from "@postern/postern/imap/core";
 *
 * // A server that a child process is: `ssh mail.example.org imapd`.
 * async function countMessages(child: Deno.ChildProcess): Promise<number> {
 *   const transport = streamTransport({ readable: child.stdout, writable: child.stdin }, true);
 *   await using client = await connect({ transport });
 *   return (await client.status("INBOX", ["MESSAGES"])).messages;
 * }
 * ```
 */
export function streamTransport(streams: StreamPair, secure = false): Transport {
  if (
    typeof streams?.readable?.getReader !== "function" || typeof streams.writable?.getWriter !== "function"
  ) {
    throw new TypeError("streamTransport() takes { readable, writable }, which are streams");
  }
  const reader = streams.readable.getReader();
  const writer = streams.writable.getWriter();
  let rest = new Uint8Array(0);
  let closed = false;
  return {
    secure,
    async read(into: Uint8Array): Promise<number | null> {
      while (rest.length === 0) {
        const { done, value } = await reader.read();
        if (done) return null;
        // Text of a decoder, mostly. A Uint8Array of another realm is not an instance of that of this one.
        if (Object.prototype.toString.call(value) !== "[object Uint8Array]") {
          throw new ConnectionError(`A stream of a connection gives Uint8Array, not ${kindOf(value)}`, {
            retryable: false,
          });
        }
        rest = value as Uint8Array<ArrayBuffer>;
        // A stream that gives nothing without end would keep timers from their turn.
        if (rest.length === 0) await sleep(systemClock, 0);
      }
      const count = Math.min(rest.length, into.length);
      into.set(rest.subarray(0, count));
      rest = rest.subarray(count);
      return count;
    },
    async write(bytes: Uint8Array): Promise<void> {
      await writer.ready;
      // The stream may keep what it is given beyond the promise, and the caller reuses its buffer.
      await writer.write(new Uint8Array(bytes));
    },
    close(): void {
      if (closed) return;
      closed = true;
      reader.cancel().catch(() => {});
      // Not close(): it would wait for a write that the peer does not take, and the socket would stay.
      writer.abort().catch(() => {});
      (async () => await streams.close?.())().catch(() => {});
    },
  };
}

/**
 * Makes two transports that are connected with each other, without I/O: what one writes the other reads. A write
 * waits while the other side has more than a megabyte unread.
 *
 * @param secure Whether both ends say that they encrypt. Both say that they are local.
 * @returns The two ends.
 *
 * @example
 * ```ts
 * import { memoryPair } from "@postern/postern/imap/core";
 * import { assertEquals } from "@std/assert";
 *
 * const [left, right] = memoryPair();
 * await left.write(new TextEncoder().encode("hi"));
 * const into = new Uint8Array(10);
 * const count = await right.read(into);
 * assertEquals(new TextDecoder().decode(into.subarray(0, count ?? 0)), "hi");
 * ```
 */
export function memoryPair(secure = false): [Transport, Transport] {
  const left = new MemoryEnd(secure);
  const right = new MemoryEnd(secure);
  left.peer = right;
  right.peer = left;
  return [left, right];
}

class MemoryEnd implements Transport {
  readonly secure: boolean;
  readonly local = true;
  peer!: MemoryEnd;
  readonly #queue = new ChunkQueue(() => {}, () => this.#accept());
  #blocked: (() => void)[] = [];
  #closed = false;

  constructor(secure: boolean) {
    this.secure = secure;
  }

  read(into: Uint8Array): Promise<number | null> {
    return this.#queue.read(into);
  }

  take(): Promise<Uint8Array | null> {
    return this.#queue.take();
  }

  write(bytes: Uint8Array): Promise<void> {
    if (this.#closed || this.peer.#closed) return Promise.reject(new Error("The connection is closed"));
    return this.peer.#deliver(new Uint8Array(bytes));
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#queue.end();
    this.#accept();
    this.peer.#queue.end();
    this.peer.#accept();
  }

  #deliver(bytes: Uint8Array): Promise<void> {
    this.#queue.push(bytes);
    if (!this.#queue.full) return Promise.resolve();
    return new Promise((resolve) => this.#blocked.push(resolve));
  }

  #accept(): void {
    const blocked = this.#blocked;
    this.#blocked = [];
    for (const resolve of blocked) resolve();
  }
}
