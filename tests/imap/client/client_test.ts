import { test } from "node:test";
import { connect } from "@postern/postern/imap";
import { startServer } from "@postern/postern/testing";
import { suite } from "./client_suite.ts";

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
