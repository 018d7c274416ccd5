/**
 * The server for tests beside Dovecot: the same messages, the same questions, and the same answers but for those that
 * `differences.json` lists with a reason. A difference that is not listed fails, and so does one that is gone.
 */

import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { assert, assertEquals } from "@std/assert";
import { connect, type ImapClient } from "@postern/postern/imap";
import { generateMessages, startServer } from "@postern/postern/testing";
import { Wire } from "../imap/testing/wire.ts";
import { fixtureText } from "../support/fixtures.ts";
import { runtime } from "../support/runtime.ts";
import { testWith } from "../support/skip.ts";
import { dovecot, type DovecotServer, startDovecot } from "./dovecot.ts";
import { plainTransport } from "./socket.ts";

const differences = JSON.parse(fixtureText("servers/differences.json")) as {
  structures: Record<string, string>;
  searches: Record<string, string>;
};
const tests = fileURLToPath(new URL("../", import.meta.url));

/** A message with the name under which a difference is listed. */
interface Named {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Messages of the tests of email, but those that are damaged on purpose, and what the generator makes. */
function variedMessages(): Named[] {
  const folders = ["email/messages", "email/content/data", "demo/messages"];
  const files = folders.flatMap((folder) =>
    readdirSync(join(tests, folder))
      .filter((name) => name.endsWith(".eml") && !/^(?:defect|eol)_/.test(name))
      .sort()
      .map((name) => ({ name, bytes: withCrlf(readFileSync(join(tests, folder, name))) }))
  );
  const made = generateMessages({ count: 100, seed: 5 }).map((seed, index) => ({
    name: `generated ${index + 1}`,
    bytes: new TextEncoder().encode(String((seed as { message: string }).message)),
  }));
  // Dovecot stores 80 in place of NUL.
  return [...files, ...made].filter(({ bytes }) => bytes.length > 0 && !bytes.includes(0));
}

function withCrlf(bytes: Uint8Array): Uint8Array {
  const out: number[] = [];
  bytes.forEach((byte, index) => {
    if (byte === 0x0a && bytes[index - 1] !== 0x0d) out.push(0x0d);
    out.push(byte);
  });
  return new Uint8Array(out);
}

/** Dovecot while something is done with it: once, under Deno, since what is compared is the same in every runtime. */
async function beside(work: (server: DovecotServer) => Promise<void>): Promise<void> {
  if (runtime !== "deno") return;
  const server = await startDovecot({ quota: "100M" });
  try {
    await work(server);
  } finally {
    await server.stop();
  }
}

const auth = { user: "alice", pass: "alice-pw" };

/** Puts messages where Dovecot keeps them, before it looks there for the first time: quicker than APPEND by much. */
function fillInbox(
  { dir }: DovecotServer,
  messages: readonly { bytes: Uint8Array; flags?: readonly string[]; date?: Date }[],
): void {
  const home = join(dir, "home/alice");
  const maildir = join(home, "Maildir");
  for (const folder of ["cur", "new", "tmp"]) mkdirSync(join(maildir, folder), { recursive: true });
  writeFileSync(join(maildir, "dovecot-keywords"), "0 $Forwarded\n");
  const letters = new Map([["\\Draft", "D"], ["\\Flagged", "F"], ["\\Answered", "R"], ["\\Seen", "S"], [
    "$Forwarded",
    "a",
  ]]);
  for (const [index, { bytes, flags = [], date = new Date(0) }] of messages.entries()) {
    const info = [...letters].filter(([flag]) => flags.includes(flag)).map(([, letter]) => letter).join("");
    // UIDs are given in the order of the names.
    const file = join(maildir, "cur", `1700000000.M${String(index).padStart(6, "0")}.host:2,${info}`);
    writeFileSync(file, bytes);
    utimesSync(file, date, date);
  }
  if (process.getuid?.() === 0) execFileSync("chown", ["-R", "mail:mail", home]);
}

function connectTo({ host, tlsPort: port, caPem }: DovecotServer): Promise<ImapClient> {
  return connect({ host, port, tlsHostname: "localhost", caCerts: caPem, auth });
}

testWith(dovecot, "ENVELOPE, BODYSTRUCTURE and size are those of Dovecot", () =>
  beside(async (server) => {
    const messages = variedMessages();
    assert(messages.length >= 400, String(messages.length));
    fillInbox(server, messages);
    await using theirs = await connectTo(server);
    await using ours = await startServer({ mailboxes: { INBOX: messages.map(({ bytes }) => bytes) } });
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
  }));

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
      // What Dovecot writes where an address has no domain; RFC 9051 7.5.2 has no word for it.
      if (field === "host" && inner === "MISSING_DOMAIN") return [field, ""];
      const folds = ["type", "subtype", "encoding"].includes(field) || isParameter && field === "name";
      return [field, folds ? inner.toUpperCase() : inner];
    }),
  );
}

testWith(
  dovecot,
  "SEARCH, SORT and THREAD find what Dovecot finds, in its order",
  () =>
    beside(async (server) => {
      const messages = generateMessages({ count: 1000, seed: 11 });
      const seeds = messages as { message: string; flags: string[]; date: Date }[];
      fillInbox(
        server,
        seeds.map(({ message, flags, date }) => ({ bytes: new TextEncoder().encode(message), flags, date })),
      );
      await using here = await startServer({ mailboxes: { INBOX: messages } });
      const { port } = await here.listen();
      const sessions = await Promise.all(
        [{ host: server.host, port: server.port }, { host: "127.0.0.1", port }].map(async (at) => {
          const session = new Wire(await plainTransport(at));
          await session.response();
          await session.ok("LOGIN alice alice-pw");
          await session.ok("SELECT INBOX");
          return session;
        }),
      );
      const differ: string[] = [];
      for (const question of questions()) {
        const [expected, found] = await Promise.all(sessions.map(async (session) => {
          const lines = await session.run(`UID ${question}`);
          // Dovecot puts how long it took after the text, and a space after `* THREAD` that found nothing.
          return lines.map((line) => line.trim().replace(/^OK .*/, "OK"));
        }));
        if (expected?.join() === found?.join()) continue;
        differ.push(question);
        if (question in differences.searches) continue;
        console.error(`${question}\n  Dovecot: ${expected}\n  here:    ${found}`);
      }
      for (const session of sessions) session.close();
      assertEquals(differ.sort(), Object.keys(differences.searches).sort());
    }),
);

/** Commands, without their tag. */
function questions(): string[] {
  const keys = [
    "ALL",
    "SEEN",
    "UNANSWERED FLAGGED",
    "KEYWORD $Forwarded",
    "UNKEYWORD $Forwarded NOT SEEN",
    'FROM "ann"',
    'FROM "juergen@"',
    "FROM {7+}\r\nM\u00fcller",
    'TO "Park, Ji"',
    'SUBJECT "invoice"',
    'SUBJECT "re: "',
    "SUBJECT {5+}\r\nK\u00f6ln",
    'BODY "nobody had"',
    'BODY "late because"',
    'TEXT "example.kr"',
    'TEXT "generated.example"',
    "BODY report.pdf",
    'HEADER In-Reply-To ""',
    "HEADER Message-ID <17.11@",
    "HEADER X-None x",
    "HEADER Content-Type multipart/mixed",
    "SINCE 1-Feb-2026",
    "BEFORE 15-Jan-2026",
    "ON 20-Jan-2026",
    "SENTSINCE 1-Feb-2026 SENTBEFORE 20-Feb-2026",
    "SENTON 2-Mar-2026",
    "LARGER 2000",
    "SMALLER 500",
    "LARGER 1000 SMALLER 1500",
    "UID 100:120,3,*",
    "10:20 SEEN",
    "OR SEEN FLAGGED",
    "OR (SEEN SUBJECT lunch) (NOT ANSWERED LARGER 3000)",
    "NOT (OR SEEN (FLAGGED ANSWERED))",
  ];
  const orders = [
    ...["ARRIVAL", "CC", "DATE", "FROM", "SIZE", "SUBJECT", "TO", "DISPLAYFROM", "DISPLAYTO"],
    ...["REVERSE DATE", "SUBJECT DATE", "REVERSE FROM SIZE", "TO REVERSE SUBJECT REVERSE ARRIVAL"],
  ];
  return [
    ...keys.map((key) => `SEARCH CHARSET UTF-8 ${key}`),
    ...orders.flatMap((order) => ["ALL", "UNSEEN"].map((key) => `SORT (${order}) UTF-8 ${key}`)),
    ...["ORDEREDSUBJECT", "REFERENCES"].flatMap((way) =>
      ["ALL", "UNFLAGGED", "SUBJECT invoice"].map((key) => `THREAD ${way} UTF-8 ${key}`)
    ),
  ];
}
