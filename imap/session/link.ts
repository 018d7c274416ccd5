/**
 * One connection as responses in and octets out. The link knows how to cut the stream into frames and in which order
 * things are written, and nothing of commands, tags and state: two layers sit on it, each on links of its own. The
 * session is one; the other is the facade for programs that were written for Python's imaplib, which has rules of its
 * own for tags, pipelining and errors, and does not want the session's.
 *
 * How to sit on a link:
 *
 *     const link = new Link(transport, { limits: checkLimits() });
 *     const frame = await link.frame();            // the greeting; undefined: the server has ended the stream
 *     await link.write(octets("A1 NOOP\r\n"));     // writes go out in the order of the calls, each as a whole
 *     await link.write(octets("A2 LOGIN tim x\r\n"), { secret: true });
 *     for (;;) {
 *       const frame = await link.frame();          // its `text` is valid until the next call; copy what is kept
 *       ...                                        // `Decoder.decode` of codec/, or the octets as they are
 *     }
 *     await link.upgrade("STARTTLS", (transport, signal) => transport.startTls!({ hostname }, signal));
 *     link.close(reason);
 *
 * - Reading is pulled: `next` gives what has come already, `fill` waits for more, `frame` does both. One caller reads at
 *   a time. Nothing is read ahead of a call, so that a caller that stops reading stops the server.
 * - `upgrade` is for STARTTLS and for COMPRESS: call it when the OK has been read, before `next`, `fill` or `frame` is
 *   called again. It refuses when octets have come already that were sent before the change.
 * - A write marked `secret` is refused on a connection that others can read. The link says so before anything of the
 *   command has left if the caller asks `secretProblem` first. Give the password itself to `secrets.add`, and pass every
 *   word of the server that goes into an error through `secrets.redact`.
 * - What fails rejects at the call that noticed; nothing is thrown elsewhere. After a failure, `close` the link: it
 *   closes the transport and makes later writes reject with the reason. `close` may be called at any time; a read
 *   underway then rejects or gives undefined.
 * - The link has no timers. Its owner closes it when a wait has lasted too long; `onProgress` tells when
 *   octets have moved.
 */

import { CapabilityError, ConnectionError, ImapError, ProtocolError } from "../base/errors.ts";
import type { Limits } from "../base/limits.ts";
import { Secrets } from "./secrets.ts";
import { type Trace, Tracer } from "./trace.ts";
import { connectionFailure } from "../transport/failure.ts";
import { abortable, checkTransport, type Transport } from "../transport/transport.ts";
import type { DroppedFrame, Frame } from "../wire/frame.ts";
import { Framer } from "../wire/framer.ts";

/** What a link can be told. */
export interface LinkOptions {
  /** Bounds on lines, literals and responses. */
  limits: Limits;
  /** A response was skipped because it exceeds a limit. */
  onDrop?: ((dropped: DroppedFrame) => void) | undefined;
  /** Write secrets where others can read them. */
  allowInsecureAuth?: boolean | undefined;
  /** Octets have come, or were taken by the transport. */
  onProgress?: (() => void) | undefined;
  /** Is told every line, without secrets. */
  trace?: Trace | undefined;
}

/** How octets are written. */
export interface WriteOptions {
  /** They contain a secret. */
  secret?: boolean | undefined;
  /** What a trace shows of them, with secrets masked; when left out, `***` for a secret, else the octets as text. */
  trace?: string | undefined;
}

const decoder = /* @__PURE__ */ new TextDecoder();

/** Changes a transport into one that encrypts or compresses. The signal is aborted when the link is closed meanwhile. */
export type Wrap = (transport: Transport, signal: AbortSignal) => Promise<Transport>;

/** One connection as responses in and octets out. */
export class Link {
  /** What was told here and must not be shown. */
  readonly secrets: Secrets = new Secrets();
  readonly #framer: Framer;
  readonly #allowInsecureAuth: boolean;
  readonly #progress: () => void;
  readonly #tracer: Tracer | undefined;
  #transport: Transport;
  #written: Promise<void> = Promise.resolve();
  #reading = false;
  #upgrading: Promise<void> | undefined;
  #closed: { reason: unknown } | undefined;
  /** Gives up an upgrade underway: its handshake may never end by itself. */
  readonly #closing: AbortController = new AbortController();

  /** Takes a connection over: nobody else may read or write it from here on. */
  constructor(transport: Transport, options: LinkOptions) {
    const { limits, allowInsecureAuth = false, onDrop = () => {}, onProgress = () => {}, trace } = options;
    this.#allowInsecureAuth = allowInsecureAuth;
    this.#transport = transport;
    this.#framer = new Framer({ limits, onDrop });
    this.#progress = onProgress;
    this.#tracer = trace && new Tracer(trace, this.secrets);
  }

  /** Whether octets travel encrypted. */
  get secure(): boolean {
    return this.#transport.secure;
  }

  /** Whether a part of a response has come whose end is missing. */
  get partial(): boolean {
    return this.#framer.partial;
  }

  /** Who takes the octets of literals while they come; see {@linkcode Framer.sinkFor}. */
  set sinkFor(sinkFor: Framer["sinkFor"]) {
    this.#framer.sinkFor = sinkFor;
  }

  /** Which tags are waited for; see {@linkcode Framer.awaits}. */
  set awaits(awaits: Framer["awaits"]) {
    this.#framer.awaits = awaits;
  }

  /** The last response could not be read as a whole; see {@linkcode Framer.doubt}. */
  doubt(): void {
    this.#framer.doubt();
  }

  /** Aborted when the link is closed. */
  get closing(): AbortSignal {
    return this.#closing.signal;
  }

  /** Octets that the literal underway still lacks; 0 when a line is awaited. */
  get awaited(): number {
    return this.#framer.awaited;
  }

  /** The next response of those that have come; undefined when none is whole. Its text is valid until the next call. */
  next(): Frame | undefined {
    if (this.#upgrading !== undefined) return undefined;
    const frame = this.#framer.next();
    if (frame !== undefined) this.#tracer?.received(frame);
    return frame;
  }

  /**
   * Waits until more has come.
   *
   * @returns False when the server has ended the stream.
   */
  async fill(): Promise<boolean> {
    const pressure = this.#upgrading ?? this.#framer.backPressure();
    if (pressure !== undefined) {
      await pressure;
      return true;
    }
    this.#reading = true;
    const framer = this.#framer;
    const transport = this.#transport;
    if (transport.take !== undefined && framer.adopts) {
      const chunk = await transport.take();
      this.#reading = false;
      if (chunk === null) return false;
      if (!ArrayBuffer.isView(chunk) || chunk.length === 0) throw wrongRead();
      framer.adopt(chunk);
    } else {
      const space = framer.space();
      const count = await transport.read(space);
      this.#reading = false;
      if (count === null) return false;
      if ((count | 0) !== count || count < 1 || count > space.length) throw wrongRead();
      framer.filled(count);
    }
    this.#progress();
    return true;
  }

  /** Waits for the next response; undefined when the server has ended the stream. */
  async frame(): Promise<Frame | undefined> {
    for (;;) {
      const frame = this.next();
      if (frame !== undefined) return frame;
      if (!await this.fill()) return undefined;
    }
  }

  /**
   * Writes octets after what was written before. They must not change until the promise has settled.
   *
   * @throws {CapabilityError} For a secret, where others can read it.
   */
  write(bytes: Uint8Array, options: WriteOptions = {}): Promise<void> {
    const write = this.#written.then(async () => {
      if (this.#closed !== undefined) throw this.#closed.reason;
      const problem = options.secret ? this.secretProblem() : undefined;
      if (problem !== undefined) throw problem;
      this.#tracer?.sent(options.trace ?? (options.secret ? "***" : decoder.decode(bytes)));
      await this.#transport.write(bytes);
      this.#progress();
    });
    this.#written = write.catch(() => {});
    return write;
  }

  /** Throws when the caller may not use the connection although it works. */
  check(): void {
    this.#transport.check?.();
  }

  /** Says whether the connection keeps the program running. */
  hold(held: boolean): void {
    this.#transport.hold?.(held);
  }

  /** Why no secret may be written now, by the command so named; undefined when it may. */
  secretProblem(command?: string): CapabilityError | undefined {
    const { secure, local = false } = this.#transport;
    if (secure || local || this.#allowInsecureAuth) return undefined;
    const message =
      "The connection is not encrypted: a password is sent to this machine itself only, or with allowInsecureAuth";
    return new CapabilityError(message, { command });
  }

  /**
   * Changes how octets travel from here on. Writes wait until it is done, and so do `fill` and `frame`.
   *
   * @param command What was agreed on, for the error.
   * @param wrap Makes the new transport of the old one.
   * @throws {ProtocolError} When octets have come already: an attacker in between may have sent them in clear, and read after
   * the change they would pass for the server's (CVE-2021-38371 and similar).
   * @throws {ConnectionError} When the change fails. The link cannot be used then.
   */
  upgrade(command: string, wrap: Wrap): Promise<void> {
    if (this.#reading || this.#upgrading !== undefined) {
      return Promise.reject(new TypeError(`${command}: a read or another upgrade is underway`));
    }
    const upgrade = this.#framer.partial
      ? Promise.reject(new ProtocolError(`The server sent more in clear after its OK to ${command}`))
      : this.#upgrade(command, wrap, this.#written);
    // When it fails it stays, so that nothing is read or written any more.
    this.#upgrading = upgrade;
    this.#written = upgrade;
    upgrade.catch(() => {});
    return upgrade;
  }

  async #upgrade(command: string, wrap: Wrap, written: Promise<void>): Promise<void> {
    // Also lets the caller's assignment of this promise come first.
    await written;
    try {
      const { signal } = this.#closing;
      signal.throwIfAborted();
      const transport = await abortable(wrap(this.#transport, signal), signal, closeQuietly);
      checkTransport("What takes its place", transport);
      this.#transport = transport;
      this.#upgrading = undefined;
      this.#tracer?.state(`${command}: done`);
    } catch (error) {
      if (error instanceof ImapError || this.#closed !== undefined) throw this.#closed?.reason ?? error;
      throw connectionFailure(`${command} failed`, error);
    }
  }

  /** Ends the connection. Writes reject with the reason from here on. */
  close(reason: unknown): void {
    if (this.#closed !== undefined) return;
    this.#closed = { reason };
    try {
      this.#tracer?.state(`closed: ${reason instanceof Error ? reason.message : String(reason)}`);
    } catch {
      // It cannot be closed more than it is.
    }
    this.#closing.abort(reason);
    closeQuietly(this.#transport);
  }
}

/** Of a transport of the caller's own: taken as they are, its counts would make endless work or octets that nobody sent. */
function wrongRead(): ConnectionError {
  return new ConnectionError("The transport gave something else than the octets that it has read", {
    retryable: false,
  });
}

/** Closes a connection that nobody waits for: closing may fail, or never be done. */
export function closeQuietly(transport: Transport): void {
  try {
    Promise.resolve(transport.close()).catch(() => {});
  } catch {
    // It is closed, one way or the other.
  }
}
