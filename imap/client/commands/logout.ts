/** LOGOUT: the one command that never fails. */

import { logoutSpec } from "../../codec/_gen/specs.ts";
import type { Session } from "../../session/session.ts";

/** Says goodbye and closes the connection. */
export async function logout(session: Session): Promise<void> {
  if (session.ended === undefined) {
    await session.send(logoutSpec, { timeout: session.timeouts.logout }).catch(() => {});
  }
  session.close();
}
