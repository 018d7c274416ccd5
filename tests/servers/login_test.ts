import { assert, assertEquals, assertRejects } from "@std/assert";
import { AuthError } from "../../imap/base/errors.ts";
import { connect } from "../../imap/client/connect.ts";
import type { ClientOptions } from "../../imap/client/connect_with.ts";
import { cramMd5 } from "../../imap/sasl/cram_md5.ts";
import { anonymous } from "../../imap/sasl/external.ts";
import { loginMechanism } from "../../imap/sasl/login.ts";
import type { SaslMechanism } from "../../imap/sasl/mechanism.ts";
import { oauthBearer, xoauth2 } from "../../imap/sasl/oauth.ts";
import { plain, type PlainCredentials } from "../../imap/sasl/plain.ts";
import { scramSha1, scramSha256 } from "../../imap/sasl/scram.ts";
import { testWith } from "../support/skip.ts";
import { dovecot, startDovecot } from "./dovecot.ts";
import type { RealServer } from "./private_server.ts";
import { realServers } from "./real_servers.ts";

const byPassword: ((credentials: PlainCredentials) => SaslMechanism)[] = [
  plain,
  loginMechanism,
  cramMd5,
  scramSha1,
  scramSha256,
];

type Auth = ClientOptions["auth"];

/** Logins that must work, and such that must not. */
function trying({ host, tlsPort: port, caPem }: RealServer) {
  const at = { host, port, tlsHostname: "localhost", caCerts: caPem };
  return {
    at,
    async works(auth: Auth, saslIr?: boolean): Promise<void> {
      await using client = await connect({ ...at, auth, saslIr });
      assertEquals(client.state, "auth");
      assert((await client.select("INBOX")).exists >= 0);
    },
    async refused(auth: Auth, secret: string): Promise<string> {
      const error = await assertRejects(() => connect({ ...at, auth }), AuthError) as AuthError;
      assertEquals(error.retryable, false);
      assert(!error.message.includes(secret), error.message);
      return error.kind;
    },
  };
}

for (const { name, need, start } of realServers) {
  testWith(
    need,
    `each mechanism with a password that ${name} offers, with the right one and with a wrong one`,
    async () => {
      const server = await start();
      const { works, refused } = trying(server);
      const { user, pass } = server.users[0]!;
      try {
        for (const mechanism of byPassword) {
          await works(mechanism({ user, pass }));
          await works(mechanism({ user, pass }), false);
          assertEquals(await refused(mechanism({ user, pass: "wrong-pw" }), "wrong-pw"), "credentials");
        }
        // What the client chooses by itself.
        await works({ user, pass });
        assertEquals(await refused({ user, pass: "wrong-pw" }, "wrong-pw"), "credentials");
      } finally {
        await server.stop();
      }
    },
  );
}

testWith(dovecot, "tokens and ANONYMOUS, which Dovecot offers", async () => {
  const server = await startDovecot();
  const { at, works, refused } = trying(server);
  const { token, users: [alice] } = server;
  const { user } = alice!;
  try {
    for (const mechanism of [xoauth2, oauthBearer]) {
      await works(mechanism(user, token));
      assertEquals(await refused(mechanism(user, `${token}x`), token), "token");
    }
    let asked = 0;
    await works({ user, token: () => ++asked === 1 ? "stale" : token });
    assertEquals(asked, 2);
    const guest = await connect({ ...at, auth: anonymous("guest") }).catch((error) => error);
    // Dovecot offers ANONYMOUS; whether the guest has a mailbox is the configuration's business.
    if (guest instanceof Error) assert(guest instanceof AuthError, String(guest));
    else guest.close();
  } finally {
    await server.stop();
  }
});
