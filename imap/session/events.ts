/** What a server says without being asked, as an async iterator. */

import type { Deviations, InvalidResponse } from "../codec/codec.ts";
import type { TaggedResponse, Untagged } from "../codec/_gen/types.ts";

/** A response was skipped because it exceeds a limit. */
export interface DroppedEvent {
  /** Tells it from responses. */
  type: "DROPPED";
  /** The limit. */
  limit: "maxLiteral" | "maxResponse" | "maxItems";
  /** How large the thing was that exceeded it. */
  size: number;
  /** The first characters of the response. */
  head: string;
}

/** Events were dropped because nobody read them in time; what is known of the mailbox may be out of date. */
export interface MissedEvent {
  /** Tells it from responses. */
  type: "MISSED";
  /** How many. */
  count: number;
}

/**
 * An untagged response that answers no command; a tagged one that completes none, or carries an ALERT; and what the client itself has
 * to tell.
 */
export type ImapEvent =
  | ((Untagged | TaggedResponse | InvalidResponse) & Deviations)
  | DroppedEvent
  | MissedEvent;

/** One reader's queue of events. */
export class EventQueue implements AsyncIterableIterator<ImapEvent, undefined> {
  readonly #limit: number;
  readonly #closed: (queue: EventQueue) => void;
  #events: ImapEvent[] = [];
  #first = 0;
  #missed = 0;
  #ended: { error?: unknown } | undefined;
  #waiting: PromiseWithResolvers<IteratorResult<ImapEvent, undefined>> | undefined;

  /** Makes a queue that tells when its reader has left. */
  constructor(limit: number, closed: (queue: EventQueue) => void) {
    this.#limit = limit;
    this.#closed = closed;
  }

  /** The queue is its own iterator. */
  [Symbol.asyncIterator](): this {
    return this;
  }

  /** The next event; waits for it. */
  next(): Promise<IteratorResult<ImapEvent, undefined>> {
    if (this.#missed > 0) {
      const count = this.#missed;
      this.#missed = 0;
      return Promise.resolve({ done: false, value: { type: "MISSED", count } });
    }
    if (this.#first < this.#events.length) {
      const value = this.#events[this.#first++]!;
      if (this.#first === this.#events.length || this.#first > 1024) {
        this.#events = this.#events.slice(this.#first);
        this.#first = 0;
      }
      return Promise.resolve({ done: false, value });
    }
    const ended = this.#ended;
    if (ended !== undefined) {
      this.#ended = {};
      if ("error" in ended) return Promise.reject(ended.error);
      return Promise.resolve({ done: true, value: undefined });
    }
    if (this.#waiting === undefined) this.#waiting = Promise.withResolvers();
    return this.#waiting.promise;
  }

  /** Stops listening. */
  return(): Promise<IteratorResult<ImapEvent, undefined>> {
    this.end({});
    this.#events = [];
    this.#missed = 0;
    return Promise.resolve({ done: true, value: undefined });
  }

  /**
   * Adds an event.
   *
   * @internal
   */
  push(event: ImapEvent): void {
    if (this.#ended !== undefined) return;
    if (this.#waiting !== undefined) {
      const waiting = this.#waiting;
      this.#waiting = undefined;
      waiting.resolve({ done: false, value: event });
      return;
    }
    if (this.#events.length - this.#first >= this.#limit) {
      this.#first++;
      this.#missed++;
      if (this.#first > this.#limit) {
        this.#events = this.#events.slice(this.#first);
        this.#first = 0;
      }
    }
    this.#events.push(event);
  }

  /**
   * No more events will come; with an error, the reader is told it once.
   *
   * @internal
   */
  end(ended: { error?: unknown }): void {
    if (this.#ended !== undefined) return;
    this.#ended = ended;
    this.#closed(this);
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting === undefined) return;
    if ("error" in ended) {
      // The reader may have lost interest (an abandoned race); that is no unhandled rejection.
      waiting.promise.catch(() => {});
      waiting.reject(ended.error);
      this.#ended = {};
    } else {
      waiting.resolve({ done: true, value: undefined });
    }
  }
}

/** Everybody who listens to one connection. */
export class Events {
  readonly #limit: number;
  readonly #queues = new Set<EventQueue>();
  #ended: { error: unknown } | undefined;

  /** @param limit How many events one listener may leave unread. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Begins to listen. */
  listen(): EventQueue {
    const queue = new EventQueue(this.#limit, (left) => this.#queues.delete(left));
    if (this.#ended !== undefined) queue.end(this.#ended);
    else this.#queues.add(queue);
    return queue;
  }

  /** Tells everybody. */
  emit(event: ImapEvent): void {
    for (const queue of this.#queues) queue.push(event);
  }

  /**
   * The connection has ended.
   *
   * @param error Why. Who begins to listen after this is told, too.
   * @param wanted This side wanted it: those who listen already are simply at the end.
   */
  end(error: unknown, wanted: boolean): void {
    this.#ended = { error };
    for (const queue of [...this.#queues]) queue.end(wanted ? {} : { error });
  }
}
