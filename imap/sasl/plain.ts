/** SASL PLAIN. RFC 4616. */

import { checkFieldsOf, checkText, octets, type SaslMechanism, withSecret } from "./mechanism.ts";

/** A user name and a password. */
export interface PlainCredentials {
  /** Whose password it is. */
  user: string;
  /** The password. */
  pass: string;
  /** The user to act for, when it is another one. */
  authorizationId?: string | undefined;
}

/**
 * The mechanism PLAIN: user name and password in one message.
 *
 * RFC 4616.
 *
 * @param credentials Who logs in.
 * @returns The mechanism, for `connect({ auth })` and `client.authenticate()`.
 * @throws {RangeError} When a value is empty or holds NUL, which separates them.
 *
 * @example
 * ```ts
 * import { plain } from "@postern/postern/imap";
 * import { assertEquals } from "@std/assert";
 *
 * const mechanism = plain({ user: "tim", pass: "tanstaaftanstaaf" });
 * assertEquals(mechanism.name, "PLAIN");
 * ```
 */
export function plain(credentials: PlainCredentials): SaslMechanism {
  checkFieldsOf(credentials);
  const user = checkText("user", credentials.user);
  const pass = checkText("pass", credentials.pass);
  const authorizationId = checkText("authorizationId", credentials.authorizationId ?? "", true);
  const message = octets(`${authorizationId}\0${user}\0${pass}`);
  const mechanism: SaslMechanism = {
    name: "PLAIN",
    clientFirst: true,
    exposesPassword: true,
    answers: 1,
    respond: () => message,
  };
  return withSecret(mechanism, pass);
}
