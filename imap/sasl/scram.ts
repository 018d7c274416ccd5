/** SASL SCRAM-SHA-1 and SCRAM-SHA-256. RFC 5802, RFC 7677. Channel binding is not offered: no runtime gives the keys to all its sockets. */

import { AuthError, LimitError, ProtocolError } from "../base/errors.ts";
import { fromBase64, toBase64 } from "../values/base64.ts";
import { checkFieldsOf, checkText, octets, type SaslMechanism, textOf, withSecret } from "./mechanism.ts";
import type { PlainCredentials } from "./plain.ts";
import { saslprep } from "./saslprep.ts";

/** What SCRAM can be told besides the credentials. */
export interface ScramOptions {
  /**
   * Most iterations of PBKDF2 that a server may ask for; 1,000,000 when not given, about 0.3 s of work. A server that asks for 2^31 would
   * keep the client busy for minutes (CVE-2026-42256). Servers ask for 4,096 to 600,000.
   */
  maxIterations?: number | undefined;
}

/**
 * The mechanism SCRAM-SHA-256: neither side learns the other's secret, and the server proves that it knows the password's hash. What it
 * proves is checked: a server that says OK without the proof is left.
 *
 * RFC 7677.
 *
 * @param credentials Who logs in, and on whose behalf.
 * @param options A ceiling for the work.
 * @returns The mechanism, for `connect({ auth })` and `client.authenticate()`.
 * @throws {RangeError} When a value is empty or cannot be sent.
 *
 * @example
 * ```ts
 * import { scramSha256 } from "@postern/postern/imap";
 *
 * console.log(scramSha256({ user: "user", pass: "pencil" }).name); // SCRAM-SHA-256
 * ```
 */
export function scramSha256(credentials: PlainCredentials, options: ScramOptions = {}): SaslMechanism {
  return new Scram("SHA-256", credentials, options, nonce);
}

/**
 * The mechanism SCRAM-SHA-1, for servers that do not offer {@linkcode scramSha256}.
 *
 * RFC 5802.
 *
 * @param credentials Who logs in, and on whose behalf.
 * @param options A ceiling for the work.
 * @returns The mechanism, for `connect({ auth })` and `client.authenticate()`.
 * @throws {RangeError} When a value is empty or cannot be sent.
 *
 * @example
 * ```ts
 * import { scramSha1 } from "@postern/postern/imap";
 *
 * console.log(scramSha1({ user: "user", pass: "pencil" }).name); // SCRAM-SHA-1
 * ```
 */
export function scramSha1(credentials: PlainCredentials, options: ScramOptions = {}): SaslMechanism {
  return new Scram("SHA-1", credentials, options, nonce);
}

/** 24 random octets as text; base64 has no comma, which a nonce must not have. */
function nonce(): string {
  return toBase64(crypto.getRandomValues(new Uint8Array(24)));
}

/** One exchange after the other; public for tests, which bring their own nonce. */
export class Scram implements SaslMechanism {
  readonly name: string;
  readonly clientFirst = true;
  readonly exposesPassword = false;
  /** First message, proof, and an empty one where the server's proof comes as a challenge. */
  readonly answers = 3;
  readonly secrets!: readonly string[];
  readonly #hash: "SHA-1" | "SHA-256";
  readonly #pass: Uint8Array<ArrayBuffer>;
  readonly #user: string;
  readonly #header: string;
  readonly #maxIterations: number;
  readonly #nonce: () => string;
  #step: "first" | "proof" | "verify" | "done" = "first";
  #clientNonce = "";
  #clientFirst = "";
  /** What the server must send in the end. */
  #signature = "";

  constructor(
    hash: "SHA-1" | "SHA-256",
    credentials: PlainCredentials,
    options: ScramOptions,
    nonce: () => string,
  ) {
    const { maxIterations = 1_000_000 } = options;
    if (!Number.isInteger(maxIterations) || maxIterations < 1 || maxIterations >= 2 ** 31) {
      throw new RangeError('"maxIterations" must be an integer from 1 to 2147483647');
    }
    const escape = (text: string) => text.replaceAll("=", "=3D").replaceAll(",", "=2C");
    checkFieldsOf(credentials);
    const pass = checkText("pass", credentials.pass);
    const authorizationId = checkText("authorizationId", credentials.authorizationId ?? "", true);
    this.name = `SCRAM-${hash}`;
    withSecret(this, pass);
    this.#hash = hash;
    this.#pass = octets(saslprep(pass, "password"));
    this.#user = escape(saslprep(checkText("user", credentials.user), "user name"));
    // RFC 5802 section 7, gs2-header: "n", the client does not support channel binding.
    this.#header = `n,${
      authorizationId === "" ? "" : `a=${escape(saslprep(authorizationId, "authorizationId"))}`
    },`;
    this.#maxIterations = maxIterations;
    this.#nonce = nonce;
  }

  start(): void {
    this.#step = "first";
  }

  respond(challenge: Uint8Array): Uint8Array | Promise<Uint8Array> {
    switch (this.#step) {
      case "first":
        this.#step = "proof";
        this.#clientNonce = this.#nonce();
        this.#clientFirst = `n=${this.#user},r=${this.#clientNonce}`;
        return octets(this.#header + this.#clientFirst);
      case "proof":
        this.#step = "verify";
        return this.#prove(textOf(challenge));
      case "verify":
        this.#verify(textOf(challenge));
        this.#step = "done";
        return new Uint8Array(0);
      case "done":
        throw new ProtocolError("The server goes on after SCRAM has ended", told);
    }
  }

  finish(): void {
    if (this.#step !== "done") {
      throw new ProtocolError("The server said OK without proving that it knows the password", told);
    }
  }

  // server-first-message = [reserved-mext ","] nonce "," salt "," iteration-count ["," extensions]
  async #prove(serverFirst: string): Promise<Uint8Array> {
    const [r, s, i] = serverFirst.split(",", 4);
    if (!r?.startsWith("r=") || !s?.startsWith("s=") || !i?.startsWith("i=")) {
      throw new ProtocolError(
        serverFirst.startsWith("m=")
          ? "The server wants a SCRAM extension that is not known here"
          : "The server's first SCRAM message cannot be read",
        told,
      );
    }
    const nonce = r.slice(2);
    if (!nonce.startsWith(this.#clientNonce) || nonce.length === this.#clientNonce.length) {
      throw new ProtocolError("The server's SCRAM nonce does not continue this client's", told);
    }
    const iterations = /^[1-9]\d{0,9}$/.test(i.slice(2)) ? Number(i.slice(2)) : 0;
    if (iterations === 0) throw new ProtocolError("The server's SCRAM iteration count cannot be read", told);
    if (iterations > this.#maxIterations) {
      throw new LimitError(
        `The server asks for ${iterations} SCRAM iterations; maxIterations is ${this.#maxIterations}`,
        told,
      );
    }
    const salt = decoded(s.slice(2), "salt");
    const salted = await this.#derive(salt, iterations);
    const clientKey = await this.#hmac(salted, "Client Key");
    const storedKey = new Uint8Array(await crypto.subtle.digest(this.#hash, clientKey));
    const withoutProof = `c=${toBase64(octets(this.#header))},r=${nonce}`;
    const authMessage = `${this.#clientFirst},${serverFirst},${withoutProof}`;
    const clientSignature = await this.#hmac(storedKey, authMessage);
    const proof = clientKey.map((byte, index) => byte ^ clientSignature[index]!);
    this.#signature = toBase64(await this.#hmac(await this.#hmac(salted, "Server Key"), authMessage));
    return octets(`${withoutProof},p=${toBase64(proof)}`);
  }

  // server-final-message = (server-error / verifier) ["," extensions]
  #verify(serverFinal: string): void {
    const [first = ""] = serverFinal.split(",", 1);
    if (first.startsWith("e=")) {
      const why = first.slice(2, 202);
      const kind = /^(?:invalid-proof|unknown-user)$/.test(why) ? "credentials" : "other";
      throw new AuthError("AUTHENTICATE", "NO", undefined, why, kind);
    }
    if (!sameText(first, `v=${this.#signature}`)) {
      throw new ProtocolError("The server's SCRAM signature is wrong: it does not know the password", told);
    }
  }

  async #derive(salt: Uint8Array<ArrayBuffer>, iterations: number): Promise<Uint8Array<ArrayBuffer>> {
    const key = await crypto.subtle.importKey("raw", this.#pass, "PBKDF2", false, ["deriveBits"]);
    const bits = this.#hash === "SHA-1" ? 160 : 256;
    const algorithm = { name: "PBKDF2", hash: this.#hash, salt, iterations };
    return new Uint8Array(await crypto.subtle.deriveBits(algorithm, key, bits));
  }

  async #hmac(secret: Uint8Array<ArrayBuffer>, text: string): Promise<Uint8Array<ArrayBuffer>> {
    const key = await crypto.subtle.importKey("raw", secret, { name: "HMAC", hash: this.#hash }, false, [
      "sign",
    ]);
    return new Uint8Array(await crypto.subtle.sign("HMAC", key, octets(text)));
  }
}

const told = { command: "AUTHENTICATE" };

function decoded(text: string, what: string): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(fromBase64(text));
  } catch {
    throw new ProtocolError(`The server's SCRAM ${what} is not base64`, told);
  }
}

/** Compares without telling by the time it takes where the difference is. */
function sameText(a: string, b: string): boolean {
  let difference = a.length ^ b.length;
  for (let index = 0; index < b.length; index++) difference |= a.charCodeAt(index) ^ b.charCodeAt(index);
  return difference === 0;
}
