/** The number of bytes that may be kept on one connection, for all readers together. */

/** One account for everything that waits on one connection. */
export class Budget {
  readonly #limit: number;
  #held = 0;

  /** @param limit Bytes that may wait at the same time. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Bytes that wait. */
  get held(): number {
    return this.#held;
  }

  /**
   * Takes room for bytes that begin to wait.
   *
   * @returns False when there is not so much left; nothing is taken then.
   */
  take(bytes: number): boolean {
    if (this.#held + bytes > this.#limit) return false;
    this.#held += bytes;
    return true;
  }

  /** Gives room back that was taken. */
  give(bytes: number): void {
    this.#held -= bytes;
  }
}
