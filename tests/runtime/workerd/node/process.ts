/** `node:process` of a worker: no environment but where notes about skips go, and the one event that tests listen to. */

type Listener = (reason: unknown) => void;
interface Rejection extends Event {
  readonly promise: Promise<unknown>;
  readonly reason: unknown;
}
const listeners = new Map<Listener, () => void>();

export const env: Record<string, string | undefined> = { POSTERN_TEST_REPORT: "notes" };
export const execPath = "";
export const platform = "workerd";

/** Listens to `unhandledRejection`, of promises that nobody has handled by the end of the turn. */
export function on(_event: "unhandledRejection", listener: Listener): void {
  // Without a newer compatibility date, workerd reports at once what the next microtask handles.
  const early = new Set<Promise<unknown>>();
  const told = (event: Event) => {
    const { promise, reason } = event as Rejection;
    early.add(promise);
    setTimeout(() => early.delete(promise) && listener(reason), 0);
  };
  const handled = (event: Event) => void early.delete((event as Rejection).promise);
  addEventListener("unhandledrejection", told);
  addEventListener("rejectionhandled", handled);
  listeners.set(listener, () => {
    removeEventListener("unhandledrejection", told);
    removeEventListener("rejectionhandled", handled);
  });
}

/** Stops listening. */
export function off(_event: "unhandledRejection", listener: Listener): void {
  listeners.get(listener)?.();
}

export default { env, execPath, platform, on, off };
