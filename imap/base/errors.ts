/** Errors of the IMAP client: one class for each kind of failure, all of them an {@linkcode ImapError}. */

/** How a server refused: a tagged NO or BAD, or BYE. */
export type RefusalStatus = "NO" | "BAD" | "BYE";

/** A response code as errors carry it: every code has a name, most have more fields beside it. */
export interface ErrorCode {
  /** Name of the code in upper case, such as `NONEXISTENT`. */
  readonly name: string;
}

/** What an {@linkcode ImapError} can know beside its message. */
export interface ImapErrorOptions {
  /** The command that failed, by its protocol name. */
  command?: string | undefined;
  /** The server's verdict. */
  status?: RefusalStatus | undefined;
  /** The response code of the verdict. */
  code?: ErrorCode | undefined;
  /** The human-readable text of the verdict. */
  text?: string | undefined;
  /** Whether the same call may succeed later without a change. */
  retryable?: boolean | undefined;
  /** The error below. */
  cause?: unknown;
}

/**
 * Base class of everything the client throws, apart from the reason of a caller's own `AbortSignal` and
 * `TypeError`/`RangeError` for arguments that cannot be sent. Messages never hold a secret: commands are
 * named, their arguments are not shown.
 *
 * @example
 * ```ts
 * import { ImapError } from "@postern/postern/imap";
 *
 * const error = new ImapError("no answer", { command: "NOOP", retryable: true });
 * if (error instanceof ImapError && error.retryable) console.log("try again:", error.command);
 * ```
 */
export class ImapError extends Error {
  /** Name of the class, for logs. */
  override readonly name: string = "ImapError";
  /** The command that failed, by its protocol name; undefined when no command was running. */
  readonly command: string | undefined;
  /** The server's verdict, when there was one. */
  readonly status: RefusalStatus | undefined;
  /** The response code of the verdict, with its own fields beside the name. */
  readonly code: ErrorCode | undefined;
  /** The server's own text, which is meant for people. */
  readonly text: string | undefined;
  /** Whether the same call may succeed later, on a new connection where this one is gone. */
  readonly retryable: boolean;

  /** Makes an error with a message and what is known about the failure. */
  constructor(message: string, options: ImapErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.command = options.command;
    this.status = options.status;
    this.code = options.code;
    this.text = options.text;
    this.retryable = options.retryable ?? false;
  }
}

/**
 * Codes (RFC 9051 7.1, RFC 5530 section 3, RFC 9738) of refusals that pass by themselves: another
 * session holds the mailbox, a subsystem is down, a temporary limit was met.
 */
const passing: ReadonlySet<string> = new Set(["UNAVAILABLE", "INUSE", "LIMIT", "THROTTLED", "SERVERBUG"]);

/**
 * The server answered NO or BAD to a command, or BYE instead of an answer. `code` and `text` hold what it said.
 *
 * @example
 * ```ts
 * import { CommandError } from "@postern/postern/imap";
 *
 * const error = new CommandError("SELECT", "NO", { name: "NONEXISTENT" }, "No such mailbox");
 * console.log(error.message); // SELECT: NO [NONEXISTENT] No such mailbox
 * ```
 */
export class CommandError extends ImapError {
  /** Name of the class, for logs. */
  override readonly name: string = "CommandError";

  /** Makes the error from the command's name and the server's answer. */
  constructor(command: string, status: RefusalStatus, code: ErrorCode | undefined, text: string) {
    const shown = [status, code ? `[${code.name}]` : "", text].filter((part) => part !== "").join(" ");
    super(`${command}: ${shown}`, {
      command,
      status,
      code,
      text,
      retryable: code !== undefined && passing.has(code.name),
    });
  }
}

/** The peer broke the protocol in a way that leaves no safe way on, and the connection was closed. */
export class ProtocolError extends ImapError {
  /** Name of the class, for logs. */
  override readonly name: string = "ProtocolError";
}

/** The connection could not be made, was lost, or was closed while a call was waiting on it. */
export class ConnectionError extends ImapError {
  /** Name of the class, for logs. */
  override readonly name: string = "ConnectionError";

  /** Makes the error; a lost connection is worth another try unless said otherwise. */
  constructor(message: string, options: ImapErrorOptions = {}) {
    super(message, { retryable: true, ...options });
  }
}

/** A deadline passed: connecting, greeting, a command, IDLE, or the `timeout` of one call. */
export class TimeoutError extends ImapError {
  /** Name of the class, for logs. */
  override readonly name: string = "TimeoutError";

  /** Makes the error; what took too long once may be quick later. */
  constructor(message: string, options: ImapErrorOptions = {}) {
    super(message, { retryable: true, ...options });
  }
}

/** Something is larger than a limit allows; the message names the limit. */
export class LimitError extends ImapError {
  /** Name of the class, for logs. */
  override readonly name: string = "LimitError";
}

/** The server does not offer, or did not enable, what a call needs. Nothing was sent. */
export class CapabilityError extends ImapError {
  /** Name of the class, for logs. */
  override readonly name: string = "CapabilityError";
}

/** A call is not allowed in the connection's present state. Nothing was sent. */
export class StateError extends ImapError {
  /** Name of the class, for logs. */
  override readonly name: string = "StateError";
}
