/** TLS from the first octet and STARTTLS, in each runtime, with the client and with a bare socket. */

import { test } from "node:test";
import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { connect as connectTcp } from "node:net";
import { connect } from "@postern/postern/imap";
import { startServer } from "@postern/postern/testing";
import { fixtureText } from "../../support/fixtures.ts";
import { runtime } from "../../support/runtime.ts";

const caCerts = [fixtureText("imap/data/ca.pem")];
const tls = { cert: fixtureText("imap/data/localhost.pem"), key: fixtureText("imap/data/localhost.key") };
const auth = { user: "alice", pass: "alice-pw" };

/** A worker cannot listen: there the error is what a test sees. */
const listeningTest: (name: string, body: () => Promise<void>) => void = runtime === "workerd"
  ? (name, body) =>
    test(`${name} (not in a worker)`, () => assertRejects(body, Error, "cannot listen").then(() => {}))
  : test;

listeningTest("a client logs in over TLS and after STARTTLS", async () => {
  await using server = await startServer({
    tls,
    with: ["LOGINDISABLED"],
    mailboxes: { INBOX: ["a: b\n\n"] },
  });
  for (const implicit of [true, false]) {
    const { port } = await server.listen({ tls: implicit });
    await using client = await connect({
      host: "127.0.0.1",
      port,
      tls: implicit ? "implicit" : "starttls",
      tlsHostname: "localhost",
      caCerts,
      auth,
    });
    assertEquals((await client.select("INBOX")).exists, 1);
  }
  assertMatch(server.log, /2 S: \* OK \[CAPABILITY [^\]]*LOGINDISABLED[^\]]* STARTTLS\]/);
  assertEquals(/1 S: .*(?:LOGINDISABLED|STARTTLS)/.test(server.log), false);
});

listeningTest(
  "a certificate is made for localhost, and wrong ones for clients that must refuse them",
  async () => {
    for (const kind of ["generated", "expired", "not yet valid", "other name"] as const) {
      await using server = await startServer({ tls: kind });
      const { port } = await server.listen({ tls: true });
      const trusting = { host: "127.0.0.1", port, tlsHostname: "localhost", caCerts: [server.ca!], auth };
      if (kind === "generated") {
        await using client = await connect(trusting);
        assertEquals((await client.select("INBOX")).exists, 0);
        await assertRejects(() => connect({ ...trusting, caCerts: [] }));
      } else {
        await assertRejects(() => connect(trusting), Error, undefined, kind);
      }
    }
    await assertRejects(() => startServer({ tls: "none" as "expired" }), RangeError, "generated");
  },
);

listeningTest("a client that does not trust the certificate leaves, and the server goes on", async () => {
  await using server = await startServer({ tls });
  for (const implicit of [true, false]) {
    const { port } = await server.listen({ tls: implicit });
    const mode = implicit ? "implicit" : "starttls";
    await assertRejects(() =>
      connect({ host: "127.0.0.1", port, tls: mode, tlsHostname: "localhost", auth })
    );
    const client = await connect({
      host: "127.0.0.1",
      port,
      tls: mode,
      tlsHostname: "localhost",
      caCerts,
      auth,
    });
    await client.logout();
  }
});

listeningTest("what is sent in the clear together with STARTTLS is forgotten", async () => {
  await using server = await startServer({ tls });
  const { port } = await server.listen();
  const socket = connectTcp(port, "127.0.0.1");
  let heard = "";
  const closed = new Promise((resolve) => socket.on("close", resolve).on("error", () => {}));
  const answered = new Promise<void>((resolve) =>
    socket.on("data", (chunk) => {
      heard += chunk;
      if (/^1 /m.test(heard)) resolve();
    })
  );
  socket.write("1 STARTTLS\r\n2 LOGIN alice alice-pw\r\n");
  await answered;
  socket.end("this is not a handshake\r\n");
  await closed;
  assertEquals(/^2 /m.test(heard), false);
  assertEquals(/LOGIN \*\*\*/.test(server.log), false);
});

listeningTest("closing the server does not wait for handshakes", async () => {
  const server = await startServer({ tls });
  const clients = [];
  for (const implicit of [true, false]) {
    const { port } = await server.listen({ tls: implicit });
    const socket = connectTcp(port, "127.0.0.1");
    clients.push(new Promise((resolve) => socket.on("close", resolve).on("error", () => {}).resume()));
    await new Promise((resolve) => socket.once("connect", resolve));
    if (implicit) continue;
    await new Promise((resolve) => socket.once("data", resolve));
    socket.write("1 STARTTLS\r\n");
    await new Promise((resolve) => socket.once("data", resolve));
  }
  await server.close();
  await Promise.all(clients);
  assertEquals(server.connections, 0);
});

test("TLS needs a certificate", async () => {
  await using server = await startServer();
  await assertRejects(() => server.listen({ tls: true }), RangeError);
});
