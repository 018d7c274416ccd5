/** Giving a call up: by the caller's signal or after a time. */

import type { Clock, Timer } from "./clock.ts";
import { checkMilliseconds } from "./limits.ts";

/** What every call that talks to the server takes. */
export interface CallOptions {
  /**
   * Gives the call up; it then rejects with the signal's reason. A command that was not sent is taken back, one that was
   * sent is finished in the background and its answer discarded, one whose literal is underway costs the connection.
   */
  signal?: AbortSignal | undefined;
  /** Milliseconds after which the call is given up with a {@linkcode TimeoutError}, in the same way. */
  timeout?: number | undefined;
}

/**
 * Joins the two ways of giving a call up into one callback.
 *
 * @param clock Whose time counts.
 * @param options The call's options.
 * @param giveUp Called at most once, with the reason.
 * @param late Makes the reason for a deadline that passed.
 * @returns Stops watching.
 */
export function watchCall(
  clock: Clock,
  options: CallOptions,
  giveUp: (reason: unknown) => void,
  late: (milliseconds: number) => unknown,
): () => void {
  const { signal, timeout } = options;
  let timer: Timer | undefined;
  if (timeout !== undefined) {
    checkMilliseconds("timeout", timeout);
    timer = clock.setTimeout(() => giveUp(late(timeout)), timeout);
  }
  const abort = () => giveUp(signal!.reason);
  signal?.addEventListener("abort", abort, { once: true });
  return () => {
    clock.clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  };
}
