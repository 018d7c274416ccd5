/**
 * Runs the Python scripts against the server for tests and keeps what they print.
 *
 *     deno run -A tests/imap/imaplib/scripts/record.ts python3.13
 */

import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { argv } from "node:process";
import { promisify } from "node:util";
import { fixturePath } from "../../../support/fixtures.ts";
import { mailboxes } from "./_mailboxes.ts";

for (const name of ["unread", "archive"]) {
  await using server = await mailboxes();
  const { port } = await server.listen();
  const script = fixturePath(`imap/imaplib/scripts/${name}.py`);
  const { stdout } = await promisify(execFile)(argv[2]!, [script, "127.0.0.1", String(port)], {
    env: { PYTHONIOENCODING: "utf-8", TZ: "UTC" },
  });
  writeFileSync(fixturePath(`imap/imaplib/data/${name}.txt`), stdout);
}
