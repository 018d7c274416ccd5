/** SCRAM (RFC 5802, RFC 7677), without channel binding. */

import { saslprep } from "../../sasl/saslprep.ts";
import { fromBase64, toBase64 } from "../../values/base64.ts";
import { admit, askText, firstText, notOf, refuseOther, type ServerMechanism } from "./mechanism.ts";

/** RFC 7677 4: at least 4096. More would only make tests slow. */
const ITERATIONS = 4096;
const encoder = new TextEncoder();

/** SCRAM with one hash. */
export function scram(hash: "SHA-1" | "SHA-256"): ServerMechanism {
  const name = `SCRAM-${hash}`;
  return async (exchange) => {
    const first = readFirst(name, await firstText(exchange));
    refuseOther(first.authorization, first.user);
    const { server } = exchange;
    const user = server.users.get(first.user);
    const salt = crypto.getRandomValues(new Uint8Array(16));
    const nonce = first.nonce + toBase64(crypto.getRandomValues(new Uint8Array(18)));
    const serverFirst = `r=${nonce},s=${toBase64(salt)},i=${ITERATIONS}`;
    const final = await askText(exchange, serverFirst);
    // client-final-message = channel-binding "," nonce ["," extensions] "," proof
    const cut = final.lastIndexOf(",p=");
    const withoutProof = final.slice(0, cut);
    const binding = `c=${toBase64(encoder.encode(first.header))},r=${nonce}`;
    if (cut === -1 || withoutProof !== binding) throw notOf(name);
    const keys = await keysOf(hash, user?.password ?? "", salt);
    const message = `${first.bare},${serverFirst},${withoutProof}`;
    const signature = await hmac(hash, keys.stored, message);
    const proof = octetsOf(name, final.slice(cut + 3));
    const key = new Uint8Array(signature.map((octet, index) => octet ^ (proof[index] ?? 0)));
    const right = proof.length === signature.length && equal(await digest(hash, key), keys.stored);
    admit(server, user, right);
    // IMAP has no place for the verifier in the tagged OK, so it is a challenge with an empty response (RFC 4422 3.6).
    await askText(exchange, `v=${toBase64(await hmac(hash, keys.server, message))}`);
    return admit(server, user, right);
  };
}

/** client-first-message: gs2-cbind-flag "," [authzid] "," username "," nonce. */
function readFirst(mechanism: string, text: string) {
  const [flag, authorization = "", user = "", nonce = ""] = text.split(",");
  if (
    (flag !== "n" && flag !== "y") || !user.startsWith("n=") || nonce.length < 3 || !nonce.startsWith("r=")
  ) {
    throw notOf(mechanism);
  }
  const header = `${flag},${authorization},`;
  const plain = (escaped: string) => escaped.slice(2).replaceAll("=2C", ",").replaceAll("=3D", "=");
  return {
    header,
    bare: text.slice(header.length),
    authorization: plain(authorization),
    user: plain(user),
    nonce: nonce.slice(2),
  };
}

async function keysOf(hash: string, password: string, salt: Uint8Array<ArrayBuffer>) {
  const prepared = encoder.encode(saslprep(password, "password"));
  const key = await crypto.subtle.importKey("raw", prepared, "PBKDF2", false, ["deriveBits"]);
  const bits = hash === "SHA-1" ? 160 : 256;
  const salted = new Uint8Array(
    await crypto.subtle.deriveBits({ name: "PBKDF2", hash, salt, iterations: ITERATIONS }, key, bits),
  );
  return {
    stored: await digest(hash, await hmac(hash, salted, "Client Key")),
    server: await hmac(hash, salted, "Server Key"),
  };
}

async function hmac(
  hash: string,
  secret: Uint8Array<ArrayBuffer>,
  text: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const key = await crypto.subtle.importKey("raw", secret, { name: "HMAC", hash }, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", key, encoder.encode(text)));
}

async function digest(hash: string, octets: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.digest(hash, octets));
}

function octetsOf(mechanism: string, base64: string): Uint8Array {
  try {
    return fromBase64(base64);
  } catch {
    throw notOf(mechanism);
  }
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((octet, index) => octet === b[index]);
}
