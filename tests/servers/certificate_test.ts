// A server that lets nobody in without a certificate of the client.

import { assertEquals, assertRejects } from "@std/assert";
import { connect } from "../../imap/client/connect.ts";
import { AuthError, ConnectionError } from "../../imap/base/errors.ts";
import { fixtureText } from "../support/fixtures.ts";
import { runtime } from "../support/runtime.ts";
import { testWith } from "../support/skip.ts";
import { dovecot, startDovecot } from "./dovecot.ts";

const identity = {
  cert: fixtureText("imap/transport/data/good.pem"),
  key: fixtureText("imap/transport/data/good.key"),
};

testWith(
  dovecot,
  "the client's certificate is shown to a server that demands one, where the runtime can",
  async () => {
    const server = await startDovecot({ clientCertificates: true });
    try {
      const { port, tlsPort, caPem, users: [auth] } = server;
      const shared = { host: "localhost", caCerts: caPem, auth };
      const implicit = { ...shared, port: tlsPort };
      await assertRejects(() => connect(implicit), AuthError);
      {
        await using client = await connect({ ...implicit, ...identity });
        assertEquals(client.state, "auth");
      }
      const others = [
        () => connect({ ...shared, port, tls: "starttls", ...identity }),
        () => connect({ ...implicit, host: "127.0.0.1", tlsHostname: "localhost", ...identity }),
      ];
      for (const other of others) {
        if (runtime === "deno") {
          const error = await assertRejects(other, ConnectionError, "Deno cannot show a certificate");
          assertEquals([error.reason, error.retryable], ["unsupported", false]);
        } else {
          await using client = await other();
          assertEquals(client.state, "auth");
        }
      }
    } finally {
      await server.stop();
    }
  },
);
