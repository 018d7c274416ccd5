/** Logging in, and what is switched on for every session. RFC 9051 section 6.2. */

import { CapabilityError, CommandError } from "../base/errors.ts";
import type { SaslMechanism } from "../sasl/mechanism.ts";
import { plain, type PlainCredentials } from "../sasl/plain.ts";
import type { Session } from "../session/session.ts";
import type { ImapClient } from "./client.ts";

/** How to log in, and what to do then. */
export interface LoginOptions {
  /** Who logs in: user and password, or a SASL mechanism. Without it, the client is left before login. */
  auth?: PlainCredentials | SaslMechanism | undefined;
  /** Send a password where others can read it. Without it, one is sent encrypted or on this machine itself only. */
  allowInsecureAuth?: boolean | undefined;
  /** Send the first answer of AUTHENTICATE with the command where the server offers it; some offer it and refuse. */
  saslIr?: boolean | undefined;
  /** Enable IMAP4rev2 where the server offers it; true when not given. */
  rev2?: boolean | undefined;
  /** Tell the server about this client with ID (RFC 2971), where the server offers it. Nothing is told unasked. */
  id?: Readonly<Record<string, string | null>> | undefined;
}

/**
 * Checks credentials before anybody is called.
 *
 * @throws {RangeError} When they cannot be sent.
 * @throws {TypeError} When they are not text.
 */
export function checkCredentials({ auth }: LoginOptions): void {
  if (auth !== undefined && !isMechanism(auth)) plain(auth);
}

function isMechanism(auth: PlainCredentials | SaslMechanism): auth is SaslMechanism {
  return "respond" in auth;
}

/**
 * Logs in, and switches on what is for every session.
 *
 * @param client The client.
 * @param session Its session.
 * @param options Who logs in, and what is wanted.
 */
export async function prepare(
  client: ImapClient,
  session: Session,
  options: LoginOptions,
): Promise<void> {
  const { auth } = options;
  if (session.capabilities === undefined) await client.capability();
  if (auth !== undefined && session.state === "nonauth") {
    const before = session.capabilities;
    await login(client, session, auth, options);
    // RFC 9051 6.2.3: what was offered before login says nothing about what is offered after.
    if (session.capabilities === before) await client.capability();
  }
  if (session.state === "auth" && options.rev2 !== false && session.offers("IMAP4REV2")) {
    await optional(client.enable(["IMAP4rev2"]));
  }
  if (options.id !== undefined && session.offers("ID")) {
    await optional(client.id(Object.entries(options.id).map(([name, value]) => ({ name, value }))));
  }
}

/** A server that refuses what it offered can be used without it. */
async function optional(promise: PromiseLike<unknown>): Promise<void> {
  try {
    await promise;
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
  }
}

async function login(
  client: ImapClient,
  session: Session,
  auth: SaslMechanism | PlainCredentials,
  options: LoginOptions,
): Promise<void> {
  const { saslIr } = options;
  const mechanism = isMechanism(auth) ? auth : plain(auth);
  if (isMechanism(auth) || session.offers(`AUTH=${mechanism.name}`)) {
    return await client.authenticate(mechanism, { saslIr });
  }
  if (session.offers("LOGINDISABLED")) {
    throw new CapabilityError(
      "The server offers neither AUTH=PLAIN nor LOGIN" + (session.secure ? "" : "; it may do so over TLS"),
      { command: "LOGIN" },
    );
  }
  if (auth.authorizationId !== undefined) {
    throw new CapabilityError("The server does not offer AUTH=PLAIN, and LOGIN cannot act for another user");
  }
  await client.login(auth.user, auth.pass);
}
