/** SASL LOGIN: older than PLAIN, never an RFC, and all that some servers offer (draft-murchison-sasl-login). */

import { checkFieldsOf, checkText, octets, type SaslMechanism, withSecret } from "./mechanism.ts";
import type { PlainCredentials } from "./plain.ts";

/**
 * The mechanism LOGIN: the server asks for the user name, then for the password, in words that differ from server to server.
 *
 * @param credentials Who logs in. Acting for another user is not possible.
 * @returns The mechanism, for `connect({ auth })` and `client.authenticate()`.
 * @throws {RangeError} When a value is empty or cannot be sent, or an `authorizationId` is given.
 *
 * @example
 * ```ts
 * import { loginMechanism } from "@postern/postern/imap";
 *
 * console.log(loginMechanism({ user: "tim", pass: "tanstaaftanstaaf" }).name); // LOGIN
 * ```
 */
export function loginMechanism(credentials: PlainCredentials): SaslMechanism {
  checkFieldsOf(credentials);
  const user = octets(checkText("user", credentials.user));
  const pass = octets(checkText("pass", credentials.pass));
  if (credentials.authorizationId !== undefined) {
    throw new RangeError('LOGIN cannot act for another user; leave "authorizationId" out, or use PLAIN');
  }
  let asked = 0;
  const mechanism: SaslMechanism = {
    name: "LOGIN",
    clientFirst: false,
    exposesPassword: true,
    answers: 2,
    start: () => void (asked = 0),
    respond: () => asked++ === 0 ? user : pass,
  };
  return withSecret(mechanism, credentials.pass);
}
