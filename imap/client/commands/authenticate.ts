/** AUTHENTICATE: a SASL exchange as a dialogue. RFC 9051 6.2.2, RFC 4422, RFC 4959. */

import type { CallOptions } from "../../base/abort.ts";
import { CapabilityError } from "../../base/errors.ts";
import { encodeAuthenticate } from "../../codec/_gen/encode.ts";
import { authenticateSpec } from "../../codec/_gen/specs.ts";
import type { SaslMechanism } from "../../sasl/mechanism.ts";
import type { Dialogue, Talk } from "../../session/dialogue.ts";
import { Command } from "../../session/handle.ts";
import type { Session } from "../../session/session.ts";
import { fromBase64, toBase64 } from "../../values/base64.ts";

/** How AUTHENTICATE is to be done. */
export interface AuthenticateOptions extends CallOptions {
  /** Send the first answer with the command where the server offers SASL-IR; true when not given. */
  saslIr?: boolean | undefined;
}

/** Logs in by a SASL mechanism; `ImapClient.authenticate` has the documentation. */
export async function authenticate(
  session: Session,
  mechanism: SaslMechanism,
  options: AuthenticateOptions,
): Promise<void> {
  if (session.capabilities !== undefined && !session.offers(`AUTH=${mechanism.name}`)) {
    const message = `The server does not offer AUTH=${mechanism.name}`;
    throw new CapabilityError(message, { command: "AUTHENTICATE" });
  }
  let first = mechanism.clientFirst ? await mechanism.respond(new Uint8Array(0)) : undefined;
  let initialResponse: Uint8Array | undefined;
  if (first !== undefined && session.offers("SASL-IR") && options.saslIr !== false) {
    initialResponse = first;
    first = undefined;
  }
  const args = { mechanism: mechanism.name, ...(initialResponse === undefined ? {} : { initialResponse }) };
  const dialogue = new SaslDialogue(mechanism, first);
  try {
    await session.submit<void>({
      spec: authenticateSpec,
      args,
      encode: (writer) => encodeAuthenticate(writer, args),
      result: () => {},
      handle: new Command<void>(),
      options,
      dialogue,
    });
  } catch (error) {
    // What the mechanism refused says more than the server's answer to the cancellation.
    throw dialogue.failed === undefined ? error : dialogue.failed.error;
  }
  if (dialogue.failed !== undefined) throw dialogue.failed.error;
}

/** The client's side of one exchange. */
class SaslDialogue implements Dialogue {
  /** Why the exchange was cancelled. */
  failed: { error: unknown } | undefined;
  readonly #mechanism: SaslMechanism;
  /** What to say to the first `+`. */
  #first: Uint8Array | undefined;
  #talk!: Talk;

  constructor(mechanism: SaslMechanism, first: Uint8Array | undefined) {
    this.#mechanism = mechanism;
    this.#first = first;
  }

  begin(talk: Talk): void {
    this.#talk = talk;
  }

  asked(text: string): void {
    if (this.#talk.abandoned) this.#talk.say("*");
    else void this.#answer(text);
  }

  async #answer(text: string): Promise<void> {
    try {
      const response = this.#first ?? await this.#mechanism.respond(fromBase64(text));
      this.#first = undefined;
      this.#talk.say(toBase64(response), { secret: this.#mechanism.exposesPassword });
    } catch (error) {
      this.failed = { error };
      this.#talk.say("*");
    }
  }
}
