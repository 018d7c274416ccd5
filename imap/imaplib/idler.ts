/** IDLE as something to iterate over: what Python 3.14's `idle()` returns. */

import type { Clock, Timer } from "../base/clock.ts";
import type { Call } from "./engine.ts";
import { error } from "./errors.ts";
import type { Answer, Data } from "./values.ts";

/** What an {@linkcode Idler} does to its connection. */
export interface IdlerHooks {
  /** Sends IDLE. */
  start(call: Pick<Call, "answer" | "collect">): Promise<Answer>;
  /** Lets reads last, or not. */
  patient(patient: boolean): void;
  /** Sends DONE. */
  done(): Promise<void>;
  /** Keeps what nobody took. */
  keep(typ: string, data: Data[]): void;
}

/** One response that came while waiting: its type, and its items. */
export type News = [typ: string, data: Data[]];

/**
 * Waits for news: iterate over it, and dispose of it by `await using` or {@linkcode done}.
 *
 * @example
 * ```ts
 * import type { IMAP4 } from "@postern/postern/imaplib";
 *
 * // Waits for new messages, for half an hour at most.
 * async function news(M: IMAP4): Promise<boolean> {
 *   await using idler = await M.idle(1_800);
 *   for await (const [typ] of idler) if (typ === "EXISTS") return true;
 *   return false;
 * }
 * ```
 */
export class Idler implements AsyncIterableIterator<News>, AsyncDisposable {
  readonly #clock: Clock;
  readonly #hooks: IdlerHooks;
  readonly #deadline: number | undefined;
  readonly #news: [news: News, size: number][] = [];
  /** Octets of the news that nobody has taken. */
  #held = 0;
  readonly #started: Promise<void>;
  readonly #answered: Promise<Answer>;
  /** Called for news; several may wait for them. */
  readonly #wakes = new Set<() => void>();
  #over = false;
  #ended: Promise<void> | undefined;

  /** Sends IDLE; made by `idle()`. */
  constructor(clock: Clock, duration: number | undefined, hooks: IdlerHooks) {
    if (duration !== undefined && !(typeof duration === "number" && duration > 0)) {
      throw new RangeError("duration must be more than 0 seconds");
    }
    this.#clock = clock;
    this.#hooks = hooks;
    this.#deadline = duration === undefined ? undefined : clock.monotonic() + duration * 1000;
    const started = Promise.withResolvers<void>();
    this.#started = started.promise;
    this.#answered = hooks.start({
      answer: () => {
        hooks.patient(true);
        started.resolve();
        return undefined;
      },
      collect: (typ, data, size) => {
        this.#news.push([[typ, data], size]);
        this.#held += size;
        this.#wake();
        return this.#held;
      },
    });
    this.#answered.then(
      () => started.reject(new error("The server ended IDLE without having begun it")),
      started.reject,
    ).finally(() => {
      hooks.patient(false);
      this.#over = true;
      this.#wake();
    });
    this.#started.catch(() => {});
    this.#answered.catch(() => {});
  }

  /** Waits for the next response. It ends when the time is over, and when the connection ends. */
  async next(): Promise<IteratorResult<News, undefined>> {
    return await this.#next(this.#deadline);
  }

  /**
   * Gives the responses that come right after one another: the first one as {@linkcode next} does, and each that comes within
   * so many seconds of the one before.
   *
   * @param interval Seconds.
   */
  async *burst(interval = 0.1): AsyncGenerator<News, undefined> {
    let found = await this.next();
    while (!found.done) {
      yield found.value;
      const soon = this.#clock.monotonic() + interval * 1000;
      found = await this.#next(Math.min(soon, this.#deadline ?? Infinity));
    }
    return undefined;
  }

  /** Ends IDLE. */
  async done(): Promise<void> {
    await (this.#ended ??= this.#end());
  }

  /** Ends IDLE: a `break` out of the loop does. */
  async return(): Promise<IteratorResult<News, undefined>> {
    await this.done();
    return { done: true, value: undefined };
  }

  /** This. */
  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Ends IDLE. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.done();
  }

  async #next(until: number | undefined): Promise<IteratorResult<News, undefined>> {
    await this.#started;
    for (;;) {
      const [news, size = 0] = this.#news.shift() ?? [];
      this.#held -= size;
      if (news !== undefined) return { done: false, value: news };
      if (this.#over) await this.#answered;
      const left = until === undefined ? undefined : until - this.#clock.monotonic();
      if (this.#over || this.#ended !== undefined || (left !== undefined && left <= 0)) {
        return { done: true, value: undefined };
      }
      let timer: Timer | undefined;
      await new Promise<void>((resolve) => {
        this.#wakes.add(resolve);
        if (left !== undefined) timer = this.#clock.setTimeout(resolve, Math.ceil(left));
      });
      this.#clock.clearTimeout(timer);
    }
  }

  #wake(): void {
    for (const wake of this.#wakes) wake();
    this.#wakes.clear();
  }

  async #end(): Promise<void> {
    await this.#started;
    this.#hooks.patient(false);
    this.#wake();
    if (!this.#over) await this.#hooks.done();
    await this.#answered;
    for (const [[typ, data]] of this.#news.splice(0)) this.#hooks.keep(typ, data);
  }
}
