/** UNAUTHENTICATE: the connection goes on without a user. RFC 8437. */

import type { CallOptions } from "../../base/abort.ts";
import { capabilitySpec, unauthenticateSpec } from "../../codec/_gen/specs.ts";
import type { Session } from "../../session/session.ts";

/** Ends the login; `ImapClient.unauthenticate` has the documentation. */
export async function unauthenticate(session: Session, options: CallOptions): Promise<void> {
  const { capabilities } = session;
  await session.send(unauthenticateSpec, options);
  // RFC 8437 2: what is offered may be other than before; many servers say it in the OK.
  if (session.capabilities !== capabilities) return;
  session.forgetCapabilities();
  await session.send(capabilitySpec, options);
}
