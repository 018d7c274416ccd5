/** The server without its public face: settings and the connections it serves. */

import { Connection } from "./protocol/connection.ts";
import type { ServerTransport } from "./protocol/listener.ts";
import type { Session } from "./protocol/session.ts";
import type { Settings } from "./protocol/settings.ts";

/** Serves connections until it is closed. */
export class ServerCore {
  readonly settings: Settings;
  readonly #connections: Map<Connection, Promise<void>> = new Map();
  readonly #failures: unknown[] = [];
  #closed = false;

  constructor(settings: Settings) {
    this.settings = settings;
  }

  /** Serves a connection; a server that is closed hangs up. */
  serve(transport: ServerTransport): void {
    if (this.#closed) {
      void transport.close();
      return;
    }
    const connection = new Connection(this.settings, transport);
    const ended = connection.run()
      .catch((error) => void this.#failures.push(error))
      .finally(() => this.#connections.delete(connection));
    this.#connections.set(connection, ended);
  }

  /** Hangs up on some, after `* BYE` with the text or, where there is none, without a word. */
  hangUp(bye: string | undefined, whom: (session: Session) => boolean): void {
    for (const connection of this.#connections.keys()) {
      if (whom(connection.session)) connection.hangUp(bye);
    }
  }

  /** Number of connections that are open. */
  get connections(): number {
    return this.#connections.size;
  }

  /**
   * Ends all connections.
   *
   * @throws what went wrong inside a session: a mistake here or in a fault's `rewrite` must not look like a lost connection
   */
  async close(): Promise<void> {
    this.#closed = true;
    const running = [...this.#connections];
    await Promise.all(running.map(([connection]) => connection.shutDown()));
    await Promise.all(running.map(([, ended]) => ended));
    const failures = this.#failures.splice(0);
    if (failures.length > 0) throw failures[0];
  }
}
