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

/**
 * Codes of Node.js and Bun, which are those of the operating system (ECONNREFUSED) and of OpenSSL (CERT_HAS_EXPIRED), and names
 * of Deno's classes (ConnectionRefused).
 */
const byCode: readonly (readonly [codes: RegExp, reason: FailureReason])[] = [
  [/^(?:ENOTFOUND|EAI_(?:AGAIN|FAIL|NODATA|NONAME)|DNSException|URIError)$/, "dns"],
  [/^(?:ECONN|Connection)refused$/i, "refused"],
  [
    /^(?:E(?:HOST|NET)(?:UNREACH|DOWN)|(?:Host|Network)Unreachable|E?AddrNotAvail(?:able)?|E?TimedOut)$/i,
    "unreachable",
  ],
  [/^(?:(?:ECONN|Connection)(?:reset|aborted)|EPIPE|BrokenPipe|UnexpectedEof)$/i, "lost"],
  [/^(?:EACCES|EPERM|ERR_ACCESS_DENIED|PermissionDenied|NotCapable)$/, "permission"],
  [/^NotSupported$/, "unsupported"],
  [/^ERR_SSL_(?:WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST)$/, "not-tls"],
  [
    /^(?:(?!ERR_SSL).*CERT|UNABLE_TO_VERIFY_|INVALID_(?:CA|PURPOSE)$|HOSTNAME_MISMATCH|ERR_BORINGSSL)/,
    "certificate",
  ],
];

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
  // workerd 2026-11-17, for a refused connection as for a name that does not exist.
  ["cannot connect to the specified address", "unreachable"],
];

/** Why this error came; undefined where nothing known is said. Causes and parts of an AggregateError are looked at too. */
export function failureReason(error: unknown): FailureReason | undefined {
  // Causes may form a ring; no runtime nests them deeper than three.
  let inner: unknown = error;
  for (let depth = 0; depth < 5 && typeof inner === "object" && inner !== null; depth++) {
    const { name, code, message, cause, errors } = inner as Shape;
    for (const word of [code, name]) {
      const known = typeof word === "string" && byCode.find(([codes]) => codes.test(word));
      if (known) return known[1];
    }
    const lower = typeof message === "string" ? message.slice(0, 1_000).toLowerCase() : "";
    const words = byWords.find(([words]) => lower.includes(words));
    if (words !== undefined) return words[1];
    inner = Array.isArray(errors) && errors.length > 0 ? errors[0] : cause;
  }
  return undefined;
}

/** Failures that another attempt does not solve. A name that does not resolve may resolve later only where the lookup itself failed. */
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
