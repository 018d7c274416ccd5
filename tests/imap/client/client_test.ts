import { test } from "node:test";
import { connect } from "@postern/postern/imap";
import { startServer } from "@postern/postern/testing";
import { dovecot, startDovecot, type TestServer } from "../../servers/dovecot.ts";
import { testWith } from "../../support/skip.ts";
import { suite, type Target } from "./client_suite.ts";

const auth = { user: "alice", pass: "alice-pw" };
const wrong = { user: "alice", pass: "not it" };

for (const rev2 of [true, false]) {
  for (const [name, run] of Object.entries(suite)) {
    test(`embedded server, ${rev2 ? "IMAP4rev2" : "IMAP4rev1"}: ${name}`, async () => {
      await using server = await startServer();
      const open = (credentials: typeof auth) =>
        connect({ transport: server.connect(), auth: credentials, rev2 });
      await run({ name: "embedded", open: () => open(auth), openWrong: () => open(wrong), rev2 });
    });
  }
}

test("embedded server over loopback", async () => {
  await using server = await startServer();
  const { port } = await server.listen();
  const open = (credentials: typeof auth) => {
    return connect({ host: "127.0.0.1", port, tls: "plaintext", auth: credentials });
  };
  const target: Target = {
    name: "loopback",
    open: () => open(auth),
    openWrong: () => open(wrong),
    rev2: true,
  };
  for (const name of ["connects, logs in and out", "carries megabytes both ways unchanged"]) {
    await suite[name]!(target);
  }
});

let started: Promise<TestServer> | undefined;

function dovecotTarget(tls: "implicit" | "starttls" | "plaintext"): Target {
  const open = async (credentials: typeof auth) => {
    const server = await (started ??= startDovecot());
    const { host, port, tlsPort, caPem } = server;
    return await connect({
      host,
      port: tls === "implicit" ? tlsPort : port,
      tls,
      tlsHostname: "localhost",
      caCerts: [caPem],
      auth: credentials,
    });
  };
  return { name: `Dovecot ${tls}`, open: () => open(auth), openWrong: () => open(wrong), rev2: false };
}

for (const [name, run] of Object.entries(suite)) {
  testWith(dovecot, `Dovecot over TLS: ${name}`, () => run(dovecotTarget("implicit")));
}

for (const tls of ["starttls", "plaintext"] as const) {
  testWith(dovecot, `Dovecot, ${tls}`, async () => {
    const target = dovecotTarget(tls);
    for (const name of ["connects, logs in and out", "carries megabytes both ways unchanged"]) {
      await suite[name]!(target);
    }
  });
}

testWith(dovecot, "Dovecot stops", async () => await (await started)?.stop());
