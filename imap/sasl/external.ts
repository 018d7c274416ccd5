/** SASL EXTERNAL, RFC 4422 appendix A, and ANONYMOUS, RFC 4505: who the client is, is known already or does not matter. */

import { checkText, octets, type SaslMechanism } from "./mechanism.ts";

/**
 * The mechanism EXTERNAL: the server knows the client by its TLS certificate or by the socket it comes through.
 *
 * @param authorizationId On whose behalf to act; the server decides when it is not given.
 * @returns The mechanism, for `connect({ auth })` and `client.authenticate()`.
 * @throws {RangeError} When the value cannot be sent.
 *
 * @example
 * ```ts
 * import { external } from "@postern/postern/imap";
 *
 * console.log(external().name); // EXTERNAL
 * ```
 */
export function external(authorizationId = ""): SaslMechanism {
  const message = octets(checkText("authorizationId", authorizationId, true));
  return {
    name: "EXTERNAL",
    clientFirst: true,
    exposesPassword: false,
    answers: 1,
    respond: () => message,
  };
}

/**
 * The mechanism ANONYMOUS.
 *
 * @param trace What the server may log about the visitor: a mail address, or words without `@`. RFC 4505 section 2.
 * @returns The mechanism, for `connect({ auth })` and `client.authenticate()`.
 * @throws {RangeError} When the value is longer than 255 characters or cannot be sent.
 *
 * @example
 * ```ts
 * import { anonymous } from "@postern/postern/imap";
 *
 * console.log(anonymous("guest").name); // ANONYMOUS
 * ```
 */
export function anonymous(trace = "anonymous"): SaslMechanism {
  checkText("trace", trace, true);
  if ([...trace].length > 255) throw new RangeError('"trace" must not be longer than 255 characters');
  const message = octets(trace);
  return {
    name: "ANONYMOUS",
    clientFirst: true,
    exposesPassword: false,
    answers: 1,
    respond: () => message,
  };
}
