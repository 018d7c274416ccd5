/** IDLE as an async iterator that renews itself. RFC 9051 6.3.13, RFC 2177. */

import { onAbort } from "../base/abort.ts";
import type { Timer } from "../base/clock.ts";
import { ConnectionError, TimeoutError } from "../base/errors.ts";
import { checkMilliseconds } from "../base/limits.ts";
import { idleSpec, noopSpec } from "../codec/_gen/specs.ts";
import type { CommandSpec } from "../codec/spec.ts";
import { IdleDialogue } from "./idle_dialogue.ts";
import type { EventQueue, ImapEvent } from "../session/events.ts";
import type { Command } from "../session/handle.ts";
import type { Session } from "../session/session.ts";

/** Between an IDLE that the server ended and the next one, in milliseconds. */
const pause = 1000;

/** Without a mailbox there is nothing that `idle()` could report; the protocol would allow it. */
const whileSelected = /* @__PURE__ */ inSelected(idleSpec);
const noopWhileSelected = /* @__PURE__ */ inSelected(noopSpec);

function inSelected(spec: CommandSpec): CommandSpec {
  return { ...spec, states: ["selected"] };
}

/** How to wait for news. */
export interface IdleOptions {
  /** Ends the wait; the iterator then throws the signal's reason. */
  signal?: AbortSignal | undefined;
  /** Ends the wait after this many milliseconds; the iterator is then simply at its end. */
  duration?: number | undefined;
  /**
   * Milliseconds after which IDLE is ended and issued again; the connection's `timeouts.idle` when not given. Of several
   * iterators of one connection the shortest counts.
   */
  renewAfter?: number | undefined;
}

/** One reader of the news of a connection. All of them share one IDLE. */
export class Idle implements AsyncIterableIterator<ImapEvent, undefined> {
  /** Milliseconds after which this reader wants IDLE issued again. */
  readonly renewAfter: number;
  /** The lease with which it ends. */
  readonly #of: object | undefined;
  readonly #session: Session;
  readonly #watch: Watch;
  readonly #events: EventQueue;
  /** Undefined while it is made, which a signal that is aborted already stops. */
  readonly #unlisten: (() => void) | undefined;
  #duration: Timer | undefined;
  #stopped = false;

  /** Starts waiting. */
  constructor(session: Session, options: IdleOptions, of?: object) {
    const { signal, duration, renewAfter } = options;
    this.#of = of;
    this.#session = session;
    this.renewAfter = renewAfter === undefined
      ? session.timeouts.idle
      : checkMilliseconds("renewAfter", renewAfter);
    if (duration !== undefined) checkMilliseconds("duration", duration);
    this.#watch = watchOf(session);
    // A DONE that crosses the end of IDLE is answered like a command: it is not news.
    this.#events = session.events((event) => event.type !== "TAGGED" || event.code?.name === "ALERT");
    this.#unlisten = onAbort(signal, (error) => this.stop({ error }));
    if (this.#stopped) return;
    if (duration !== undefined) {
      this.#duration = session.clock.setTimeout(() => this.stop({}), duration);
    }
    this.#watch.join(this);
  }

  /** The iterator itself. */
  [Symbol.asyncIterator](): this {
    return this;
  }

  /** The next event. Calls that do not wait for each other are answered in order. */
  next(): Promise<IteratorResult<ImapEvent, undefined>> {
    return this.#events.next();
  }

  /** Ends IDLE when no other iterator reads, and waits until the server has taken note, so that the connection is free. */
  async return(): Promise<IteratorResult<ImapEvent, undefined>> {
    this.stop({});
    await this.#watch.ended;
    return { done: true, value: undefined };
  }

  /**
   * Reads no more if it is of this lease.
   *
   * @internal
   */
  endWith(of: object): void {
    if (this.#of === of) this.stop({});
  }

  /**
   * Reads no more.
   *
   * @internal
   */
  stop(ended: { error?: unknown }): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#session.clock.clearTimeout(this.#duration);
    this.#unlisten?.();
    this.#events.end(ended);
    this.#watch.leave(this);
  }
}

/** Ends all of a lease. */
export function endIdle(session: Session, of: object): void {
  watchOf(session).end(of);
}

const watches = new WeakMap<Session, Watch>();

function watchOf(session: Session): Watch {
  let watch = watches.get(session);
  if (watch === undefined) watches.set(session, watch = new Watch(session));
  return watch;
}

/**
 * One IDLE after the other for all who read: two of them side by side would end each other without end. Where the server does not
 * offer IDLE, NOOP from time to time.
 */
class Watch {
  readonly #session: Session;
  readonly #readers = new Set<Idle>();
  #timer: Timer | undefined;
  #running: Command<void> | undefined;
  #dialogue: IdleDialogue | undefined;
  /** Takes back an IDLE that the server has not begun. */
  #controller: AbortController = new AbortController();

  constructor(session: Session) {
    this.#session = session;
  }

  /** Settles when no IDLE is underway, or an iterator reads. */
  get ended(): Promise<unknown> {
    if (this.#readers.size > 0 || this.#running === undefined) return Promise.resolve();
    return this.#running.catch(() => {});
  }

  join(reader: Idle): void {
    this.#readers.add(reader);
    if (this.#readers.size === 1 && this.#running === undefined) this.#start();
    else if (this.#dialogue?.begun) this.#renewLater();
  }

  leave(reader: Idle): void {
    if (!this.#readers.delete(reader) || this.#readers.size > 0) return;
    // After DONE it watches over the answer.
    if (this.#dialogue?.endWanted !== true) this.#session.clock.clearTimeout(this.#timer);
    this.#dialogue?.interrupt();
    if (this.#dialogue?.begun !== true) this.#controller.abort();
  }

  end(of: object): void {
    for (const reader of this.#readers) reader.endWith(of);
  }

  #start(): void {
    const session = this.#session;
    const controller = this.#controller = new AbortController();
    const polls = session.capabilities !== undefined && !idleSpec.needs.some((one) => session.offers(one));
    const dialogue = polls ? undefined : new IdleDialogue({
      onBegun: () => this.#renewLater(),
      onDone: (talk) => {
        // One that was taken back after it had been sent is over for all iterators.
        if (this.#dialogue !== dialogue) return;
        const { done } = session.timeouts;
        session.clock.clearTimeout(this.#timer);
        this.#timer = session.clock.setTimeout(
          () => talk.end(new TimeoutError(`IDLE: the server has not answered DONE within ${done} ms`)),
          done,
        );
      },
    });
    this.#dialogue = dialogue;
    const { signal } = controller;
    const spec = polls ? noopWhileSelected : whileSelected;
    const handle = this.#running = session.send(spec, { signal }, {
      owner: null,
      ...(dialogue && { dialogue }),
    });
    const over = (error?: unknown) => this.#over(handle, dialogue, error);
    handle.then(() => over(), (error) => over(error));
  }

  #renewLater(): void {
    const { clock } = this.#session;
    clock.clearTimeout(this.#timer);
    this.#timer = clock.setTimeout(() => this.#dialogue?.interrupt(), this.#shortest());
  }

  #shortest(): number {
    let least = Infinity;
    for (const { renewAfter } of this.#readers) least = Math.min(least, renewAfter);
    return least === Infinity ? this.#session.timeouts.idle : least;
  }

  #over(handle: Command<void>, dialogue: IdleDialogue | undefined, error: unknown): void {
    if (this.#running !== handle) return;
    const { clock } = this.#session;
    clock.clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#running = undefined;
    this.#dialogue = undefined;
    if (this.#readers.size === 0) return;
    if (error !== undefined && error !== this.#controller.signal.reason) return this.#failed(error);
    // Taken back for the last reader, and another has come since; or DONE was said for a command or a renewal.
    if (error !== undefined || dialogue?.endWanted) return this.#start();
    // The server ended it by itself; one that does so at once must not be asked again without a pause.
    const wait = dialogue === undefined ? Math.max(1, this.#shortest() / 2) : pause;
    this.#timer = clock.setTimeout(() => {
      this.#timer = undefined;
      this.#start();
    }, wait);
  }

  #failed(error: unknown): void {
    // The end of the connection reaches the events by itself, and quietly when it was wanted.
    if (error instanceof ConnectionError || this.#session.ended !== undefined) return;
    for (const reader of [...this.#readers]) reader.stop({ error });
  }
}
