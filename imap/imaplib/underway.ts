/** What waits on a connection: all of it ends when the connection is closed, also what would never end by itself. */

import { abort } from "./errors.ts";

/** The waits of one connection. */
export class Underway {
  readonly #giveUps = new Set<(reason: abort) => void>();

  /** Waits no longer than the connection lasts. */
  race<T>(operation: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#giveUps.add(reject);
      const over = () => void this.#giveUps.delete(reject);
      operation.then((value) => (over(), resolve(value)), (reason) => (over(), reject(reason)));
    });
  }

  /** The connection is closed. */
  end(): void {
    const reason = new abort("socket error: the connection was closed");
    for (const giveUp of this.#giveUps) giveUp(reason);
  }
}
