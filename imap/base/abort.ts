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
 * Calls a function when a signal is aborted; at once where it is already.
 *
 * @param signal The signal.
 * @param act Called at most once, with the reason.
 * @returns Stops waiting for it.
 */
export function onAbort(signal: AbortSignal | undefined, act: (reason: unknown) => void): () => void {
  const abort = () => act(signal!.reason);
  if (signal?.aborted) abort();
  else signal?.addEventListener("abort", abort, { once: true });
  return () => signal?.removeEventListener("abort", abort);
}

/**
 * Joins the two ways of giving a call up into one callback.
 *
 * @param clock Whose time counts.
 * @param options The call's options.
 * @param giveUp Called with the reason, once for each way; at once where the signal is aborted already.
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
  const unlisten = onAbort(signal, giveUp);
  return () => {
    clock.clearTimeout(timer);
    unlisten();
  };
}

/** A signal of its own, and what ends the wait for the others. */
export interface Deadline {
  readonly signal: AbortSignal;
  clear(): void;
}

/**
 * A signal that is aborted by either way of giving a call up: for several steps, whichever of them is slow.
 *
 * @param clock Whose time counts.
 * @param options The call's options.
 * @param late Makes the reason for a deadline that passed.
 * @returns The signal, and a function that stops watching.
 */
export function deadlineFor(
  clock: Clock,
  options: CallOptions,
  late: (milliseconds: number) => unknown,
): Deadline {
  const controller = new AbortController();
  const clear = watchCall(clock, options, (reason) => controller.abort(reason), late);
  return { signal: controller.signal, clear };
}
