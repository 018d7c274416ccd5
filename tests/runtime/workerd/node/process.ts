/** `node:process` of a worker: no environment but where notes about skips go, and the one event that tests listen to. */

type Listener = (reason: unknown) => void;
interface Rejection extends Event {
  readonly reason: unknown;
}
const listeners = new Map<Listener, (event: Event) => void>();

export const env: Record<string, string | undefined> = { POSTERN_TEST_REPORT: "notes" };
export const execPath = "";
export const platform = "workerd";

/** Listens to `unhandledRejection`. */
export function on(_event: "unhandledRejection", listener: Listener): void {
  const told = (event: Event) => listener((event as Rejection).reason);
  listeners.set(listener, told);
  addEventListener("unhandledrejection", told);
}

/** Stops listening. */
export function off(_event: "unhandledRejection", listener: Listener): void {
  const told = listeners.get(listener);
  if (told !== undefined) removeEventListener("unhandledrejection", told);
}

export default { env, execPath, platform, on, off };
