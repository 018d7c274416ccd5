/** Rejections that nobody handled, as the runtime reports them; in a program of its own, since test runners fail on any. */

import { runtime } from "./runtime.ts";

/** Everything that is reported until it is disposed of. */
export class Unhandled {
  readonly errors: unknown[] = [];
  readonly #stop: () => void;

  constructor() {
    if (runtime === "bun" || runtime === "node") {
      const { process } = globalThis as unknown as {
        process: { on(name: string, listener: unknown): void; off(name: string, listener: unknown): void };
      };
      const listener = (reason: unknown) => void this.errors.push(reason);
      process.on("unhandledRejection", listener);
      this.#stop = () => process.off("unhandledRejection", listener);
    } else {
      const listener = (event: Event) => {
        event.preventDefault();
        this.errors.push((event as PromiseRejectionEvent).reason);
      };
      addEventListener("unhandledrejection", listener);
      this.#stop = () => removeEventListener("unhandledrejection", listener);
    }
  }

  /** What was reported, when everything has been that has happened so far. */
  async settled(): Promise<unknown[]> {
    for (let i = 0; i < 3; i++) await new Promise((resolve) => setTimeout(resolve, 0));
    return this.errors;
  }

  [Symbol.dispose](): void {
    this.#stop();
  }
}
