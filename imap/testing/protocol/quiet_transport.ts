/** A transport whose failures all mean the same: the client has gone. */

import type { Transport } from "../../transport/transport.ts";

/**
 * Wraps a transport so that reading from a lost connection gives its end and writing to it does nothing. What is still
 * thrown in a session is then a mistake of the server's or of a fault's, and can be reported as one.
 */
export function quietTransport(transport: Transport): Transport {
  let lost = false;
  return {
    secure: transport.secure,
    async read(into: Uint8Array): Promise<number | null> {
      try {
        return await transport.read(into);
      } catch {
        return null;
      }
    },
    async write(bytes: Uint8Array): Promise<void> {
      if (lost) return;
      try {
        await transport.write(bytes);
      } catch {
        lost = true;
      }
    },
    async close(): Promise<void> {
      lost = true;
      try {
        await transport.close();
      } catch {
        // Closed already.
      }
    },
  };
}
