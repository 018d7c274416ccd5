/** Deviations of real servers, switched on by name: the decoder must know each by that name. */

import { readFileSync } from "node:fs";
import { test } from "node:test";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { responses } from "@postern/postern/imap";
import { startServer } from "@postern/postern/testing";
import { quirkTwists } from "../../../imap/testing/protocol/quirks.ts";

const message = "From: Ann <ann@example.org>\nTo: bob@example.org\nSubject: Lunch\n" +
  'Content-Type: multipart/mixed; boundary="b"\n\n--b\nContent-Type: text/plain; charset=utf-8\n\n1\n' +
  "--b\nContent-Type: image/png\nContent-Disposition: attachment; filename=x.png\n\n2\n--b--\n";
const plain = "From: Ann <ann@example.org>, Eve <eve@example.org>\nSubject: Lunch\n" +
  "Content-Type: text/plain; charset=utf-8\n\n1\n";

const enclosing = "Subject: Two\nContent-Type: message/rfc822\n\nFrom: a@example.org\nSubject: (One\n\n1\n";

/** What a server with these deviations says to a client that asks for much. */
async function said(...quirks: string[]): Promise<Set<string>> {
  await using server = await startServer({
    quirks,
    quota: { STORAGE: 100 },
    mailboxes: { INBOX: [{ message, flags: ["\\Seen", "\\Flagged"] }, plain, enclosing], "Two words": [] },
  });
  const transport = server.connect();
  const commands = [
    "LOGIN alice alice-pw",
    "CAPABILITY",
    'LIST "" *',
    "SELECT INBOX",
    // Nothing is recent any more, so that a list of flags is empty.
    "SELECT INBOX",
    "STATUS INBOX (UNSEEN MESSAGES)",
    "SEARCH ALL",
    "SEARCH CHARSET KLINGON ALL",
    "FETCH 1:3 (UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODYSTRUCTURE)",
    "FETCH 1 (RFC822)",
    "FETCH 1 (BODY.PEEK[9])",
    "FETCH 1:3 (PREVIEW)",
    "GETQUOTAROOT INBOX",
    "STORE 9 FLAGS ()",
    "IDLE\r\nDONE",
    "LOGOUT",
  ];
  await transport.write(
    new TextEncoder().encode(commands.map((command, i) => `t${i} ${command}\r\n`).join("")),
  );
  const stream = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const buffer = new Uint8Array(64 * 1024);
      const count = await transport.read(buffer);
      if (count === null) controller.close();
      else controller.enqueue(buffer.subarray(0, count));
    },
  });
  const found = new Set<string>();
  for await (const response of responses(stream)) {
    for (const quirk of response.quirks ?? []) found.add(quirk);
  }
  return found;
}

test("each deviation is known to the decoder by its name", async () => {
  assertEquals([...await said()], []);
  const unknown: string[] = [];
  for (const quirk of quirkTwists.keys()) if (!(await said(quirk)).has(quirk)) unknown.push(quirk);
  assertEquals(unknown, []);
});

test("each deviation that the grammar has a name for can be switched on", () => {
  const reference = readFileSync(new URL("../../../grammar/REFERENCE.md", import.meta.url), "utf8");
  const section = reference.slice(reference.indexOf("## Tolerated deviations"));
  const named = [...section.matchAll(/^\| `([a-z0-9-]+)` \|/gm)].map(([, name]) => name!);
  assert(named.length > 50, String(named.length));
  assertEquals(named.filter((name) => !quirkTwists.has(name)).sort(), []);
});

test("several at once, and no unknown one", async () => {
  const found = await said("double-space", "split-capability", "encoding-nil");
  assert(
    ["double-space", "split-capability", "encoding-nil"].every((quirk) => found.has(quirk)),
    [...found].join(),
  );
  await assertRejects(async () => await startServer({ quirks: ["no-such"] }), RangeError, "double-space");
});
