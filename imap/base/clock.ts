/**
 * The one clock of a connection. Every timer and every time of the client, the session and the embedded server goes
 * through it, so that a program or a test can put another in its place. This file alone touches the runtime's timers.
 */

/** What names a running timer: a number or an object, as the runtime has it. */
export type Timer = number | object;

/** Timers and times. {@linkcode systemClock} holds where none is given. */
export interface Clock {
  /**
   * Calls back once, later.
   *
   * @param callback What to call. What it throws goes where the runtime takes errors of timers.
   * @param milliseconds After how long, 0 to 2^31-1.
   * @returns The timer, for `clearTimeout`.
   */
  setTimeout(callback: () => void, milliseconds: number): Timer;
  /**
   * Stops a timer.
   *
   * @param timer What `setTimeout` returned; undefined, and a timer that has fired, are allowed.
   */
  clearTimeout(timer: Timer | undefined): void;
  /** The time of day: milliseconds since 1970 in UTC. It jumps when somebody sets the machine's clock. */
  now(): number;
  /** Milliseconds since a moment that does not change: for measuring how long something takes. */
  monotonic(): number;
}

/** The runtime's own timers and times. */
export const systemClock: Clock = /* @__PURE__ */ Object.freeze({
  // Looked up at each call: a test framework may replace the globals, and workerd's want to be called as globals.
  setTimeout: (callback: () => void, milliseconds: number): Timer => setTimeout(callback, milliseconds),
  clearTimeout: (timer: Timer | undefined): void => clearTimeout(timer as number | undefined),
  now: (): number => Date.now(),
  monotonic: (): number => performance.now(),
});

/**
 * Waits.
 *
 * @param clock Whose time passes.
 * @param milliseconds How long. 0 lets everything run that is ready.
 */
export function sleep(clock: Clock, milliseconds: number): Promise<void> {
  return new Promise((resolve) => void clock.setTimeout(resolve, milliseconds));
}
