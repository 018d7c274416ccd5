/** SASL CRAM-MD5. RFC 2195. */

import { hmacMd5 } from "./md5.ts";
import { checkFieldsOf, checkText, octets, type SaslMechanism, withSecret } from "./mechanism.ts";
import type { PlainCredentials } from "./plain.ts";

/**
 * The mechanism CRAM-MD5: the password itself is not sent, but passwords can be tried against a recorded exchange. For servers that
 * offer nothing better.
 *
 * @param credentials Who logs in. Acting for another user is not possible.
 * @returns The mechanism, for `connect({ auth })` and `client.authenticate()`.
 * @throws {RangeError} When a value is empty or cannot be sent, or an `authorizationId` is given.
 *
 * @example
 * ```ts
 * import { cramMd5 } from "@postern/postern/imap";
 *
 * // The example of RFC 2195.
 * const mechanism = cramMd5({ user: "tim", pass: "tanstaaftanstaaf" });
 * const challenge = new TextEncoder().encode("<1896.697170952@postoffice.reston.mci.net>");
 * console.log(new TextDecoder().decode(await mechanism.respond(challenge))); // tim b913a602c7eda7a495b4e6e7334d3890
 * ```
 */
export function cramMd5(credentials: PlainCredentials): SaslMechanism {
  checkFieldsOf(credentials);
  const user = checkText("user", credentials.user);
  const key = octets(checkText("pass", credentials.pass));
  if (credentials.authorizationId !== undefined) {
    throw new RangeError('CRAM-MD5 cannot act for another user; leave "authorizationId" out, or use PLAIN');
  }
  const mechanism: SaslMechanism = {
    name: "CRAM-MD5",
    clientFirst: false,
    exposesPassword: false,
    answers: 1,
    respond(challenge): Uint8Array {
      const digest = [...hmacMd5(key, challenge)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
      return octets(`${user} ${digest}`);
    },
  };
  return withSecret(mechanism, credentials.pass);
}
