/** IDLE as an async iterator that renews itself. RFC 9051 6.3.13, RFC 2177. */

import type { Timer } from "../base/clock.ts";
import type { CommandSpec } from "../codec/spec.ts";
import { Command } from "../session/handle.ts";
import { ConnectionError } from "../base/errors.ts";
import type { EventQueue, ImapEvent } from "../session/events.ts";
import { checkMilliseconds } from "../base/limits.ts";
import type { Session } from "../session/session.ts";
import type { Writer } from "../wire/writer.ts";

/** Between an IDLE that the server ended and the next one, in milliseconds. */
const pause = 1000;

/** How to wait for news. */
export interface IdleOptions {
  /** Ends the wait; the iterator then throws the signal's reason. */
  signal?: AbortSignal | undefined;
  /** Ends the wait after this many milliseconds; the iterator is then simply at its end. */
  duration?: number | undefined;
  /** Milliseconds after which IDLE is ended and issued again; the connection's `timeouts.idle` when not given. */
  renewAfter?: number | undefined;
}

/** One IDLE after the other, with the events of all of them and of what comes between. */
export class Idle implements AsyncIterableIterator<ImapEvent, undefined> {
  readonly #session: Session;
  readonly #spec: CommandSpec;
  readonly #encode: (writer: Writer) => void;
  readonly #renewAfter: number;
  readonly #events: EventQueue;
  readonly #signal: AbortSignal | undefined;
  readonly #abort: () => void;
  #duration: Timer | undefined;
  #renewal: Timer | undefined;
  #running: Command<void> | undefined;
  /** Takes back an IDLE that the server has not begun. */
  #controller: AbortController = new AbortController();
  #phase: "requested" | "idling" | "ending" | "over" = "over";
  #doneWanted = false;
  #stopped = false;

  /** Starts waiting. */
  constructor(session: Session, spec: CommandSpec, encode: (writer: Writer) => void, options: IdleOptions) {
    const { signal, duration, renewAfter } = options;
    this.#session = session;
    this.#spec = spec;
    this.#encode = encode;
    this.#renewAfter = renewAfter === undefined
      ? session.timeouts.idle
      : checkMilliseconds("renewAfter", renewAfter);
    if (duration !== undefined) checkMilliseconds("duration", duration);
    this.#events = session.events();
    this.#signal = signal;
    this.#abort = () => this.#stop({ error: signal!.reason });
    if (signal?.aborted) {
      this.#abort();
      return;
    }
    signal?.addEventListener("abort", this.#abort, { once: true });
    if (duration !== undefined) {
      this.#duration = this.#session.clock.setTimeout(() => this.#stop({}), duration);
    }
    this.#start();
  }

  /** The iterator itself. */
  [Symbol.asyncIterator](): this {
    return this;
  }

  /** The next event. */
  next(): Promise<IteratorResult<ImapEvent, undefined>> {
    return this.#events.next();
  }

  /** Ends IDLE and waits until the server has taken note, so that the connection is free. */
  async return(): Promise<IteratorResult<ImapEvent, undefined>> {
    this.#stop({});
    await this.#running?.catch(() => {});
    return { done: true, value: undefined };
  }

  #start(): void {
    this.#phase = "requested";
    this.#doneWanted = false;
    this.#controller = new AbortController();
    const handle = new Command<void>();
    this.#running = handle;
    this.#session.submit<void>({
      spec: this.#spec,
      args: {},
      encode: this.#encode,
      result: () => {},
      handle,
      options: { signal: this.#controller.signal },
      onContinuation: () => {
        if (this.#phase !== "requested") return;
        this.#phase = "idling";
        this.#session.setIdling(handle, true);
        if (this.#doneWanted) this.#done();
        else this.#renewal = this.#session.clock.setTimeout(() => this.#done(), this.#renewAfter);
      },
      interrupt: () => this.#done(),
    });
    handle.then(() => this.#ended(), (error) => this.#failed(error));
  }

  /** RFC 9051 6.3.13: DONE may only be said after the server's `+`. */
  #done(): void {
    this.#doneWanted = true;
    if (this.#phase !== "idling") return;
    this.#phase = "ending";
    this.#session.clock.clearTimeout(this.#renewal);
    // From here an answer is due again: a connection that is dead without having said so is found out now.
    this.#session.setIdling(this.#running!, false);
    this.#session.writeLine("DONE");
  }

  #ended(): void {
    this.#phase = "over";
    this.#session.clock.clearTimeout(this.#renewal);
    if (this.#stopped) return;
    if (this.#doneWanted) this.#start();
    // The server ended it by itself; one that does so at once must not be asked again without a pause.
    else this.#renewal = this.#session.clock.setTimeout(() => this.#start(), pause);
  }

  #failed(error: unknown): void {
    // Taken back: if it was sent all the same, the server's `+` is still to be answered.
    if (this.#stopped) return;
    this.#phase = "over";
    this.#session.clock.clearTimeout(this.#renewal);
    // The end of the connection reaches the events by itself, and quietly when it was wanted.
    if (!(error instanceof ConnectionError)) this.#stop({ error });
  }

  #stop(ended: { error?: unknown }): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#session.clock.clearTimeout(this.#duration);
    if (this.#phase === "over") this.#session.clock.clearTimeout(this.#renewal);
    this.#signal?.removeEventListener("abort", this.#abort);
    this.#events.end(ended);
    this.#done();
    if (this.#phase === "requested") this.#controller.abort();
  }
}
