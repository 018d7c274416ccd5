/** LOGOUT: the one command that never fails. */

import { encodeLogout } from "../../codec/_gen/encode.ts";
import { logoutSpec } from "../../codec/_gen/specs.ts";
import { Command } from "../../session/handle.ts";
import type { Session } from "../../session/session.ts";

/** Says goodbye and closes the connection. */
export async function logout(session: Session): Promise<void> {
  if (session.ended === undefined) {
    await session.submit<void>({
      spec: logoutSpec,
      args: {},
      encode: (writer) => encodeLogout(writer, {}),
      result: () => {},
      handle: new Command<void>(),
      options: { timeout: session.timeouts.logout },
    }).catch(() => {});
  }
  session.close();
}
