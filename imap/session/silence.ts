/** Notices when the server is silent although an answer is due. */
export class Watchdog {
  readonly #limit: number;
  readonly #due: () => boolean;
  readonly #bark: () => void;
  #progressAt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * @param limit Milliseconds of silence that are too many.
   * @param due Whether an answer is due.
   * @param bark Called once when there was silence for so long.
   */
  constructor(limit: number, due: () => boolean, bark: () => void) {
    this.#limit = limit;
    this.#due = due;
    this.#bark = bark;
  }

  /** Bytes came or went, or waiting begins anew. */
  progress(): void {
    this.#progressAt = performance.now();
  }

  /** Keeps one timer running while an answer is due; a timer for each command would be set and cleared all the time. */
  watch(): void {
    if (this.#timer !== undefined || !this.#due()) return;
    const left = this.#limit - (performance.now() - this.#progressAt);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (!this.#due()) return;
      // Timers may fire a millisecond early.
      if (performance.now() - this.#progressAt < this.#limit - 1) this.watch();
      else this.#bark();
    }, Math.max(1, left));
  }

  /** Stops watching. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
