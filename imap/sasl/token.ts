/** Access tokens of OAuth 2.0, as callers have them: a text, or a function that gets one. Getting them is the caller's business. */

import type { OAuthChallenge } from "../base/errors.ts";

/** An access token, and until when it is good. */
export interface AccessToken {
  /** The token, without `Bearer`. */
  token: string;
  /** When it expires: milliseconds since 1970. One that has expired is not sent. */
  expiresAt?: number | undefined;
}

/** Why a token is asked for. */
export interface TokenRequest {
  /**
   * - `connect`: a connection is made
   * - `expired`: what the function gave has expired already
   * - `refused`: the server refused what the function gave; this is the only further try
   */
  readonly reason: "connect" | "expired" | "refused";
  /** The token that is of no use any more. */
  readonly previous: string | undefined;
  /** What the server said of the refused one. */
  readonly challenge: OAuthChallenge | undefined;
  /** Aborted when nobody waits for the token any more: the caller gave up, or it took too long. */
  readonly signal: AbortSignal;
}

/** A user and an access token, for OAUTHBEARER or XOAUTH2, whichever the server offers. */
export interface TokenCredentials {
  /** Whose mailbox it is, mostly the mail address. */
  user: string;
  /** The token, or a function that gets one; it is called for each connection, and once more when the server refuses. */
  token:
    | string
    | AccessToken
    | ((request: TokenRequest) => string | AccessToken | Promise<string | AccessToken>);
}
