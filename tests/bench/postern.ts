/** Postern's own client, over the same wire, from the connection to the decoded value. */

import { connect } from "../../imap/mod.ts";
import { passes, type Task } from "./contestant.ts";

await passes(async (task: Task) => {
  const { host, port } = task;
  const auth = { user: "alice", pass: "alice-pw" };
  const client = await connect({ host, port, tls: "plaintext", auth });
  await client.select(task.mailbox);
  return task.mailbox === "Bodies"
    ? {
      async fetch() {
        let rows = 0;
        let octets = 0;
        for await (const row of client.fetch("1:*", ["UID", "BODY[]"])) {
          rows++;
          octets += row.sections[0]!.data!.length;
        }
        return { rows, octets };
      },
      close: () => client.close(),
    }
    : {
      async fetch() {
        let rows = 0;
        const items = ["UID", "FLAGS", "INTERNALDATE", "RFC822.SIZE", "ENVELOPE", "BODYSTRUCTURE"] as const;
        for await (const row of client.fetch("1:*", items)) {
          if (row.envelope === undefined || row.bodyStructure === undefined) {
            throw new Error("a row lacks a field");
          }
          rows++;
        }
        return { rows };
      },
      close: () => client.close(),
    };
});
