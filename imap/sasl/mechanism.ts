/** What a SASL mechanism is to the client. RFC 4422. */

import type { OAuthChallenge } from "../base/errors.ts";
import { checkNames, kindOf } from "../base/option_names.ts";

/** A SASL mechanism with its credentials. One object serves one connection at a time, and several one after the other. */
export interface SaslMechanism {
  /** Name of the mechanism, as in `AUTH=PLAIN`. */
  readonly name: string;
  /** Whether the client speaks first, so that its first answer can go with the command (RFC 4959). */
  readonly clientFirst: boolean;
  /** Whether the exchange reveals the password; it is then used only on connections that others cannot read. */
  readonly exposesPassword: boolean;
  /**
   * How often the client answers in one exchange; 10 when not given. A server that asks more often is told `*`: one that never
   * stops asking would otherwise be sent the password again and again.
   */
  readonly answers?: number;
  /**
   * What must not be shown in an error or a trace, beside what is sent: the password, the token. The mechanisms of this library have it
   * so that neither `console.log` nor `JSON.stringify` shows it.
   */
  readonly secrets?: readonly string[];
  /** What the server said of a token when it refused it (RFC 7628 3.2.2); it goes into the error. */
  readonly challenge?: OAuthChallenge | undefined;
  /** Begins an exchange: forgets what an earlier one left. */
  start?(): void;
  /**
   * Answers a challenge of the server; the first one is empty when the client speaks first.
   *
   * @param challenge The server's octets.
   * @param signal Aborted when nobody waits for the answer any more.
   * @throws When the challenge cannot be answered; the exchange is then cancelled.
   */
  respond(challenge: Uint8Array, signal?: AbortSignal): Uint8Array | Promise<Uint8Array>;
  /**
   * Called when the server has said OK.
   *
   * @throws When the server did not prove what it had to prove; the connection is then closed.
   */
  finish?(): void;
}

/** Gives a mechanism what must not be shown, so that printing the mechanism does not show it. */
export function withSecret<M extends SaslMechanism>(mechanism: M, secret: string): M {
  // By a function: Bun shows also what is not enumerable.
  return Object.defineProperty(mechanism, "secrets", { get: () => [secret], enumerable: false });
}

/**
 * Checks that credentials are an object with fields that are known.
 *
 * @param credentials What was given.
 * @throws {TypeError} When they are not.
 */
export function checkFieldsOf(credentials: object): void {
  checkNames("credentials", credentials, ["user", "pass", "authorizationId"]);
}

/**
 * Checks a value that is sent as it is.
 *
 * @param name Name of the value, for the error.
 * @param value The value.
 * @param empty Whether it may be empty.
 * @returns The value.
 * @throws {TypeError} When it is not a string.
 * @throws {RangeError} When it is empty, holds NUL or another control character, or is not well-formed.
 */
export function checkText(name: string, value: unknown, empty = false): string {
  if (typeof value !== "string") throw new TypeError(`"${name}" must be text, not ${kindOf(value)}`);
  if (value === "" && !empty) throw new RangeError(`"${name}" must not be empty`);
  if (value.includes("\0")) throw new RangeError(`"${name}" must not hold NUL`);
  if (!value.isWellFormed()) throw new RangeError(`"${name}" is not well-formed Unicode`);
  return value;
}

const encoder = /* @__PURE__ */ new TextEncoder();
const decoder = /* @__PURE__ */ new TextDecoder();

/** Text as UTF-8. */
export function octets(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text);
}

/** UTF-8 as text; what is not UTF-8 becomes U+FFFD. */
export function textOf(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}
