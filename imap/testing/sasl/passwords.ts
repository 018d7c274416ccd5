/** PLAIN, LOGIN and CRAM-MD5: mechanisms that take a password, or a digest that needs it. */

import { hmacMd5 } from "../../sasl/md5.ts";
import type { User } from "../protocol/settings.ts";
import { admit, askText, type Exchange, firstText, notOf, refuseOther } from "./mechanism.ts";

/** RFC 4616. */
export async function plain(exchange: Exchange): Promise<User> {
  const [authorization = "", name = "", password, ...rest] = (await firstText(exchange)).split("\0");
  if (password === undefined || rest.length > 0) throw notOf("PLAIN");
  refuseOther(authorization, name);
  return withPassword(exchange, name, password);
}

/** draft-murchison-sasl-login: two questions. A client that sends the name at once is asked only the second. */
export async function login(exchange: Exchange): Promise<User> {
  const name = exchange.initial === undefined
    ? await askText(exchange, "Username:")
    : new TextDecoder().decode(exchange.initial);
  return withPassword(exchange, name, await askText(exchange, "Password:"));
}

/** RFC 2195. */
export async function cramMd5(exchange: Exchange): Promise<User> {
  if (exchange.initial !== undefined) throw notOf("CRAM-MD5");
  const challenge = `<${crypto.randomUUID()}@postern.test>`;
  const response = await askText(exchange, challenge);
  const space = response.lastIndexOf(" ");
  if (space === -1) throw notOf("CRAM-MD5");
  const { server } = exchange;
  const user = server.users.get(response.slice(0, space));
  const encoder = new TextEncoder();
  const digest = hmacMd5(encoder.encode(user?.password), encoder.encode(challenge));
  const expected = [...digest].map((octet) => octet.toString(16).padStart(2, "0")).join("");
  return admit(server, user, response.slice(space + 1) === expected);
}

function withPassword({ server }: Exchange, name: string, password: string): User {
  const user = server.users.get(name);
  return admit(server, user, user?.password === password);
}
