import { test } from "node:test";
import { assertEquals } from "@std/assert";
import { connect } from "../../../imap/core.ts";
import { startServer } from "../../../imap/testing/mod.ts";
import { fixtureJson } from "../../support/fixtures.ts";
import { boxFor, extensions } from "./extensions_suite.ts";

const differences = fixtureJson<{ client: { embedded: Record<string, string> } }>("servers/differences.json");
const missing = (capability: string) => `extension ${capability}` in differences.client.embedded;

for (const [capability, run] of Object.entries(extensions)) {
  if (missing(capability)) continue;
  test(`embedded server with ${capability}`, async () => {
    await using server = await startServer({ with: [capability] });
    const auth = { user: "alice", pass: "alice-pw" };
    await using client = await connect({ transport: server.connect(), auth });
    await run(client, boxFor(capability));
  });
}

test("what the embedded server lacks, it does not offer, and it is on the list with a reason", async () => {
  await using server = await startServer();
  await using client = await connect({
    transport: server.connect(),
    auth: { user: "alice", pass: "alice-pw" },
  });
  const lacking = Object.keys(extensions).filter(missing);
  assertEquals(
    lacking.map((capability) => `extension ${capability}`).sort(),
    Object.keys(differences.client.embedded).sort(),
  );
  assertEquals(lacking.filter((capability) => client.capabilities!.has(capability)), []);
});
