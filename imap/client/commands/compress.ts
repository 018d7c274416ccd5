/** COMPRESS: a command after whose OK the connection is compressed. RFC 4978. */

import type { CallOptions } from "../../base/abort.ts";
import { CapabilityError } from "../../base/errors.ts";
import { encodeCompress } from "../../codec/_gen/encode.ts";
import { compressSpec } from "../../codec/_gen/specs.ts";
import type { Session } from "../../session/session.ts";
import { deflateTransport } from "../../transport/deflate.ts";
import { upgrade } from "../upgrade.ts";

/** Compresses the connection; `ImapClient.compress` has the documentation. */
export async function compress(session: Session, options: CallOptions): Promise<void> {
  // Once the server has agreed it is too late to find that something is missing.
  try {
    new DecompressionStream("deflate-raw");
  } catch {
    throw new CapabilityError("This runtime cannot decompress", {
      command: "COMPRESS",
      reason: "unsupported",
    });
  }
  await upgrade(
    session,
    compressSpec,
    options,
    (transport) => Promise.resolve(deflateTransport(transport, session.clock)),
    (writer) => encodeCompress(writer, {}),
  );
}
