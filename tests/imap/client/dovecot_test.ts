import { assert, assertEquals } from "@std/assert";
import { connect } from "@postern/postern/imap";
import { dovecot, startDovecot, type TestServer } from "../../servers/dovecot.ts";
import { testWith } from "../../support/skip.ts";
import { boxFor, extensions } from "./extensions_suite.ts";
import { suite, type Target } from "./client_suite.ts";

const auth = { user: "alice", pass: "alice-pw" };
const wrong = { user: "alice", pass: "not it" };

let started: Promise<TestServer> | undefined;

function dovecotTarget(tls: "implicit" | "starttls" | "plaintext", as = auth): Target {
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
  return { name: `Dovecot ${tls}`, open: () => open(as), openWrong: () => open(wrong), rev2: false };
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

/** Extensions that Dovecot 2.3 does not have. */
const missing = ["OBJECTID", "REPLACE"];

for (const [capability, run] of Object.entries(extensions)) {
  if (missing.includes(capability)) continue;
  testWith(dovecot, `Dovecot with ${capability}`, async () => {
    await using client = await dovecotTarget("implicit").open();
    assert(client.capabilities!.has(capability), `it does not offer ${capability}`);
    await run(client, boxFor(capability));
  });
}

testWith(dovecot, "Dovecot, compressed, inside TLS and without", async () => {
  for (const tls of ["implicit", "plaintext"] as const) {
    // What alice may keep is nearly used up by the tests above.
    const target = dovecotTarget(tls, { user: "bob", pass: "bob-pw" });
    const open = async () => {
      const client = await target.open();
      await client.compress();
      return client;
    };
    for (const name of ["connects, logs in and out", "carries megabytes both ways unchanged"]) {
      await suite[name]!({ ...target, open });
    }
  }
});

testWith(dovecot, "what is known to be missing in Dovecot is missing", async () => {
  await using client = await dovecotTarget("implicit").open();
  assertEquals(missing.filter((capability) => client.capabilities!.has(capability)), []);
});

testWith(dovecot, "Dovecot stops", async () => await (await started)?.stop());
