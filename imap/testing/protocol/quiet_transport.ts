/** A transport whose failures all mean the same: the client has gone. */

import type { Transport } from "../../transport/transport.ts";
import type { ServerTransport } from "./listener.ts";

/**
 * A transport with another inside, for which reading from a lost connection gives its end and writing to it does nothing.
 * What is still thrown in a session is then a mistake of the server's or of a fault's, and can be reported as one.
 * TLS or compression take the place of the one inside.
 */
export class QuietTransport implements Transport {
  #inner: ServerTransport;
  #lost = false;

  constructor(inner: ServerTransport) {
    this.#inner = inner;
  }

  get secure(): boolean {
    return this.#inner.secure;
  }

  /** Whether STARTTLS can work. A pair in memory is as secret as TLS, but no client can tell. */
  get tls(): "possible" | "begun" | "never" {
    if (this.#inner.prepareTls !== undefined) return "possible";
    return this.#inner.secure && this.#inner.local !== true ? "begun" : "never";
  }

  /** Stops reading; the function that is returned takes the handshake, and false means that the client did not. */
  prepareTls(): () => Promise<boolean> {
    const accept = this.#inner.prepareTls!();
    return async () => {
      try {
        this.#inner = await accept();
        return true;
      } catch {
        return false;
      }
    };
  }

  /** Puts another transport around the one inside. */
  wrap(around: (inner: Transport) => Transport): void {
    this.#inner = around(this.#inner);
  }

  async read(into: Uint8Array): Promise<number | null> {
    try {
      return await this.#inner.read(into);
    } catch {
      return null;
    }
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (this.#lost) return;
    try {
      await this.#inner.write(bytes);
    } catch {
      this.#lost = true;
    }
  }

  async close(): Promise<void> {
    this.#lost = true;
    try {
      await this.#inner.close();
    } catch {
      // Closed already.
    }
  }
}
