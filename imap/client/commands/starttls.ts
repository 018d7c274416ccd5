/** STARTTLS: a command after whose OK the connection is encrypted. RFC 9051 6.2.1. */

import type { CallOptions } from "../../base/abort.ts";
import { ConnectionError } from "../../base/errors.ts";
import { encodeStarttls } from "../../codec/_gen/encode.ts";
import { starttlsSpec } from "../../codec/_gen/specs.ts";
import type { Dialogue, Talk } from "../../session/dialogue.ts";
import { Command } from "../../session/handle.ts";
import type { Session } from "../../session/session.ts";
import { connectionFailure } from "../../transport/failure.ts";
import type { TlsOptions } from "../../transport/transport.ts";

/** Encrypts the connection; `ImapClient.starttls` has the documentation. */
export async function starttls(session: Session, tls: TlsOptions, options: CallOptions): Promise<void> {
  const dialogue = new StarttlsDialogue(tls);
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
  readonly #tls: TlsOptions;
  #talk!: Talk;

  constructor(tls: TlsOptions) {
    this.#tls = tls;
  }

  begin(talk: Talk): void {
    this.#talk = talk;
  }

  /** The server has nothing to ask. */
  asked(): void {}

  agreed(): void {
    this.upgraded = this.#talk.upgrade("STARTTLS", async (transport) => {
      if (transport.startTls === undefined) {
        throw new ConnectionError("This connection cannot be upgraded to TLS", { retryable: false });
      }
      try {
        return await transport.startTls(this.#tls);
      } catch (error) {
        throw connectionFailure("The TLS handshake failed", error);
      }
    });
    // The command's own promise settles first, and its caller may have given up.
    this.upgraded.catch(() => {});
  }
}
