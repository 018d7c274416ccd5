/** Logging in with an access token: getting one, and one more try with a new one when the server refuses. */

import { watchCall } from "../base/abort.ts";
import { AuthError, CapabilityError, TimeoutError } from "../base/errors.ts";
import { tokenMechanism } from "../sasl/choose.ts";
import type { AccessToken, TokenCredentials, TokenRequest } from "../sasl/token.ts";
import type { Session } from "../session/session.ts";
import { authenticate, type AuthenticateOptions } from "./commands/authenticate.ts";

/**
 * Logs in with a token.
 *
 * @param session The connection.
 * @param credentials User and token.
 * @param options SASL-IR, and a signal for the whole of it.
 * @throws {CapabilityError} When the server offers neither OAUTHBEARER nor XOAUTH2.
 * @throws {AuthError} When no token could be had, or the server refuses it, the second one too.
 */
export async function authenticateToken(
  session: Session,
  credentials: TokenCredentials,
  options: AuthenticateOptions,
): Promise<void> {
  const offers = (name: string) => session.offers(`AUTH=${name}`);
  if (!offers("OAUTHBEARER") && !offers("XOAUTH2")) {
    throw new CapabilityError("The server offers neither AUTH=OAUTHBEARER nor AUTH=XOAUTH2 for a token", {
      command: "AUTHENTICATE",
    });
  }
  const tokens = new Tokens(session, credentials, options);
  let token = await tokens.next({ reason: "connect", previous: undefined, challenge: undefined });
  for (let tries = 1;; tries++) {
    try {
      return await authenticate(session, tokenMechanism(credentials.user, token, offers)!, options);
    } catch (error) {
      // A token of the wrong scope or account is not mended by another of the same kind, but nobody can tell for sure.
      const again = error instanceof AuthError &&
        (error.kind === "token" || error.kind === "credentials" || error.kind === "other");
      if (!again || tries > 1 || !tokens.canRenew || session.ended !== undefined) throw error;
      const next = await tokens.next({ reason: "refused", previous: token, challenge: error.challenge });
      if (next === token) throw error;
      token = next;
    }
  }
}

class Tokens {
  readonly #session: Session;
  readonly #source: TokenCredentials["token"];
  readonly #options: AuthenticateOptions;

  constructor(session: Session, { token }: TokenCredentials, options: AuthenticateOptions) {
    this.#session = session;
    this.#source = token;
    this.#options = options;
  }

  /** Whether another token can be had. */
  get canRenew(): boolean {
    return typeof this.#source === "function";
  }

  /** A token that has not expired. */
  async next(why: Omit<TokenRequest, "signal">): Promise<string> {
    let given = await this.#get(why);
    if (this.#isExpired(given) && this.canRenew && why.reason === "connect") {
      given = await this.#get({ reason: "expired", previous: given.token, challenge: undefined });
    }
    if (this.#isExpired(given)) {
      const text = `the token expired at ${new Date(given.expiresAt!).toISOString()}`;
      throw new AuthError("AUTHENTICATE", undefined, undefined, text, "token");
    }
    return given.token;
  }

  #isExpired({ expiresAt }: AccessToken): boolean {
    return expiresAt !== undefined && expiresAt <= this.#session.clock.now();
  }

  async #get(why: Omit<TokenRequest, "signal">): Promise<AccessToken> {
    const source = this.#source;
    if (typeof source !== "function") return tokenOf(source);
    const { clock, timeouts } = this.#session;
    const { signal: outer, timeout = timeouts.command } = this.#options;
    const controller = new AbortController();
    const waiting = Promise.withResolvers<never>();
    const giveUp = (reason: unknown) => {
      controller.abort(reason);
      waiting.reject(reason);
    };
    const late = (ms: number) =>
      new TimeoutError(`No access token after ${ms} ms`, { command: "AUTHENTICATE" });
    const unwatch = watchCall(clock, { signal: outer, timeout }, giveUp, late);
    try {
      const asked = (async () => await source({ ...why, signal: controller.signal }))();
      asked.catch(() => {});
      return tokenOf(await Promise.race([asked, waiting.promise]));
    } catch (cause) {
      if (controller.signal.aborted) throw cause;
      const words = cause instanceof Error ? cause.message : String(cause);
      throw new AuthError(
        "AUTHENTICATE",
        undefined,
        undefined,
        `no access token: ${words}`,
        "token",
        undefined,
        {
          cause,
        },
      );
    } finally {
      unwatch();
    }
  }
}

function tokenOf(given: unknown): AccessToken {
  if (typeof given === "string") return { token: given };
  const { token, expiresAt } = (given ?? {}) as Partial<AccessToken>;
  if (typeof token !== "string") throw new TypeError('"token" must be a text, or give one');
  if (expiresAt !== undefined && !Number.isFinite(expiresAt)) {
    throw new TypeError('"expiresAt" must be a number of milliseconds since 1970');
  }
  return { token, expiresAt };
}
