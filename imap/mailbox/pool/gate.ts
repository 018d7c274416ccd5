/** How many connections may be made to one host, and how fast. */

import { checkFields } from "../../codec/arguments.ts";
import { onAbort } from "../../base/abort.ts";
import { type Clock, systemClock } from "../../base/clock.ts";

/**
 * Lets one connection through at a time that suits the host. Every connection of an account passes it, whatever it is for; what
 * it returns is disposed when the connection is logged in, or has failed.
 */
export interface ConnectGate {
  /**
   * @param host The server's name.
   * @param account The user's name; empty where the credentials do not tell.
   * @param signal Aborted when nobody waits any more; then throw its reason.
   */
  (host: string, account: string, signal: AbortSignal): Promise<Disposable>;
}

/** What {@linkcode connectGate} is told. */
export interface ConnectGateOptions {
  /** How many may be connecting and logging in at once, to one host. 4 when left out. */
  concurrent?: number;
  /** How many may begin in a minute, to one host. 300 when left out. */
  perMinute?: number;
  /** Timers and times; the runtime's own when left out. */
  clock?: Clock;
}

interface Host {
  running: number;
  /** When the next one may begin, were there no bursts. */
  due: number;
  waiting: (() => void)[];
}

/**
 * Makes a gate that accounts share. Without one, all accounts of a process share a gate with the default numbers: servers count
 * connections by address, and a process that starts with a thousand accounts is one address.
 *
 * @param options The numbers.
 * @returns The gate, for `openAccount({ gate })`.
 *
 * @example
 * ```ts
 * import { connectGate } from "@postern/postern/mailbox";
 *
 * const gate = connectGate({ concurrent: 2, perMinute: 60 });
 * using _place = await gate("imap.example.org", "sam", new AbortController().signal);
 * ```
 */
export function connectGate(options: ConnectGateOptions = {}): ConnectGate {
  checkFields("connectGate()", options, { concurrent: "any?", perMinute: "any?", clock: "object?" });
  const { concurrent = 4, perMinute = 300, clock = systemClock } = options;
  for (const [name, value] of Object.entries({ concurrent, perMinute })) {
    if (!Number.isInteger(value) || value < 1) throw new RangeError(`"${name}" must be a positive integer`);
  }
  const interval = 60_000 / perMinute;
  const hosts = new Map<string, Host>();

  return async (host, _account, signal) => {
    signal.throwIfAborted();
    let at = hosts.get(host);
    if (at === undefined) hosts.set(host, at = { running: 0, due: -Infinity, waiting: [] });
    const place = at;
    while (place.running >= concurrent) await turn(place, signal);
    place.running++;
    const leave = () => {
      place.running--;
      place.waiting.shift()?.();
    };
    try {
      // A few at once do no harm; `concurrent` of them may come without a pause.
      const now = clock.monotonic();
      const due = Math.max(place.due, now - (concurrent - 1) * interval);
      place.due = due + interval;
      const wait = due - now;
      if (wait > 0) await abortableSleep(clock, wait, signal);
      signal.throwIfAborted();
    } catch (error) {
      leave();
      throw error;
    }
    let left = false;
    return {
      [Symbol.dispose]: () => {
        if (left) return;
        left = true;
        leave();
      },
    };
  };
}

function turn(place: Host, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const go = () => {
      signal.removeEventListener("abort", stop);
      resolve();
    };
    const stop = () => {
      place.waiting.splice(place.waiting.indexOf(go), 1);
      reject(signal.reason);
    };
    place.waiting.push(go);
    signal.addEventListener("abort", stop, { once: true });
  });
}

/**
 * Waits, or not any more.
 *
 * @throws The reason of the first of the signals that is aborted.
 */
export async function abortableSleep(
  clock: Clock,
  milliseconds: number,
  ...signals: (AbortSignal | undefined)[]
): Promise<void> {
  for (const signal of signals) signal?.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const timer = clock.setTimeout(resolve, milliseconds);
  const unlisten = signals.map((signal) => onAbort(signal, reject));
  try {
    await promise;
  } finally {
    clock.clearTimeout(timer);
    for (const stop of unlisten) stop();
  }
}

const shared = new WeakMap<Clock, ConnectGate>();

/** The gate of all accounts that were given none and live in the same time. */
export function sharedGate(clock: Clock): ConnectGate {
  let gate = shared.get(clock);
  if (gate === undefined) shared.set(clock, gate = connectGate({ clock }));
  return gate;
}
