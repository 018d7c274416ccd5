/** COMPRESS (RFC 4978) and UNAUTHENTICATE (RFC 8437): commands that change what follows. */

import { deflateTransport } from "../../transport/deflate.ts";
import { plainCode, Refusal, type Reply } from "../protocol/reply.ts";
import type { Session } from "../protocol/session.ts";

/** RFC 4978 3. */
export function compress(session: Session): Reply {
  if (session.compressed) throw new Refusal("NO", "Compressed already", plainCode("COMPRESSIONACTIVE"));
  session.compressed = true;
  return {
    status: "OK",
    text: "DEFLATE active",
    after: () => {
      session.transport.wrap((inner) => deflateTransport(inner, session.server.clock));
      return Promise.resolve();
    },
  };
}

/** RFC 8437 2: as after the greeting, but for TLS and compression. */
export function unauthenticate(session: Session): Reply {
  session.leave();
  return { status: "OK", code: session.capabilityCode(), text: "UNAUTHENTICATE completed" };
}
