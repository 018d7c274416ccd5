/** The server's side of SASL (RFC 4422): what a mechanism is given, and how it says no. */

import { plainCode, Refusal } from "../protocol/reply.ts";
import type { Settings, User } from "../protocol/settings.ts";

/** One AUTHENTICATE command. */
export interface Exchange {
  readonly server: Settings;
  /** What came with the command (RFC 4959). */
  readonly initial: Uint8Array | undefined;
  /** Sends a challenge and reads the client's response. */
  ask(challenge: Uint8Array): Promise<Uint8Array>;
}

/** Finds out who the client is, or throws a {@linkcode Refusal}. */
export type ServerMechanism = (exchange: Exchange) => Promise<User>;

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const NOTHING = new Uint8Array(0);

/** Sends text as a challenge and reads the response as text. */
export async function askText(exchange: Exchange, challenge: string): Promise<string> {
  return decoder.decode(await exchange.ask(encoder.encode(challenge)));
}

/** The first response of a mechanism in which the client begins. */
export async function firstText({ initial, ask }: Exchange): Promise<string> {
  return decoder.decode(initial ?? await ask(NOTHING));
}

/** A response that is not one of the mechanism's. */
export function notOf(mechanism: string): Refusal {
  return new Refusal("BAD", `Not a ${mechanism} response`);
}

/** No user may act for another one here. */
export function refuseOther(authorization: string, user: string): void {
  if (authorization === "" || authorization === user) return;
  throw new Refusal("NO", "Acting for another user is not allowed here", plainCode("AUTHORIZATIONFAILED"));
}

/** The user, if the credentials were right and still hold. */
export function admit(server: Settings, user: User | undefined, right: boolean): User {
  if (user === undefined || !right) {
    throw new Refusal("NO", "User or password is wrong", plainCode("AUTHENTICATIONFAILED"));
  }
  if (user.expires <= server.now()) throw new Refusal("NO", "The password has expired", plainCode("EXPIRED"));
  return user;
}
