/** What the command table says about each command, as data. */

/** States of a connection, RFC 9051 section 3. */
export type ConnectionState = "nonauth" | "auth" | "selected" | "logout";

/** How a command gets along with others on the same connection; the words of the table's `flow` cell. */
export type Flow = "free" | "mailbox" | "sequence" | "renumbers" | "barrier" | "literal" | "sasl" | "idle";

/** A change of the connection's state. */
export type Effect = "deselect" | "selected" | "auth" | "nonauth" | "logout" | "forget-capabilities";

/** A response or code that answers a command. */
export interface CollectSpec {
  /** Name of the response, or of the code. */
  readonly name: string;
  /** A response code. */
  readonly code?: true;
  /** How many: exactly one, at most one, any number. */
  readonly count: "1" | "?" | "*";
  /** How it is told from an unsolicited one. */
  readonly by?: "set" | "mailbox" | "tag";
}

/** What the session must know about a command; one constant for each row of the table. */
export interface CommandSpec {
  /** The command as it is sent, `UID FETCH` for instance. */
  readonly name: string;
  /** States in which it may be sent. */
  readonly states: readonly ConnectionState[];
  /** Capabilities, one of which the server must offer; empty: none needed. */
  readonly needs: readonly string[];
  /** What answers it. */
  readonly collects: readonly CollectSpec[];
  /** How it gets along with others. */
  readonly flow: readonly Flow[];
  /** Numbers in its arguments and answers are UIDs. */
  readonly uid: boolean;
  /** Arguments that must not be shown. */
  readonly secrets: readonly string[];
  /** What sending it, OK and NO change. */
  readonly after: {
    readonly send?: readonly Effect[];
    readonly ok?: readonly Effect[];
    readonly no?: readonly Effect[];
  };
}
