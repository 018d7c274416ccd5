/** STARTTLS (RFC 9051 6.2.1). */

import { Refusal, type Reply } from "../protocol/reply.ts";
import type { Session } from "../protocol/session.ts";

/** RFC 9051 6.2.1. */
export function startTls(session: Session): Reply {
  const { transport } = session;
  if (transport.tls !== "possible") throw new Refusal("BAD", "TLS is not offered here");
  const accept = transport.prepareTls();
  return {
    status: "OK",
    text: "Begin TLS negotiation now",
    after: async () => {
      // What came before the handshake could be anybody's (CVE-2011-0411).
      session.stream.forget();
      if (!await accept()) await session.output.close();
    },
  };
}
