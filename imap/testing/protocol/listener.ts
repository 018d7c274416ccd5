/** What a listener of a runtime must do. */

import type { Transport } from "../../transport/transport.ts";

/** A listening socket. */
export interface Listener {
  /** The port it got. */
  readonly port: number;
  /** Stops listening; open connections go on. */
  close(): void | Promise<void>;
}

/** Listens on an address and hands every connection to `serve`. */
export type Listen = (
  address: { hostname: string; port: number },
  serve: (transport: Transport) => void,
) => Promise<Listener>;
