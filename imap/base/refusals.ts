/** From what a server said to the class of error that a program can act on. */

import {
  AuthError,
  type AuthErrorKind,
  CommandError,
  type ErrorCode,
  type ImapError,
  type OAuthChallenge,
  type RefusalStatus,
  ThrottledError,
} from "./errors.ts";

/** What a server said when it refused. */
export interface Refusal {
  /** The command, by its protocol name; `greeting` for the server's first words. */
  readonly command: string;
  /** The verdict. */
  readonly status: RefusalStatus;
  /** The response code. */
  readonly code: ErrorCode | undefined;
  /** The text, secrets masked. */
  readonly text: string;
  /** Whether the command was a login. */
  readonly login?: boolean;
  /** What an OAuth mechanism was told. */
  readonly challenge?: OAuthChallenge | undefined;
}

/** The error for a refusal. Throttling wins: a login that is throttled says nothing about the password. */
export function refusalError(refusal: Refusal): ImapError {
  const { command, status, code, text, login, challenge } = refusal;
  const throttle = throttleOf(code, text);
  if (throttle !== undefined) {
    const said = [status, code ? `[${code.name}]` : "", text].filter((part) => part !== "").join(" ");
    return new ThrottledError(`${command}: ${said}`, { command, status, code, text, ...throttle });
  }
  const kind = authKind(code, text, login === true, challenge);
  return kind === undefined
    ? new CommandError(command, status, code, text)
    : new AuthError(command, status, code, text, kind, challenge);
}

/** Codes that say "not now" (RFC 5530 section 3, RFC 9738 section 3; THROTTLED is Yahoo's and Outlook's). */
const throttleCodes: ReadonlySet<string> = new Set(["THROTTLED", "LIMIT", "UNAVAILABLE", "INUSE"]);

/** Words of Exchange, Dovecot, Gmail, Yahoo and Courier for limits that pass. Compared in lower case. */
const throttleWords: readonly string[] = [
  "is throttled",
  "suggested backoff time",
  "maximum number of connections",
  "too many simultaneous connections",
  "too many connections",
  "too many login attempts",
  "too many requests",
  "rate limit",
  "exceeded bandwidth",
  "bandwidth limit",
  "account exceeded command",
  "temporarily blocked",
];

/** Longest wait that a server's word is believed for: a day. Exchange asks for up to five minutes. */
const longestBackoff = 24 * 60 * 60_000;

/**
 * Whether a server's words mean a limit that passes.
 *
 * @param code The response code.
 * @param text The text.
 * @returns How long the server asked to wait, where it said so; undefined when nothing is throttled.
 */
export function throttleOf(
  code: ErrorCode | undefined,
  text: string,
): { retryAfterMs: number | undefined } | undefined {
  const lower = text.slice(0, longestText).toLowerCase();
  const known = code !== undefined && throttleCodes.has(code.name) ||
    throttleWords.some((words) => lower.includes(words));
  return known ? { retryAfterMs: backoffOf(lower) } : undefined;
}

/** What is looked at of a text; servers that help say it at the beginning. */
const longestText = 2_000;

/** `Suggested Backoff Time: 299961 milliseconds` (Exchange). */
function backoffOf(lower: string): number | undefined {
  const words = "suggested backoff time:";
  const at = lower.indexOf(words);
  if (at === -1) return undefined;
  const rest = lower.slice(at + words.length, at + words.length + 40).trim();
  const [number = "", unit = ""] = rest.split(" ", 2);
  const value = Number.parseInt(number, 10);
  if (!Number.isSafeInteger(value) || value < 0) return undefined;
  return Math.min(unit.startsWith("s") ? value * 1_000 : value, longestBackoff);
}

/** Codes that say why a login failed: RFC 5530 section 3, and Gmail's WEBALERT. */
const authCodes: Readonly<Record<string, AuthErrorKind>> = {
  AUTHENTICATIONFAILED: "credentials",
  AUTHORIZATIONFAILED: "mailbox",
  EXPIRED: "credentials",
  WEBALERT: "web-login",
  PRIVACYREQUIRED: "other",
  CONTACTADMIN: "disabled",
};

/** Words that tell more than a code does, most telling first. Compared in lower case. */
const authWords: readonly (readonly [words: string, kind: AuthErrorKind])[] = [
  // Exchange, after an AUTHENTICATE that it said OK to: the token is of another mailbox, or there is no licence.
  ["authenticated but not connected", "mailbox"],
  ["accesstokenexpired", "token"],
  ["application-specific password", "app-password"],
  ["app-specific password", "app-password"],
  ["app password", "app-password"],
  ["application password", "app-password"],
  ["authorization code", "app-password"],
  ["log in via your web browser", "web-login"],
  ["web login required", "web-login"],
  ["imap access is disabled", "disabled"],
  ["imap is disabled", "disabled"],
  ["not enabled for imap", "disabled"],
  ["imap access disabled", "disabled"],
  ["basicauthblocked", "disabled"],
  ["basic authentication is disabled", "disabled"],
  ["account is disabled", "disabled"],
  ["account disabled", "disabled"],
  ["account has been suspended", "disabled"],
  ["invalid credentials", "credentials"],
  ["authentication failed", "credentials"],
  // Cyrus 3.10, as the Cyrus SASL library says it.
  ["authentication failure", "credentials"],
  ["login failed", "credentials"],
  ["incorrect password", "credentials"],
  ["wrong password", "credentials"],
  ["incorrect username or password", "credentials"],
];

/** Which words mean a failed login also where the command was not a login: Exchange says them later. */
const anywhere: ReadonlySet<string> = new Set(["authenticated but not connected", "accesstokenexpired"]);

function authKind(
  code: ErrorCode | undefined,
  text: string,
  login: boolean,
  challenge: OAuthChallenge | undefined,
): AuthErrorKind | undefined {
  const lower = text.slice(0, longestText).toLowerCase();
  const words = authWords.find(([words]) => lower.includes(words));
  if (!login) return words !== undefined && anywhere.has(words[0]) ? words[1] : undefined;
  // The plain words for a wrong password follow every failed token as well.
  if (words !== undefined && words[1] !== "credentials") return words[1];
  if (challenge !== undefined) return isScopeProblem(challenge) ? "scope" : "token";
  return (code && Object.hasOwn(authCodes, code.name) ? authCodes[code.name] : undefined) ?? words?.[1] ??
    "other";
}

/** RFC 6750 3.1: `insufficient_scope`, status 403. */
function isScopeProblem({ status }: OAuthChallenge): boolean {
  return status === "insufficient_scope" || status === "403";
}
