/** IDLE as an async iterator that renews itself. RFC 9051 6.3.13, RFC 2177. */

import type { Timer } from "../base/clock.ts";
import { ConnectionError } from "../base/errors.ts";
import { checkMilliseconds } from "../base/limits.ts";
import { encodeIdle } from "../codec/_gen/encode.ts";
import { idleSpec } from "../codec/_gen/specs.ts";
import type { Dialogue, Talk } from "../session/dialogue.ts";
import type { EventQueue, ImapEvent } from "../session/events.ts";
import { Command } from "../session/handle.ts";
import type { Session } from "../session/session.ts";

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
  readonly #renewAfter: number;
  readonly #events: EventQueue;
  readonly #signal: AbortSignal | undefined;
  readonly #abort: () => void;
  #duration: Timer | undefined;
  #renewal: Timer | undefined;
  #running: Command<void> | undefined;
  #dialogue: IdleDialogue | undefined;
  /** Takes back an IDLE that the server has not begun. */
  #controller: AbortController = new AbortController();
  #stopped = false;

  /** Starts waiting. */
  constructor(session: Session, options: IdleOptions) {
    const { signal, duration, renewAfter } = options;
    this.#session = session;
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
      this.#duration = session.clock.setTimeout(() => this.#stop({}), duration);
    }
    this.#start();
  }

  /** The iterator itself. */
  [Symbol.asyncIterator](): this {
    return this;
  }

  /** The next event. */
  async next(): Promise<IteratorResult<ImapEvent, undefined>> {
    for (;;) {
      const event = await this.#events.next();
      // A DONE that crosses the end of IDLE is answered like a command: nothing for whoever waits for news.
      if (event.done || event.value.type !== "TAGGED" || event.value.code?.name === "ALERT") return event;
    }
  }

  /** Ends IDLE and waits until the server has taken note, so that the connection is free. */
  async return(): Promise<IteratorResult<ImapEvent, undefined>> {
    this.#stop({});
    await this.#running?.catch(() => {});
    return { done: true, value: undefined };
  }

  #start(): void {
    this.#controller = new AbortController();
    this.#dialogue = new IdleDialogue(() => {
      this.#renewal = this.#session.clock.setTimeout(() => this.#dialogue?.interrupt(), this.#renewAfter);
    });
    const handle = new Command<void>();
    this.#running = handle;
    this.#session.submit<void>({
      spec: idleSpec,
      args: {},
      encode: (writer) => encodeIdle(writer, {}),
      result: () => {},
      handle,
      options: { signal: this.#controller.signal },
      dialogue: this.#dialogue,
    });
    handle.then(() => this.#over(), (error) => this.#failed(error));
  }

  #over(): void {
    const asked = this.#dialogue?.endWanted;
    this.#dialogue = undefined;
    this.#session.clock.clearTimeout(this.#renewal);
    if (this.#stopped) return;
    if (asked) this.#start();
    // The server ended it by itself; one that does so at once must not be asked again without a pause.
    else this.#renewal = this.#session.clock.setTimeout(() => this.#start(), pause);
  }

  #failed(error: unknown): void {
    this.#session.clock.clearTimeout(this.#renewal);
    // Taken back: if it was sent all the same, the server's `+` is still to be answered.
    if (this.#stopped) return;
    this.#dialogue = undefined;
    // The end of the connection reaches the events by itself, and quietly when it was wanted.
    if (!(error instanceof ConnectionError)) this.#stop({ error });
  }

  #stop(ended: { error?: unknown }): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#session.clock.clearTimeout(this.#duration);
    this.#session.clock.clearTimeout(this.#renewal);
    this.#signal?.removeEventListener("abort", this.#abort);
    this.#events.end(ended);
    this.#dialogue?.interrupt();
    if (this.#dialogue?.begun === false) this.#controller.abort();
  }
}

/** The client's side of one IDLE. */
class IdleDialogue implements Dialogue {
  /** DONE is to be said as soon as that is allowed. */
  endWanted = false;
  /** The server has said `+`. */
  begun = false;
  readonly #onBegun: () => void;
  #talk: Talk | undefined;
  #done = false;

  /** @param onBegun Called when the server has begun to idle and nobody wants it to end. */
  constructor(onBegun: () => void) {
    this.#onBegun = onBegun;
  }

  begin(talk: Talk): void {
    this.#talk = talk;
  }

  asked(): void {
    if (this.begun) return;
    this.begun = true;
    this.#talk?.maySleep(true);
    if (this.endWanted) this.interrupt();
    else this.#onBegun();
  }

  interrupt(): void {
    this.endWanted = true;
    // RFC 9051 6.3.13: DONE may only be said after the server's `+`.
    if (!this.begun || this.#done) return;
    this.#done = true;
    // From here an answer is due again: a connection that is dead without having said so is found out now.
    this.#talk?.maySleep(false);
    this.#talk?.say("DONE");
  }
}
