/** STARTTLS: what comes after its OK is encrypted. */

import type { CallOptions } from "../../base/abort.ts";
import { encodeStarttls } from "../../codec/_gen/encode.ts";
import { starttlsSpec } from "../../codec/_gen/specs.ts";
import { Command } from "../../session/handle.ts";
import type { Session } from "../../session/session.ts";
import type { TlsOptions } from "../../transport/transport.ts";

/** Encrypts the connection. */
export function starttls(session: Session, tls: TlsOptions, options: CallOptions): Promise<void> {
  return session.startTls({
    spec: starttlsSpec,
    args: {},
    encode: (writer) => encodeStarttls(writer, {}),
    result: () => {},
    handle: new Command<void>(),
    options,
  }, tls);
}
