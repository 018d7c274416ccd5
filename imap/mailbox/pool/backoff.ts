/** How long to wait before the next try. */

import { AuthError, ImapError } from "../../base/errors.ts";

/** The shortest wait, in milliseconds. */
const shortest = 1_000;
/** The longest wait of our own choice; a server may ask for a longer one. */
const longest = 60_000;

/**
 * Waits that double from 1 to 60 seconds, with jitter, so that a thousand clients of one server do not come back in the same
 * second. What the server asks for (`retryAfterMs`) is the least.
 */
export class Backoff {
  readonly #random: () => number;
  #failures = 0;

  /** @param random Numbers from 0 up to, not including, 1; given by tests. */
  constructor(random: () => number = Math.random) {
    this.#random = random;
  }

  /**
   * Counts a failure.
   *
   * @param error What failed.
   * @returns Milliseconds to wait.
   */
  failed(error: unknown): number {
    const whole = Math.min(longest, shortest * 2 ** Math.min(this.#failures++, 10));
    const asked = error instanceof ImapError ? error.retryAfterMs ?? 0 : 0;
    // Half of it is chance. After a wait that the server asked for, all of it: never sooner, and not all at once.
    const own = Math.max(shortest, whole / 2 + this.#random() * whole / 2);
    return Math.round(asked > 0 ? asked + this.#random() * Math.min(asked, shortest) : own);
  }

  /** Something was finished, or a connection has lasted: the next failure is the first. */
  reset(): void {
    this.#failures = 0;
  }
}

/** Whether trying again, on a new connection where this one is gone, may help without anybody changing anything. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof ImapError)) return false;
  if (error instanceof AuthError) {
    // No token could be had: where it comes from may be out of reach, as everything is when a network is down.
    return error.kind === "token" && error.status === undefined && error.cause !== undefined;
  }
  // A server that says goodbye, be it as a greeting, may be there again in a minute.
  return error.retryable || error.status === "BYE";
}
