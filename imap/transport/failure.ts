/** Why no connection came about: the errors of four runtimes, said in one way. */

import { ConnectionError, type FailureReason } from "../base/errors.ts";

/** What is looked at of a runtime's error. */
interface Shape {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly message?: unknown;
  readonly cause?: unknown;
  readonly errors?: unknown;
}

/** Codes of Node.js and Bun, which are those of the operating system and of OpenSSL, and names of Deno's classes. */
const byCode: Readonly<Record<string, FailureReason>> = {
  ENOTFOUND: "dns",
  EAI_AGAIN: "dns",
  EAI_FAIL: "dns",
  EAI_NODATA: "dns",
  EAI_NONAME: "dns",
  DNSException: "dns",
  URIError: "dns",
  ECONNREFUSED: "refused",
  ConnectionRefused: "refused",
  EHOSTUNREACH: "unreachable",
  ENETUNREACH: "unreachable",
  EHOSTDOWN: "unreachable",
  ENETDOWN: "unreachable",
  EADDRNOTAVAIL: "unreachable",
  ETIMEDOUT: "unreachable",
  HostUnreachable: "unreachable",
  NetworkUnreachable: "unreachable",
  AddrNotAvailable: "unreachable",
  TimedOut: "unreachable",
  ECONNRESET: "lost",
  ECONNABORTED: "lost",
  EPIPE: "lost",
  ConnectionReset: "lost",
  ConnectionAborted: "lost",
  BrokenPipe: "lost",
  UnexpectedEof: "lost",
  EACCES: "permission",
  EPERM: "permission",
  ERR_ACCESS_DENIED: "permission",
  PermissionDenied: "permission",
  NotCapable: "permission",
  NotSupported: "unsupported",
  ERR_SSL_WRONG_VERSION_NUMBER: "not-tls",
  ERR_SSL_PACKET_LENGTH_TOO_LONG: "not-tls",
  ERR_SSL_HTTP_REQUEST: "not-tls",
  ERR_TLS_CERT_ALTNAME_INVALID: "certificate",
  ERR_TLS_CERT_ALTNAME_FORMAT: "certificate",
  CERT_HAS_EXPIRED: "certificate",
  CERT_NOT_YET_VALID: "certificate",
  CERT_UNTRUSTED: "certificate",
  CERT_REJECTED: "certificate",
  CERT_REVOKED: "certificate",
  CERT_SIGNATURE_FAILURE: "certificate",
  CERT_CHAIN_TOO_LONG: "certificate",
  DEPTH_ZERO_SELF_SIGNED_CERT: "certificate",
  SELF_SIGNED_CERT_IN_CHAIN: "certificate",
  UNABLE_TO_GET_ISSUER_CERT: "certificate",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "certificate",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "certificate",
  INVALID_CA: "certificate",
  INVALID_PURPOSE: "certificate",
  HOSTNAME_MISMATCH: "certificate",
  ERR_BORINGSSL: "certificate",
};

/** Words of errors that have no code: Deno's TLS (rustls), its name look-up, and workerd. Compared in lower case. */
const byWords: readonly (readonly [words: string, reason: FailureReason])[] = [
  ["invalid peer certificate", "certificate"],
  ["certificate store", "certificate"],
  ["invalidcontenttype", "not-tls"],
  ["wrong_version_number", "not-tls"],
  ["wrong version number", "not-tls"],
  ["corrupt message", "not-tls"],
  ["lookup address information", "dns"],
  ["dns lookup failed", "dns"],
  ["certificate", "certificate"],
  // The alert 40 (RFC 8446 6.2) of Deno, Bun and Node.js: nothing in common, or in TLS 1.2 the want of a certificate.
  ["handshakefailure", "unsupported"],
  ["handshake_failure", "unsupported"],
  ["alert handshake failure", "unsupported"],
  ["connection refused", "refused"],
  ["unreachable", "unreachable"],
  // workerd 2026-11-17, for a refused connection as for a name that nobody has.
  ["cannot connect to the specified address", "unreachable"],
];

/** Why this error came; undefined where nothing known is said. Causes and parts of an AggregateError are looked at too. */
export function failureReason(error: unknown): FailureReason | undefined {
  // Causes may form a ring; no runtime nests them deeper than three.
  let inner: unknown = error;
  for (let depth = 0; depth < 5 && typeof inner === "object" && inner !== null; depth++) {
    const { name, code, message, cause, errors } = inner as Shape;
    for (const word of [code, name]) {
      if (typeof word === "string" && Object.hasOwn(byCode, word)) return byCode[word];
    }
    const lower = typeof message === "string" ? message.slice(0, 1_000).toLowerCase() : "";
    const words = byWords.find(([words]) => lower.includes(words));
    if (words !== undefined) return words[1];
    inner = Array.isArray(errors) && errors.length > 0 ? errors[0] : cause;
  }
  return undefined;
}

/** Failures that another try does not mend. A name that does not resolve is mended by a look-up only where that was cut short. */
const final: ReadonlySet<FailureReason> = new Set([
  "certificate",
  "not-tls",
  "permission",
  "unsupported",
  "dns",
]);

/** What to do, where the words of the runtime do not say it. */
const remedies: Partial<Record<FailureReason, string>> = {
  "not-tls": 'the port does not speak TLS from the first byte; 143 wants tls: "starttls"',
  permission: "the runtime does not allow this program to connect there",
};

/**
 * The error of a connection that did not come about.
 *
 * @param what What was tried, for the message: `Could not connect to imap.example.org:993`.
 * @param cause The runtime's error.
 * @returns The error, with its reason where it is known.
 */
export function connectionFailure(what: string, cause: unknown): ConnectionError {
  const reason = failureReason(cause);
  const said = wordsOf(cause);
  const remedy = said.includes("CaUsedAsEndEntity")
    ? "the certificate is an authority's own (CA:TRUE), which Deno does not take for a server; give the server one that an authority signed"
    : /handshake[ _]?failure/i.test(said)
    ? "the two have no kind of TLS in common, or the server wants a certificate of this side (cert, key)"
    : reason === undefined
    ? undefined
    : remedies[reason];
  const message = [what, said, remedy].filter((part) => part !== undefined && part !== "").join(": ");
  const temporary = (cause as Shape | undefined)?.code === "EAI_AGAIN" ||
    said.toLowerCase().includes("temporary failure");
  const retryable = temporary || reason === undefined || !final.has(reason);
  return new ConnectionError(message, { cause, reason, retryable });
}

/**
 * The error of a connection that broke. In TLS 1.3 a server that wants a certificate of its client says so after the handshake.
 *
 * @param cause The runtime's error.
 */
export function lostConnection(cause: unknown): ConnectionError {
  const said = wordsOf(cause);
  const refused = failureReason(cause) === "certificate";
  return new ConnectionError(said === "" ? "The connection was lost" : `The connection was lost: ${said}`, {
    cause,
    reason: refused ? "certificate" : "lost",
    retryable: !refused,
  });
}

/** The first line of what the runtime said. */
function wordsOf(error: unknown): string {
  if (typeof error !== "object" || error === null) return typeof error === "string" ? error : "";
  const { message, errors } = error as Shape;
  const text = typeof message === "string" && message !== ""
    ? message
    : Array.isArray(errors) && errors.length > 0
    ? String((errors[0] as Shape)?.message ?? "")
    : "";
  const line = text.split("\n", 1)[0]!.trim();
  return line.length > 300 ? `${line.slice(0, 300)}…` : line;
}
