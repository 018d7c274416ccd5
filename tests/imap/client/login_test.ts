import { test } from "node:test";
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  AuthError,
  CapabilityError,
  ConnectionError,
  ThrottledError,
  TimeoutError,
} from "../../../imap/base/errors.ts";
import { connect } from "../../../imap/client/connect.ts";
import { checkCredentials } from "../../../imap/client/login.ts";
import type { TokenRequest } from "../../../imap/sasl/token.ts";
import { ManualClock } from "../../../imap/testing/mod.ts";
import { type Peer, scripted } from "../session/scripted.ts";

const greeting = "S: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=XOAUTH2] hi";
const welcome = "OK [CAPABILITY IMAP4rev1] welcome";
const message = (token: string) => btoa(`user=zoe@example.org\x01auth=Bearer ${token}\x01\x01`);
const challenge = btoa(JSON.stringify({ status: "401", schemes: "bearer", scope: "mail" }));

function play(text: string | ((peer: Peer) => Promise<void>)) {
  return scripted(typeof text === "string" ? (peer) => peer.play(text) : text);
}

test("a token is asked for once, and once more when the server refuses it", async () => {
  const { transport, done } = play(`
    ${greeting}
    C: A1 AUTHENTICATE XOAUTH2 ${message("old")}
    S: + ${challenge}
    C:
    S: A1 NO authentication failed
    C: A2 AUTHENTICATE XOAUTH2 ${message("new")}
    S: A2 ${welcome}
  `);
  const asked: Omit<TokenRequest, "signal">[] = [];
  const token = async ({ signal: _, ...request }: TokenRequest) => {
    asked.push(request);
    await Promise.resolve();
    return request.reason === "connect" ? "old" : { token: "new", expiresAt: Date.now() + 60_000 };
  };
  const client = await connect({ transport, auth: { user: "zoe@example.org", token } });
  await done;
  assertEquals(client.state, "auth");
  assertEquals(asked, [
    { reason: "connect", previous: undefined, challenge: undefined },
    { reason: "refused", previous: "old", challenge: { status: "401", schemes: "bearer", scope: "mail" } },
  ]);
  client.close();
});

test("a token that is refused twice is an AuthError with what the server said, and not one word of the token", async () => {
  const { transport } = play(`
    ${greeting}
    C: A1 AUTHENTICATE XOAUTH2 ${message("ya29.secret")}
    S: + ${challenge}
    C:
    S: A1 NO bad token ya29.secret
    C: A2 AUTHENTICATE XOAUTH2 ${message("ya29.second")}
    S: A2 NO bad token ya29.second
  `);
  const tokens = ["ya29.secret", "ya29.second"];
  const auth = { user: "zoe@example.org", token: () => tokens.shift()! };
  const error = await assertRejects(() => connect({ transport, auth }), AuthError) as AuthError;
  assertEquals([error.kind, error.retryable, error.command], ["other", false, "AUTHENTICATE"]);
  assertEquals(error.message.includes("ya29"), false, error.message);
});

test("a token that is given as it is, or is the same again, is sent once", async () => {
  for (const token of ["same", { token: "same" }, () => "same"]) {
    const { transport } = play(`
      ${greeting}
      C: A1 AUTHENTICATE XOAUTH2 ${message("same")}
      S: + ${challenge}
      C:
      S: A1 NO no
    `);
    const auth = { user: "zoe@example.org", token };
    const error = await assertRejects(() => connect({ transport, auth }), AuthError) as AuthError;
    assertEquals([error.kind, error.challenge?.status], ["token", "401"]);
  }
});

test("a token that has expired is not sent", async () => {
  const clock = new ManualClock();
  const expired = { token: "stale", expiresAt: clock.now() };
  const first = play(greeting);
  const error = await assertRejects(
    () => connect({ transport: first.transport, clock, auth: { user: "zoe@example.org", token: expired } }),
    AuthError,
  ) as AuthError;
  assertEquals([error.kind, error.status], ["token", undefined]);
  const second = play(`
    ${greeting}
    C: A1 AUTHENTICATE XOAUTH2 ${message("fresh")}
    S: A1 ${welcome}
  `);
  const reasons: string[] = [];
  const token = ({ reason, previous }: TokenRequest) => {
    reasons.push(`${reason} ${previous}`);
    return reasons.length === 1 ? expired : { token: "fresh", expiresAt: clock.now() + 1 };
  };
  const client = await connect({
    transport: second.transport,
    clock,
    auth: { user: "zoe@example.org", token },
  });
  assertEquals(reasons, ["connect undefined", "expired stale"]);
  client.close();
});

test("a token function that throws, gives nonsense or never settles ends the login and not the program", async () => {
  const cause = new Error("the vault is closed");
  const user = "zoe@example.org";
  const failing = play(greeting);
  const throwing = () => {
    throw cause;
  };
  const error = await assertRejects(
    () => connect({ transport: failing.transport, auth: { user, token: throwing } }),
    AuthError,
  ) as AuthError;
  assertEquals([error.kind, error.cause], ["token", cause]);
  for (const nonsense of [undefined, null, 5, {}, { token: 7 }, { token: "t", expiresAt: "soon" }]) {
    const { transport } = play(greeting);
    const token = () => nonsense as unknown as string;
    await assertRejects(() => connect({ transport, auth: { user, token } }), AuthError, "no access token");
  }
  // Never settles: the deadline, and the caller's own signal.
  const clock = new ManualClock();
  const asked = Promise.withResolvers<AbortSignal>();
  const token = ({ signal }: TokenRequest) => {
    asked.resolve(signal);
    return new Promise<string>(() => {});
  };
  const late = connect({ transport: play(greeting).transport, clock, auth: { user, token } });
  const failed = assertRejects(() => late, TimeoutError, "No access token after 120000 ms");
  const signal = await asked.promise;
  await clock.advance(120_000);
  await failed;
  assertEquals(signal.aborted, true);
  const controller = new AbortController();
  const reason = new Error("enough");
  const aborting = () => {
    controller.abort(reason);
    return new Promise<string>(() => {});
  };
  const given = connect({
    transport: play(greeting).transport,
    signal: controller.signal,
    auth: { user, token: aborting },
  });
  assertEquals(await assertRejects(() => given), reason);
});

test("the signal of a token function is not aborted once the token is there", async () => {
  const clock = new ManualClock();
  const { transport, done } = play(`
    ${greeting}
    C: A1 AUTHENTICATE XOAUTH2 ${message("fresh")}
    S: A1 ${welcome}
  `);
  const signals: AbortSignal[] = [];
  const token = ({ signal }: TokenRequest) => {
    signals.push(signal);
    return "fresh";
  };
  const outer = new AbortController();
  const client = await connect({
    transport,
    clock,
    signal: outer.signal,
    auth: { user: "zoe@example.org", token },
  });
  await done;
  await clock.advance(120_000);
  outer.abort();
  assertEquals(signals.map(({ aborted }) => aborted), [false]);
  client.close();
});

test("a token needs a mechanism for it", async () => {
  const { transport } = play("S: * OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] hi");
  let asked = 0;
  const token = () => `${++asked}`;
  await assertRejects(() => connect({ transport, auth: { user: "zoe", token } }), CapabilityError, "XOAUTH2");
  assertEquals(asked, 0, "nobody is asked for a token that cannot be used");
});

test("the strongest mechanism is used for a password, and a wrong proof of the server is refused", async () => {
  const { transport, done } = play(async (peer) => {
    await peer.play(
      "S: * OK [CAPABILITY IMAP4rev1 AUTH=PLAIN AUTH=SCRAM-SHA-256] hi\nC: A1 AUTHENTICATE SCRAM-SHA-256\nS: +",
    );
    const first = atob(await peer.line());
    const nonce = first.slice(first.indexOf("r=") + 2);
    await peer.send(`+ ${btoa(`r=${nonce}server,s=c2FsdA==,i=10`)}\r\n`);
    await peer.line();
    // No proof, just OK.
    await peer.send("A1 OK welcome\r\n");
    await peer.untilEnd();
  });
  const auth = { user: "alice", pass: "s3cret" };
  await assertRejects(() => connect({ transport, auth }), Error, "without proving");
  await done;
});

test("a throttled login is not a wrong password, and a greeting can throttle too", async () => {
  const auth = { user: "alice", pass: "s3cret" };
  const login = play(`
    S: * OK [CAPABILITY IMAP4rev1] hi
    C: A1 LOGIN alice s3cret
    S: A1 BAD Request is throttled. Suggested Backoff Time: 30000 milliseconds
  `);
  const error = await assertRejects(
    () => connect({ transport: login.transport, auth }),
    ThrottledError,
  ) as ThrottledError;
  assertEquals([error.retryAfterMs, error.retryable, error.command], [30_000, true, "LOGIN"]);
  const greets = play("S: * BYE Too many simultaneous connections");
  await assertRejects(() => connect({ transport: greets.transport, auth }), ThrottledError);
  const wrong = play(`
    S: * OK [CAPABILITY IMAP4rev1] hi
    C: A1 LOGIN alice s3cret
    S: A1 NO [AUTHENTICATIONFAILED] no
  `);
  const refused = await assertRejects(
    () => connect({ transport: wrong.transport, auth }),
    AuthError,
  ) as AuthError;
  assertEquals(refused.kind, "credentials");
});

test("a session that ends for its token says so; one that just ends is lost", async () => {
  const end = async (text: string) => {
    const { transport } = play(async (peer) => {
      await peer.play(`S: * PREAUTH [CAPABILITY IMAP4rev1] hi\nC: A1 NOOP\nS: * BYE ${text}`);
      peer.close();
    });
    const client = await connect({ transport });
    return await assertRejects(() => client.noop());
  };
  const expired = await end("Session invalidated - AccessTokenExpired") as AuthError;
  assertEquals([expired.constructor, expired.kind], [AuthError, "token"]);
  const lost = await end("shutting down") as ConnectionError;
  assertEquals([lost.constructor, lost.reason, lost.retryable], [ConnectionError, "lost", true]);
});

test("values that are not credentials are refused before connecting", () => {
  const refused: [auth: unknown, words: string][] = [
    ["alice", "must be { user, pass }"],
    [null, "must be { user, pass }"],
    [{ user: "u" }, '"pass"'],
    [{ user: "u", pass: "p", token: "t" }, "not both"],
    [{ user: "u", token: 5 }, '"token"'],
    [{ user: "u", token: null }, '"token"'],
    [{ user: "u", token: {} }, '"token"'],
    [{ token: () => "t" }, '"user"'],
  ];
  for (const [auth, words] of refused) {
    assertThrows(() => checkCredentials({ auth: auth as never }), TypeError, words);
  }
});
