/** Waiting until the server has something to tell. */

import type { Timer } from "../../base/clock.ts";
import type { Lease } from "../pool/line.ts";
import type { ImapEvent } from "../../session/events.ts";
import type { Clock } from "../../base/clock.ts";

/**
 * Why waiting has ended.
 *
 * - `news`: messages have come or gone
 * - `flags`: flags have changed
 * - `time`: nothing was told for so long
 * - `more`: the server is to be asked to tell more
 * - `wanted`: another call needs the connection
 * - `stopped`: the caller's signal
 */
export type Outcome = "news" | "flags" | "time" | "more" | "wanted" | "stopped";

/** What an event means for who waits. */
export function newsOf(event: ImapEvent): "news" | "flags" | undefined {
  switch (event.type) {
    case "EXISTS":
    case "EXPUNGE":
    case "VANISHED":
    case "MISSED":
    case "DROPPED":
      return "news";
    case "FETCH":
      return "flags";
    default:
      return undefined;
  }
}

/** How to wait. */
export interface WaitOptions {
  clock: Clock;
  /** Milliseconds after which it ends without news. */
  period: number;
  signal: AbortSignal | undefined;
  /** Called when others may have the connection, too. */
  share: () => void;
  /** Called with what ends the waiting so that the server can be asked for more. */
  listen: (more: () => void) => Disposable;
}

/**
 * Waits with IDLE on a connection that has the mailbox selected, and gives the connection back. The answer to DONE proves that the
 * connection lives: where it does not come in time, this fails.
 *
 * @param lease The connection; others who read the same mailbox may use it meanwhile.
 * @param begun What has been told since before the mailbox was opened.
 */
export async function waitForNews(
  lease: Lease,
  begun: AsyncIterator<ImapEvent, undefined>,
  { clock, period, signal, share, listen }: WaitOptions,
): Promise<Outcome> {
  const outcome = Promise.withResolvers<Outcome>();
  // Listens from before the mailbox was opened, so that nothing falls between opening and IDLE.
  void (async () => {
    try {
      for (let next = await begun.next(); !next.done; next = await begun.next()) {
        const news = newsOf(next.value);
        if (news !== undefined) outcome.resolve(news);
      }
    } catch (error) {
      outcome.reject(error);
    }
  })();
  const idle = lease.client.idle();
  // IDLE itself fails when the server refuses it or does not answer.
  void (async () => {
    try {
      while (!(await idle.next()).done);
      outcome.resolve("time");
    } catch (error) {
      outcome.reject(error);
    }
  })();
  const timer: Timer = clock.setTimeout(() => outcome.resolve("time"), period);
  const stop = () => outcome.resolve("stopped");
  signal?.addEventListener("abort", stop, { once: true });
  if (signal?.aborted) stop();
  lease.onWanted = () => outcome.resolve("wanted");
  share();
  const listening = listen(() => outcome.resolve("more"));
  let stopped = false;
  try {
    const why = await outcome.promise;
    stopped = why === "stopped";
    return why;
  } finally {
    clock.clearTimeout(timer);
    signal?.removeEventListener("abort", stop);
    lease.onWanted = undefined;
    listening[Symbol.dispose]();
    const left = Promise.allSettled([begun.return?.(), idle.return!()]).then(() => lease.release());
    // Who stops does not wait for the server, which may be gone.
    if (!stopped) await left;
  }
}
