// Programs as people write them with imaplib and email, ported line by line: they print what Python's print.

import { test } from "node:test";
import { assertEquals } from "@std/assert";
import { fixtureText } from "../../support/fixtures.ts";
import { mailboxes } from "./scripts/_mailboxes.ts";
import { main as archive } from "./scripts/archive.ts";
import { main as unread } from "./scripts/unread.ts";

for (const [name, main] of Object.entries({ unread, archive })) {
  test(`${name}.ts prints what ${name}.py prints`, async () => {
    await using server = await mailboxes();
    const lines: string[] = [];
    await main("127.0.0.1", 143, (...words) => lines.push(words.join(" ") + "\n"), {
      dial: () => Promise.resolve(server.connect()),
    });
    assertEquals(lines.join(""), fixtureText(`imap/imaplib/data/${name}.txt`));
  });
}
