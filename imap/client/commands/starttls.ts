/** STARTTLS: a command after whose OK the connection is encrypted. RFC 9051 6.2.1. */

import type { CallOptions } from "../../base/abort.ts";
import { ConnectionError, ImapError } from "../../base/errors.ts";
import { starttlsSpec } from "../../codec/_gen/specs.ts";
import type { Session } from "../../session/session.ts";
import { connectionFailure } from "../../transport/failure.ts";
import type { TlsOptions } from "../../transport/transport.ts";
import { upgrade } from "../upgrade.ts";

/** Encrypts the connection; `ImapClient.starttls` has the documentation. */
export function starttls(session: Session, tls: TlsOptions, options: CallOptions): Promise<void> {
  return upgrade(session, starttlsSpec, options, async (transport, signal) => {
    if (transport.startTls === undefined) {
      throw new ConnectionError("This connection cannot be upgraded to TLS", {
        reason: "unsupported",
        retryable: false,
      });
    }
    try {
      return await transport.startTls(tls, signal);
    } catch (error) {
      throw error instanceof ImapError ? error : connectionFailure("The TLS handshake failed", error);
    }
  });
}
