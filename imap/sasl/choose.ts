/** Which mechanism to use for a user's credentials, of those that a server offers. */

import { cramMd5 } from "./cram_md5.ts";
import { loginMechanism } from "./login.ts";
import type { SaslMechanism } from "./mechanism.ts";
import { oauthBearer, xoauth2 } from "./oauth.ts";
import { plain, type PlainCredentials } from "./plain.ts";
import { scramSha1, scramSha256 } from "./scram.ts";

/**
 * The strongest mechanism for a password, of those offered: SCRAM-SHA-256, SCRAM-SHA-1, CRAM-MD5 where the connection is not encrypted,
 * PLAIN, LOGIN, CRAM-MD5.
 *
 * @param credentials Who logs in.
 * @param offers Whether the server offers a mechanism.
 * @param secure Whether bytes travel encrypted: a password that is sent inside TLS is safer than one that can be guessed from CRAM-MD5.
 * @returns The mechanism; undefined when none is offered.
 */
export function passwordMechanism(
  credentials: PlainCredentials,
  offers: (mechanism: string) => boolean,
  secure: boolean,
): SaslMechanism | undefined {
  const forOther = credentials.authorizationId !== undefined;
  if (offers("SCRAM-SHA-256")) return scramSha256(credentials);
  if (offers("SCRAM-SHA-1")) return scramSha1(credentials);
  if (!secure && !forOther && offers("CRAM-MD5")) return cramMd5(credentials);
  if (offers("PLAIN")) return plain(credentials);
  if (!forOther && offers("LOGIN")) return loginMechanism(credentials);
  if (!forOther && offers("CRAM-MD5")) return cramMd5(credentials);
  return undefined;
}

/**
 * The mechanism for a token, of those offered: OAUTHBEARER, else XOAUTH2.
 *
 * @param user Whose mailbox it is.
 * @param token The access token.
 * @param offers Whether the server offers a mechanism.
 * @returns The mechanism; undefined when none is offered.
 */
export function tokenMechanism(
  user: string,
  token: string,
  offers: (mechanism: string) => boolean,
): SaslMechanism | undefined {
  if (offers("OAUTHBEARER")) return oauthBearer(user, token);
  if (offers("XOAUTH2")) return xoauth2(user, token);
  return undefined;
}
