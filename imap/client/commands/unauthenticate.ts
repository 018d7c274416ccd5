/** UNAUTHENTICATE: the connection goes on without a user. RFC 8437. */

import type { CallOptions } from "../../base/abort.ts";
import { encodeCapabilityCommand, encodeUnauthenticate } from "../../codec/_gen/encode.ts";
import { capabilitySpec, unauthenticateSpec } from "../../codec/_gen/specs.ts";
import { Command } from "../../session/handle.ts";
import type { Session } from "../../session/session.ts";

/** Ends the login; `ImapClient.unauthenticate` has the documentation. */
export async function unauthenticate(session: Session, options: CallOptions): Promise<void> {
  const { capabilities } = session;
  const all = { args: {}, result: () => {}, options };
  await session.submit<void>({
    ...all,
    spec: unauthenticateSpec,
    encode: (writer) => encodeUnauthenticate(writer, {}),
    handle: new Command<void>(),
  });
  // RFC 8437 2: what is offered may be other than before; many servers say it in the OK.
  if (session.capabilities !== capabilities) return;
  session.forgetCapabilities();
  await session.submit<void>({
    ...all,
    spec: capabilitySpec,
    encode: (writer) => encodeCapabilityCommand(writer, {}),
    handle: new Command<void>(),
  });
}
