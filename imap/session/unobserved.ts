/**
 * Failures of calls that have not been observed. Pipelining leaves a handle alone for a while (`const a = ..., b = ...; await a;
 * await b`), so such a failure is not unhandled at once. It is when the connection ends, or when the handle is garbage: nothing can look
 * at it any more, and a forgotten `await` would lose mail without a word.
 */

import { ImapError } from "../base/errors.ts";

/** A failure that has not been observed yet. */
export interface Failure {
  readonly error: unknown;
  /** What was reported to the runtime; it is withdrawn when the failure is observed after all. */
  reported?: Promise<never>;
}

/** The failures of one connection. */
export class Unobserved {
  readonly #failures = new Set<Failure>();
  /** The connection has ended, and whether the program has been told. */
  #ended: { told: boolean } | undefined;

  /**
   * Takes a failure.
   *
   * @param handle What a program would look at; it is not kept alive.
   * @param error The failure.
   * @returns What {@linkcode observed} wants; undefined where it need not be reported.
   */
  add(handle: object, error: unknown): Failure | undefined {
    if (error instanceof ImapError) {
      // This side closed the connection, and knows it.
      if (error.reason === "closed" || this.#ended?.told) return undefined;
      // One is enough to tell of the end of a connection.
      if (this.#ended !== undefined) this.#ended.told = true;
    }
    const failure: Failure = { error };
    if (this.#ended !== undefined) report(failure);
    else {
      this.#failures.add(failure);
      collected()?.register(handle, () => this.#failures.delete(failure) && report(failure));
    }
    return failure;
  }

  /** It is observed. */
  observed(failure: Failure): void {
    this.#failures.delete(failure);
    failure.reported?.catch(() => {});
  }

  /**
   * The connection ends.
   *
   * @param told Whether the program is told why, or wanted it.
   */
  end(told: boolean): void {
    this.#ended = { told };
    for (const failure of this.#failures) report(failure);
    this.#failures.clear();
  }
}

/** As the runtime reports a rejection that is not handled: `unhandledrejection`. */
function report(failure: Failure): void {
  failure.reported = Promise.reject(failure.error);
}

let registry: FinalizationRegistry<() => void> | undefined;

/** Reports garbage, where the runtime does: workerd does not under every compatibility date. */
function collected(): FinalizationRegistry<() => void> | undefined {
  if (typeof FinalizationRegistry !== "function") return undefined;
  return registry ??= new FinalizationRegistry((report) => report());
}
