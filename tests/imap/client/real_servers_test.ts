/** The client suite, and the commands of extensions, against the real servers. */

import { after } from "node:test";
import { assert, assertEquals } from "@std/assert";
import { connect } from "@postern/postern/imap";
import type { RealServer } from "../../servers/private_server.ts";
import { realServers } from "../../servers/real_servers.ts";
import { fixtureJson } from "../../support/fixtures.ts";
import { testWith } from "../../support/skip.ts";
import { boxFor, extensions } from "./extensions_suite.ts";
import { suite, type Target } from "./client_suite.ts";

const auth = { user: "alice", pass: "alice-pw" };
const wrong = { user: "alice", pass: "not it" };

/** What each does otherwise than the suite has it, with the reason; `extension X` where it lacks one. */
const differences =
  fixtureJson<{ client: Record<string, Record<string, string>> }>("servers/differences.json").client;

for (const { name: kind, need, start } of realServers) {
  const listed = differences[kind]!;
  const met = new Set<string>();
  const differs = (label: string) => {
    if (label in listed) met.add(label);
    return label in listed;
  };
  const missing = Object.keys(extensions).filter((capability) => differs(`extension ${capability}`));

  let started: Promise<RealServer> | undefined;
  after(async () => {
    await (await started)?.stop();
  });

  const target = (tls: "implicit" | "starttls" | "plaintext", as = auth, rev2 = false): Target => {
    const open = async (credentials: typeof auth) => {
      const { host, port, tlsPort, caPem } = await (started ??= start());
      return await connect({
        host,
        port: tls === "implicit" ? tlsPort : port,
        tls,
        tlsHostname: "localhost",
        caCerts: [caPem],
        auth: credentials,
        rev2,
      });
    };
    return { name: kind, open: () => open(as), openWrong: () => open(wrong), rev2, differs };
  };

  for (const [name, run] of Object.entries(suite)) {
    testWith(need, `${kind} over TLS: ${name}`, () => run(target("implicit")));
    if (kind === "Cyrus") {
      testWith(need, `${kind} with IMAP4rev2: ${name}`, () => run(target("implicit", auth, true)));
    }
  }

  for (const tls of ["starttls", "plaintext"] as const) {
    testWith(need, `${kind}, ${tls}`, async () => {
      for (const name of ["connects, logs in and out", "carries megabytes both ways unchanged"]) {
        await suite[name]!(target(tls));
      }
    });
  }

  for (const [capability, run] of Object.entries(extensions)) {
    if (missing.includes(capability)) continue;
    testWith(need, `${kind} with ${capability}`, async () => {
      await using client = await target("implicit").open();
      const offered = [...client.capabilities!].some((one) =>
        one.replace(/^(APPENDLIMIT)=.*/, "$1") === capability
      );
      assert(offered, `it does not offer ${capability}`);
      // Dovecot wants its port in URLs, Cyrus none.
      const host = `localhost${kind === "Dovecot" ? `:${(await started)!.port}` : ""}`;
      const admin = () => target("implicit", { user: "admin", pass: "admin-pw" }).open();
      await run(client, boxFor(capability), { differs, admin, host, open: () => target("implicit").open() });
    });
  }

  testWith(need, `${kind}, compressed, inside TLS and without`, async () => {
    for (const tls of ["implicit", "plaintext"] as const) {
      // What alice may keep is nearly used up by the tests above.
      const plain = target(tls, { user: "bob", pass: "bob-pw" });
      const open = async () => {
        const client = await plain.open();
        await client.compress();
        return client;
      };
      for (const name of ["connects, logs in and out", "carries megabytes both ways unchanged"]) {
        await suite[name]!({ ...plain, open });
      }
    }
  });

  testWith(need, `what is known to be different in ${kind} is different`, async () => {
    await using client = await target("implicit").open();
    assertEquals(missing.filter((capability) => client.capabilities!.has(capability)), []);
    // The tests above have met each of the others.
    assertEquals([...met].sort(), Object.keys(listed).sort());
  });
}
