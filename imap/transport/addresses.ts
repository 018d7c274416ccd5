/** Hosts with several addresses: one that does not answer must not use up the time for connecting. RFC 8305. */

import { type Clock, systemClock, type Timer } from "../base/clock.ts";

/** RFC 8305 section 5, "Connection Attempt Delay": how long an address has until the next one is tried beside it. */
const headStart = 250;
/** A host may have any number of addresses. */
const mostAddresses = 16;

/** RFC 8305 section 4: the two families take turns, the order of the look-up kept within each. */
function inTurns(addresses: readonly string[]): string[] {
  const isSix = (address: string) => address.includes(":");
  const first = addresses.filter((each) => isSix(each) === isSix(addresses[0]!));
  const second = addresses.filter((each) => isSix(each) !== isSix(addresses[0]!));
  return first.flatMap((each, at) => [each, ...second.slice(at, at + 1)]).concat(second.slice(first.length));
}

/**
 * Tries one address after the other, each beside those before it that have not failed yet; the first connection is the result.
 *
 * @param addresses At least one, in the order of the look-up.
 * @param attempt Connects to one. Its signal is aborted when it is not wanted any more.
 * @param discard Gets a connection that comes after another was first.
 * @param signal Gives up.
 * @param clock Timers.
 * @returns The first connection.
 * @throws The signal's reason; the error of the only address, or one with the errors of all.
 */
export function firstOf<T>(
  addresses: readonly string[],
  attempt: (address: string, signal: AbortSignal) => Promise<T>,
  discard: (late: T) => void,
  signal?: AbortSignal,
  clock: Clock = systemClock,
): Promise<T> {
  const left = inTurns(addresses.slice(0, mostAddresses));
  const errors: unknown[] = [];
  const underway = new Set<AbortController>();
  let over = false;
  let timer: Timer | undefined;
  return new Promise<T>((resolve, reject) => {
    const end = (reason?: unknown) => {
      over = true;
      clock.clearTimeout(timer);
      signal?.removeEventListener("abort", giveUp);
      for (const controller of underway) controller.abort(reason);
    };
    const giveUp = () => {
      end(signal!.reason);
      reject(signal!.reason);
    };
    const next = () => {
      clock.clearTimeout(timer);
      const address = left.shift();
      if (address === undefined) return;
      const controller = new AbortController();
      underway.add(controller);
      if (left.length > 0) timer = clock.setTimeout(next, headStart);
      attempt(address, controller.signal).then((connection) => {
        underway.delete(controller);
        if (over) return discard(connection);
        end(new Error("Another address was first"));
        resolve(connection);
      }, (error) => {
        underway.delete(controller);
        errors.push(error);
        if (over) return;
        if (left.length > 0) return next();
        if (underway.size > 0) return;
        end();
        reject(errors.length === 1 ? error : new AggregateError(errors));
      });
    };
    if (signal?.aborted) return giveUp();
    signal?.addEventListener("abort", giveUp, { once: true });
    next();
  });
}
