/** STARTTLS: a command after whose OK the connection is encrypted. RFC 9051 6.2.1. */

import { type CallOptions, watchCall } from "../../base/abort.ts";
import { ConnectionError, TimeoutError } from "../../base/errors.ts";
import { encodeStarttls } from "../../codec/_gen/encode.ts";
import { checkFields, checkOptions } from "../../codec/arguments.ts";
import { starttlsSpec } from "../../codec/_gen/specs.ts";
import type { Dialogue, Talk } from "../../session/dialogue.ts";
import { Command } from "../../session/handle.ts";
import type { Session } from "../../session/session.ts";
import { connectionFailure } from "../../transport/failure.ts";
import type { TlsOptions, Transport } from "../../transport/transport.ts";

/** Encrypts the connection; `ImapClient.starttls` has the documentation. */
export async function starttls(session: Session, tls: TlsOptions, options: CallOptions): Promise<void> {
  checkFields("starttls()", tls, { hostname: "text", caCerts: "text*?" });
  checkOptions(starttlsSpec, options);
  const dialogue = new StarttlsDialogue(session, tls, options);
  await session.submit<void>({
    spec: starttlsSpec,
    args: {},
    encode: (writer) => encodeStarttls(writer, {}),
    result: () => {},
    handle: new Command<void>(),
    options,
    dialogue,
  });
  await dialogue.upgraded;
}

/** Upgrades right after the OK, before anything else is read. */
class StarttlsDialogue implements Dialogue {
  /** Settles when the handshake is done. */
  upgraded: Promise<void> | undefined;
  readonly #session: Session;
  readonly #tls: TlsOptions;
  readonly #options: CallOptions;
  #talk!: Talk;

  constructor(session: Session, tls: TlsOptions, options: CallOptions) {
    this.#session = session;
    this.#tls = tls;
    this.#options = options;
  }

  begin(talk: Talk): void {
    this.#talk = talk;
  }

  /** The server has nothing to ask. */
  asked(): void {}

  agreed(): void {
    this.upgraded = this.#upgrade();
    // The command's own promise settles first, and its caller may have given up.
    this.upgraded.catch(() => {});
  }

  async #upgrade(): Promise<void> {
    const { clock, timeouts } = this.#session;
    const { signal, timeout = timeouts.connect } = this.#options;
    let given: { reason: unknown } | undefined;
    const giveUp = (reason: unknown) => {
      given = { reason };
      // In the middle of a handshake, nothing else can be said on this connection.
      this.#talk.end(reason);
    };
    const late = (ms: number) => new TimeoutError(`STARTTLS: no TLS after ${ms} ms`, { command: "STARTTLS" });
    const upgraded = this.#talk.upgrade(
      "STARTTLS",
      (transport, signal) => this.#handshake(transport, signal),
    );
    const unwatch = watchCall(clock, { signal, timeout }, giveUp, late);
    if (signal?.aborted) giveUp(signal.reason);
    try {
      await upgraded;
    } catch (error) {
      throw given === undefined ? error : given.reason;
    } finally {
      unwatch();
    }
  }

  async #handshake(transport: Transport, signal: AbortSignal): Promise<Transport> {
    if (transport.startTls === undefined) {
      throw new ConnectionError("This connection cannot be upgraded to TLS", {
        reason: "unsupported",
        retryable: false,
      });
    }
    try {
      return await transport.startTls(this.#tls, signal);
    } catch (error) {
      throw connectionFailure("The TLS handshake failed", error);
    }
  }
}
