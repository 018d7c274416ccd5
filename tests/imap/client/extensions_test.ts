import { test } from "node:test";
import { assert, assertEquals } from "@std/assert";
import { connect } from "../../../imap/core.ts";
import { startServer } from "../../../imap/testing/mod.ts";
import { boxFor, extensions } from "./extensions_suite.ts";

/** What the embedded server does not have. */
const missing = ["NOTIFY", "CATENATE", "MULTIAPPEND"];

for (const [capability, run] of Object.entries(extensions)) {
  if (missing.includes(capability)) continue;
  test(`embedded server with ${capability}`, async () => {
    await using server = await startServer();
    const auth = { user: "alice", pass: "alice-pw" };
    await using client = await connect({ transport: server.connect(), auth });
    assert(client.capabilities!.has(capability), `it does not offer ${capability}`);
    await run(client, boxFor(capability));
  });
}

test("what is known to be missing in the embedded server is missing", async () => {
  await using server = await startServer();
  const auth = { user: "alice", pass: "alice-pw" };
  await using client = await connect({ transport: server.connect(), auth });
  assertEquals(missing.filter((capability) => client.capabilities!.has(capability)), []);
});
