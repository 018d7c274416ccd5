/** What a SASL mechanism is to the client. RFC 4422. */

/** One authentication attempt: gives the client's answers in turn. */
export interface SaslMechanism {
  /** Name of the mechanism, as in `AUTH=PLAIN`. */
  readonly name: string;
  /** Whether the client speaks first, so that its first answer can go with the command (RFC 4959). */
  readonly clientFirst: boolean;
  /** Whether whoever reads the exchange learns the password; it is then sent only where nobody else can read it. */
  readonly exposesPassword: boolean;
  /**
   * Answers a challenge of the server; the first one is empty when the client speaks first.
   *
   * @throws When the challenge cannot be answered; the exchange is then cancelled.
   */
  respond(challenge: Uint8Array): Uint8Array | Promise<Uint8Array>;
}
