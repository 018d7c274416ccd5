/** Access tokens: OAUTHBEARER, RFC 7628, and XOAUTH2, which Google described before it and Microsoft still asks for. */

import { checkText, octets, type SaslMechanism, textOf, withSecret } from "./mechanism.ts";
import type { OAuthChallenge } from "../base/errors.ts";

/**
 * The mechanism XOAUTH2.
 *
 * @param user Whose mailbox it is, mostly the mail address.
 * @param token The access token, without `Bearer`.
 * @returns The mechanism, for `client.authenticate()`.
 * @throws {RangeError} When a value is empty or holds a control character, which would begin another field.
 *
 * @example
 * ```ts
 * import { xoauth2 } from "@postern/postern/imap";
 *
 * console.log(xoauth2("someuser@example.com", "ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg").name); // XOAUTH2
 * ```
 */
export function xoauth2(user: string, token: string): SaslMechanism {
  const message = `user=${checkField("user", user)}\x01auth=Bearer ${checkToken(token)}\x01\x01`;
  // Google: after the error as a challenge, an empty answer; then NO comes.
  return new OAuth("XOAUTH2", message, "", token);
}

/**
 * The mechanism OAUTHBEARER.
 *
 * RFC 7628.
 *
 * @param user Whose mailbox it is, mostly the mail address.
 * @param token The access token, without `Bearer`.
 * @param server Host and port that were connected to, for servers that check them.
 * @returns The mechanism, for `client.authenticate()`.
 * @throws {RangeError} When a value is empty or holds a control character, which would begin another field.
 *
 * @example
 * ```ts
 * import { oauthBearer } from "@postern/postern/imap";
 *
 * console.log(oauthBearer("user@example.com", "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg").name); // OAUTHBEARER
 * ```
 */
export function oauthBearer(
  user: string,
  token: string,
  server: { host?: string | undefined; port?: number | undefined } = {},
): SaslMechanism {
  const escaped = checkField("user", user).replaceAll("=", "=3D").replaceAll(",", "=2C");
  const host = server.host === undefined ? "" : `host=${checkField("host", server.host)}\x01`;
  const port = server.port === undefined ? "" : `port=${server.port}\x01`;
  const message = `n,a=${escaped},\x01${host}${port}auth=Bearer ${checkToken(token)}\x01\x01`;
  // RFC 7628 3.2.3: the client answers the error with one %x01.
  return new OAuth("OAUTHBEARER", message, "\x01", token);
}

function checkField(name: string, value: string): string {
  checkText(name, value);
  // deno-lint-ignore no-control-regex
  if (/[\x00-\x1f\x7f]/.test(value)) throw new RangeError(`"${name}" must not hold control characters`);
  return value;
}

/** RFC 6750 2.1: b64token. Google's and Microsoft's keep to it; spaces and controls could not be told from the fields. */
function checkToken(token: string): string {
  checkText("token", token);
  if (!/^[\x21-\x7e]+$/.test(token)) throw new RangeError('"token" must be printable ASCII without spaces');
  return token;
}

class OAuth implements SaslMechanism {
  readonly name: string;
  readonly clientFirst = true;
  readonly exposesPassword = true;
  readonly answers = 2;
  readonly secrets!: readonly string[];
  challenge: OAuthChallenge | undefined;
  readonly #message: Uint8Array;
  readonly #afterError: Uint8Array;
  #begun = false;

  constructor(name: string, message: string, afterError: string, token: string) {
    this.name = name;
    withSecret(this, token);
    this.#message = octets(message);
    this.#afterError = octets(afterError);
  }

  start(): void {
    this.#begun = false;
    this.challenge = undefined;
  }

  respond(challenge: Uint8Array): Uint8Array {
    if (!this.#begun) {
      this.#begun = true;
      return this.#message;
    }
    this.challenge = readChallenge(challenge);
    return this.#afterError;
  }
}

/** The JSON of RFC 7628 3.2.2; Google's and Microsoft's have the same fields. Anything else is an empty challenge. */
function readChallenge(octets: Uint8Array): OAuthChallenge {
  let given: unknown;
  try {
    given = JSON.parse(textOf(octets));
  } catch {
    return {};
  }
  if (typeof given !== "object" || given === null) return {};
  const read = (key: "status" | "scope" | "schemes") => {
    const value = (given as Record<string, unknown>)[key];
    return typeof value === "string" || typeof value === "number"
      ? { [key]: String(value).slice(0, 1_000) }
      : {};
  };
  return { ...read("status"), ...read("scope"), ...read("schemes") };
}
