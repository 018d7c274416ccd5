/** What an account reports about its connections, for logs and metrics. */

/**
 * What an account is doing.
 *
 * - `connecting`: a connection is being made, or will be when one is needed
 * - `online`: at least one connection is logged in
 * - `waiting`: the last try failed, and the next one is later
 * - `closed`: it was closed
 */
export type AccountState = "connecting" | "online" | "waiting" | "closed";

/** Something that happened to the connections of an account. */
export type AccountEvent =
  | {
    /** A connection is being made. */
    type: "connecting";
    /** Its number, from 1. */
    connection: number;
  }
  | {
    /** It is logged in. */
    type: "online";
    /** Its number. */
    connection: number;
    /** Milliseconds from the beginning of the try, waiting at the gate included. */
    tookMs: number;
  }
  | {
    /** It could not be made, or has ended. */
    type: "offline";
    /** Its number. */
    connection: number;
    /** Why. */
    error: unknown;
    /** Milliseconds before which no other is made. */
    retryInMs: number;
  }
  | {
    /** The account was closed. */
    type: "closed";
  };
