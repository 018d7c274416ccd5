import { test } from "node:test";
import { connect } from "../../../imap/core.ts";
import { startServer } from "../../../imap/testing/mod.ts";
import { boxFor, extensions } from "./extensions_suite.ts";

/** What the embedded server does not have. */
const missing = [
  "MULTISEARCH",
  "ANNOTATE-EXPERIMENT-1",
  "URLAUTH",
  "CONTEXT=SEARCH",
  "XLIST",
];

for (const [capability, run] of Object.entries(extensions)) {
  if (missing.includes(capability)) continue;
  test(`embedded server with ${capability}`, async () => {
    await using server = await startServer({ with: [capability] });
    const auth = { user: "alice", pass: "alice-pw" };
    await using client = await connect({ transport: server.connect(), auth });
    await run(client, boxFor(capability));
  });
}
