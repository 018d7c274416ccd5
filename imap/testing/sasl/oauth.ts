/** Access tokens: OAUTHBEARER (RFC 7628) and XOAUTH2. */

import { plainCode, Refusal } from "../protocol/reply.ts";
import type { User } from "../protocol/settings.ts";
import { askText, type Exchange, firstText, notOf, refuseOther } from "./mechanism.ts";

/** RFC 7628 3.1: gs2-header, then fields that end with ^A. */
export async function oauthBearer(exchange: Exchange): Promise<User> {
  const [header = "", ...fields] = (await firstText(exchange)).split("\x01");
  const named = /^[ny],(?:a=([^,]*))?,$/.exec(header);
  if (named === null) throw notOf("OAUTHBEARER");
  const written = (named[1] ?? "").replaceAll("=2C", ",").replaceAll("=3D", "=");
  return await check(exchange, tokenIn("OAUTHBEARER", fields), written, {
    status: "invalid_token",
    scope: "mail",
    "openid-configuration": "https://accounts.example/.well-known/openid-configuration",
  });
}

/** What Google wrote down and Microsoft took over: `user=...^Aauth=Bearer ...^A^A`. */
export async function xoauth2(exchange: Exchange): Promise<User> {
  const [user = "", ...fields] = (await firstText(exchange)).split("\x01");
  if (!user.startsWith("user=")) throw notOf("XOAUTH2");
  return await check(exchange, tokenIn("XOAUTH2", fields), user.slice("user=".length), {
    status: "400",
    schemes: "Bearer",
    scope: "https://mail.example/",
  });
}

function tokenIn(mechanism: string, fields: readonly string[]): string {
  const field = fields.find((one) => /^auth=Bearer /i.test(one));
  if (field === undefined) throw notOf(mechanism);
  return field.slice("auth=Bearer ".length);
}

/** A token that does not hold is told as JSON; the client answers, and then the command fails (RFC 7628 3.2.3). */
async function check(exchange: Exchange, token: string, name: string, error: object): Promise<User> {
  const { server } = exchange;
  const found = [...server.users.values()].find(({ tokens }) => tokens.has(token));
  const expires = found?.tokens.get(token);
  if (found !== undefined && expires !== undefined && expires > server.now()) {
    refuseOther(name, found.name);
    return found;
  }
  await askText(exchange, JSON.stringify(error));
  throw expires === undefined
    ? new Refusal("NO", "The token is not valid", plainCode("AUTHENTICATIONFAILED"))
    : new Refusal("NO", "The token has expired", plainCode("EXPIRED"));
}
