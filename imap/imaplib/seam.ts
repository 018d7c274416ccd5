/**
 * The transport that a link sits on here: it reads by `readline` and `read` and writes by `send` of the connection, so that
 * a subclass that replaces those replaces the transport, as in Python.
 */

import { sleep, systemClock } from "../base/clock.ts";
import type { TlsOptions, Transport } from "../transport/transport.ts";
import type { Underway } from "./underway.ts";

/** The overridable methods, as the link needs them. */
export interface SeamHost {
  /** Reads a line with its end; empty at the end of the stream. */
  readline(): Promise<Uint8Array>;
  /** Reads so many octets; empty at the end of the stream. */
  read(size: number): Promise<Uint8Array>;
  /** Writes octets. */
  send(data: Uint8Array): Promise<void>;
  /** The connection itself; null where a subclass has one of its own. */
  sock: Transport | null;
}

/** A transport made of the overridable methods. */
export class SeamTransport implements Transport {
  readonly #host: SeamHost;
  readonly #awaited: () => number;
  readonly #largest: number;
  readonly #underway: Underway;
  #rest: Uint8Array = new Uint8Array(0);
  #reads = 0;
  #yielded = systemClock.monotonic();

  /**
   * @param host Whose methods are called.
   * @param awaited Octets that the literal underway still lacks; 0 when a line is awaited.
   * @param largest Octets of a literal that is read as a whole; of a larger one, which is skipped, a piece at a time.
   * @param underway Ends reads and writes with the connection: a method of a subclass may never settle.
   */
  constructor(host: SeamHost, awaited: () => number, largest: number, underway: Underway) {
    this.#host = host;
    this.#awaited = awaited;
    this.#largest = largest;
    this.#underway = underway;
  }

  get secure(): boolean {
    return this.#host.sock?.secure ?? false;
  }

  get local(): boolean {
    return this.#host.sock?.local ?? false;
  }

  async read(into: Uint8Array): Promise<number | null> {
    if (this.#rest.length === 0) {
      if (++this.#reads % readsPerLook === 0) await this.#yield();
      const awaited = this.#awaited();
      this.#rest = await this.#underway.race(
        awaited === 0
          ? this.#host.readline()
          : this.#host.read(awaited > this.#largest ? Math.min(awaited, PIECE) : awaited),
      );
      if (this.#rest.length === 0) return null;
    }
    const count = Math.min(into.length, this.#rest.length);
    into.set(this.#rest.subarray(0, count));
    this.#rest = this.#rest.subarray(count);
    return count;
  }

  /** A server that always has something to say would keep timers, and so `shutdown`, from their turn. */
  async #yield(): Promise<void> {
    if (systemClock.monotonic() - this.#yielded < longestTurn) return;
    await sleep(systemClock, 0);
    this.#yielded = systemClock.monotonic();
  }

  write(octets: Uint8Array): Promise<void> {
    return this.#underway.race(this.#host.send(octets));
  }

  close(): Promise<void> | void {
    this.#underway.end();
    return this.#host.sock?.close();
  }

  async startTls(options: TlsOptions, signal?: AbortSignal): Promise<Transport> {
    const { sock } = this.#host;
    if (sock?.startTls === undefined) throw new Error("This connection cannot be upgraded to TLS");
    this.#host.sock = await sock.startTls(options, signal);
    return this;
  }
}

/** Milliseconds for which lines are read without a turn of the event loop, and after how many of them there is a look at the time. */
const longestTurn = 200;
const readsPerLook = 16;
const PIECE = 64 * 1024;
