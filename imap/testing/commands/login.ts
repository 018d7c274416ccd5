/** LOGIN (RFC 9051 6.2.3). */

import type { LoginRequest } from "../_gen/request.ts";
import { plainCode, Refusal, type Reply } from "../protocol/reply.ts";
import type { Session } from "../protocol/session.ts";

/** Logs in with name and password. */
export function login(session: Session, request: LoginRequest): Reply {
  if (session.server.offers("LOGINDISABLED")) {
    throw new Refusal("NO", "LOGIN is disabled", plainCode("PRIVACYREQUIRED"));
  }
  return enterWithPassword(session, request.user, request.password);
}

/** Enters the authenticated state if name and password belong together. */
export function enterWithPassword(session: Session, name: string, password: string): Reply {
  const user = session.server.authenticate(name, password);
  if (user === undefined) {
    throw new Refusal("NO", "User or password is wrong", plainCode("AUTHENTICATIONFAILED"));
  }
  return session.enter(user);
}
