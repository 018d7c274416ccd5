/** What a server says without being asked, as an async iterator. */

import type { Budget } from "./budget.ts";
import type { Deviations, InvalidResponse } from "../codec/codec.ts";
import type { TaggedResponse, Untagged } from "../codec/_gen/types.ts";
import { place } from "./handle.ts";

/** A response was skipped because it exceeds a limit. */
export interface DroppedEvent {
  /** Tells it from responses. */
  type: "DROPPED";
  /** The limit. */
  limit: "maxLine" | "maxLiteral" | "maxResponse" | "maxItems";
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
 * An untagged response that answers no command; a tagged one that completes none, carries an ALERT, or a code that cannot be read; and what the client itself has
 * to tell.
 */
export type ImapEvent =
  | ((Untagged | TaggedResponse | InvalidResponse) & Deviations)
  | DroppedEvent
  | MissedEvent;

/** One reader's queue of events. */
export class EventQueue implements AsyncIterableIterator<ImapEvent, undefined> {
  readonly #wants: (event: ImapEvent) => boolean;
  readonly #limit: number;
  readonly #budget: Budget;
  readonly #closed: (queue: EventQueue) => void;
  /** Where it was asked for. */
  readonly #call: Error = new Error();
  #events: ImapEvent[] = [];
  /** What each of them takes of the budget. */
  #sizes: number[] = [];
  #first = 0;
  #missed = 0;
  #ended: { error?: unknown } | undefined;
  /** Calls of `next` that were made before there was anything to give, in order. */
  #waiting: PromiseWithResolvers<IteratorResult<ImapEvent, undefined>>[] = [];

  /** Makes a queue that tells when its reader has left. */
  constructor(
    limit: number,
    budget: Budget,
    wants: (event: ImapEvent) => boolean,
    closed: (queue: EventQueue) => void,
  ) {
    this.#wants = wants;
    this.#limit = limit;
    this.#budget = budget;
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
    if (this.#first < this.#events.length) return Promise.resolve({ done: false, value: this.#shift() });
    const ended = this.#ended;
    if (ended !== undefined) {
      this.#ended = {};
      if ("error" in ended) return Promise.reject(place(ended.error, this.#call));
      return Promise.resolve({ done: true, value: undefined });
    }
    const waiting = Promise.withResolvers<IteratorResult<ImapEvent, undefined>>();
    // The reader may have gone (an abandoned race); that is not an unhandled rejection.
    waiting.promise.catch(() => {});
    this.#waiting.push(waiting);
    return waiting.promise;
  }

  /** Stops listening. */
  return(): Promise<IteratorResult<ImapEvent, undefined>> {
    this.end({});
    while (this.#first < this.#events.length) this.#shift();
    this.#missed = 0;
    return Promise.resolve({ done: true, value: undefined });
  }

  #shift(): ImapEvent {
    const event = this.#events[this.#first]!;
    this.#budget.give(this.#sizes[this.#first]!);
    this.#first++;
    if (this.#first === this.#events.length || this.#first > 1024) {
      this.#events = this.#events.slice(this.#first);
      this.#sizes = this.#sizes.slice(this.#first);
      this.#first = 0;
    }
    return event;
  }

  #miss(): void {
    this.#shift();
    this.#missed++;
  }

  /**
   * Adds an event that has come in so many bytes.
   *
   * @internal
   */
  push(event: ImapEvent, size: number): void {
    if (this.#ended !== undefined || !this.#wants(event)) return;
    const waiting = this.#waiting.shift();
    if (waiting !== undefined) return waiting.resolve({ done: false, value: event });
    if (this.#events.length - this.#first >= this.#limit) this.#miss();
    while (!this.#budget.take(size)) {
      // When what others hold leaves no room at all, it is this one that is missed.
      if (this.#first === this.#events.length) {
        this.#missed++;
        return;
      }
      this.#miss();
    }
    this.#events.push(event);
    this.#sizes.push(size);
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
    // An iterator throws once and is then at its end.
    for (const waiting of this.#waiting.splice(0)) {
      if ("error" in this.#ended) {
        waiting.reject(place(this.#ended.error, this.#call));
        this.#ended = {};
      } else {
        waiting.resolve({ done: true, value: undefined });
      }
    }
  }
}

/** Everybody who listens to one connection. */
export class Events {
  readonly #limit: number;
  readonly #budget: Budget;
  readonly #queues = new Set<EventQueue>();
  #ended: { error: unknown } | undefined;

  /**
   * @param limit How many events one listener may leave unread.
   * @param budget What all of them may hold.
   */
  constructor(limit: number, budget: Budget) {
    this.#limit = limit;
    this.#budget = budget;
  }

  /**
   * Begins to listen.
   *
   * @param wants Which events; all when left out.
   */
  listen(wants: (event: ImapEvent) => boolean = () => true): EventQueue {
    const queue = new EventQueue(this.#limit, this.#budget, wants, (left) => this.#queues.delete(left));
    if (this.#ended !== undefined) queue.end(this.#ended);
    else this.#queues.add(queue);
    return queue;
  }

  /** Whether there are readers. */
  get hasListeners(): boolean {
    return this.#queues.size > 0;
  }

  /** Gives all readers an event of so many bytes. */
  emit(event: ImapEvent, size: number): void {
    for (const queue of this.#queues) queue.push(event, size);
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
