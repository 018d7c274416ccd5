/** Errors of the IMAP client: one class for each kind of failure, all of them an {@linkcode ImapError}. */

import { showError } from "./shown.ts";

/** How a server refused: a tagged NO or BAD, or BYE. */
export type RefusalStatus = "NO" | "BAD" | "BYE";

/** A response code as errors carry it: every code has a name, most have more fields beside it. */
export interface ErrorCode {
  /** Name of the code in upper case, such as `NONEXISTENT`. */
  readonly name: string;
}

/**
 * Why a connection could not be made or has ended, where that is known; programs can act on it.
 *
 * - `dns`: the host's name could not be resolved
 * - `refused`: nobody listens at the port
 * - `unreachable`: no route to the host, or no answer from it
 * - `certificate`: the certificate is expired, for another name, or from an authority that is not trusted; or the server wants one of
 *   this side
 * - `not-tls`: the port does not speak TLS from the first byte
 * - `starttls-refused`: the server did not let the connection be encrypted
 * - `permission`: the runtime does not let this program open the connection
 * - `unsupported`: the runtime cannot do what was asked for
 * - `lost`: the connection broke, or the server closed it
 * - `closed`: this side closed it
 */
export type FailureReason =
  | "dns"
  | "refused"
  | "unreachable"
  | "certificate"
  | "not-tls"
  | "starttls-refused"
  | "permission"
  | "unsupported"
  | "lost"
  | "closed";

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
  /** Why the connection failed. */
  reason?: FailureReason | undefined;
  /** Whether the same call may succeed later without a change. */
  retryable?: boolean | undefined;
  /** Milliseconds that the server asked to wait before the next try. */
  retryAfterMs?: number | undefined;
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
  /** Why the connection failed; undefined where it did not, or nobody can tell. */
  readonly reason: FailureReason | undefined;
  /** Whether the same call may succeed later, on a new connection where this one is gone. */
  readonly retryable: boolean;
  /** Milliseconds to wait before the next try; undefined where the server did not say. */
  readonly retryAfterMs: number | undefined;
  /**
   * Of a command whose set was too long for one line, what was carried out all the same: a `SequenceSet` of UIDs or message
   * numbers, as the command has them. Undefined for every other command.
   */
  done: Iterable<number> | undefined;
  /** Who was logged in, and where: `alice at imap.example.org`. Errors of the accounts of `./mailbox` have it. */
  declare account?: string;
  /** Name of the mailbox that the call was about, where that is known. Errors of the accounts of `./mailbox` have it. */
  declare mailbox?: string;

  /** Makes an error with a message and what is known about the failure. */
  constructor(message: string, options: ImapErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.command = options.command;
    this.status = options.status;
    this.code = options.code;
    this.text = options.text;
    this.reason = options.reason;
    this.retryable = options.retryable ?? false;
    this.retryAfterMs = options.retryAfterMs;
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

  /** Makes the error from the command's name and the server's answer; without a status, it was this side that failed. */
  constructor(
    command: string,
    status: RefusalStatus | undefined,
    code: ErrorCode | undefined,
    text: string,
    options: Pick<ImapErrorOptions, "cause" | "reason"> = {},
  ) {
    const shown = [status ?? "", code ? `[${code.name}]` : "", text].filter((part) => part !== "").join(" ");
    super(`${command}: ${shown}`, {
      command,
      status,
      code,
      text,
      retryable: code !== undefined && passing.has(code.name),
      ...options,
    });
  }
}

/**
 * Why a login was refused, as far as the server's words tell.
 *
 * - `credentials`: wrong user name or password
 * - `token`: the access token is expired, revoked or malformed; a new one may help
 * - `scope`: the token is for something else than IMAP
 * - `app-password`: the account wants a password made for this program
 * - `web-login`: the account's owner must act in a browser first
 * - `disabled`: the account or IMAP for it is switched off
 * - `mailbox`: the login was right, but there is no mailbox for it
 * - `other`: the server's words tell nothing more
 */
export type AuthErrorKind =
  | "credentials"
  | "token"
  | "scope"
  | "app-password"
  | "web-login"
  | "disabled"
  | "mailbox"
  | "other";

/** What XOAUTH2 and OAUTHBEARER servers send, as JSON, when they refuse a token (RFC 7628 3.2.2). */
export interface OAuthChallenge {
  /** What is wrong with the token: `invalid_token`, or an HTTP status such as `400`. */
  readonly status?: string;
  /** The scope that a token must have. */
  readonly scope?: string;
  /** Schemes that the server would take, `bearer` for instance. */
  readonly schemes?: string;
}

/**
 * The server refused a login. Trying again with the same credentials is of no use, and locks accounts.
 *
 * @example
 * ```ts
 * import { AuthError } from "@postern/postern/imap";
 *
 * const error = new AuthError("LOGIN", "NO", { name: "AUTHENTICATIONFAILED" }, "Invalid credentials", "credentials");
 * console.log(error.kind, error.retryable); // credentials false
 * ```
 */
export class AuthError extends CommandError {
  /** Name of the class, for logs. */
  override readonly name: string = "AuthError";
  /** What the server's text says about the cause. */
  readonly kind: AuthErrorKind;
  /** What the server said of a refused token; undefined where it said nothing. */
  readonly challenge: OAuthChallenge | undefined;

  /** Makes the error from the command's name and the server's answer. */
  constructor(
    command: string,
    status: RefusalStatus | undefined,
    code: ErrorCode | undefined,
    text: string,
    kind: AuthErrorKind,
    challenge?: OAuthChallenge,
    options: Pick<ImapErrorOptions, "cause"> = {},
  ) {
    super(command, status, code, text, options);
    this.kind = kind;
    this.challenge = challenge;
  }
}

/**
 * The server limits how much this client, account or host may do at present. It wins over every other class: a login, a command
 * and a connection can be throttled. `retryAfterMs` is what the server asked for; without it, wait longer each time.
 */
export class ThrottledError extends ImapError {
  /** Name of the class, for logs. */
  override readonly name: string = "ThrottledError";

  /** Makes the error; what is throttled now is let through later. */
  constructor(message: string, options: ImapErrorOptions = {}) {
    super(message, { retryable: true, ...options });
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

showError(ImapError);
