import { test } from "node:test";
import { assertEquals } from "@std/assert";
import { readdirSync, readFileSync } from "node:fs";
import { decodeResponse } from "@postern/postern/imap";
import { startServer } from "@postern/postern/testing";
import { Wire } from "./wire.ts";

const folder = new URL("../../demo/messages/", import.meta.url);

/** One of everything that the server can be asked. */
const commands = [
  "CAPABILITY",
  "ID NIL",
  "NAMESPACE",
  'LIST "" *',
  'LIST (SUBSCRIBED RECURSIVEMATCH) "" % RETURN (CHILDREN STATUS (MESSAGES UIDNEXT UIDVALIDITY UNSEEN DELETED SIZE))',
  'LSUB "" *',
  "STATUS INBOX (MESSAGES UNSEEN)",
  "CREATE Work/Later",
  "RENAME Work Play",
  "SUBSCRIBE Play",
  "EXAMINE INBOX",
  "SELECT INBOX",
  "FETCH 1:* FULL",
  "FETCH 1:* (UID BODYSTRUCTURE BODY[HEADER.FIELDS (SUBJECT FROM)] BODY.PEEK[TEXT]<0.20> RFC822.HEADER)",
  "FETCH 2 (BINARY.SIZE[2] BINARY.PEEK[2] BODY[9] BODY[1.1.MIME])",
  "UID FETCH 1:3 FLAGS",
  "STORE 1 +FLAGS ($Label \\Flagged)",
  "SEARCH RETURN (MIN MAX ALL COUNT) UNSEEN",
  "SEARCH ALL",
  "UID SEARCH NOT SEEN",
  "UID COPY 1:2 Play",
  "UID MOVE 1 Play",
  "STORE 1 +FLAGS.SILENT (\\Deleted)",
  "EXPUNGE",
  "APPEND Play {4+}\r\na: b",
  "CHECK",
  "UNSELECT",
  "DELETE Play",
  "DELETE Play/Later",
  "SELECT Nowhere",
  "NONSENSE",
  "LOGOUT",
];

test("every answer is what the grammar says, to the letter, under IMAP4rev1 and IMAP4rev2", async () => {
  const names = readdirSync(folder).filter((name) => name.endsWith(".eml"));
  const messages = names.map((name) => Uint8Array.from(readFileSync(new URL(name, folder))));
  for (const rev2 of [false, true]) {
    await using server = await startServer({
      mailboxes: { INBOX: messages, "Entw\u00fcrfe": { specialUse: ["\\Drafts"] }, "a/b & c": [] },
    });
    const wire = await Wire.login(server, undefined, { rev2 });
    const types = new Set<string>();
    for (const command of commands) {
      const answers = await wire.run(command);
      answers.push(`${wire.lastTag} ${answers.pop()}`);
      for (const answer of answers) {
        const response = decodeResponse(new TextEncoder().encode(`${answer}\r\n`), {
          utf8: rev2,
          strict: true,
        });
        types.add(response.type);
        assertEquals(response.quirks, undefined, answer);
        if ("other" in response) assertEquals(response.other.length, 0, answer);
        if ("code" in response && response.code !== undefined) {
          assertEquals("error" in response.code ? response.code.error : undefined, undefined, answer);
        }
      }
    }
    assertEquals([...types].filter((type) => type === "UNKNOWN" || type === "INVALID"), []);
    assertEquals(types.has("SEARCH"), !rev2);
    assertEquals(types.has("RECENT"), !rev2);
    assertEquals(types.has("ESEARCH"), true);
  }
});
