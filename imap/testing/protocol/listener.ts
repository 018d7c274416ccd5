/** What a listener of a runtime must do. */

import type { Transport } from "../../transport/transport.ts";

/** The server's end of a connection. */
export interface ServerTransport extends Transport {
  /**
   * Stops reading and prepares TLS; absent where TLS cannot begin. The caller then sends what the client waits for, and
   * calls the function that is returned, which takes the client's handshake.
   */
  prepareTls?(): () => Promise<Transport>;
}

/** A certificate with its key, both in PEM. */
export interface Identity {
  /** The certificate, and those between it and its authority. */
  cert: string;
  /** Its private key. */
  key: string;
}

/** Where and how to listen. */
export interface ListenOptions {
  readonly hostname: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** For TLS at all. */
  readonly identity: Identity | undefined;
  /** TLS from the first octet. */
  readonly tls: boolean;
}

/** A listening socket. */
export interface Listener {
  /** The port it got. */
  readonly port: number;
  /** Stops listening; open connections go on. */
  close(): void | Promise<void>;
}

/** Listens on an address and hands every connection to `serve`. */
export type Listen = (
  options: ListenOptions,
  serve: (transport: ServerTransport) => void,
) => Promise<Listener>;
