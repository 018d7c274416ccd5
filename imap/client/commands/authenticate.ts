/** AUTHENTICATE: a SASL exchange as a dialogue. RFC 9051 6.2.2, RFC 4422, RFC 4959. */

import { type CallOptions, watchCall } from "../../base/abort.ts";
import { AuthError, CapabilityError, ProtocolError, TimeoutError } from "../../base/errors.ts";
import { kindOf } from "../../base/option_names.ts";
import { refusalError } from "../../base/refusals.ts";
import { checkFields } from "../../codec/arguments.ts";
import { encodeAuthenticate } from "../../codec/_gen/encode.ts";
import { authenticateSpec } from "../../codec/_gen/specs.ts";
import type { SaslMechanism } from "../../sasl/mechanism.ts";
import type { Dialogue, Talk } from "../../session/dialogue.ts";
import { place } from "../../session/handle.ts";
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
  checkFields("AUTHENTICATE: options", options, { saslIr: "bool?", signal: "signal?", timeout: "any?" });
  if (typeof mechanism?.respond !== "function") {
    throw new TypeError(
      `AUTHENTICATE takes a mechanism, such as plain({ user, pass }), not ${kindOf(mechanism)}`,
    );
  }
  if (session.capabilities !== undefined && !session.offers(`AUTH=${mechanism.name}`)) {
    const message = `The server does not offer AUTH=${mechanism.name}`;
    throw new CapabilityError(message, { command: "AUTHENTICATE" });
  }
  const call = new Error();
  const dialogue = new SaslDialogue(mechanism);
  try {
    const args: { mechanism: string; initialResponse?: Uint8Array } = { mechanism: mechanism.name };
    const first = mechanism.clientFirst ? await inTime(session, options, () => dialogue.first()) : undefined;
    if (first !== undefined && session.offers("SASL-IR") && options.saslIr !== false) {
      args.initialResponse = dialogue.take();
    }
    await session.send(authenticateSpec, options, {
      args,
      encode: (writer) => encodeAuthenticate(writer, args),
      secret: mechanism.exposesPassword,
      dialogue,
    });
  } catch (error) {
    // What the mechanism refused says more than the server's answer to the cancellation.
    throw place(
      dialogue.failed === undefined ? dialogue.explained(error) : dialogue.failed.error,
      call,
      true,
    );
  } finally {
    dialogue.over();
  }
  if (dialogue.failed !== undefined) throw dialogue.failed.error;
}

/** Waits for what comes before the command, which has no deadline of its own: the mechanism may be anybody's. */
async function inTime<T>(session: Session, options: CallOptions, work: () => Promise<T>): Promise<T> {
  const { signal, timeout = session.timeouts.command } = options;
  signal?.throwIfAborted();
  const waiting = Promise.withResolvers<never>();
  const late = (ms: number) =>
    new TimeoutError(`AUTHENTICATE: the mechanism did not answer within ${ms} ms`, {
      command: "AUTHENTICATE",
    });
  const unwatch = watchCall(session.clock, { signal, timeout }, waiting.reject, late);
  const done = work();
  done.catch(() => {});
  try {
    return await Promise.race([done, waiting.promise]);
  } finally {
    unwatch();
  }
}

/** The octets of a challenge. */
function challengeOf(text: string): Uint8Array {
  try {
    return fromBase64(text);
  } catch (cause) {
    throw new ProtocolError("AUTHENTICATE: what the server asks is not base64", {
      command: "AUTHENTICATE",
      cause,
    });
  }
}

/** Answers in one exchange where the mechanism does not say it. */
const usualAnswers = 10;

/** The client's side of one exchange. */
class SaslDialogue implements Dialogue {
  /** Why the exchange was cancelled. */
  failed: { error: unknown } | undefined;
  readonly #mechanism: SaslMechanism;
  /** Aborted when nobody waits for an answer any more. */
  readonly #controller: AbortController = new AbortController();
  #answers = 0;
  /** What to say to the first `+`. */
  #first: Uint8Array | undefined;
  #talk!: Talk;

  constructor(mechanism: SaslMechanism) {
    this.#mechanism = mechanism;
    mechanism.start?.();
  }

  /** The first answer, which goes with the command or waits for the first `+`. */
  async first(): Promise<Uint8Array> {
    return this.#first = await this.#respond(new Uint8Array(0));
  }

  /** Takes the first answer, to send it with the command. */
  take(): Uint8Array | undefined {
    const first = this.#first;
    this.#first = undefined;
    return first;
  }

  /** A server says in a challenge what is wrong with a token, and then just NO. */
  explained(error: unknown): unknown {
    const { challenge } = this.#mechanism;
    if (!(error instanceof AuthError) || challenge === undefined) return error;
    const { command = "AUTHENTICATE", status = "NO", code, text = "" } = error;
    return refusalError({
      ...{ command, status, code, text, login: true },
      challenge: this.#talk.redact(challenge),
    });
  }

  /** No caller waits any more. */
  over(): void {
    this.#controller.abort();
  }

  begin(talk: Talk): void {
    this.#talk = talk;
    this.#hide();
  }

  asked(text: string): void {
    if (this.failed !== undefined) {
      // The cancellation was not understood; a server that asks without end must not be answered without end.
      this.#talk.end(new ProtocolError("The server asks for more after AUTHENTICATE was cancelled"));
    } else if (this.#talk.abandoned) {
      this.#cancel(new Error("The call was given up"));
    } else {
      void this.#answer(text);
    }
  }

  interrupt(): void {
    if (this.#talk.abandoned) this.over();
  }

  agreed(): void {
    try {
      if (this.failed === undefined) this.#mechanism.finish?.();
    } catch (error) {
      this.failed = { error };
      this.#talk.end(error);
    }
  }

  async #answer(text: string): Promise<void> {
    try {
      const response = this.take() ?? await this.#respond(challengeOf(text));
      this.#hide();
      this.#talk.say(toBase64(response), { secret: this.#mechanism.exposesPassword, trace: "***" });
    } catch (error) {
      this.#cancel(error);
    }
  }

  async #respond(challenge: Uint8Array): Promise<Uint8Array> {
    const { name, answers = usualAnswers } = this.#mechanism;
    if (++this.#answers > answers) {
      throw new ProtocolError(`The server asks for more than the ${answers} answers of ${name}`, {
        command: "AUTHENTICATE",
      });
    }
    return await this.#mechanism.respond(challenge, this.#controller.signal);
  }

  #cancel(error: unknown): void {
    this.failed = { error };
    this.#talk.say("*");
  }

  #hide(): void {
    for (const secret of this.#mechanism.secrets ?? []) this.#talk.hide(secret);
  }
}
