/**
 * ENVELOPE and BODYSTRUCTURE of the server for tests beside Dovecot's: the same but for what `differences.json` lists with
 * a reason, damaged messages among them. A difference that is not listed fails, and so does one that is gone.
 */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { assert, assertEquals } from "@std/assert";
import { connect, type ImapClient } from "@postern/postern/imap";
import { generateMessages, startServer } from "@postern/postern/testing";
import { fixtureJson } from "../support/fixtures.ts";
import { testWith } from "../support/skip.ts";
import { auth, beside, connectTo, differences, fillInbox } from "./beside_dovecot.ts";
import { dovecot } from "./dovecot.ts";

const tests = fileURLToPath(new URL("../", import.meta.url));

/** A message with the name under which a difference is listed. */
interface Named {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** What the generator makes, the messages of the tests of email, and damage of every kind. */
function variedMessages(): Named[] {
  const made = generateMessages({ count: 100, seed: 5 }).map((seed, index) => ({
    name: `generated ${index + 1}`,
    bytes: new TextEncoder().encode(String((seed as { message: string }).message)),
  }));
  const folders = ["email/messages", "email/found", "email/content/data", "demo/messages"];
  const files = folders.flatMap((folder) =>
    readdirSync(join(tests, folder))
      .filter((name) => name.endsWith(".eml"))
      .sort()
      .map((name) => ({ name, bytes: withCrlf(readFileSync(join(tests, folder, name))) }))
  );
  return [...made, ...files, ...damagedMessages()].filter(({ bytes }) => bytes.length > 0);
}

/** Damage by its name: a character for each octet. */
function damagedMessages(): Named[] {
  const damaged = fixtureJson<Record<string, string>>("servers/data/damaged.json");
  return Object.entries(damaged).map(([name, text]) => ({
    name,
    bytes: Uint8Array.from(text, (character) => character.charCodeAt(0)),
  }));
}

function withCrlf(bytes: Uint8Array): Uint8Array {
  const out: number[] = [];
  bytes.forEach((byte, index) => {
    if (byte === 0x0a && bytes[index - 1] !== 0x0d) out.push(0x0d);
    out.push(byte);
  });
  return new Uint8Array(out);
}

testWith(
  dovecot,
  "ENVELOPE, BODYSTRUCTURE and size are those of Dovecot, also of damaged messages",
  () =>
    beside(async (server) => {
      const messages = variedMessages();
      assert(messages.length >= 650, String(messages.length));
      fillInbox(server, messages);
      await using theirs = await connectTo(server);
      const mailboxes = { INBOX: messages.map(({ bytes }) => ({ message: bytes, exact: true })) };
      await using ours = await startServer({ mailboxes });
      await using own = await connect({ transport: ours.connect(), auth });
      const [expected, found] = [await described(theirs), await described(own)];
      const differ = messages.filter((_, index) => expected[index] !== found[index]).map(({ name }) => name);
      for (const [index, { name }] of messages.entries()) {
        if (expected[index] !== found[index] && !(name in differences.structures)) {
          console.error(`${name}\n  Dovecot: ${expected[index]}\n  here:    ${found[index]}`);
        }
      }
      assertEquals(differ.sort(), Object.keys(differences.structures).sort());
      assert(differ.length <= messages.length * 0.05, `${differ.length} of ${messages.length}`);
    }),
);

/** What a server says of each message, so that it can be compared. */
async function described(client: ImapClient): Promise<string[]> {
  await client.select("INBOX");
  const rows: string[] = [];
  for await (const row of client.fetch("1:*", ["ENVELOPE", "BODYSTRUCTURE", "RFC822.SIZE"])) {
    rows[row.seq - 1] = JSON.stringify(alike({ ...row.envelope, ...row.bodyStructure, octets: row.size }));
  }
  return rows;
}

/** Names of types and parameters in one case, since case does not count there (RFC 2045 section 2 and 5.1). */
function alike(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(alike);
  if (typeof value !== "object" || value === null) return value;
  const isParameter = "name" in value && "value" in value;
  return Object.fromEntries(
    Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1).map(([field, inner]) => {
      if (typeof inner !== "string") return [field, alike(inner)];
      // What Dovecot writes where an address lacks something; RFC 9051 7.5.2 has no word for it.
      if (/^(?:MISSING_DOMAIN|MISSING_MAILBOX|SYNTAX_ERROR)$/.test(inner)) return [field, ""];
      const folds = ["type", "subtype", "encoding"].includes(field) || isParameter && field === "name";
      return [field, folds ? inner.toUpperCase() : inner];
    }),
  );
}
