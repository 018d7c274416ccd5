/** What the command table says about each command, as data. */

/** States of a connection, RFC 9051 section 3. */
export type ConnectionState = "nonauth" | "auth" | "selected" | "logout";

/** How a command gets along with others on the same connection; the words of the table's `flow` cell. */
export type Flow =
  | "free"
  | "mailbox"
  | "sequence"
  | "renumbers"
  | "barrier"
  | "switch"
  | "literal"
  | "sasl"
  | "idle";

/** A change of the connection's state. */
export type Effect =
  | "deselect"
  | "selected"
  | "read-only"
  | "auth"
  | "nonauth"
  | "logout"
  | "forget-capabilities";

/** What a command does to mailboxes and messages; the words of the table's `touches` cell. */
export type Touches = "reads" | "flags" | "writes" | "deletes" | "admin";

/** An argument of a command. */
export interface ArgumentSpec {
  /** Its name in the method and in the encoder's arguments. */
  readonly name: string;
  /**
   * What kind of value it is: `text`, `number`, `bigint`, `bool`, `octets`, `literal`, `date`, `set`, the name of a type with fields,
   * words with `|` between them, or `any` where its encoder checks it.
   */
  readonly kind: string;
  /** It is a list of such values. */
  readonly list?: true;
  /** It is a field of the method's options and not a parameter of its own. */
  readonly option?: true;
  /** Capabilities, one of which the server must offer; absent: it belongs to the command itself. */
  readonly needs?: readonly string[];
  /** It must not be shown: not in a trace, and not in an error. */
  readonly secret?: true;
}

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

/**
 * What the command table says about a command; one constant for each row, and one for its UID form. Data only: the
 * session, the test server, the documentation and the tests read the same.
 */
export interface CommandSpec {
  /** The command as it is sent, `UID FETCH` for instance. */
  readonly name: string;
  /** What it is told: the parameters in their order, then the options. */
  readonly args: readonly ArgumentSpec[];
  /** States in which it may be sent. */
  readonly states: readonly ConnectionState[];
  /** Capabilities, one of which the server must offer; empty: none needed. */
  readonly needs: readonly string[];
  /** Capabilities, each of which forbids it: LOGIN under LOGINDISABLED. */
  readonly unless?: readonly string[];
  /**
   * What words of its arguments need beside, by argument of the encoder: `SAVE:SEARCHRES|IMAP4REV2 X,Y:Z`. Words are those of
   * lists of options, the first ones of items of FETCH, and the names of search keys.
   */
  readonly words?: Readonly<Record<string, string>>;
  /** What answers it. */
  readonly collects: readonly CollectSpec[];
  /** How it gets along with others. */
  readonly flow: readonly Flow[];
  /** What it does to mailboxes and messages; several words where it depends on the arguments. */
  readonly touches: readonly Touches[];
  /** Whether it may be sent once more when its answer did not come; `uid`: the UID form only. */
  readonly retry: "yes" | "no" | "uid";
  /** Numbers in its arguments and answers are UIDs. */
  readonly uid: boolean;
  /** What sending it, OK and NO change. */
  readonly after: {
    readonly send?: readonly Effect[];
    readonly ok?: readonly Effect[];
    readonly no?: readonly Effect[];
  };
}

/** How the method that sends a command is called; apart, because a program that calls methods need not hold it. */
export interface MethodSpec {
  /** Name of the client's method. */
  readonly name: string;
  /** Types of the command's arguments as TypeScript writes them: `string`, `SequenceSetInput`, `FetchItem[]`. */
  readonly types: Readonly<Record<string, string>>;
}

/**
 * Whether message numbers mean the same before and after a command: no untagged EXPUNGE may come while it runs (RFC 9051
 * 7.5.1).
 */
export function keepsNumbers({ flow, uid }: CommandSpec): boolean {
  return flow.includes("sequence") && !flow.includes("renumbers") && !uid;
}

/**
 * Whether a command may be sent once more, on a new connection with the same mailbox selected, when the old one broke before
 * its answer came: carried out twice it is as if once, and the second answer is as good as the first.
 */
export function isSafeToRetry({ retry, uid }: CommandSpec): boolean {
  return retry === "yes" || retry === "uid" && uid;
}
