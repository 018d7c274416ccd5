/** The server's side of the mechanisms, with the client's side of them, and what is said wrongly. */

import { test } from "node:test";
import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import {
  connect,
  cramMd5,
  loginMechanism,
  oauthBearer,
  plain,
  scramSha1,
  scramSha256,
  xoauth2,
} from "@postern/postern/imap";
import { ManualClock, startServer } from "@postern/postern/testing";
import { Wire } from "./wire.ts";

const NAMES = ["PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256", "XOAUTH2", "OAUTHBEARER"];
const MECHANISMS = NAMES.map((name) => `AUTH=${name}`);

test("each mechanism logs in with the right credentials and is refused with wrong ones", async () => {
  const user = "sam=,x";
  await using server = await startServer({
    users: { [user]: { password: "pass\u00a0wörd", tokens: { "good-token": null } } },
    with: MECHANISMS,
  });
  const right = { user, pass: "pass\u00a0wörd" };
  const wrong = { user, pass: "other" };
  const nobody = { user: "nobody", pass: "pass wörd" };
  const of = [plain, loginMechanism, cramMd5, scramSha1, scramSha256];
  for (const make of of) {
    {
      await using client = await connect({ transport: server.connect(), auth: make(right) });
      await client.noop();
    }
    for (const bad of [wrong, nobody]) {
      await assertRejects(
        () => connect({ transport: server.connect(), auth: make(bad) }),
        Error,
        "User or password is wrong",
        make.name,
      );
    }
  }
  for (const make of [xoauth2, oauthBearer]) {
    {
      await using client = await connect({ transport: server.connect(), auth: make(user, "good-token") });
      await client.noop();
    }
    await assertRejects(() => connect({ transport: server.connect(), auth: make(user, "bad") }));
    await assertRejects(() => connect({ transport: server.connect(), auth: make("other", "good-token") }));
  }
  assertEquals(/w\u00f6rd|good-token/.test(server.log), false);
});

test("passwords and tokens expire by the server's clock", async () => {
  const clock = new ManualClock();
  const later = new Date(clock.now() + 60_000);
  await using server = await startServer({
    users: { sam: { password: "secret", passwordExpires: later, tokens: { abc: later } } },
    with: MECHANISMS,
    clock,
  });
  const token = btoa("user=sam\x01auth=Bearer abc\x01\x01");
  const before = await Wire.open(server);
  await before.ok(`AUTHENTICATE XOAUTH2 ${token}`);
  await clock.advance(60_000);
  const after = await Wire.open(server);
  assertEquals(await after.run(`AUTHENTICATE XOAUTH2 ${token}`, ""), [
    "NO [EXPIRED] The token has expired",
  ]);
  assertMatch(
    server.log,
    new RegExp(btoa('{"status":"400","schemes":"Bearer","scope":"https://mail.example/"}')),
  );
  assertEquals(await after.status("LOGIN sam secret"), "NO [EXPIRED] The password has expired");
  assertMatch(await after.status("LOGIN sam wrong") ?? "", /^NO \[AUTHENTICATIONFAILED\]/);
});

test("responses that the mechanism does not have are BAD, and the connection goes on", async () => {
  await using server = await startServer({ with: MECHANISMS });
  const wire = await Wire.open(server);
  for (const name of NAMES.filter((name) => name !== "LOGIN")) {
    for (const response of ["", "x", "x\0y", "\x01\x01", "n,,n=alice", "p=x,,n=alice,r=abc"]) {
      const answer = (await wire.run(`AUTHENTICATE ${name}`, btoa(response))).at(-1);
      assertEquals(answer, `BAD Not a ${name} response`, `${name} ${response}`);
    }
    assertMatch(await wire.status(`AUTHENTICATE ${name}`, "*") ?? "", /^BAD Cancelled/);
    assertMatch(await wire.status(`AUTHENTICATE ${name}`, "&") ?? "", /^BAD Not base64/);
  }
  for (const final of ["", "c=biws,r=x,p=", "c=biws,r=abc,p=AAAA"]) {
    const first = btoa("n,,n=alice,r=abc");
    assertMatch(await wire.status(`AUTHENTICATE SCRAM-SHA-256 ${first}`, btoa(final)) ?? "", /^BAD Not a /);
  }
  assertMatch(await wire.status("AUTHENTICATE DIGEST-MD5") ?? "", /^NO \[CANNOT\]/);
  await wire.ok("AUTHENTICATE LOGIN", btoa("alice"), btoa("alice-pw"));
});

test("what is offered can be added to and taken from", async () => {
  await using server = await startServer({ with: ["AUTH=LOGIN", "IDLE"], without: ["move", "auth=plain"] });
  const wire = await Wire.open(server);
  const [before = ""] = await wire.ok("CAPABILITY");
  assertMatch(before, / AUTH=LOGIN/);
  assertEquals(/AUTH=PLAIN/.test(before), false);
  await wire.ok("LOGIN alice alice-pw");
  const [after = ""] = await wire.ok("CAPABILITY");
  assertEquals([/ MOVE\b/.test(after), after.split(" IDLE").length], [false, 2]);
});
