/** AUTHENTICATE: a dialogue of the server's challenges and a mechanism's answers. */

import type { CallOptions } from "../../base/abort.ts";
import { CapabilityError } from "../../base/errors.ts";
import { encodeAuthenticate } from "../../codec/_gen/encode.ts";
import { authenticateSpec } from "../../codec/_gen/specs.ts";
import type { SaslMechanism } from "../../sasl/mechanism.ts";
import { Command } from "../../session/handle.ts";
import type { Session } from "../../session/session.ts";
import { fromBase64, toBase64 } from "../../values/base64.ts";

/** How AUTHENTICATE is to be done. */
export interface AuthenticateOptions extends CallOptions {
  /** Send the first answer with the command where the server offers SASL-IR; true when not given. */
  saslIr?: boolean | undefined;
}

/** Logs in by a SASL mechanism. */
export async function authenticate(
  session: Session,
  mechanism: SaslMechanism,
  options: AuthenticateOptions,
): Promise<void> {
  if (session.capabilities !== undefined && !session.offers(`AUTH=${mechanism.name}`)) {
    throw new CapabilityError(`The server does not offer AUTH=${mechanism.name}`, {
      command: "AUTHENTICATE",
    });
  }
  let first = mechanism.clientFirst ? await mechanism.respond(new Uint8Array(0)) : undefined;
  let initialResponse: Uint8Array | undefined;
  if (first !== undefined && session.offers("SASL-IR") && options.saslIr !== false) {
    initialResponse = first;
    first = undefined;
  }
  const args = { mechanism: mechanism.name, ...(initialResponse === undefined ? {} : { initialResponse }) };
  let failed: { error: unknown } | undefined;
  const handle = new Command<void>();
  const answer = async (text: string) => {
    try {
      const response = first ?? await mechanism.respond(fromBase64(text));
      first = undefined;
      session.writeLine(toBase64(response));
    } catch (error) {
      failed = { error };
      session.writeLine("*");
    }
  };
  session.submit<void>({
    spec: authenticateSpec,
    args,
    encode: (writer) => encodeAuthenticate(writer, args),
    result: () => {},
    handle,
    options,
    onContinuation: (text) => void answer(text),
  });
  try {
    await handle;
  } catch (error) {
    // What the mechanism refused says more than the server's answer to the cancellation.
    throw failed === undefined ? error : failed.error;
  }
  if (failed !== undefined) throw failed.error;
}
