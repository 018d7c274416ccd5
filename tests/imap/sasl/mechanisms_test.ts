import { createHash, createHmac } from "node:crypto";
import { test } from "node:test";
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { passwordMechanism, tokenMechanism } from "../../../imap/sasl/choose.ts";
import { cramMd5 } from "../../../imap/sasl/cram_md5.ts";
import { anonymous, external } from "../../../imap/sasl/external.ts";
import { loginMechanism } from "../../../imap/sasl/login.ts";
import { hmacMd5, md5 } from "../../../imap/sasl/md5.ts";
import type { SaslMechanism } from "../../../imap/sasl/mechanism.ts";
import { oauthBearer, xoauth2 } from "../../../imap/sasl/oauth.ts";
import { plain } from "../../../imap/sasl/plain.ts";
import { saslprep } from "../../../imap/sasl/saslprep.ts";
import { Scram, scramSha256 } from "../../../imap/sasl/scram.ts";
import { seeded } from "../../support/seeded.ts";

const utf8 = new TextEncoder();
const none = new Uint8Array(0);
const pencil = { user: "user", pass: "pencil" };

async function say(mechanism: SaslMechanism, challenge: string): Promise<string> {
  return new TextDecoder().decode(await mechanism.respond(utf8.encode(challenge)));
}

/** The exchanges of RFC 5802 section 5 and RFC 7677 section 3. */
const exchanges = [
  {
    hash: "SHA-1",
    nonce: "fyko+d2lbbFgONRv9qkxdawL",
    server: "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096",
    proof: "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=",
    last: "v=rmF9pqV8S7suAoZWja4dJRkFsKQ=",
  },
  {
    hash: "SHA-256",
    nonce: "rOprNGfwEbeRWgbNEkqO",
    server: "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
    proof: "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0," +
      "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
    last: "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
  },
] as const;

test("SCRAM as in the RFCs, and again with the same object", async () => {
  for (const { hash, nonce, server, proof, last } of exchanges) {
    const scram = new Scram(hash, pencil, {}, () => nonce);
    for (let round = 0; round < 2; round++) {
      scram.start();
      assertEquals(await say(scram, ""), `n,,n=user,r=${nonce}`);
      assertEquals(await say(scram, server), proof);
      assertThrows(() => scram.finish(), Error, "without proving");
      assertEquals(await say(scram, last), "");
      scram.finish();
      assertThrows(() => scram.respond(none), Error, "has ended");
    }
  }
});

test("SCRAM refuses a server with a wrong proof, a wrong nonce or too many iterations", async () => {
  const { nonce, server, last } = exchanges[1];
  const after = async (first: string) => {
    const scram = new Scram("SHA-256", pencil, {}, () => nonce);
    await say(scram, "");
    return await assertRejects(async () => await say(scram, first), Error) as Error;
  };
  const salt = "s=W22ZaJ0SNY7soEsUEjb6gQ==";
  const cases: [first: string, words: string][] = [
    [`r=${nonce},${salt},i=4096`, "does not continue"],
    [`r=other${nonce},${salt},i=4096`, "does not continue"],
    [`r=${nonce}x,${salt},i=2147483647`, "maxIterations is 1000000"],
    [`r=${nonce}x,${salt},i=99999999999`, "cannot be read"],
    [`r=${nonce}x,${salt},i=0`, "cannot be read"],
    [`r=${nonce}x,${salt},i=4e3`, "cannot be read"],
    [`r=${nonce}x,s=***,i=4096`, "salt is not base64"],
    [`m=ext,r=${nonce}x,${salt},i=4096`, "extension"],
    ["", "cannot be read"],
    ["e=other-error", "cannot be read"],
  ];
  for (const [first, words] of cases) {
    const { message } = await after(first);
    assertEquals(message.includes(words), true, `${first}: ${message}`);
  }
  for (const final of [last.replace("6", "7"), "v=", "", `${last}=`, "e=invalid-proof"]) {
    const scram = new Scram("SHA-256", pencil, {}, () => nonce);
    await say(scram, "");
    await say(scram, server);
    assertThrows(
      () => scram.respond(utf8.encode(final)),
      Error,
      final.startsWith("e=") ? "invalid-proof" : "signature",
    );
    assertThrows(() => scram.finish(), Error);
  }
  // An extension after the verifier is passed over.
  const scram = new Scram("SHA-256", pencil, {}, () => nonce);
  await say(scram, "");
  await say(scram, server);
  assertEquals(await say(scram, `${last},x=y`), "");
  assertThrows(() => scramSha256(pencil, { maxIterations: Infinity }), RangeError);
});

test("SCRAM escapes what separates its fields", async () => {
  const names = { user: "a,b=c", pass: "p", authorizationId: "d=,e" };
  const scram = new Scram("SHA-256", names, {}, () => "N");
  assertEquals(await say(scram, ""), "n,a=d=3D=2Ce,n=a=2Cb=3Dc,r=N");
  const fresh = scramSha256(pencil);
  const first = await say(fresh, "");
  fresh.start!();
  assertEquals(await say(fresh, "") === first, false, "every exchange has a nonce of its own");
});

test("SASLprep: the examples of RFC 4013, and what it prohibits", () => {
  const cases: [from: string, to: string][] = [
    ["I\u00adX", "IX"],
    ["user", "user"],
    ["USER", "USER"],
    ["\u00aa", "a"],
    ["\u2168", "IX"],
    ["a\u00a0b\u3000c", "a b c"],
    ["pass\u200bword", "password"],
    ["\u0627\u0031\u0628", "\u0627\u0031\u0628"],
    ["p\u00e4ss", "p\u00e4ss"],
    ["pa\u0308ss", "p\u00e4ss"],
    ["\u{1f600}", "\u{1f600}"],
  ];
  for (const [from, to] of cases) assertEquals(saslprep(from, "password"), to);
  const refused = [
    "\u0007",
    "\u007f",
    "a\u0080",
    "\u0627\u0031",
    "\u0627a\u0628",
    "\ue000",
    "\ufdd0",
    "\u{1fffe}",
    "\ufffe",
    "\ufffd",
    "\u200e",
    "\u{e0041}",
    "\u2ff0",
    "\ud800x",
  ];
  for (const text of refused) assertThrows(() => saslprep(text, "password"), RangeError, "The password");
});

test("MD5 and HMAC-MD5 give the known results", () => {
  const random = seeded(20261126);
  for (let length = 0; length < 200; length++) {
    const bytes = Uint8Array.from({ length }, () => random.below(256));
    const key = bytes.slice(0, random.below(length + 1));
    assertEquals(hex(md5(bytes)), createHash("md5").update(bytes).digest("hex"));
    assertEquals(hex(hmacMd5(key, bytes)), createHmac("md5", key).update(bytes).digest("hex"));
  }
});

function hex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

test("the mechanisms that say one thing or two", async () => {
  assertEquals(await say(plain({ ...pencil, authorizationId: "boss" }), ""), "boss\0user\0pencil");
  const cram = cramMd5({ user: "tim", pass: "tanstaaftanstaaf" });
  const challenge = "<1896.697170952@postoffice.reston.mci.net>";
  assertEquals(await say(cram, challenge), "tim b913a602c7eda7a495b4e6e7334d3890");
  const login = loginMechanism(pencil);
  for (let round = 0; round < 2; round++) {
    login.start!();
    assertEquals(await say(login, "Username:"), "user");
    assertEquals(await say(login, "Password:"), "pencil");
  }
  assertEquals(await say(external(), ""), "");
  assertEquals(await say(external("boss"), ""), "boss");
  assertEquals(await say(anonymous(), ""), "anonymous");
});

test("a token, and what the server says of one that it refuses", async () => {
  const first = xoauth2("someuser@example.com", "ya29.token");
  assertEquals(await say(first, ""), "user=someuser@example.com\x01auth=Bearer ya29.token\x01\x01");
  const challenge = { status: "400", schemes: "bearer", scope: "https://mail.example.com/" };
  assertEquals(await say(first, JSON.stringify(challenge)), "");
  assertEquals(first.challenge, challenge);
  first.start!();
  assertEquals(first.challenge, undefined);
  const bearer = oauthBearer("user,=@example.com", "tok", { host: "mail.example.com", port: 993 });
  const message =
    "n,a=user=2C=3D@example.com,\x01host=mail.example.com\x01port=993\x01auth=Bearer tok\x01\x01";
  assertEquals(await say(bearer, ""), message);
  assertEquals(await say(bearer, "not JSON"), "\x01");
  assertEquals(bearer.challenge, {});
  for (const odd of ["null", "7", "[]", '{"status":{}}']) {
    bearer.start!();
    await say(bearer, "");
    await say(bearer, odd);
    assertEquals(bearer.challenge, {});
  }
});

test("what would begin another field is refused", () => {
  const refused: (() => unknown)[] = [
    () => plain({ user: "a\0b", pass: "p" }),
    () => plain({ user: "", pass: "p" }),
    () => plain({ user: "u", pass: "" }),
    () => plain({ user: "u", pass: "\ud800" }),
    () => loginMechanism({ user: "u", pass: "p", authorizationId: "x" }),
    () => cramMd5({ user: "u", pass: "p", authorizationId: "x" }),
    () => xoauth2("u\x01auth=Bearer x", "t"),
    () => xoauth2("u", "t\x01"),
    () => xoauth2("u", "two words"),
    () => xoauth2("u", ""),
    () => oauthBearer("u", "t", { host: "h\x01" }),
    () => external("\0"),
    () => anonymous("x".repeat(256)),
    () => scramSha256({ user: "u\u0007ä", pass: "p" }),
  ];
  for (const make of refused) assertThrows(make, RangeError);
  assertThrows(
    () => plain({ user: 5 as never, pass: "p" }),
    TypeError,
    '"user" must be text, not a number',
  );
});

test("the strongest that is offered is chosen", () => {
  const choose = (offered: string, secure: boolean, credentials = pencil) =>
    passwordMechanism(credentials, (name) => offered.split(" ").includes(name), secure)?.name;
  const all = "LOGIN PLAIN CRAM-MD5 SCRAM-SHA-1 SCRAM-SHA-256 XOAUTH2";
  assertEquals(choose(all, true), "SCRAM-SHA-256");
  assertEquals(choose("LOGIN PLAIN CRAM-MD5 SCRAM-SHA-1", true), "SCRAM-SHA-1");
  assertEquals(choose("LOGIN PLAIN CRAM-MD5", true), "PLAIN");
  assertEquals(choose("LOGIN PLAIN CRAM-MD5", false), "CRAM-MD5");
  assertEquals(choose("LOGIN CRAM-MD5", true), "LOGIN");
  assertEquals(choose("CRAM-MD5", true), "CRAM-MD5");
  assertEquals(choose("GSSAPI", true), undefined);
  const forBoss = { ...pencil, authorizationId: "boss" };
  assertEquals(choose("LOGIN CRAM-MD5 PLAIN", false, forBoss), "PLAIN");
  assertEquals(choose("LOGIN CRAM-MD5", true, forBoss), undefined);
  const token = (offered: string) =>
    tokenMechanism("u", "t", (name) => offered.split(" ").includes(name))?.name;
  assertEquals([token("XOAUTH2 OAUTHBEARER"), token("XOAUTH2"), token("PLAIN")], [
    "OAUTHBEARER",
    "XOAUTH2",
    undefined,
  ]);
});
