/** SASL PLAIN. RFC 4616. */

import type { SaslMechanism } from "./mechanism.ts";

/** A user name and a password. */
export interface PlainCredentials {
  /** Whose password it is. */
  user: string;
  /** The password. */
  pass: string;
  /** On whose behalf to act, when that is somebody else. */
  authorizationId?: string | undefined;
}

/**
 * The mechanism PLAIN: user name and password in one message.
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
 *
 * RFC 4616.
 */
export function plain(credentials: PlainCredentials): SaslMechanism {
  const { user, pass, authorizationId = "" } = credentials;
  for (const [name, value] of Object.entries({ user, pass, authorizationId })) {
    if (typeof value !== "string") throw new TypeError(`"${name}" must be a string`);
    if (value.includes("\0")) throw new RangeError(`"${name}" must not hold NUL`);
    if (value === "" && name !== "authorizationId") throw new RangeError(`"${name}" must not be empty`);
    if (!value.isWellFormed()) throw new RangeError(`"${name}" is not well-formed Unicode`);
  }
  const message = new TextEncoder().encode(`${authorizationId}\0${user}\0${pass}`);
  return { name: "PLAIN", clientFirst: true, exposesPassword: true, respond: () => message };
}
