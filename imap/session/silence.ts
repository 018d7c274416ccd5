/** Silence of the server while an answer is due. */

import type { Clock, Timer } from "../base/clock.ts";

/** Notices when the server is silent although an answer is due. */
export class Silence {
  readonly #clock: Clock;
  readonly #limit: number;
  readonly #due: () => boolean;
  readonly #onSilence: () => void;
  #progressAt = 0;
  #timer: Timer | undefined;

  /**
   * @param clock Whose time counts.
   * @param limit Milliseconds of silence that are too many.
   * @param due Whether an answer is due.
   * @param onSilence Called once when there was silence for so long.
   */
  constructor(clock: Clock, limit: number, due: () => boolean, onSilence: () => void) {
    this.#clock = clock;
    this.#limit = limit;
    this.#due = due;
    this.#onSilence = onSilence;
  }

  /** Octets came or went, or waiting begins anew. */
  progress(): void {
    this.#progressAt = this.#clock.monotonic();
  }

  /** Keeps one timer running while an answer is due; a timer for each command would be set and cleared all the time. */
  watch(): void {
    if (this.#timer !== undefined || !this.#due()) return;
    const left = this.#limit - (this.#clock.monotonic() - this.#progressAt);
    this.#timer = this.#clock.setTimeout(() => {
      this.#timer = undefined;
      if (!this.#due()) return;
      // Timers may fire a millisecond early.
      if (this.#clock.monotonic() - this.#progressAt < this.#limit - 1) this.watch();
      else this.#onSilence();
    }, Math.max(1, left));
  }

  /** Stops watching. */
  stop(): void {
    this.#clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
