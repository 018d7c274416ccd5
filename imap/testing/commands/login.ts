/** LOGIN (RFC 9051 6.2.3). */

import type { LoginRequest } from "../_gen/request.ts";
import { plainCode, Refusal, type Reply } from "../protocol/reply.ts";
import type { Session } from "../protocol/session.ts";
import { admit } from "../sasl/mechanism.ts";

/** Logs in with name and password. */
export function login(session: Session, request: LoginRequest): Reply {
  const { server } = session;
  if (session.capabilities.some((name) => name.toUpperCase() === "LOGINDISABLED")) {
    throw new Refusal("NO", "LOGIN is disabled", plainCode("PRIVACYREQUIRED"));
  }
  const user = server.users.get(request.user);
  return session.enter(admit(server, user, user?.password === request.password));
}
