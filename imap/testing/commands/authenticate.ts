/** AUTHENTICATE (RFC 9051 6.2.2). */

import { fromBase64 } from "../../values/base64.ts";
import type { AuthenticateRequest } from "../_gen/request.ts";
import { plainCode, Refusal, type Reply } from "../protocol/reply.ts";
import type { Session } from "../protocol/session.ts";
import { enterWithPassword } from "./login.ts";

/** RFC 9051 6.2.2, RFC 4616 for PLAIN. */
export async function authenticate(session: Session, request: AuthenticateRequest): Promise<Reply> {
  const { mechanism } = request;
  if (mechanism !== "PLAIN" || !session.server.offers("AUTH=PLAIN")) {
    throw new Refusal("NO", "This mechanism is not offered", plainCode("CANNOT"));
  }
  const response = request.initialResponse ?? await challenge(session);
  const [authorization, user, password, ...rest] = new TextDecoder().decode(response).split("\0");
  if (password === undefined || rest.length > 0) throw new Refusal("BAD", "Not a PLAIN response");
  if (authorization !== "" && authorization !== user) {
    throw new Refusal("NO", "Nobody may act for somebody else here", plainCode("AUTHORIZATIONFAILED"));
  }
  return enterWithPassword(session, user, password);
}

/** Sends an empty challenge and reads the client's response. */
async function challenge(session: Session): Promise<Uint8Array> {
  session.send({ type: "CONTINUATION", code: undefined, text: "" });
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
