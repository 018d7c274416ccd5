/** AUTHENTICATE (RFC 9051 6.2.2). */

import { fromBase64, toBase64 } from "../../values/base64.ts";
import type { AuthenticateRequest } from "../_gen/request.ts";
import { plainCode, Refusal, type Reply } from "../protocol/reply.ts";
import type { Session } from "../protocol/session.ts";
import type { ServerMechanism } from "../sasl/mechanism.ts";
import { oauthBearer, xoauth2 } from "../sasl/oauth.ts";
import { cramMd5, login, plain } from "../sasl/passwords.ts";
import { scram } from "../sasl/scram.ts";

const MECHANISMS: ReadonlyMap<string, ServerMechanism> = new Map([
  ["PLAIN", plain],
  ["LOGIN", login],
  ["CRAM-MD5", cramMd5],
  ["SCRAM-SHA-1", scram("SHA-1")],
  ["SCRAM-SHA-256", scram("SHA-256")],
  ["XOAUTH2", xoauth2],
  ["OAUTHBEARER", oauthBearer],
]);

/** RFC 9051 6.2.2. */
export async function authenticate(session: Session, request: AuthenticateRequest): Promise<Reply> {
  const name = request.mechanism.toUpperCase();
  const mechanism = MECHANISMS.get(name);
  if (mechanism === undefined || !session.server.offers(`AUTH=${name}`)) {
    throw new Refusal("NO", "This mechanism is not offered", plainCode("CANNOT"));
  }
  if (request.initialResponse !== undefined) session.require("SASL-IR");
  const user = await mechanism({
    server: session.server,
    initial: request.initialResponse,
    ask: (challenge) => ask(session, challenge),
  });
  session.byToken = name === "XOAUTH2" || name === "OAUTHBEARER";
  return session.enter(user);
}

/** Sends a challenge and reads the client's response. */
async function ask(session: Session, challenge: Uint8Array): Promise<Uint8Array> {
  session.send({ type: "CONTINUATION", code: undefined, text: toBase64(challenge) });
  await session.output.flush();
  const line = await session.stream.readLine();
  session.log.line("***");
  if (line.kind === "tooLong") throw new Refusal("BAD", "The response is too long");
  const text = new TextDecoder("latin1").decode(line.bytes);
  if (text === "*") throw new Refusal("BAD", "Cancelled");
  try {
    return fromBase64(text);
  } catch {
    throw new Refusal("BAD", "Not base64");
  }
}
