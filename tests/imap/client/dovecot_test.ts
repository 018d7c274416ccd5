import { connect } from "@postern/postern/imap";
import { dovecot, startDovecot, type TestServer } from "../../servers/dovecot.ts";
import { testWith } from "../../support/skip.ts";
import { suite, type Target } from "./client_suite.ts";

const auth = { user: "alice", pass: "alice-pw" };
const wrong = { user: "alice", pass: "not it" };

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
