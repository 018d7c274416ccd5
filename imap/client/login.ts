/** Logging in, and what is switched on for every session. RFC 9051 section 6.2. */

import { CapabilityError, ImapError } from "../base/errors.ts";
import { checkNames } from "../base/option_names.ts";
import type { SaslMechanism } from "../sasl/mechanism.ts";
import { loginSpec } from "../codec/_gen/specs.ts";
import { passwordMechanism } from "../sasl/choose.ts";
import { xoauth2 } from "../sasl/oauth.ts";
import { plain, type PlainCredentials } from "../sasl/plain.ts";
import type { TokenCredentials } from "../sasl/token.ts";
import type { Session } from "../session/session.ts";
import { authenticateToken } from "./authenticate_token.ts";
import type { ImapClient } from "./client.ts";
import { type ClientId, idParams } from "./commands/id.ts";

/** Who logs in: a user with a password or an access token, or a SASL mechanism with its credentials. */
export type Credentials = PlainCredentials | TokenCredentials | SaslMechanism;

/** How to log in, and what to do then. */
export interface LoginOptions {
  /**
   * Who logs in: `{ user, pass }`, `{ user, token }`, or a SASL mechanism. Without it, the client is left before login. For a
   * password the strongest mechanism that the server offers is taken, for a token OAUTHBEARER or XOAUTH2.
   */
  auth?: Credentials | undefined;
  /** Send a password where others can read it. Without it, one is sent encrypted or on this machine itself only. */
  allowInsecureAuth?: boolean | undefined;
  /** Send the first answer of AUTHENTICATE with the command where the server offers it; some offer it and refuse. */
  saslIr?: boolean | undefined;
  /** Enable IMAP4rev2 where the server offers it; true when not given. */
  rev2?: boolean | undefined;
  /**
   * What the server is told about this client after login with ID (RFC 2971), where it offers that; some want it before they show
   * mail. The name of this library when not given; false: nothing.
   */
  id?: ClientId | false | undefined;
}

/**
 * Checks credentials before connecting.
 *
 * @throws {RangeError} When they cannot be sent.
 * @throws {TypeError} When they are not text.
 */
export function checkCredentials({ auth, id }: LoginOptions): void {
  if (id !== undefined && id !== false) idParams(id);
  if (auth === undefined || isMechanism(auth)) return;
  if (typeof auth !== "object" || auth === null) {
    throw new TypeError('"auth" must be { user, pass }, { user, token } or a SASL mechanism');
  }
  if ("token" in auth && "pass" in auth) throw new TypeError('"auth" must have "pass" or "token", not both');
  checkNames("auth", auth, hasToken(auth) ? ["user", "token"] : ["user", "pass", "token", "authorizationId"]);
  if (!hasToken(auth)) return void plain(auth);
  const { token } = auth;
  if (typeof token === "string") xoauth2(auth.user, token);
  else if (typeof token === "object" && token !== null) xoauth2(auth.user, token.token);
  else if (typeof token === "function") xoauth2(auth.user, "unknown");
  else {throw new TypeError(
      '"token" must be a text, { token, expiresAt } or a function that gives one of them',
    );}
}

function isMechanism(auth: Credentials): auth is SaslMechanism {
  return typeof auth === "object" && auth !== null && "respond" in auth;
}

function hasToken(auth: PlainCredentials | TokenCredentials): auth is TokenCredentials {
  return "token" in auth;
}

/**
 * Logs in, and switches on what is for every session.
 *
 * @param client The client.
 * @param session Its session.
 * @param options Who logs in, and what is wanted.
 * @param signal Gives up.
 */
export async function prepare(
  client: ImapClient,
  session: Session,
  options: LoginOptions,
  signal?: AbortSignal,
): Promise<void> {
  const { auth } = options;
  if (session.capabilities === undefined) await client.capability();
  if (auth !== undefined && session.state === "nonauth") {
    const before = session.capabilities;
    await login(client, session, auth, options, signal);
    // RFC 9051 6.2.3: what was offered before login says nothing about what is offered after.
    if (session.capabilities === before && !await accepted(client.capability())) session.forgetCapabilities();
  }
  const { id = { name: "Postern" } } = options;
  const enables = session.state === "auth" && options.rev2 !== false && session.offers("IMAP4REV2");
  const tells = id !== false && session.offers("ID") &&
    (session.state !== "nonauth" || options.id !== undefined);
  if (!enables && !tells) return;
  // They go with the caller's first command: a round trip less.
  session.inCompany(() => {
    const all = [
      ...(enables ? [accepted(client.enable(["IMAP4rev2"]))] : []),
      // RFC 2971 3.3 allows a value of NIL; Cyrus ends the connection for it.
      ...(tells ? [accepted(client.id(idParams(id).filter(({ value }) => value !== null)))] : []),
    ];
    // The next call is told that the connection has ended.
    settled.set(client, Promise.all(all).then(() => {}, () => {}));
  });
}

const settled = new WeakMap<ImapClient, Promise<void>>();

/** Waits until it is known what is enabled: `connect` does not. */
export async function whenSettled(client: ImapClient): Promise<void> {
  await settled.get(client);
}

/**
 * Waits for a command that the session can do without: Yahoo refuses CAPABILITY when it is asked often, and others refuse what they
 * offer.
 *
 * @returns Whether the server accepted it.
 */
async function accepted(command: PromiseLike<unknown>): Promise<boolean> {
  try {
    await command;
    return true;
  } catch (error) {
    if (error instanceof ImapError && (error.status === "NO" || error.status === "BAD")) return false;
    throw error;
  }
}

async function login(
  client: ImapClient,
  session: Session,
  auth: Credentials,
  options: LoginOptions,
  signal: AbortSignal | undefined,
): Promise<void> {
  const how = { saslIr: options.saslIr, signal };
  if (isMechanism(auth)) return await client.authenticate(auth, how);
  if (hasToken(auth)) return await authenticateToken(session, auth, how);
  const mechanism = passwordMechanism(auth, (name) => session.offers(`AUTH=${name}`), session.secure);
  if (mechanism !== undefined) return await client.authenticate(mechanism, how);
  if (loginSpec.unless?.some((one) => session.offers(one))) {
    throw new CapabilityError(
      "The server offers no mechanism for a password, and not LOGIN" +
        (session.secure ? "" : "; it may do so over TLS"),
      { command: "LOGIN" },
    );
  }
  if (auth.authorizationId !== undefined) {
    throw new CapabilityError("The server does not offer AUTH=PLAIN, and LOGIN cannot act for another user");
  }
  await client.login(auth.user, auth.pass, { signal });
}
